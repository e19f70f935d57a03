"""An administrator chooses to share spreadsheets with the service account instead of connecting a Google account."""

from application.connections.confirm_command import confirm_installations
from application.connections.google_ports import GoogleConsent
from application.connections.ports import GoogleConnections, Vault
from application.messages import Command
from application.ports import Clock, Outbox, Transaction
from application.tenants.announcing import GOOGLE, Announcing
from application.tenants.ports import Companies
from domain.connections.google import GoogleConnection, ServiceAccountMissing
from domain.connections.moysklad import ConnectionState
from domain.connections.secrets import SecretPurpose


class ConnectServiceAccount(Command[None], frozen=True, kw_only=True, tag="connections.connect_service_account"):
    """Takes the place of a connection that there may be."""


class ConnectServiceAccountHandler:
    """Makes a connection whose grant is the service account's own; its first token is asked for when it is needed.

    A grant that it takes the place of is forgotten and not revoked: another company may rest on it.
    """

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        connections: GoogleConnections,
        consent: GoogleConsent,
        vault: Vault,
        announcing: Announcing,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._connections = connections
        self._consent = consent
        self._vault = vault
        self._announcing = announcing
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: ConnectServiceAccount) -> None:
        """Raises ServiceAccountMissing or CompanyInactive."""
        address = self._consent.service_account()
        if address is None:
            raise ServiceAccountMissing
        company_id = command.company_id
        connection = GoogleConnection(
            company_id=company_id,
            subject=address,
            email=address,
            refresh_token=self._vault.seal(company_id, SecretPurpose.GOOGLE_REFRESH, ""),
            access_token=self._vault.seal(company_id, SecretPurpose.GOOGLE_ACCESS, ""),
            access_expires_at=self._clock.now(),
            scopes=(),
            state=ConnectionState.ACTIVE,
            client_id=address,
        )
        async with self._transaction(company_id):
            (await self._companies.get(company_id)).require_active()
            await self._connections.put(connection)
            await self._announcing.over(company_id, GOOGLE)
            await confirm_installations(self._outbox, company_id, self._clock.now())
