"""What a company's plan, and the installation, allow its exports."""

from collections.abc import Sequence
from dataclasses import replace

from application.billing.quotas import Quotas
from application.exports.ports import ExportConfigs
from domain.billing.standing import ExportRests
from domain.exports.allowance import Allowance
from domain.exports.schedule import Terms
from domain.shared.identities import CompanyId, ConfigId


class Allowances:
    """What exports of companies may do: the installation's terms hold for all, the plan's where they are stricter; the
    oldest exports run, as many as the plan allows.
    """

    def __init__(self, terms: Terms, configs: ExportConfigs, quotas: Quotas) -> None:
        self._terms = terms
        self._configs = configs
        self._quotas = quotas

    async def of(self, company_ids: Sequence[CompanyId]) -> dict[CompanyId, Allowance]:
        """Of these companies, as far as they exist. Works in a SystemTransaction, or in one of the only company; takes
        a few statements, however many companies there are.
        """
        entitled = await self._quotas.entitlements(company_ids)
        plans = {company_id: one.plan for company_id, one in entitled.items()}
        limits = {company_id: plan.exports for company_id, plan in plans.items() if plan.exports is not None}
        resting = await self._configs.beyond(limits) if limits else {}
        return {
            company_id: Allowance(
                replace(self._terms, shortest=max(self._terms.shortest, plan.shortest_interval)),
                resting.get(company_id),
                plan.shortest_follow_up,
                entitled[company_id].changes_at,
            )
            for company_id, plan in plans.items()
        }

    async def require(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """Raises ExportRests."""
        if (await self.of([company_id]))[company_id].rests(config_id):
            raise ExportRests
