"""Who belongs to the company, and who is let in."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from application.bus import Application
from application.tenants.commands.change_role import ChangeRole
from application.tenants.commands.create_link import CreateLink
from application.tenants.commands.remove_member import RemoveMember
from application.tenants.commands.revoke_link import RevokeLink
from application.tenants.ports import Identity
from application.tenants.queries.get_member import GetMember
from application.tenants.queries.list_links import ListLinks
from application.tenants.queries.list_members import ListMembers
from application.tenants.views import LinkView, MemberEntry
from domain.shared.identities import LinkId, MemberId
from domain.tenants.member import Permission, Role
from entrypoints.rest.addresses import link_address
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE
from entrypoints.rest.refresh_cookie import public_url
from entrypoints.rest.versions import VERSIONED, expected, member_tag

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Days = Annotated[int, msgspec.Meta(ge=1, le=30)]


class NewRole(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """`owner`, `admin`, `editor` or `viewer`."""

    role: Role


class NewLink(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """For a new member of that name and role; with `memberId`, for that member, and name and role are theirs."""

    name: Name = "—"
    role: Role = Role.VIEWER
    member_id: UUID | None = None
    days: Days = 3


class LinkMade(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The link. `token` and `url` are shown this once."""

    token: str
    url: str
    link: LinkView


@get("/members", summary="Who belongs to the company")
async def list_members(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> list[MemberEntry]:
    """The oldest first, those who were removed too."""
    identity.require(Permission.READ)
    return await application.ask(ListMembers(company_id=identity.company_id))


@get("/members/{member_id:uuid}", summary="One member")
async def get_member(
    member_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> Response[MemberEntry]:
    """Removed or not."""
    identity.require(Permission.READ)
    member = await application.ask(GetMember(company_id=identity.company_id, member_id=MemberId(member_id)))
    return Response(member, headers=member_tag(member))


@put("/members/{member_id:uuid}/role", summary="Give a member another role", status_code=204, opt=VERSIONED)
async def change_role(
    request: Request[Any, Any, Any],
    member_id: FromPath[UUID],
    data: JSONBody[NewRole],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> Response[None]:
    """Also takes back one who was removed. Nobody gives or takes a role that may do more than their own. With If-Match
    only if nobody has changed the member meanwhile.
    """
    own = MemberId(member_id)
    await application.execute(
        ChangeRole(
            company_id=identity.company_id,
            acting=identity.acting,
            member_id=own,
            role=data.role,
            expected=expected(request),
        )
    )
    member = await application.ask(GetMember(company_id=identity.company_id, member_id=own))
    return Response(None, status_code=204, headers=member_tag(member))


@delete("/members/{member_id:uuid}", summary="Remove a member", opt=VERSIONED)
async def remove_member(
    request: Request[Any, Any, Any],
    member_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> None:
    """Ends their sessions and API keys. The last owner stays. With If-Match only if nobody has changed the member
    meanwhile.
    """
    await application.execute(
        RemoveMember(
            company_id=identity.company_id,
            acting=identity.acting,
            member_id=MemberId(member_id),
            expected=expected(request),
        )
    )


@get("/links", summary="Open one-time links")
async def list_links(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> list[LinkView]:
    """Those by which somebody may still come in."""
    return await application.ask(ListLinks(company_id=identity.company_id, acting=identity.acting))


@post("/links", summary="Hand out a one-time link", opt=ONCE)
async def create_link(
    request: Request[Any, Any, Any],
    data: JSONBody[NewLink],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> LinkMade:
    """Whoever opens it first comes in, or joins with the companies that they have already."""
    made = await application.execute(
        CreateLink(
            company_id=identity.company_id,
            acting=identity.acting,
            name=data.name,
            role=data.role,
            member_id=None if data.member_id is None else MemberId(data.member_id),
            lifetime=timedelta(days=data.days),
        )
    )
    return LinkMade(token=made.token, url=link_address(public_url(request), made.token), link=made.link)


@delete("/links/{link_id:uuid}", summary="Take a link back")
async def revoke_link(
    link_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> None:
    """Nobody comes in by it from now on."""
    await application.execute(
        RevokeLink(company_id=identity.company_id, acting=identity.acting, link_id=LinkId(link_id))
    )


ROUTER = Router(
    "/",
    route_handlers=[list_members, get_member, change_role, remove_member, list_links, create_link, revoke_link],
    tags=["People"],
    security=SESSION,
)
