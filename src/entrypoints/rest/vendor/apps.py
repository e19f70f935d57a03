"""Installing, renewing, suspending and removing the app (Vendor API, 6.2 and 6.3)."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Request, Router, delete, get, put
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromPath, JSONBody

from application.bus import Application
from application.connections.commands.activate_company import ActivateCompany
from application.connections.commands.deactivate_company import DeactivateCompany
from application.connections.commands.note_permissions import NotePermissions
from application.connections.installation_told import legible, read_permissions, read_subscription
from application.connections.queries.get_installation import GetInstallation
from domain.connections.installation import AnswerLate
from entrypoints.rest.auth import bearer

ResultT = TypeVar("ResultT")

PERMISSIONS_CHANGED = "PermissionsChanged"
RETRY_AFTER = 10.0
_LONGEST_REQUEST_ID = 200
_JSON_API = "/api/remap/1.2"
ANSWER_SECONDS = 8.0
"""MoySklad waits for 10 s (Vendor API docs, 6.2), and calls again after a 503."""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """A token for one of MoySklad's APIs. MoySklad may add fields; they are let pass."""

    resource: str
    scope: Any = None
    permissions: Any = None
    access_token: str | None = None


class Activation(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """MoySklad's activation request. What is not needed may have any form: a refusal would be final."""

    app_uid: str = ""
    account_name: str
    cause: str
    access: list[Access] | None = None
    subscription: Any = None


class Deactivation(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """MoySklad's deactivation request."""

    cause: str = "Uninstall"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that MoySklad tells beside activations."""

    cause: str
    access: Any = None


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
    access = data.access or []
    tokens = [one.access_token for one in access if one.resource.rstrip("/").endswith(_JSON_API)]
    command = ActivateCompany(
        signature=bearer(request),
        app_id=app_id,
        account_id=account_id,
        account_name=legible(data.account_name),
        cause=data.cause,
        access_token=next((token for token in tokens if token), None),
        request_id=_request_id(request),
        subscription=read_subscription(data.subscription),
        permissions=read_permissions(msgspec.to_builtins(access)),
    )
    return Installation(status=(await _in_time(application.execute(command))).value)


@delete("/{app_id:uuid}/{account_id:uuid}", summary="Deactivate", status_code=204)
async def deactivate(
    request: Request[Any, Any, Any],
    app_id: FromPath[UUID],
    account_id: FromPath[UUID],
    application: NamedDependency[Application],
) -> None:
    """Uninstall and Suspend. The body comes with a DELETE, which some proxies strip: without it, it is an uninstall."""
    told = _deactivation(await request.body())
    command = DeactivateCompany(
        signature=bearer(request),
        app_id=app_id,
        account_id=account_id,
        cause=told.cause,
        request_id=_request_id(request),
    )
    await _in_time(application.execute(command))


@put("/{app_id:uuid}/{account_id:uuid}/event", summary="Event", status_code=200)
async def event(
    request: Request[Any, Any, Any],
    app_id: FromPath[UUID],
    account_id: FromPath[UUID],
    data: JSONBody[Event],
    application: NamedDependency[Application],
) -> None:
    """PermissionsChanged. Events that are not known are taken for read, once their signature is right."""
    permissions = read_permissions(data.access) if data.cause == PERMISSIONS_CHANGED else None
    command = NotePermissions(
        signature=bearer(request),
        app_id=app_id,
        account_id=account_id,
        permissions=permissions,
        request_id=_request_id(request),
    )
    await _in_time(application.execute(command))


@get("/{app_id:uuid}/{account_id:uuid}", summary="Status")
async def status(
    request: Request[Any, Any, Any],
    app_id: FromPath[UUID],
    account_id: FromPath[UUID],
    application: NamedDependency[Application],
) -> Installation:
    """404 for an account that does not have the app."""
    found = await application.ask(GetInstallation(signature=bearer(request), app_id=app_id, account_id=account_id))
    return Installation(status=found.value)


def _request_id(request: Request[Any, Any, Any]) -> str | None:
    """The same in every repetition. Proxies that dislike underscores may drop the header or write it with hyphens."""
    given = request.headers.get("x_lognex_requestid") or request.headers.get("x-lognex-requestid")
    return given[:_LONGEST_REQUEST_ID] if given else None


async def _in_time(doing: Awaitable[ResultT]) -> ResultT:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await doing
    except TimeoutError:
        raise AnswerLate(RETRY_AFTER) from None


def _deactivation(body: bytes) -> Deactivation:
    if not body:
        return Deactivation()
    try:
        return msgspec.json.decode(body, type=Deactivation)
    except msgspec.DecodeError as malformed:
        raise ClientException(str(malformed)) from malformed


_HANDLERS = [activate, deactivate, status, event]
ROUTERS = (
    Router("/api/moysklad/vendor/1.0/apps", route_handlers=_HANDLERS, tags=["MoySklad Vendor API"]),
    # The documentation shows the path of events once without `moysklad` (Vendor API docs, 6.3).
    Router("/api/vendor/1.0/apps", route_handlers=[event], tags=["MoySklad Vendor API"]),
)
