"""What MoySklad may ask of us: how the installation of an account stands."""

from uuid import UUID

from application.messages import SystemQuery
from application.ports import Clock, Nonces, SystemTransaction
from application.tenants.ports import Companies, VendorSignatures
from domain.tenants.company import CompanyNotFound, CompanyStatus
from domain.tenants.sign_on import VendorSignatureInvalid


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
        signatures: VendorSignatures,
        nonces: Nonces,
        companies: Companies,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._signatures = signatures
        self._nonces = nonces
        self._companies = companies
        self._clock = clock

    async def __call__(self, query: GetInstallation) -> CompanyStatus:
        """Raises VendorSignatureInvalid or CompanyNotFound."""
        stamp = self._signatures.read(query.signature, query.app_id, self._clock.now())
        async with self._system_transaction():
            if not await self._nonces.use("jti", stamp.jti, stamp.expires_at):
                raise VendorSignatureInvalid(reason="jti_used")
            company = await self._companies.by_account(query.account_id)
        if company is None or company.status is CompanyStatus.UNINSTALLED:
            raise CompanyNotFound(account=str(query.account_id))
        return company.status
