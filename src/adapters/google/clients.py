"""All the ways in that we have at Google: OAuth clients, and perhaps a service account."""

from collections.abc import Mapping
from datetime import datetime

from adapters.google.consent import GoogleOAuthConsent
from adapters.google.service_account import GoogleServiceAccount, project_of_account
from application.connections.ports import GoogleGrant, RenewedAccess
from domain.connections.google import GoogleClientGone


class GoogleClients:
    """See application.connections.google_ports.GoogleConsent.

    The service account is thought to belong to the first client's project, which is right or too careful: its key names
    the project in a way that cannot be compared with a client's id. Where there is no client, its own name tells.
    """

    def __init__(self, clients: Mapping[str, GoogleOAuthConsent], service_account: GoogleServiceAccount | None) -> None:
        if not clients and service_account is None:
            raise ValueError("an OAuth client or a service account is needed")
        self._clients = dict(clients)
        self._first = next(iter(clients), "")
        self._service_account = service_account

    def clients(self) -> tuple[str, ...]:
        """See the port."""
        return tuple(self._clients)

    def service_account(self) -> str | None:
        """See the port."""
        return self._service_account.address if self._service_account else None

    def project(self, client_id: str) -> str:
        """See the port."""
        address = self.service_account()
        if client_id and client_id == address:
            first = self._clients.get(self._first)
            return project_of_account(address) if first is None else first.project()
        return self._client(client_id).project()

    def address(self, client_id: str, state: str, verifier: str) -> str:
        """See the port."""
        return self._client(client_id).address(state, verifier)

    def picking_address(self, client_id: str, state: str, verifier: str, email: str) -> str:
        """See the port."""
        return self._client(client_id).picking_address(state, verifier, email)

    def trusts(self, issuer: str | None) -> bool:
        """See the port."""
        first = self._clients.get(self._first)
        return first is not None and first.trusts(issuer)

    async def exchange(self, client_id: str, code: str, verifier: str, now: datetime) -> GoogleGrant:
        """See the port."""
        return await self._client(client_id).exchange(code, verifier, now)

    async def confirm_picking(self, client_id: str, code: str, verifier: str) -> None:
        """See the port."""
        await self._client(client_id).confirm_picking(code, verifier)

    async def renew(self, client_id: str, refresh_token: str, now: datetime) -> RenewedAccess:
        """See the port."""
        if self._service_account is not None and client_id == self._service_account.address:
            return await self._service_account.renew(now)
        return await self._client(client_id).renew(refresh_token, now)

    async def revoke(self, client_id: str, refresh_token: str) -> None:
        """See the port."""
        client = self._clients.get(client_id or self._first)
        if client is not None:
            await client.revoke(refresh_token)

    def _client(self, client_id: str) -> GoogleOAuthConsent:
        client = self._clients.get(client_id or self._first)
        if client is None:
            raise GoogleClientGone(client=client_id)
        return client
