"""The control surface: what tests, benchmarks and people do to the emulator from outside the vendor's API."""

import secrets
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from emulators.common.serving import CONTROL, json_response
from emulators.moysklad import errors
from emulators.moysklad.accounts import Account, Application, Caller, Install, Person, World
from emulators.moysklad.control_objects import ObjectControl
from emulators.moysklad.control_page import page
from emulators.moysklad.founding import add_employee, found_account
from emulators.moysklad.limits import Quotas
from emulators.moysklad.vendor_api import VendorApi
from emulators.moysklad.vendor_calls import VendorSide

Body = dict[str, Any]
Endpoint = Callable[[web.Request, Body], Awaitable[object]]

SETTINGS = {
    "quotas": "quotas",
    "latencySeconds": "latency_seconds",
    "nestedPositionsLimit": "nested_positions_limit",
    "compress": "compress",
    "retryEverySeconds": "retry_every_seconds",
    "retryForSeconds": "retry_for_seconds",
    "computedBumpsUpdated": "computed_bumps_updated",
    "trashBumpsUpdated": "trash_bumps_updated",
    "restoreBumpsUpdated": "restore_bumps_updated",
    "stockRecalculationSeconds": "stock_recalculation_seconds",
    "asyncPendingSeconds": "async_pending_seconds",
    "asyncProcessingSeconds": "async_processing_seconds",
    "downloadBase": "download_base",
    "bans": "bans",
    "connectionRequests": "connection_requests",
    "newConnectionsPerMinute": "new_connections_per_minute",
    "webhookTimeoutSeconds": "webhook_timeout_seconds",
    "stockWebhookSeconds": "stock_webhook_seconds",
    "trashSendsDelete": "trash_sends_delete",
    "repeatedSyncId": "repeated_sync_id",
    "trashedSyncId": "trashed_sync_id",
    "equalityIgnoresCase": "equality_ignores_case",
    "scenarioRetryEverySeconds": "scenario_retry_every_seconds",
    "scenarioRetryForSeconds": "scenario_retry_for_seconds",
}


class Control:
    """Handlers of `/_control`."""

    def __init__(self, world: World, quotas: Quotas, vendor_api: VendorApi, vendor_side: VendorSide) -> None:
        self._world = world
        self._quotas = quotas
        self._vendor_api = vendor_api
        self._vendor_side = vendor_side
        self._objects = ObjectControl(world)

    def routes(self) -> list[web.RouteDef]:
        account = f"{CONTROL}/accounts/{{account}}"
        endpoints: list[tuple[str, str, Endpoint]] = [
            ("GET", f"{CONTROL}/apps", self._apps),
            ("POST", f"{CONTROL}/apps", self._add_app),
            ("GET", f"{CONTROL}/accounts", self._accounts),
            ("POST", f"{CONTROL}/accounts", self._add_account),
            ("GET", account, self._one_account),
            ("PUT", f"{account}/settings", self._account_settings),
            ("POST", f"{account}/install", self._install),
            ("POST", f"{account}/uninstall", self._uninstall),
            ("POST", f"{account}/suspend", self._suspend),
            ("POST", f"{account}/resume", self._resume),
            ("POST", f"{account}/tariff", self._tariff),
            ("POST", f"{account}/tokens", self._token),
            ("POST", f"{account}/revoke", self._revoke),
            ("POST", f"{account}/permissions", self._permissions),
            ("POST", f"{account}/employees", self._employee),
            ("POST", f"{account}/context-keys", self._context_key),
            ("GET", f"{CONTROL}/settings", self._settings),
            ("POST", f"{CONTROL}/settings", self._change_settings),
            ("POST", f"{CONTROL}/quotas/reset", self._reset_quotas),
            *self._objects.endpoints(),
        ]
        plain = [web.route(method, path, as_json(endpoint)) for method, path, endpoint in endpoints]
        return [
            *plain,
            web.get(CONTROL, self._page),
            web.get(f"{CONTROL}/", self._page),
            *self._objects.routes(),
        ]

    async def _page(self, _: web.Request) -> web.Response:
        return web.Response(text=page(self._world), content_type="text/html")

    async def _apps(self, _: web.Request, __: Body) -> object:
        return [_shown_app(one) for one in self._world.applications.values()]

    async def _add_app(self, _: web.Request, body: Body) -> object:
        number = len(self._world.applications) + 1
        application = Application(
            str(body.get("appId") or uuid.uuid4()),
            str(body.get("appUid") or f"skladsheets{number}.vendor"),
            str(body.get("secretKey") or secrets.token_hex(32)),
            str(body["endpointBase"]).rstrip("/"),
            bool(body.get("draft", False)),
        )
        self._world.applications[application.app_id] = application
        for account in self._world.accounts.values():
            if application.app_id in account.installs:
                account.installs[application.app_id].application = application
        return _shown_app(application)

    async def _accounts(self, _: web.Request, __: Body) -> object:
        return [_shown_account(one) for one in self._world.accounts.values()]

    async def _add_account(self, _: web.Request, body: Body) -> object:
        name = str(body["name"])
        if any(one.name == name for one in self._world.accounts.values()):
            raise web.HTTPConflict(text=f"account {name} exists")
        return _shown_account(found_account(self._world, name))

    async def _one_account(self, request: web.Request, _: Body) -> object:
        account = self._account(request)
        installs = [
            {"appId": one.application.app_id, "status": one.status, "cause": one.cause, "token": one.token}
            for one in account.installs.values()
        ]
        counts = {name: len(shelf) for name, shelf in account.shelves.items()}
        shown = {"settings": account.settings, "installs": installs, "counts": counts}
        return _shown_account(account) | shown

    async def _account_settings(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        for known in (account.settings, account.rules):
            known.update({name: value for name, value in body.items() if name in known})
        return account.settings | account.rules

    async def _install(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        return await self._vendor_side.activate(account, self._installed(account, body), "Install")

    async def _uninstall(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        return await self._vendor_side.deactivate(account, self._known_install(account, body), "Uninstall")

    async def _suspend(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        return await self._vendor_side.deactivate(account, self._known_install(account, body), "Suspend")

    async def _resume(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        return await self._vendor_side.activate(account, self._known_install(account, body), "Resume")

    async def _tariff(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        install = self._known_install(account, body)
        return await self._vendor_side.change_tariff(account, install, str(body.get("tariffName", "Pro")))

    async def _token(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        if body.get("kind") == "user":
            return {"token": self._world.issue(Caller(account, person=self._person(account, body)))}
        install = self._installed(account, body)
        self._world.revoke(install.token)
        install.token = self._world.issue(Caller(account, install=install))
        install.status = "Activated"
        return {"token": install.token}

    async def _revoke(self, _: web.Request, body: Body) -> object:
        self._world.revoke(str(body["token"]))
        return {}

    async def _permissions(self, request: web.Request, body: Body) -> object:
        install = self._known_install(self._account(request), body)
        for kind, rights in body["permissions"].items():
            denied = install.denied.setdefault(kind, set())
            for right, allowed in rights.items():
                (denied.discard if allowed else denied.add)(right)
        return {kind: sorted(rights) for kind, rights in install.denied.items() if rights}

    async def _employee(self, request: web.Request, body: Body) -> object:
        person = add_employee(self._world, self._account(request), str(body.get("name", "Сотрудник")))
        return {"employeeId": person.employee_id, "login": person.login, "password": person.password}

    async def _context_key(self, request: web.Request, body: Body) -> object:
        account = self._account(request)
        application = self._application(body)
        return {"contextKey": self._vendor_api.new_context_key(application, account, self._person(account, body))}

    async def _settings(self, _: web.Request, __: Body) -> object:
        shown: Body = {name: getattr(self._world.settings, inner) for name, inner in SETTINGS.items()}
        return shown | {"clockOffsetSeconds": self._world.clock.offset}

    async def _change_settings(self, request: web.Request, body: Body) -> object:
        for name, inner in SETTINGS.items():
            if name in body:
                kind = type(getattr(self._world.settings, inner))
                setattr(self._world.settings, inner, kind(body[name]))
        if "clockOffsetSeconds" in body:
            self._world.clock.offset = float(body["clockOffsetSeconds"])
        return await self._settings(request, {})

    async def _reset_quotas(self, _: web.Request, __: Body) -> object:
        self._quotas.reset()
        return {}

    def _account(self, request: web.Request) -> Account:
        account = self._world.accounts.get(request.match_info["account"])
        if account is None:
            raise web.HTTPNotFound(text="no such account")
        return account

    def _application(self, body: Body) -> Application:
        applications = self._world.applications
        wanted = body.get("appId") or next(iter(applications), None)
        if wanted not in applications:
            raise web.HTTPNotFound(text="no such application: POST /_control/apps first")
        return applications[wanted]

    def _installed(self, account: Account, body: Body) -> Install:
        application = self._application(body)
        return account.installs.setdefault(application.app_id, Install(application))

    def _known_install(self, account: Account, body: Body) -> Install:
        install = account.installs.get(self._application(body).app_id)
        if install is None:
            raise web.HTTPNotFound(text="the application is not installed on this account")
        return install

    def _person(self, account: Account, body: Body) -> Person:
        wanted = body.get("employeeId")
        if wanted is not None:
            for person in account.people:
                if person.employee_id == wanted:
                    return person
            raise web.HTTPNotFound(text="no such employee")
        admin = bool(body.get("admin", True))
        for person in account.people:
            if person.admin is admin:
                return person
        return add_employee(self._world, account, "Сотрудник")


def as_json(endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler that reads and answers JSON; what an endpoint refuses or stumbles over becomes an error body."""

    async def handler(request: web.Request) -> web.Response:
        try:
            raw = await request.read()
            body = msgspec.json.decode(raw, type=dict) if raw.strip() else {}
            return json_response(await endpoint(request, body))
        except errors.ApiError as refused:
            return json_response(refused.body(), refused.status)
        except (msgspec.DecodeError, msgspec.ValidationError, KeyError, ValueError, TypeError) as wrong:
            return json_response({"error": f"{type(wrong).__name__}: {wrong}"}, 400)
        except web.HTTPException as refused:
            return json_response({"error": refused.text}, refused.status)

    return handler


def _shown_app(one: Application) -> dict[str, Any]:
    return {
        "appId": one.app_id,
        "appUid": one.app_uid,
        "secretKey": one.secret,
        "endpointBase": one.endpoint_base,
        "draft": one.draft,
    }


def _shown_account(one: Account) -> dict[str, Any]:
    admin = one.people[0]
    return {
        "accountId": one.id,
        "accountName": one.name,
        "login": admin.login,
        "password": admin.password,
        "employeeId": admin.employee_id,
    }
