"""Who decides about plans: all billing providers there are."""

from collections.abc import Sequence

from application.billing.ports import BillingProvider
from domain.billing.grants import Customer, Grant
from domain.shared.identities import CompanyId
from domain.tenants.subscription import BilledBy


class BillingProviders:
    """Asks each provider of its own companies. Where one has nothing to say of a company, the operator decides."""

    def __init__(self, providers: Sequence[BillingProvider]) -> None:
        self._providers = {provider.key: provider for provider in providers}

    async def grants(self, customers: Sequence[Customer]) -> dict[CompanyId, Grant]:
        """What each of these companies is granted, by its provider. Works in the caller's transaction."""
        asked: dict[BilledBy, list[CompanyId]] = {key: [] for key in BilledBy}
        for customer in customers:
            asked[customer.billed_by].append(customer.company_id)
        found: dict[CompanyId, Grant] = {}
        for key, company_ids in asked.items():
            found |= await self._asked(key, company_ids)
        unsaid = [customer.company_id for customer in customers if customer.company_id not in found]
        return found | await self._asked(BilledBy.MANUAL, unsaid)

    async def _asked(self, key: BilledBy, company_ids: Sequence[CompanyId]) -> dict[CompanyId, Grant]:
        return await self._providers[key].grants(company_ids) if company_ids else {}
