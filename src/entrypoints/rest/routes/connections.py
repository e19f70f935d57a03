"""What the company is connected to."""

from litestar import Router, delete, get, post
from litestar.di import NamedDependency

from application.bus import Application
from application.connections.commands.begin_google_consent import BeginGoogleConsent, ConsentStarted
from application.connections.commands.disconnect_google import DisconnectGoogle
from application.connections.queries.list_connections import ConnectionView, ListConnections
from application.tenants.ports import Identity
from domain.tenants.member import Permission, require
from entrypoints.rest.auth import SESSION


@get("/connections", summary="Connections and their state")
async def list_connections(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> list[ConnectionView]:
    """MoySklad and Google, each `active`, `broken`, `suspended` or `absent`."""
    return await application.ask(ListConnections(company_id=identity.company_id))


@post("/connections/google/consents", summary="Start connecting Google")
async def begin_google(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> ConsentStarted:
    """Answers the address of Google's consent page. Open it outside of MoySklad's iframe."""
    require(identity.role, Permission.MANAGE_CONNECTIONS)
    return await application.execute(BeginGoogleConsent(company_id=identity.company_id, member_id=identity.member_id))


@delete("/connections/google", summary="Disconnect Google")
async def disconnect_google(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> None:
    """Forgets the grant."""
    require(identity.role, Permission.MANAGE_CONNECTIONS)
    await application.execute(DisconnectGoogle(company_id=identity.company_id))


ROUTER = Router(
    "/", route_handlers=[list_connections, begin_google, disconnect_google], tags=["Connections"], security=SESSION
)
