"""The companies of the person who is signed in."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from application.bus import Application
from application.tenants.commands.join_company import JoinCompany
from application.tenants.commands.switch_company import SwitchCompany
from application.tenants.ports import Identity
from application.tenants.queries.list_own_companies import ListOwnCompanies
from application.tenants.views import OwnCompany
from domain.shared.identities import CompanyId
from entrypoints.rest.auth import SESSION, session_of
from entrypoints.rest.tokens import Tokens, answered, device


class Invitation(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The token of a one-time link into the other company."""

    token: str


@get("/me/companies", summary="My companies")
async def list_own(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> list[OwnCompany]:
    """Every company that the person belongs to, this one too."""
    session_of(identity)
    return await application.ask(ListOwnCompanies(company_id=identity.company_id, member_id=identity.member_id))


@post("/me/companies", summary="Join another company")
async def join(
    request: Request[Any, Any, Any],
    data: JSONBody[Invitation],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> Response[Tokens]:
    """Accepts an invitation; the tokens are for the other company."""
    session_of(identity)
    command = JoinCompany(
        company_id=identity.company_id, member_id=identity.member_id, token=data.token, device=device(request)
    )
    return answered(await application.execute(command), 201, cookie=False)


@post("/me/companies/{company_id:uuid}/session", summary="Go over to another company")
async def switch(
    request: Request[Any, Any, Any],
    company_id: FromPath[UUID],
    identity: NamedDependency[Identity],
    application: NamedDependency[Application],
) -> Response[Tokens]:
    """A session there begins; this one goes on."""
    session_of(identity)
    command = SwitchCompany(
        company_id=identity.company_id,
        member_id=identity.member_id,
        into=CompanyId(company_id),
        device=device(request),
    )
    return answered(await application.execute(command), 201, cookie=False)


ROUTER = Router("/", route_handlers=[list_own, join, switch], tags=["People"], security=SESSION)
