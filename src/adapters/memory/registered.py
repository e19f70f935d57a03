"""The webhooks of MoySklad's accounts, as a test finds and changes them."""

from dataclasses import dataclass, field, replace
from itertools import count

from adapters.memory.failures import PlannedFailures
from adapters.memory.scope import require_no_transaction
from application.connections.ports import MoySkladKey
from domain.connections.moysklad import MoySkladRejected, TariffRefused
from domain.webhooks.registration import FoundWebhook, Subject


@dataclass(slots=True)
class _Account:
    webhooks: dict[str, FoundWebhook] = field(default_factory=dict)
    allowed: bool = True


class MemoryRegisteredWebhooks:
    """See application.webhooks.ports.RegisteredWebhooks. Accounts are told apart by their tokens; an app may have one
    webhook for a subject.
    """

    def __init__(self) -> None:
        self.failures = PlannedFailures()
        self._accounts: dict[str, _Account] = {}
        self._numbers = count(1)

    def account(self, token: str) -> _Account:
        """The account that this token opens."""
        return self._accounts.setdefault(token, _Account())

    async def found(self, key: MoySkladKey) -> list[FoundWebhook]:
        """See the port."""
        require_no_transaction("found")
        with self.failures.around("found"):
            return list(self.account(key.token).webhooks.values())

    async def create(self, key: MoySkladKey, subject: Subject, url: str) -> None:
        """See the port."""
        require_no_transaction("create")
        with self.failures.around("create"):
            account = self.account(key.token)
            if not account.allowed:
                raise TariffRefused(reason="webhooks", number=30006)
            if any(one.subject == subject for one in account.webhooks.values()):
                raise MoySkladRejected(reason="exists", number=30003)
            made = FoundWebhook(f"webhook-{next(self._numbers)}", subject, url)
            account.webhooks[made.id] = made

    async def correct(self, key: MoySkladKey, webhook: FoundWebhook, url: str) -> None:
        """See the port."""
        require_no_transaction("correct")
        with self.failures.around("correct"):
            account = self.account(key.token)
            if not account.allowed:
                raise TariffRefused(reason="webhooks", number=30006)
            account.webhooks[webhook.id] = replace(webhook, url=url, enabled=True)

    async def remove(self, key: MoySkladKey, webhook: FoundWebhook) -> None:
        """See the port."""
        require_no_transaction("remove")
        with self.failures.around("remove"):
            self.account(key.token).webhooks.pop(webhook.id, None)
