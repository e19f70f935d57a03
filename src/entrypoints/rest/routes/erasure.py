"""Erasing a company, for its owner."""

import msgspec
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from application.bus import Application
from application.delivery.commands.request_erasure import RequestErasure
from application.delivery.queries.get_erasure import ErasureView, GetErasure
from application.tenants.acting import Acting
from application.tenants.ports import Identity
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION, session_of


class Confirmation(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The company's name as it is shown, letter by letter."""

    name: str


@post("/company/erasure", summary="Erase everything about the company, for good", status_code=202)
async def request_erasure(
    data: JSONBody[Confirmation], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> Response[ErasureView]:
    """For owners who are signed in, confirmed by the company's name. A worker does it; what comes afterwards is refused
    with `tenants.company_erased`. Spreadsheets are the company's own and stay.
    """
    session_of(identity)
    acting = Acting(member_id=identity.member_id)
    await application.execute(RequestErasure(company_id=identity.company_id, name=data.name, acting=acting))
    view = await application.ask(GetErasure(company_id=identity.company_id))
    return Response(view, headers={"Location": "/api/v1/company/erasure"})


@get("/company/erasure", summary="How far the erasure is")
async def get_erasure(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> ErasureView:
    """404 where nobody asked for one. An owner's access token is good for asking as long as it lasts: the session goes
    with everything else.
    """
    session_of(identity)
    identity.require(Permission.MANAGE_OWNERS)
    return await application.ask(GetErasure(company_id=identity.company_id))


ROUTER = Router("/", route_handlers=[request_erasure, get_erasure], tags=["People"], security=SESSION)
