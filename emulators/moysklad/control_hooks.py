"""The part of the control surface that is about webhooks and scenarios."""

from dataclasses import asdict

from aiohttp import web

from emulators.common.serving import CONTROL
from emulators.moysklad.accounts import Account, World
from emulators.moysklad.control import Body, Endpoint, as_json
from emulators.moysklad.hook_delivery import look_at_stock
from emulators.moysklad.vendor_calls import VendorSide


class HookControl:
    """Handlers of `/_control/accounts/{account}/webhooks…` and `…/scenario`."""

    def __init__(self, world: World, vendor_side: VendorSide) -> None:
        self._world = world
        self._vendor_side = vendor_side

    def routes(self) -> list[web.RouteDef]:
        account = f"{CONTROL}/accounts/{{account}}"
        endpoints: list[tuple[str, str, Endpoint]] = [
            ("GET", f"{account}/webhooks", self._show),
            ("POST", f"{account}/webhooks/tariff", self._tariff),
            ("POST", f"{account}/webhooks/disable", self._disable),
            ("POST", f"{account}/webhooks/remove", self._remove),
            ("POST", f"{account}/webhooks/mishaps", self._mishaps),
            ("POST", f"{account}/webhooks/stock", self._stock),
            ("POST", f"{account}/scenario", self._scenario),
        ]
        return [web.route(method, path, as_json(endpoint)) for method, path, endpoint in endpoints]

    async def _show(self, request: web.Request, _: Body) -> object:
        """Every webhook, how messages ended (`?last=n` of them) and how many wait."""
        book = self._account(request).hooks
        last = int(request.query.get("last", "100"))
        return {
            "webhooks": [asdict(hook) for hook in book.hooks.values()],
            "allowed": book.allowed,
            "waiting": len(book.waiting),
            "log": list(book.log)[-last:] if last else [],
        }

    async def _tariff(self, request: web.Request, body: Body) -> object:
        """`{"allowed": false}` is the free tariff: nothing is sent, made or changed."""
        book = self._account(request).hooks
        book.allowed = bool(body["allowed"])
        return {"allowed": book.allowed}

    async def _disable(self, request: web.Request, body: Body) -> object:
        """What the vendor does after ten days of errors: `{"ids": […]}`, or all."""
        return self._each(request, body, enabled=False)

    async def _remove(self, request: web.Request, body: Body) -> object:
        """Somebody removes webhooks: `{"ids": […]}`, or all."""
        book = self._account(request).hooks
        gone = set(body.get("ids") or book.hooks)
        book.hooks = {one: hook for one, hook in book.hooks.items() if one not in gone}
        return {"ids": sorted(gone)}

    async def _mishaps(self, request: web.Request, body: Body) -> object:
        """`{"lose": n, "double": n, "reversed": true, "delaySeconds": s}` for the next messages."""
        mishaps = self._account(request).hooks.mishaps
        mishaps.lose = int(body.get("lose", mishaps.lose))
        mishaps.double = int(body.get("double", mishaps.double))
        mishaps.reversed_ = bool(body.get("reversed", mishaps.reversed_))
        mishaps.delay = float(body.get("delaySeconds", mishaps.delay))
        return asdict(mishaps)

    async def _stock(self, request: web.Request, _: Body) -> object:
        """Stock webhooks tell now what they would tell within minutes."""
        account = self._account(request)
        before = len(account.hooks.waiting)
        look_at_stock(account, self._world)
        return {"told": len(account.hooks.waiting) - before}

    async def _scenario(self, request: web.Request, body: Body) -> object:
        """A scenario's action: `{"actionName", "objectType", "objectId", "actionType", "appId"}`."""
        account = self._account(request)
        install = account.installs.get(str(body.get("appId") or next(iter(account.installs), "")))
        if install is None:
            raise web.HTTPNotFound(text="the application is not installed on this account")
        told = {
            "actionName": str(body["actionName"]),
            "actionType": str(body.get("actionType", "MODIFY")),
            "objectId": str(body["objectId"]),
            "objectType": str(body["objectType"]),
        }
        return await self._vendor_side.act(account, install, told)

    def _each(self, request: web.Request, body: Body, *, enabled: bool) -> object:
        book = self._account(request).hooks
        chosen = [hook for one, hook in book.hooks.items() if not body.get("ids") or one in body["ids"]]
        for hook in chosen:
            hook.enabled = enabled
        return {"ids": [hook.id for hook in chosen]}

    def _account(self, request: web.Request) -> Account:
        account = self._world.accounts.get(request.match_info["account"])
        if account is None:
            raise web.HTTPNotFound(text="no such account")
        return account
