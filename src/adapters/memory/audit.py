"""The audit log."""

from datetime import datetime
from uuid import UUID

from adapters.memory.scope import current_scope
from adapters.memory.store import MemoryStore
from application.tenants.audit import AuditChoice, AuditEntry, AuditView
from domain.shared.identities import ApiKeyId, CompanyId, MemberId


class MemoryAuditTrail:
    """See application.tenants.audit.AuditTrail."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._rows = store.audit_entries

    async def changed(self) -> bool:
        """See the port."""
        return bool(current_scope().undo)

    async def add(self, entry: AuditEntry) -> None:
        """See the port."""
        if self._rows.find(entry.id) is not None:
            raise RuntimeError("an entry of the audit log cannot be changed")
        self._rows.put(entry)

    async def page(
        self, company_id: CompanyId, choice: AuditChoice, before: UUID | None, limit: int
    ) -> list[AuditView]:
        """See the port."""
        found = [
            entry
            for entry in self._rows.all()
            if entry.company_id == company_id and _chosen(entry, choice) and (before is None or entry.id < before)
        ]
        newest = sorted(found, key=lambda entry: entry.id, reverse=True)[:limit]
        return [self._view(entry) for entry in newest]

    async def prune(self, before: datetime) -> int:
        """See the port."""
        return self._rows.prune(lambda entry: entry.at <= before)

    async def forget(self, company_id: CompanyId) -> None:
        """See the port."""
        self._rows.prune(lambda entry: entry.company_id == company_id)

    def _view(self, entry: AuditEntry) -> AuditView:
        told = entry._asdict()
        del told["company_id"]
        return AuditView(**told, actor_name=self._name(entry.actor_id))

    def _name(self, actor_id: UUID | None) -> str | None:
        if actor_id is None:
            return None
        named = self._store.members.find(MemberId(actor_id)) or self._store.api_keys.find(ApiKeyId(actor_id))
        return None if named is None else named.name


def _chosen(entry: AuditEntry, choice: AuditChoice) -> bool:
    return (
        (choice.since is None or entry.at >= choice.since)
        and (choice.until is None or entry.at < choice.until)
        and choice.action in {None, entry.action}
        and choice.actor_id in {None, entry.actor_id}
    )
