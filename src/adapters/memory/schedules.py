"""What schedules need to know, and the ledger of their occurrences."""

from collections.abc import Sequence
from datetime import datetime

from adapters.memory.scope import current_scope
from adapters.memory.store import MemoryStore
from domain.connections.google import GoogleConnection
from domain.connections.moysklad import ConnectionState, MoySkladConnection
from domain.exports.occurrences import Occurrence, Standing
from domain.shared.identities import CompanyId, ConfigId


class MemoryOccurrences:
    """See application.exports.schedule_ports.Occurrences."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.occurrences

    async def add(self, entries: Sequence[Occurrence]) -> set[tuple[ConfigId, datetime]]:
        """See the port."""
        stored = set()
        for entry in entries:
            key = (entry.config_id, entry.nominal_at)
            if self._rows.find(key) is None:
                self._rows.put(entry)
                stored.add(key)
        return stored

    async def prune(self, decided_before: datetime) -> int:
        """See the port."""
        return self._rows.prune(lambda entry: entry.decided_at <= decided_before)


class MemoryStandings:
    """See application.exports.schedule_ports.Standings."""

    def __init__(self, store: MemoryStore) -> None:
        self._companies = store.companies
        self._moysklad = store.moysklad_connections
        self._google = store.google_connections

    async def of(self, company_ids: Sequence[CompanyId]) -> dict[CompanyId, Standing]:
        """See the port."""
        found = [company for company in map(self._companies.find, company_ids) if company is not None]
        return {
            company.id: Standing(
                active=company.active, moysklad=self._works_at_moysklad(company.id), google=self._works(company.id)
            )
            for company in found
        }

    def _works_at_moysklad(self, company_id: CompanyId) -> bool:
        if current_scope().company_id is not None:
            return _active(self._moysklad.find(company_id))
        return self._moysklad.count_everyones(lambda one: one.company_id == company_id and _active(one)) > 0

    def _works(self, company_id: CompanyId) -> bool:
        if current_scope().company_id is not None:
            return _active(self._google.find(company_id))
        return self._google.count_everyones(lambda one: one.company_id == company_id and _active(one)) > 0


def _active(connection: MoySkladConnection | GoogleConnection | None) -> bool:
    return connection is not None and connection.state is ConnectionState.ACTIVE
