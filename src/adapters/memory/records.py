"""Everything that is kept about a company, in the fakes."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from adapters.memory.rows import Rows, require_system
from adapters.memory.store import MemoryStore
from application.tenants.record_ports import RecordTable
from domain.connections.secrets import SealedSecret
from domain.shared.identities import CompanyId
from domain.tenants.erasure import Erasure

_SECRETS = ("token", "digest", "token_digest", "previous_digest", "salt", "state_digest")


class MemoryCompanyRecords:
    """See application.tenants.record_ports.CompanyRecords."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def tables(self) -> Sequence[RecordTable]:
        """See the port."""
        return [RecordTable(name, _SECRETS) for name in sorted(self._owned())]

    async def rows(self, company_id: CompanyId, table: str) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """See the port."""
        found = [_shown(row) for row in self._owned()[table].owned_by(company_id)]
        if found:
            yield found

    async def counts(self, company_id: CompanyId) -> dict[str, int]:
        """See the port."""
        return {name: len(rows.owned_by(company_id)) for name, rows in self._owned().items()}

    async def usage(self, company_id: CompanyId) -> dict[str, int]:
        """See the port."""
        return {row.period: row.meter.used for row in self._store.usage_meters.owned_by(company_id)}

    async def spreadsheets(self, company_id: CompanyId) -> list[str]:
        """See the port."""
        configs = self._store.export_configs.owned_by(company_id)
        return sorted({one.target.spreadsheet_id for one in configs if one.target.spreadsheet_id is not None})

    async def stop(self, company_id: CompanyId) -> None:
        """See the port."""
        mine = self._store.export_tasks.owned_by(company_id)
        unfinished = {task.id for task in mine if task.ended_at is None}
        self._store.export_tasks.remove_where(lambda task: task.id in unfinished)
        self._store.run_tellings.remove_where(lambda telling: telling.task_id in unfinished)
        self._store.outbox.remove_owned(company_id)

    async def thin_out(self, company_id: CompanyId, limit: int) -> int:
        """See the port."""
        some = {(row.config_id, row.row_key) for row in self._store.exported_rows.owned_by(company_id)[:limit]}
        if some:
            return self._store.exported_rows.remove_where(lambda row: (row.config_id, row.row_key) in some)
        ended = {task.id for task in self._store.export_tasks.owned_by(company_id)[:limit]}
        self._store.run_tellings.remove_where(lambda telling: telling.task_id in ended)
        return self._store.export_tasks.remove_where(lambda task: task.id in ended)

    async def erase(self, company_id: CompanyId) -> None:
        """See the port."""
        for rows in self._owned().values():
            rows.remove_owned(company_id)
        for beside in (self._store.tend_due, self._store.last_deliveries):
            beside.pop(company_id, None)
        digests = self._store.endpoint_digests
        self._store.endpoint_digests = {one: owner for one, owner in digests.items() if owner != company_id}

    async def sweep(self, company_id: CompanyId) -> None:
        """See the port."""
        self._store.exported_rows.remove_owned(company_id)
        self._store.webhook_deliveries.remove_owned(company_id)

    def _owned(self) -> dict[str, Rows[Any, Any]]:
        return {name: rows for name, rows in vars(self._store).items() if isinstance(rows, Rows) and rows.has_owners}


class MemoryErasures:
    """See application.tenants.record_ports.Erasures."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.erasures

    async def begin(self, company_id: CompanyId, now: datetime) -> Erasure:
        """See the port."""
        require_system()
        return replace(self._rows.setdefault(company_id, Erasure(company_id, now)))

    async def get(self, company_id: CompanyId) -> Erasure | None:
        """See the port."""
        require_system()
        found = self._rows.get(company_id)
        return None if found is None else replace(found)

    async def put(self, erasure: Erasure) -> None:
        """See the port."""
        require_system()
        self._rows[erasure.company_id] = replace(erasure)

    async def unfinished(self, begun_before: datetime, limit: int) -> list[Erasure]:
        """See the port."""
        require_system()
        found = [one for one in self._rows.values() if one.finished_at is None and one.begun_at <= begun_before]
        return [replace(one) for one in sorted(found, key=lambda one: one.begun_at)[:limit]]


class MemoryCompanyTraces:
    """Notes whose traces were forgotten. `failing` raises what it holds."""

    def __init__(self) -> None:
        self.forgotten: list[tuple[CompanyId, UUID | None, tuple[str, ...]]] = []
        self.failing: Exception | None = None

    async def forget(self, company_id: CompanyId, account_id: UUID | None, spreadsheets: Sequence[str]) -> int:
        """See the port."""
        if self.failing is not None:
            raise self.failing
        self.forgotten.append((company_id, account_id, tuple(spreadsheets)))
        return 0


def _shown(row: Any) -> dict[str, Any]:
    """The row's fields without sealed secrets and digests."""
    fields = row._asdict() if hasattr(row, "_asdict") else {name: getattr(row, name) for name in _names(row)}
    told = {
        name: value for name, value in fields.items() if name not in _SECRETS and not isinstance(value, SealedSecret)
    }
    encoded = msgspec.to_builtins(told, enc_hook=str)
    return dict(encoded)


def _names(row: Any) -> list[str]:
    return [*getattr(row, "__dataclass_fields__", ()), *getattr(row, "__struct_fields__", ())]
