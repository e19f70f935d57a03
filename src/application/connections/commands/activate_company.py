"""MoySklad installed, resumed or renewed the app for an account."""

from uuid import UUID

from application.connections.ports import MoySkladConnections, Vault
from application.connections.webhooks_command import tend_webhooks
from application.messages import SystemCommand
from application.ports import Clock, Ids, Outbox, SystemTransaction, Transaction
from application.tenants.ports import Companies
from application.tenants.vendor_calls import VendorCalls
from domain.connections.moysklad import ConnectionState, MoySkladConnection
from domain.connections.secrets import SecretPurpose
from domain.shared.identities import CompanyId
from domain.tenants.company import Company, CompanyStatus
from domain.tenants.sign_on import ActivationInvalid

DEFAULT_TIME_ZONE = "Europe/Moscow"
WITHOUT_TOKEN = frozenset({"TariffChanged", "Autoprolongation"})
"""Causes for which MoySklad sends no new access token (Vendor API, 6.3)."""


class ActivateCompany(SystemCommand[CompanyId], frozen=True, kw_only=True, tag="connections.activate"):
    """`signature` is the JWT of the call; `access_token` is the token for JSON API 1.2, if the cause brings one."""

    signature: str
    app_id: UUID
    account_id: UUID
    account_name: str
    cause: str
    access_token: str | None


class ActivateCompanyHandler:
    """Makes the company, or brings it back, and keeps its new token sealed. Saying it twice changes nothing."""

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        calls: VendorCalls,
        companies: Companies,
        connections: MoySkladConnections,
        vault: Vault,
        outbox: Outbox,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._calls = calls
        self._companies = companies
        self._connections = connections
        self._vault = vault
        self._outbox = outbox
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: ActivateCompany) -> CompanyId:
        """Raises VendorSignatureInvalid or ActivationInvalid."""
        stamp = self._calls.read(command.signature, command.app_id)
        if command.access_token is None and command.cause not in WITHOUT_TOKEN:
            raise ActivationInvalid(cause=command.cause)
        async with self._system_transaction():
            await self._calls.admit(stamp)
            known = await self._companies.by_account(command.account_id)
            company = known or Company(
                id=CompanyId(self._ids.new()),
                account_id=command.account_id,
                account_name=command.account_name,
                status=CompanyStatus.ACTIVE,
                time_zone=DEFAULT_TIME_ZONE,
                created_at=self._clock.now(),
            )
            company.install(command.account_name)
            await self._companies.put(company)
        if command.access_token is not None:
            await self._keep_token(company.id, command.access_token)
        if known is not None:  # its exports may need webhooks that an uninstall took away, or that a tariff now allows
            async with self._transaction(company.id):
                await tend_webhooks(self._outbox, company.id)
        return company.id

    async def _keep_token(self, company_id: CompanyId, token: str) -> None:
        sealed = self._vault.seal(company_id, SecretPurpose.MOYSKLAD_TOKEN, token)
        async with self._transaction(company_id):
            connection = await self._connections.get(company_id)
            if connection is None:
                connection = MoySkladConnection(company_id, sealed, ConnectionState.ACTIVE)
            connection.renew(sealed)
            await self._connections.put(connection)
