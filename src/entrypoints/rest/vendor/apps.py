"""Installing, renewing, suspending and removing the app (Vendor API, 6.2 and 6.3)."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Router, delete, get, put
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromPath, JSONBody

from application.bus import Application
from application.connections.commands.activate_company import ActivateCompany
from application.connections.commands.deactivate_company import DeactivateCompany
from application.tenants.queries.get_installation import GetInstallation
from domain.tenants.company import CompanyStatus
from entrypoints.rest.auth import bearer

_JSON_API = "/api/remap/1.2"
_STATUSES = {CompanyStatus.ACTIVE: "Activated", CompanyStatus.SUSPENDED: "Suspended"}


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """A token for one of MoySklad's APIs. MoySklad may add fields; they are let pass."""

    resource: str
    access_token: str | None = None


class Activation(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """MoySklad's activation request."""

    app_uid: str
    account_name: str
    cause: str
    access: list[Access] = []


class Deactivation(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """MoySklad's deactivation request."""

    cause: str = "Uninstall"
    account_name: str = ""


class Installation(msgspec.Struct, frozen=True, kw_only=True):
    """How the installation stands, in MoySklad's words."""

    status: str


@put("/{app_id:uuid}/{account_id:uuid}", summary="Activate", status_code=200)
async def activate(
    request: Request[Any, Any, Any],
    app_id: FromPath[UUID],
    account_id: FromPath[UUID],
    data: JSONBody[Activation],
    application: NamedDependency[Application],
) -> Installation:
    """Install, Resume, TariffChanged and Autoprolongation. Repeating it changes nothing."""
    tokens = [access.access_token for access in data.access if access.resource.rstrip("/").endswith(_JSON_API)]
    await application.execute(
        ActivateCompany(
            signature=bearer(request),
            app_id=app_id,
            account_id=account_id,
            account_name=data.account_name,
            cause=data.cause,
            access_token=next((token for token in tokens if token), None),
        )
    )
    return Installation(status=_STATUSES[CompanyStatus.ACTIVE])


@delete("/{app_id:uuid}/{account_id:uuid}", summary="Deactivate", status_code=204)
async def deactivate(
    request: Request[Any, Any, Any],
    app_id: FromPath[UUID],
    account_id: FromPath[UUID],
    application: NamedDependency[Application],
) -> None:
    """Uninstall and Suspend. The body comes with a DELETE, which some proxies strip: without it, it is an uninstall."""
    told = _deactivation(await request.body())
    await application.execute(
        DeactivateCompany(signature=bearer(request), app_id=app_id, account_id=account_id, cause=told.cause)
    )


@get("/{app_id:uuid}/{account_id:uuid}", summary="Status")
async def status(
    request: Request[Any, Any, Any],
    app_id: FromPath[UUID],
    account_id: FromPath[UUID],
    application: NamedDependency[Application],
) -> Installation:
    """404 for an account that does not have the app."""
    found = await application.ask(GetInstallation(signature=bearer(request), app_id=app_id, account_id=account_id))
    return Installation(status=_STATUSES[found])


def _deactivation(body: bytes) -> Deactivation:
    if not body:
        return Deactivation()
    try:
        return msgspec.json.decode(body, type=Deactivation)
    except msgspec.DecodeError as malformed:
        raise ClientException(str(malformed)) from malformed


ROUTER = Router(
    "/api/moysklad/vendor/1.0/apps", route_handlers=[activate, deactivate, status], tags=["MoySklad Vendor API"]
)
