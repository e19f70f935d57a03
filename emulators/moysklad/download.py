"""Where finished asynchronous tasks are fetched from: a host of its own, which must never see a token
(JSON API docs, "asynchronous exchange").
"""

import hmac
from collections.abc import Awaitable, Callable
from hashlib import sha256
from urllib.parse import urlsplit

from aiohttp import web

from emulators.common.serving import KIND, json_response
from emulators.moysklad.accounts import World
from emulators.moysklad.pages import compress

ROUTE = "/batch-prod/batch/{account}/apiasynctaskresult/{task}"
LINK_SECONDS = 300
_LOOPBACK = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}


def address(world: World, account: str, task: str) -> str:
    """An address on another host that works for five minutes, without credentials."""
    expires = int(world.clock.seconds()) + LINK_SECONDS
    signed = f"temp_url_sig={_sign(world, account, task, expires)}&temp_url_expires={expires}"
    return f"{_host(world)}{ROUTE.format(account=account, task=task)}?{signed}&filename=asynctask_{task}_result.json"


def server(world: World) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of that host: 400 for whoever shows it a credential of the API (in the journal as `token-leak`),
    401 for an address that is no longer good.
    """

    async def serve(request: web.Request) -> web.Response:
        if "Authorization" in request.headers:
            return json_response({"error": "a token was sent to another host"}, 400, "token-leak")
        account, task = request.match_info["account"], request.match_info["task"]
        given, expires = request.query.get("temp_url_sig", ""), request.query.get("temp_url_expires", "")
        if not expires.isdigit() or int(expires) < world.clock.seconds():
            return web.Response(text="Temp URL has expired", status=401)
        if not hmac.compare_digest(given.encode(), _sign(world, account, task, int(expires)).encode()):
            return web.Response(text="Temp URL invalid", status=401)
        return _file(world, request, account, task)

    return serve


def _file(world: World, request: web.Request, account: str, task: str) -> web.Response:
    found = world.accounts.get(account)
    body = found.tasks.file(task, world.clock.seconds()) if found is not None else None
    if body is None:
        return web.Response(text="Not Found", status=404)
    headers = {"Content-Disposition": f'attachment; filename="asynctask_{task}_result.json"'}
    if "gzip" in request.headers.get("Accept-Encoding", "").lower():
        body, headers["Content-Encoding"] = compress(body), "gzip"
    response = web.Response(body=body, content_type="application/json", headers=headers)
    response[KIND] = "download"
    return response


def _sign(world: World, account: str, task: str, expires: int) -> str:
    return hmac.new(world.secret, f"{account}/{task}/{expires}".encode(), sha256).hexdigest()[:40]


def _host(world: World) -> str:
    """Another name of this machine; the setting `downloadBase` gives one where the emulator is not on loopback."""
    if world.settings.download_base:
        return world.settings.download_base.rstrip("/")
    parts = urlsplit(world.links.base)
    other = _LOOPBACK.get(parts.hostname or "", parts.hostname)
    return f"{parts.scheme}://{other}" + (f":{parts.port}" if parts.port else "")
