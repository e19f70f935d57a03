"""Whether both companies let an execution go on just now."""

from typing import Any, NamedTuple

from application.automations.ports import LinkSides
from application.billing.quotas import Quotas
from application.tenants.ports import Companies
from domain.automations.executions import SideUnavailable
from domain.automations.links import CompanyLinkNotFound, LinkLimits, LinkRevoked, Side, TooManyLinks, require_open
from domain.automations.reading import reference_id, total_of
from domain.automations.rules import AutomationRule
from domain.shared.errors import NotFound, SkladSheetsError
from domain.shared.identities import CompanyId, CompanyLinkId


class Permit(NamedTuple):
    """Whose link it is, what each side allows, and what the source is called at the target."""

    source_id: CompanyId
    target_id: CompanyId
    source: LinkLimits
    target: LinkLimits
    source_name: str


class Permits:
    """Asked before anything is read and once more before anything is written; in a SystemTransaction."""

    def __init__(self, links: LinkSides, companies: Companies, quotas: Quotas) -> None:
        self._links = links
        self._companies = companies
        self._quotas = quotas

    async def require(self, rule: AutomationRule) -> Permit:
        """Raises RulePaused, LinkNotAccepted, LinkRevoked, LinkPaused, TooManyLinks or SideUnavailable."""
        permit = await self.require_link(rule.company_id, rule.link_id)
        if permit.target_id != rule.target_id:
            raise LinkRevoked(side=Side.TARGET.value)
        rule.require_enabled()
        await self._require_room(rule)
        return permit

    async def _require_room(self, rule: AutomationRule) -> None:
        """After a change to a smaller plan the youngest links rest. Raises TooManyLinks."""
        limit = (await self._quotas.of(rule.company_id))[0].plan.links
        if limit is None:
            return
        halves = await self._links.all(rule.company_id)
        live = sorted(one.link_id for one in halves if one.live and one.side is Side.SOURCE)
        if rule.link_id not in live[:limit]:
            raise TooManyLinks(used=len(live), limit=limit)

    async def require_link(self, company_id: CompanyId, link_id: CompanyLinkId) -> Permit:
        """The same for a link that starts at this company. Raises CompanyLinkNotFound where there is none."""
        halves = {one.side: one for one in await self._links.both(link_id)}
        source, target = halves.get(Side.SOURCE), halves.get(Side.TARGET)
        if source is not None and source.company_id != company_id:
            raise CompanyLinkNotFound
        if source is None and (target is None or target.other_id != company_id):
            raise CompanyLinkNotFound
        require_open(source, target)
        if source is None or target is None:
            raise CompanyLinkNotFound
        await self._require_company(Side.SOURCE, source.company_id)
        await self._require_company(Side.TARGET, target.company_id)
        return Permit(source.company_id, target.company_id, source.limits, target.limits, target.other_name)

    async def _require_company(self, side: Side, company_id: CompanyId) -> None:
        try:
            (await self._companies.get(company_id)).require_active()
            (await self._quotas.of(company_id))[0].require_running()
        except NotFound as gone:
            raise LinkRevoked(side=side.value) from gone
        except SkladSheetsError as refused:
            raise SideUnavailable(side=side.value, code=refused.code) from refused


def require_within(permit: Permit, rule: AutomationRule, document: dict[str, Any]) -> None:
    """The document is within what both sides allow. Raises OutsideLimits."""
    recipe, mapping, total = rule.terms.recipe, rule.terms.mapping, total_of(document)
    store = reference_id(document.get("store"))
    agent = reference_id(document.get("agent"))
    permit.source.require(Side.SOURCE, recipe.source, [store] if store else [], agent, total)
    stores = [mapping.store] if mapping.store else []
    permit.target.require(Side.TARGET, recipe.target, stores, mapping.agent, total)
