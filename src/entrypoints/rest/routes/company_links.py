"""Links to other companies, and what rules over them may choose there."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from application.automations.commands.accept_link import AcceptLink
from application.automations.commands.change_company_link import ChangeCompanyLink
from application.automations.commands.invite_company import InviteCompany
from application.automations.commands.revoke_company_link import RevokeCompanyLink
from application.automations.queries.get_link_targets import GetLinkTargets, LinkTargets
from application.automations.queries.list_company_links import ListCompanyLinks
from application.automations.views import CompanyLinkView
from application.bus import Application
from application.tenants.ports import Identity
from domain.automations.links import LinkLimits
from domain.shared.identities import CompanyLinkId
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Days = Annotated[int, msgspec.Meta(ge=1, le=30)]
Sum = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,15}(\.[0-9]{1,2})?$")]
Some = Annotated[list[Annotated[str, msgspec.Meta(min_length=1, max_length=100)]], msgspec.Meta(max_length=1000)]
Token = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Limits(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What this side allows; null, or left out, is anything. Types are those of this company's documents (`demand`),
    stores and agents are ids of its own account, `largestSum` is in units of the document's currency
    (`"1000.50"`).
    """

    types: Some | None = None
    stores: Some | None = None
    agents: Some | None = None
    largest_sum: Sum | None = None


class NewInvitation(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """`name` is what people here call the other company."""

    name: Name
    limits: Limits = Limits()
    days: Days = 7


class InvitationMade(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The invitation. `token` is shown this once; it is handed to the other company by whatever way people trust."""

    token: str
    link: CompanyLinkView


class Acceptance(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """An invitation's token, and what this side allows. Without a `name` the other company's own is taken."""

    token: Token
    name: Name | None = None
    limits: Limits = Limits()


class LinkChange(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What is left out stays as it is."""

    name: Name | None = None
    limits: Limits | None = None
    paused: bool | None = None


@get("/company-links", summary="Links to other companies")
async def list_company_links(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> list[CompanyLinkView]:
    """The newest first, ended ones too."""
    identity.require(Permission.READ)
    return await application.ask(ListCompanyLinks(company_id=identity.company_id))


@post("/company-links", summary="Invite another company", opt=ONCE)
async def invite_company(
    data: JSONBody[NewInvitation], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> InvitationMade:
    """Documents of this company may then cause documents there, by rules."""
    made = await application.execute(
        InviteCompany(
            company_id=identity.company_id,
            acting=identity.acting,
            name=data.name,
            limits=_limits(data.limits),
            lifetime=timedelta(days=data.days),
        )
    )
    return InvitationMade(token=made.token, link=made.link)


@post("/company-links/acceptances", summary="Accept an invitation", opt=ONCE)
async def accept_link(
    data: JSONBody[Acceptance], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> CompanyLinkView:
    """The inviting company's rules may then make documents in this company's account, within these limits."""
    return await application.execute(
        AcceptLink(
            company_id=identity.company_id,
            acting=identity.acting,
            token=data.token,
            name=data.name or "",
            limits=_limits(data.limits),
        )
    )


@patch("/company-links/{link_id:uuid}", summary="Change this side of a link")
async def change_company_link(
    link_id: FromPath[UUID],
    data: JSONBody[LinkChange],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> CompanyLinkView:
    """Holds from the next execution on. What waited while the link was paused goes on when it is opened again."""
    return await application.execute(
        ChangeCompanyLink(
            company_id=identity.company_id,
            acting=identity.acting,
            link_id=CompanyLinkId(link_id),
            name=data.name,
            limits=None if data.limits is None else _limits(data.limits),
            paused=data.paused,
        )
    )


@delete("/company-links/{link_id:uuid}", summary="End a link")
async def revoke_company_link(
    link_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> None:
    """At once and for good, from either side; or an invitation is taken back. What was made stays."""
    await application.execute(
        RevokeCompanyLink(company_id=identity.company_id, acting=identity.acting, link_id=CompanyLinkId(link_id))
    )


@get("/company-links/{link_id:uuid}/targets", summary="What a rule over the link may choose at the other company")
async def link_targets(
    link_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
    recipe: FromQuery[str] = "demand_supply",
) -> LinkTargets:
    """Organizations, stores, states and attributes there, and counterparties who may stand for this company. Asks
    MoySklad on behalf of both companies; the link has to be open.
    """
    identity.require(Permission.MANAGE_EXPORTS)
    return await application.ask(
        GetLinkTargets(company_id=identity.company_id, link_id=CompanyLinkId(link_id), recipe=recipe)
    )


def _limits(limits: Limits) -> LinkLimits:
    def several(chosen: list[str] | None) -> frozenset[str] | None:
        return None if chosen is None else frozenset(chosen)

    largest = None if limits.largest_sum is None else Decimal(limits.largest_sum)
    return LinkLimits(several(limits.types), several(limits.stores), several(limits.agents), largest)


ROUTER = Router(
    "/",
    route_handlers=[
        list_company_links,
        invite_company,
        accept_link,
        change_company_link,
        revoke_company_link,
        link_targets,
    ],
    tags=["Company links"],
    security=SESSION,
)
