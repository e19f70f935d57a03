"""An administrator disconnects the company's Google account."""

from application.connections.google_ports import GoogleConsent
from application.connections.ports import GoogleConnections, Vault
from application.messages import Command
from application.ports import SystemTransaction, Transaction
from application.tenants.announcing import GOOGLE, Announcing
from domain.connections.secrets import SecretPurpose


class DisconnectGoogle(Command[None], frozen=True, kw_only=True, tag="connections.disconnect_google"):
    """Forgets the grant."""


class DisconnectGoogleHandler:
    """Forgets the grant, and ends it at Google unless another company rests on the same Google account.

    Revoking any token of an account ends everything that it granted the client, so only the last company may do it.
    """

    def __init__(
        self,
        transaction: Transaction,
        system_transaction: SystemTransaction,
        connections: GoogleConnections,
        consent: GoogleConsent,
        vault: Vault,
        announcing: Announcing,
    ) -> None:
        self._transaction = transaction
        self._system_transaction = system_transaction
        self._connections = connections
        self._consent = consent
        self._vault = vault
        self._announcing = announcing

    async def __call__(self, command: DisconnectGoogle) -> None:
        """Disconnecting twice is no error. Raises VendorBusy or VendorFailed, with our side forgotten already."""
        async with self._transaction(command.company_id):
            connection = await self._connections.get(command.company_id)
            if connection is None:
                return
            await self._connections.remove(command.company_id)
            await self._announcing.over(command.company_id, GOOGLE)
        async with self._system_transaction():
            others = await self._connections.shared(connection.subject, connection.client_id)
        if others == 0:
            refresh = self._vault.unseal(command.company_id, SecretPurpose.GOOGLE_REFRESH, connection.refresh_token)
            await self._consent.revoke(connection.client_id, refresh)
