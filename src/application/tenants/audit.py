"""The audit log: who did what, kept beside what was done."""

from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

import msgspec

from application.tenants.occasions import ActorKind
from domain.shared.identities import CompanyId

DONE = "done"
REFUSED = "refused"
FORBIDDEN = "api.forbidden"
"""What somebody tried whom the API refused by role; the line of the request in the service's log says what."""


class AuditEntry(NamedTuple):
    """That somebody did something, or was refused it with `code`. No secret and no body of a request is part of it."""

    id: UUID
    company_id: CompanyId
    at: datetime
    actor: ActorKind
    actor_id: UUID | None
    action: str
    target_id: UUID | None
    outcome: str
    code: str | None
    address: str | None
    request_id: str | None


class AuditView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An entry as people read it. `actor` is `member`, `api_key`, `moysklad`, `operator` or `system`; `actorName` is
    the member's or the key's name today. `outcome` is `done`, or `refused` with the `code` of the refusal.
    """

    id: UUID
    at: datetime
    actor: ActorKind
    actor_id: UUID | None
    actor_name: str | None
    action: str
    target_id: UUID | None
    outcome: str
    code: str | None
    address: str | None
    request_id: str | None


class AuditChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries: from `since` on and before `until`, of one action, of one actor."""

    since: datetime | None = None
    until: datetime | None = None
    action: str | None = None
    actor_id: UUID | None = None


class AuditTrail(Protocol):
    """The log at rest. It can be added to and read; nothing in it can be changed. Age removes it, and the erasure
    of the company.
    """

    async def changed(self) -> bool:
        """Whether this transaction has changed, or locked, anything yet."""
        ...

    async def add(self, entry: AuditEntry) -> None:
        """Stores the entry, in the transaction of what it tells of."""
        ...

    async def page(
        self, company_id: CompanyId, choice: AuditChoice, before: UUID | None, limit: int
    ) -> list[AuditView]:
        """Entries, the newest first; those before an entry, if one is named."""
        ...

    async def prune(self, before: datetime) -> int:
        """Removes entries older than that moment, in a SystemTransaction; answers how many."""
        ...

    async def forget(self, company_id: CompanyId) -> None:
        """Removes all entries of a company that is being erased, in a SystemTransaction."""
        ...
