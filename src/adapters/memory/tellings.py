"""What is told of runs, kept in memory."""

from datetime import datetime

from adapters.memory.rows import require_system
from adapters.memory.store import MemoryStore
from domain.exports.telling import Telling, TellingState
from domain.shared.identities import CompanyId, ConfigId, TaskId


class MemoryTellings:
    """See application.exports.ports.Tellings."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.run_tellings

    async def get(self, company_id: CompanyId, task_id: TaskId) -> Telling | None:
        """See the port."""
        found = self._rows.find(task_id)
        return found if found is not None and found.company_id == company_id else None

    async def put(self, telling: Telling) -> None:
        """See the port."""
        self._rows.put(telling)

    async def tidy(self, company_id: CompanyId, config_id: ConfigId, before: TaskId) -> None:
        """See the port."""
        own = (company_id, config_id)
        self._rows.remove_where(
            lambda row: (
                (row.company_id, row.config_id) == own
                and row.task_id < before
                and row.state is TellingState.OVER
                and not row.problems
            )
        )

    async def told(self, company_id: CompanyId, config_id: ConfigId) -> list[Telling]:
        """See the port."""
        own = (company_id, config_id)
        found = [row for row in self._rows.all() if (row.company_id, row.config_id) == own]
        return sorted((row for row in found if row.state is TellingState.TOLD), key=lambda row: row.task_id)

    async def newest(self, company_id: CompanyId, config_id: ConfigId) -> TaskId | None:
        """See the port."""
        own = (company_id, config_id)
        return max((row.task_id for row in self._rows.all() if (row.company_id, row.config_id) == own), default=None)

    async def lost(self, sent_before: datetime, limit: int) -> list[Telling]:
        """See the port."""
        require_system()
        found = [row for row in self._rows.all() if row.state is TellingState.DUE and row.sent_at <= sent_before]
        return sorted(found, key=lambda row: row.sent_at)[:limit]
