"""MoySklad suspended or removed the app for an account."""

from uuid import UUID

from application.connections.ports import MoySkladConnections
from application.messages import SystemCommand
from application.ports import Clock, Nonces, SystemTransaction, Transaction
from application.tenants.ports import Companies, VendorSignatures
from domain.tenants.company import CompanyNotFound
from domain.tenants.sign_on import VendorSignatureInvalid


class DeactivateCompany(SystemCommand[None], frozen=True, kw_only=True, tag="connections.deactivate"):
    """`cause` is `Suspend` or `Uninstall`."""

    signature: str
    app_id: UUID
    account_id: UUID
    cause: str


class DeactivateCompanyHandler:
    """Forgets the token, which is dead already (Vendor API, 6.2), and keeps the rest for a return."""

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        signatures: VendorSignatures,
        nonces: Nonces,
        companies: Companies,
        connections: MoySkladConnections,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._signatures = signatures
        self._nonces = nonces
        self._companies = companies
        self._connections = connections
        self._clock = clock

    async def __call__(self, command: DeactivateCompany) -> None:
        """Raises VendorSignatureInvalid or CompanyNotFound."""
        stamp = self._signatures.read(command.signature, command.app_id, self._clock.now())
        async with self._system_transaction():
            if not await self._nonces.use("jti", stamp.jti, stamp.expires_at):
                raise VendorSignatureInvalid(reason="jti_used")
            company = await self._companies.by_account(command.account_id)
            if company is None:
                raise CompanyNotFound(account=str(command.account_id))
            if command.cause == "Suspend":
                company.suspend()
            else:
                company.uninstall()
            await self._companies.put(company)
        async with self._transaction(company.id):
            connection = await self._connections.get(company.id)
            if connection is not None:
                connection.suspend()
                await self._connections.put(connection)
