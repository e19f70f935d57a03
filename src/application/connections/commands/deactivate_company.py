"""MoySklad suspended or removed the app for an account."""

from uuid import UUID

from application.connections.ports import MoySkladConnections
from application.messages import SystemCommand
from application.ports import SystemTransaction, Transaction
from application.tenants.ports import Companies
from application.tenants.vendor_calls import VendorCalls
from domain.tenants.company import CompanyNotFound


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
        calls: VendorCalls,
        companies: Companies,
        connections: MoySkladConnections,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._calls = calls
        self._companies = companies
        self._connections = connections

    async def __call__(self, command: DeactivateCompany) -> None:
        """Raises VendorSignatureInvalid or CompanyNotFound."""
        stamp = self._calls.read(command.signature, command.app_id)
        async with self._system_transaction():
            await self._calls.admit(stamp)
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
