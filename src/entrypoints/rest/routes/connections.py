"""What the company is connected to."""

from litestar import Router, delete, get, post, put
from litestar.di import NamedDependency

from application.bus import Application
from application.connections.commands.begin_google_consent import BeginGoogleConsent
from application.connections.commands.begin_google_picking import BeginGooglePicking
from application.connections.commands.connect_service_account import ConnectServiceAccount
from application.connections.commands.disconnect_google import DisconnectGoogle
from application.connections.consents import ConsentStarted
from application.connections.queries.get_service_account import GetServiceAccount, ServiceAccountView
from application.connections.queries.list_connections import ConnectionView, ListConnections
from application.exports.queries.list_picked_spreadsheets import ListPickedSpreadsheets, PickedView
from application.tenants.ports import Identity
from domain.tenants.member import Permission
from entrypoints.rest.auth import SESSION
from entrypoints.rest.idempotency import ONCE


@get("/connections", summary="Connections and their state")
async def list_connections(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> list[ConnectionView]:
    """MoySklad and Google, each `active`, `broken`, `suspended` or `absent`."""
    return await application.ask(ListConnections(company_id=identity.company_id))


@post("/connections/google/consents", summary="Start connecting Google", opt=ONCE)
async def begin_google(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> ConsentStarted:
    """Answers the address of Google's consent page. Open it outside of MoySklad's iframe."""
    identity.require(Permission.MANAGE_CONNECTIONS)
    return await application.execute(BeginGoogleConsent(company_id=identity.company_id, member_id=identity.member_id))


@post("/connections/google/picks", summary="Choose existing spreadsheets", opt=ONCE)
async def begin_picking(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> ConsentStarted:
    """Answers the address of Google's page on which one chooses spreadsheets of the connected account. Open it outside
    of MoySklad's iframe.
    """
    identity.require(Permission.MANAGE_CONNECTIONS)
    return await application.execute(BeginGooglePicking(company_id=identity.company_id, member_id=identity.member_id))


@get("/connections/google/spreadsheets", summary="Spreadsheets that were chosen")
async def list_picked(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> list[PickedView]:
    """The twenty chosen last; an export may name any of them. One without a title is not shown to the account."""
    return await application.ask(ListPickedSpreadsheets(company_id=identity.company_id))


@get("/connections/google/service-account", summary="With whom to share a spreadsheet")
async def get_service_account(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> ServiceAccountView:
    """The address with which a spreadsheet is shared, as an editor, where no Google account shall be connected."""
    return await application.ask(GetServiceAccount(company_id=identity.company_id))


@put("/connections/google/service-account", summary="Share spreadsheets instead of connecting Google", status_code=204)
async def connect_service_account(
    identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> None:
    """From now on exports write, through the service account, into spreadsheets that were shared with it. They have to
    name one: it makes none.
    """
    identity.require(Permission.MANAGE_CONNECTIONS)
    await application.execute(ConnectServiceAccount(company_id=identity.company_id))


@delete("/connections/google", summary="Disconnect Google")
async def disconnect_google(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> None:
    """Forgets the grant."""
    identity.require(Permission.MANAGE_CONNECTIONS)
    await application.execute(DisconnectGoogle(company_id=identity.company_id))


ROUTER = Router(
    "/",
    route_handlers=[
        list_connections,
        begin_google,
        begin_picking,
        list_picked,
        get_service_account,
        connect_service_account,
        disconnect_google,
    ],
    tags=["Connections"],
    security=SESSION,
)
