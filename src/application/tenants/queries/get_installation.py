"""What MoySklad may ask of us: how the installation of an account stands."""

from uuid import UUID

from application.messages import SystemQuery
from application.ports import SystemTransaction
from application.tenants.ports import Companies
from application.tenants.vendor_calls import VendorCalls
from domain.tenants.company import CompanyNotFound, CompanyStatus


class GetInstallation(SystemQuery[CompanyStatus], frozen=True, kw_only=True):
    """Asked by MoySklad over the Vendor API."""

    signature: str
    app_id: UUID
    account_id: UUID


class GetInstallationHandler:
    """Answers the company's status."""

    def __init__(
        self,
        system_transaction: SystemTransaction,
        calls: VendorCalls,
        companies: Companies,
    ) -> None:
        self._system_transaction = system_transaction
        self._calls = calls
        self._companies = companies

    async def __call__(self, query: GetInstallation) -> CompanyStatus:
        """Raises VendorSignatureInvalid or CompanyNotFound."""
        stamp = self._calls.read(query.signature, query.app_id)
        async with self._system_transaction():
            await self._calls.admit(stamp)
            company = await self._companies.by_account(query.account_id)
        if company is None or company.status is CompanyStatus.UNINSTALLED:
            raise CompanyNotFound(account=str(query.account_id))
        return company.status
