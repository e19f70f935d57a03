"""A scenario that somebody set up in MoySklad wants exports to be brought up to date, or rules to be applied."""

from uuid import UUID

from application.messages import SystemCommand
from application.ports import Clock, Headers, Ids, SystemTransaction, Transaction
from application.tenants.ports import Companies
from application.tenants.vendor_calls import VendorCalls
from application.webhooks.event_ports import Interests, ObjectEvents
from application.webhooks.following import Following
from application.webhooks.ports import ExportWatches
from domain.shared.identities import CompanyId
from domain.tenants.company import CompanyNotFound
from domain.webhooks.interests import APPLY_RULES, Audience
from domain.webhooks.scenario import ScenarioUnmatched, chosen, entity_type


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
    """Has the exports that the action is about read the object, or the automation rules look at it. Told twice, it is
    read twice at most: whoever has not read it yet reads it once.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        calls: VendorCalls,
        companies: Companies,
        watches: ExportWatches,
        following: Following,
        interests: Interests,
        events: ObjectEvents,
        headers: Headers,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._calls = calls
        self._companies = companies
        self._watches = watches
        self._following = following
        self._interests = interests
        self._events = events
        self._headers = headers
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: StartByScenario) -> int:
        """How many exports follow, or 1 where rules do. Raises VendorSignatureInvalid, CompanyNotFound,
        CompanyInactive or ScenarioUnmatched.
        """
        stamp = self._calls.read(command.signature, command.app_id)
        async with self._system_transaction():
            await self._calls.admit(stamp)
            company = await self._companies.by_account(command.account_id)
        if company is None:
            raise CompanyNotFound(account=str(command.account_id))
        company.require_active()
        async with self._transaction(company.id):
            if command.action == APPLY_RULES:
                return await self._apply_rules(company.id, command)
            return await self._export(company.id, command)

    async def _export(self, company_id: CompanyId, command: StartByScenario) -> int:
        exports = await self._watches.listening([company_id], all_of_them=True)
        found = chosen(command.action, command.object_type, self._following.listeners(exports))
        follows = {one.config_id: one.follows for one in exports}
        kind = entity_type(command.object_type)
        await self._following.mark_one(company_id, found, kind, str(command.object_id), follows)
        return len(found)

    async def _apply_rules(self, company_id: CompanyId, command: StartByScenario) -> int:
        kind = entity_type(command.object_type)
        wanted = {one.type for one in await self._interests.of([company_id]) if one.audience is Audience.RULES}
        if kind not in wanted:
            raise ScenarioUnmatched(action=command.action, type=command.object_type[:50])
        await self._events.put(
            company_id,
            Audience.RULES,
            kind,
            {str(command.object_id): False},
            self._ids.new(),
            self._clock.now(),
            asked=True,
            origin=self._headers.current(),
        )
        return 1
