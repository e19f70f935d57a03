"""The account's administrator granted the app other rights."""

from uuid import UUID

from application.connections.installation_ports import VendorRequests
from application.connections.installing import Installing
from application.connections.retold import first_time
from application.messages import SystemCommand
from application.ports import Clock, SystemTransaction, Transaction
from application.tenants.ports import Companies
from application.tenants.vendor_calls import VendorCalls
from domain.connections.installation import InstallationAwaited

TELL_AGAIN_SECONDS = 300.0


class NotePermissions(SystemCommand[None], frozen=True, kw_only=True, tag="connections.note_permissions"):
    """The event PermissionsChanged. `permissions` is what is granted now, as JSON; None where nothing was told."""

    signature: str
    app_id: UUID
    account_id: UUID
    permissions: str | None
    request_id: str | None = None


class NotePermissionsHandler:
    """Keeps what is granted. Exports that lacked a right go on by themselves at their next run."""

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

    async def __call__(self, command: NotePermissions) -> None:
        """Raises VendorSignatureInvalid, or InstallationAwaited where nothing is installed yet."""
        stamp = self._calls.read(command.signature, command.app_id)
        async with self._system_transaction():
            await self._calls.admit(stamp)
            company = await self._companies.by_account(command.account_id)
        if command.permissions is None:
            return
        if company is None:
            raise InstallationAwaited(TELL_AGAIN_SECONDS)
        async with self._transaction(company.id):
            if not await first_time(self._requests, company.id, command.request_id, self._clock.now()):
                return
            installation = await self._installing.of(company.id, command.app_id)
            installation.permit(command.permissions, self._clock.now())
            await self._installing.follow(installation)
