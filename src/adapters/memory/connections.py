"""Connections to vendors and open consents."""

from datetime import datetime

from adapters.memory.store import MemoryStore
from domain.connections.google import ConsentRequest, GoogleConnection
from domain.connections.moysklad import MoySkladConnection
from domain.shared.identities import CompanyId


class MemoryMoySkladConnections:
    """See application.connections.ports.MoySkladConnections."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.moysklad_connections

    async def get(self, company_id: CompanyId) -> MoySkladConnection | None:
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

    async def put(self, connection: GoogleConnection) -> None:
        """See the port."""
        self._rows.put(connection)

    async def remove(self, company_id: CompanyId) -> None:
        """See the port."""
        self._rows.remove(company_id)

    async def shared(self, subject: str) -> int:
        """See the port."""
        return self._rows.count_everyones(lambda connection: connection.subject == subject)


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
