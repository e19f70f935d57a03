"""The operator blocks a company, or lets it go on."""

from dataclasses import replace

from application.billing.ports import BillingAccounts
from application.messages import Command
from application.ports import Transaction
from application.tenants.ports import Companies


class BlockCompany(Command[None], frozen=True, kw_only=True, tag="billing.block"):
    """The company can read everything, and its exports rest, until it is told again without a `reason`."""

    reason: str | None


class BlockCompanyHandler:
    """Keeps the reason. Running exports stop before their next batch, and go on within a minute afterwards."""

    def __init__(self, transaction: Transaction, companies: Companies, accounts: BillingAccounts) -> None:
        self._transaction = transaction
        self._companies = companies
        self._accounts = accounts

    async def __call__(self, command: BlockCompany) -> None:
        """Raises CompanyNotFound."""
        async with self._transaction(command.company_id):
            await self._companies.get(command.company_id)
            account = await self._accounts.get(command.company_id)
            await self._accounts.put(replace(account, blocked=command.reason))
