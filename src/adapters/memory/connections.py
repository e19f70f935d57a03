"""Connections to vendors and open consents."""

from collections import Counter
from datetime import datetime

from adapters.memory.store import GoogleHome, MemoryStore
from domain.connections.google import ConsentRequest, GoogleConnection, PickedSpreadsheet
from domain.connections.moysklad import MoySkladConnection
from domain.shared.identities import CompanyId


class MemoryMoySkladConnections:
    """See application.connections.ports.MoySkladConnections."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.moysklad_connections

    async def get(self, company_id: CompanyId) -> MoySkladConnection | None:
        """See the port."""
        return self._rows.find(company_id)

    async def held(self, company_id: CompanyId) -> MoySkladConnection | None:
        """See the port."""
        return self._rows.find(company_id)

    async def put(self, connection: MoySkladConnection) -> None:
        """See the port."""
        self._rows.put(connection)


class MemoryGoogleConnections:
    """See application.connections.ports.GoogleConnections."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.google_connections

    async def get(self, company_id: CompanyId) -> GoogleConnection | None:
        """See the port."""
        return self._rows.find(company_id)

    async def held(self, company_id: CompanyId) -> GoogleConnection | None:
        """See the port."""
        return self._rows.find(company_id)

    async def put(self, connection: GoogleConnection) -> None:
        """See the port."""
        self._rows.put(connection)

    async def remove(self, company_id: CompanyId) -> None:
        """See the port."""
        self._rows.remove(company_id)

    async def shared(self, subject: str, client_id: str) -> int:
        """See the port."""
        return self._rows.count_everyones(
            lambda one: one.subject == subject and (not client_id or one.client_id in {client_id, ""})
        )


class MemoryGoogleHomes:
    """See application.connections.google_ports.GoogleHomes."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.google_homes

    async def get(self, company_id: CompanyId) -> str | None:
        """See the port."""
        found = self._rows.find(company_id)
        return found.client_id if found else None

    async def put(self, company_id: CompanyId, client_id: str) -> None:
        """See the port."""
        self._rows.put(GoogleHome(company_id, client_id))

    async def spread(self) -> dict[str, int]:
        """See the port."""
        return dict(Counter(home.client_id for home in self._rows.all()))


class MemoryPickedSpreadsheets:
    """See application.connections.google_ports.PickedSpreadsheets."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.picked_spreadsheets

    async def add(self, picked: PickedSpreadsheet) -> None:
        """See the port."""
        self._rows.put(picked)

    async def latest(self, company_id: CompanyId, client_id: str, limit: int) -> list[PickedSpreadsheet]:
        """See the port."""
        found = [one for one in self._rows.all() if one.company_id == company_id and one.client_id == client_id]
        found.sort(key=lambda one: one.spreadsheet_id)
        return sorted(found, key=lambda one: one.picked_at, reverse=True)[:limit]


class MemoryConsentRequests:
    """See application.connections.ports.ConsentRequests."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.consent_requests

    async def put(self, request: ConsentRequest) -> None:
        """See the port."""
        self._rows.put(request)

    async def take(self, company_id: CompanyId, state_digest: bytes) -> ConsentRequest | None:
        """See the port."""
        request = self._rows.find(state_digest)
        if request is None or request.company_id != company_id:
            return None
        self._rows.remove(state_digest)
        return request

    async def prune(self, now: datetime) -> int:
        """See the port."""
        return self._rows.prune(lambda request: request.expires_at <= now)
