"""MoySklad suspended or removed the app for an account."""

from uuid import UUID

from application.connections.installation_ports import VendorRequests
from application.connections.installing import Installing
from application.connections.retold import first_time
from application.messages import SystemCommand
from application.ports import Clock, SystemTransaction, Transaction
from application.tenants.ports import Companies
from application.tenants.vendor_calls import VendorCalls
from domain.connections.installation import InstallationStatus
from domain.tenants.sign_on import DeactivationInvalid

_CAUSES = {"Suspend": InstallationStatus.SUSPENDED, "Uninstall": InstallationStatus.UNINSTALLED}


class DeactivateCompany(SystemCommand[None], frozen=True, kw_only=True, tag="connections.deactivate"):
    """`cause` is `Suspend` or `Uninstall`; `request_id` is what repetitions of the call have in common, if anything."""

    signature: str
    app_id: UUID
    account_id: UUID
    cause: str
    request_id: str | None = None


class DeactivateCompanyHandler:
    """Stops using the token at once, and keeps the rest for a return. The token is forgotten when MoySklad confirms
    that the app is gone: a removal that comes late must not cost a later installation its token.

    An account that never had the app, or has it no more, is left alone: what is wanted is so already.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        calls: VendorCalls,
        companies: Companies,
        requests: VendorRequests,
        installing: Installing,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._calls = calls
        self._companies = companies
        self._requests = requests
        self._installing = installing
        self._clock = clock

    async def __call__(self, command: DeactivateCompany) -> None:
        """Raises VendorSignatureInvalid or DeactivationInvalid."""
        stamp = self._calls.read(command.signature, command.app_id)
        status = _CAUSES.get(command.cause)
        if status is None:
            raise DeactivationInvalid(cause=command.cause[:100])
        async with self._system_transaction():
            await self._calls.admit(stamp)
            company = await self._companies.by_account(command.account_id)
        if company is None:
            return
        async with self._transaction(company.id):
            if not await first_time(self._requests, company.id, command.request_id, self._clock.now()):
                return
            installation = await self._installing.of(company.id, command.app_id)
            installation.deactivate(status, stamp.issued_at, self._clock.now())
            await self._installing.follow(installation)
