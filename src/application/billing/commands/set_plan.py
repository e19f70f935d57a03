"""The operator gives a company a plan."""

from dataclasses import replace
from datetime import datetime

from application.billing.ports import BillingAccounts
from application.messages import Command
from application.ports import Transaction
from application.tenants.ports import Companies
from domain.billing.plans import plan_named


class SetPlan(Command[None], frozen=True, kw_only=True, tag="billing.set_plan"):
    """It holds instead of what MoySklad tells until `until`, for good without that; no `plan` takes it back."""

    plan: str | None
    until: datetime | None = None


class SetPlanHandler:
    """Keeps it. Runs that rest because of the plan before go on within a minute."""

    def __init__(self, transaction: Transaction, companies: Companies, accounts: BillingAccounts) -> None:
        self._transaction = transaction
        self._companies = companies
        self._accounts = accounts

    async def __call__(self, command: SetPlan) -> None:
        """Raises PlanUnknown or CompanyNotFound."""
        plan = None if command.plan is None else plan_named(command.plan).key
        until = None if plan is None else command.until
        async with self._transaction(command.company_id):
            await self._companies.get(command.company_id)
            account = await self._accounts.get(command.company_id)
            await self._accounts.put(replace(account, plan=plan, until=until))
