"""What MoySklad may ask of us: how the installation of an account stands."""

from uuid import UUID

from application.connections.installing import Installing
from application.messages import SystemQuery
from application.ports import SystemTransaction, Transaction
from application.tenants.ports import Companies
from application.tenants.vendor_calls import VendorCalls
from domain.connections.installation import InstallationStatus, VendorStatus
from domain.tenants.company import CompanyNotFound


class GetInstallation(SystemQuery[VendorStatus], frozen=True, kw_only=True):
    """Asked by MoySklad over the Vendor API."""

    signature: str
    app_id: UUID
    account_id: UUID


class GetInstallationHandler:
    """Answers in MoySklad's words."""

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        calls: VendorCalls,
        companies: Companies,
        installing: Installing,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._calls = calls
        self._companies = companies
        self._installing = installing

    async def __call__(self, query: GetInstallation) -> VendorStatus:
        """Raises VendorSignatureInvalid or CompanyNotFound."""
        stamp = self._calls.read(query.signature, query.app_id)
        async with self._system_transaction():
            await self._calls.admit(stamp)
            company = await self._companies.by_account(query.account_id)
        if company is None:
            raise CompanyNotFound(account=str(query.account_id))
        async with self._transaction(company.id):
            installation = await self._installing.of(company.id, query.app_id)
        if installation.status is InstallationStatus.UNINSTALLED:
            raise CompanyNotFound(account=str(query.account_id))
        if installation.status is InstallationStatus.SUSPENDED:
            return VendorStatus.SUSPENDED
        return VendorStatus.ACTIVATED if installation.ready else VendorStatus.SETTINGS_REQUIRED
