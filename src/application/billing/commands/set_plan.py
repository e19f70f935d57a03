"""The operator gives a company a plan."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from application.billing.ports import BillingAccounts
from application.billing.zones import Zones
from application.messages import Command
from application.ports import Clock, Outbox, Transaction
from application.tenants.plan_command import plan_changed
from application.tenants.ports import Companies
from domain.billing.grants import REST, Account, EndPassed, Offer
from domain.billing.plans import PlanKey, plan_named
from domain.tenants.company import Company


class SetPlan(Command[None], frozen=True, kw_only=True, tag="billing.set_plan"):
    """The plan holds instead of what MoySklad tells until `until`, or to the end of the day `through` on the company's
    clock; for good without either. No `plan` takes it back.

    `then` is what comes after it and the grace: a plan, or `rest`, by which exports rest; without it what the
    installation says. People of the company read the `note`.
    """

    plan: str | None
    until: datetime | None = None
    through: date | None = None
    then: str | None = None
    trial: bool = False
    note: str = ""


class SetPlanHandler:
    """Keeps it. Limits hold at once; runs that rest because of the plan before go on within a minute."""

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        accounts: BillingAccounts,
        zones: Zones,
        offer: Offer,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._accounts = accounts
        self._zones = zones
        self._offer = offer
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: SetPlan) -> None:
        """Raises PlanUnknown, EndPassed or CompanyNotFound."""
        async with self._transaction(command.company_id):
            company = await self._companies.get(command.company_id)
            account = await self._accounts.get(command.company_id)
            await self._accounts.put(self._changed(command, company, account))
            await plan_changed(self._outbox, command.company_id)

    def _changed(self, command: SetPlan, company: Company, account: Account) -> Account:
        if command.plan is None:
            return replace(account, plan=None, until=None, trial=False, then=None, note="")
        return replace(
            account,
            plan=plan_named(command.plan).key,
            until=self._ends(command, company),
            trial=command.trial,
            then=self._then(command.then),
            note=command.note,
        )

    def _ends(self, command: SetPlan, company: Company) -> datetime | None:
        ends = command.until
        if command.through is not None and command.through < date.max:  # the end of time is no end
            after = datetime.combine(command.through + timedelta(days=1), time(), self._zones.zone(company.time_zone))
            ends = after.astimezone(UTC)
        if ends is not None and ends <= self._clock.now():
            raise EndPassed(until=ends.isoformat(timespec="minutes"))
        return ends

    def _then(self, name: str | None) -> PlanKey | None:
        if name is None:
            return self._offer.after
        return None if name == REST else plan_named(name).key
