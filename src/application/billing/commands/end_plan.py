"""The operator ends a plan that it has given."""

from dataclasses import replace
from datetime import datetime

from application.billing.ports import BillingAccounts
from application.messages import Command
from application.ports import Clock, Outbox, Transaction
from application.tenants.plan_command import plan_changed
from application.tenants.ports import Companies
from domain.billing.grants import NothingGiven, given_by


class EndPlan(Command[datetime], frozen=True, kw_only=True, tag="billing.end_plan"):
    """It ends now, and what comes after it comes: the grace and what was to follow, or what MoySklad tells."""


class EndPlanHandler:
    """Answers when the plan ended: one that was over already has ended when it did."""

    def __init__(
        self, transaction: Transaction, companies: Companies, accounts: BillingAccounts, outbox: Outbox, clock: Clock
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._accounts = accounts
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: EndPlan) -> datetime:
        """Raises CompanyNotFound, or NothingGiven where the operator has given no plan."""
        now = self._clock.now()
        async with self._transaction(command.company_id):
            await self._companies.get(command.company_id)
            account = await self._accounts.get(command.company_id)
            given = given_by(account)
            if given is None:
                raise NothingGiven
            until = now if account.until is None else min(account.until, now)
            await self._accounts.put(replace(account, until=until))
            await plan_changed(self._outbox, command.company_id)
        return until
