"""What can a rule over a link choose in the other company's account?"""

from typing import Any

import msgspec

from application.automations.matching_ports import Matching
from application.automations.permits import Permit, Permits
from application.automations.sides import Sides
from application.automations.vendor_ports import DocumentWriter, TargetLists
from application.connections.ports import Urgency
from application.messages import Query
from application.ports import SystemTransaction
from domain.automations.links import Side
from domain.automations.mapping import ATTRIBUTES
from domain.automations.matching import MatchBy, Matched, MatchKind, Wanted
from domain.automations.reading import listed
from domain.automations.recipes import recipe_named
from domain.shared.identities import CompanyLinkId

_ORDER = (MatchBy.INN, MatchBy.EXTERNAL_CODE, MatchBy.NAME)


class TargetChoice(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Something that may be chosen; its `id` is in the other account."""

    id: str
    name: str


class LinkTargets(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a rule may choose there, within what the other company allows. `agents` are counterparties who may stand for
    this company: found by INN, code or name of its own organizations.
    """

    organizations: list[TargetChoice]
    stores: list[TargetChoice]
    agents: list[TargetChoice]
    states: list[str]
    attributes: list[str]


class GetLinkTargets(Query[LinkTargets], frozen=True, kw_only=True):
    """For rules of that recipe."""

    link_id: CompanyLinkId
    recipe: str


class GetLinkTargetsHandler:
    """Reads both accounts and writes nothing. The other company has allowed that by accepting the link."""

    def __init__(
        self,
        system_transaction: SystemTransaction,
        permits: Permits,
        sides: Sides,
        lists: TargetLists,
        writer: DocumentWriter,
        matching: Matching,
    ) -> None:
        self._system_transaction = system_transaction
        self._permits = permits
        self._sides = sides
        self._lists = lists
        self._writer = writer
        self._matching = matching

    async def __call__(self, query: GetLinkTargets) -> LinkTargets:
        """Raises RecipeUnknown, CompanyLinkNotFound, what Permits does, SideUnavailable, VendorBusy or VendorFailed."""
        recipe = recipe_named(query.recipe)
        async with self._system_transaction():
            permit = await self._permits.require_link(query.company_id, query.link_id)
        async with self._sides.speaking(Side.SOURCE, permit.source_id, Urgency.INTERACTIVE) as key:
            own = await self._lists.all(key, "organization")
        wanted = [_wanted(one) for one in own if not one.get("archived")]
        async with self._sides.speaking(Side.TARGET, permit.target_id) as key:
            organizations = await self._lists.all(key, "organization")
            stores = await self._lists.all(key, "store") if recipe.stores else []
            described = await self._writer.describe(key, recipe.target)
            matched = await self._matching.match(key, permit.target_id, permit.source_id, wanted, _ORDER, learn=False)
        allowed = permit.target.stores
        return LinkTargets(
            organizations=_choices(organizations),
            stores=[one for one in _choices(stores) if allowed is None or one.id in allowed],
            agents=_agents(permit, matched),
            states=[str(one.get("name")) for one in listed(described.get("states"))],
            attributes=[
                str(one.get("name")) for one in listed(described.get("attributes")) if one.get("type") in ATTRIBUTES
            ],
        )


def _wanted(organization: dict[str, Any]) -> Wanted:
    return Wanted(
        kind=MatchKind.COUNTERPARTY,
        source_id=str(organization.get("id")),
        type="organization",
        name=str(organization.get("name", "")),
        external_code=str(organization.get("externalCode", "")),
        inn=str(organization.get("inn", "")),
    )


def _choices(objects: Any) -> list[TargetChoice]:
    return [
        TargetChoice(id=str(one["id"]), name=str(one.get("name", ""))) for one in objects if not one.get("archived")
    ]


def _agents(permit: Permit, matched: Matched) -> list[TargetChoice]:
    suggested = [target for one in matched.open for target in one.suggestions]
    targets = {target.id: target for target in (*matched.found.values(), *suggested)}
    allowed = permit.target.agents
    return [
        TargetChoice(id=target.id, name=target.name)
        for target in targets.values()
        if allowed is None or target.id in allowed
    ]
