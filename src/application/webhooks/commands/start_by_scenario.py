"""A scenario that somebody set up in MoySklad wants exports to be brought up to date."""

from uuid import UUID

from application.messages import SystemCommand
from application.ports import SystemTransaction, Transaction
from application.tenants.ports import Companies
from application.tenants.vendor_calls import VendorCalls
from application.webhooks.following import Following
from application.webhooks.ports import ExportWatches
from domain.tenants.company import CompanyNotFound
from domain.webhooks.scenario import chosen, entity_type


class StartByScenario(SystemCommand[int], frozen=True, kw_only=True, tag="webhooks.start_by_scenario"):
    """`signature` is the JWT of the call. `action` is the name that stands in the app's descriptor; `object_type` is
    written as scenarios write it.
    """

    signature: str
    app_id: UUID
    account_id: UUID
    action: str
    object_type: str
    object_id: UUID


class StartByScenarioHandler:
    """Has the exports that the action is about read the object. Told twice, it reads it twice at most: whoever has not
    read it yet reads it once.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        calls: VendorCalls,
        companies: Companies,
        watches: ExportWatches,
        following: Following,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._calls = calls
        self._companies = companies
        self._watches = watches
        self._following = following

    async def __call__(self, command: StartByScenario) -> int:
        """How many exports follow. Raises VendorSignatureInvalid, CompanyNotFound, CompanyInactive or
        ScenarioUnmatched.
        """
        stamp = self._calls.read(command.signature, command.app_id)
        async with self._system_transaction():
            await self._calls.admit(stamp)
            company = await self._companies.by_account(command.account_id)
        if company is None:
            raise CompanyNotFound(account=str(command.account_id))
        company.require_active()
        async with self._transaction(company.id):
            exports = await self._watches.listening([company.id], all_of_them=True)
            found = chosen(command.action, command.object_type, self._following.listeners(exports))
            follows = {one.config_id: one.follows for one in exports}
            await self._following.mark_one(
                company.id, found, entity_type(command.object_type), str(command.object_id), follows
            )
        return len(found)
