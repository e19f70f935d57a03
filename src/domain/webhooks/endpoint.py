"""The address at which one company's webhooks arrive."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.connections.secrets import SealedSecret
from domain.shared.identities import CompanyId

_SHARES = 1 << 16


@dataclass(slots=True)
class WebhookEndpoint:
    """`token` is what nobody can guess of the address, sealed so that it can be registered again; arriving calls are
    recognised by its digest. `tend_due_at` is when the registered webhooks are to be looked at next, None where there
    is nothing to look after. `allowed` says whether the account's tariff has webhooks, as far as that is known;
    `problem` is the code of what went wrong at the last look.
    """

    company_id: CompanyId
    token_digest: bytes
    token: SealedSecret
    made_at: datetime
    tend_due_at: datetime | None = None
    tended_at: datetime | None = None
    allowed: bool | None = None
    problem: str | None = None
    last_delivery_at: datetime | None = None

    def tended(self, now: datetime, every: timedelta | None, *, allowed: bool | None, problem: str | None) -> None:
        """The registered webhooks were looked at; `every` is how long until the next look, None for never."""
        self.tended_at = now
        self.tend_due_at = None if every is None else now + spread(self.company_id, every)
        self.allowed = allowed if allowed is not None else self.allowed
        self.problem = problem


def spread(company_id: CompanyId, every: timedelta) -> timedelta:
    """Three to five quarters of it, another share for each company, so that not all are looked at at once."""
    return every * (0.75 + 0.5 * (company_id.int % _SHARES) / _SHARES)
