"""The operator says which billing provider decides about a company."""

from application.connections.installation_ports import Installations
from application.messages import Command
from application.ports import Outbox, Transaction
from application.tenants.plan_command import plan_changed
from application.tenants.ports import Companies
from domain.billing.grants import ProviderUnfit, provider_named
from domain.tenants.subscription import BilledBy


class ChooseProvider(Command[None], frozen=True, kw_only=True, tag="billing.choose_provider"):
    """The `provider` by its key."""

    provider: str


class ChooseProviderHandler:
    """Keeps it with the company. What either provider was told of the company stays."""

    def __init__(
        self, transaction: Transaction, companies: Companies, installations: Installations, outbox: Outbox
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._installations = installations
        self._outbox = outbox

    async def __call__(self, command: ChooseProvider) -> None:
        """Raises ProviderUnknown, CompanyNotFound, or ProviderUnfit for MoySklad where the app was never installed."""
        provider = provider_named(command.provider)
        async with self._transaction(command.company_id):
            company = await self._companies.get(command.company_id)
            told = company.subscription is not None or bool(await self._installations.all(company.id))
            if provider is BilledBy.MOYSKLAD and not told:
                raise ProviderUnfit(provider=provider.value)
            company.bill_by(provider)
            await self._companies.put(company)
            await plan_changed(self._outbox, company.id)
