"""What every request meets first, and every answer last.

Where a request comes from, how large it is, and how many there are of its kind, is asked before anything looks at it.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from litestar import Request, Response
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from application.bus import Application
from application.tenants.commands.let_in import Knock
from application.tenants.occasions import Occasion, during
from application.tenants.rates import Gate
from domain.shared.errors import SkladSheetsError
from entrypoints.rest.auth import recognised
from entrypoints.rest.counting import count
from entrypoints.rest.headers import headers_of
from entrypoints.rest.problems import Problems

LARGEST_BODY = 1_000_000
_SLASHES = re.compile("//+")
_COMING_IN = frozenset(
    {"/api/v1/sessions", "/api/v1/sessions/links", "/api/v1/sessions/refresh", "/api/v1/me/companies"}
)
_UNCOUNTED = ("/live", "/ready", "/webhooks/", "/api/moysklad/", "/api/vendor/")
"""Probes, and MoySklad: what it delivers may come by the thousand from one address, and what is turned away is lost."""

_FORWARDED = b"x-forwarded-for"
Headers = list[tuple[bytes, bytes]]
Finished = Callable[[HTTPScope, Iterable[tuple[bytes, bytes]]], Headers]
_log = logging.getLogger(__name__)


class BodyTooLarge(HTTPException):
    """The body is larger than any that is read. The rest of it is left unread, and the connection closed."""

    status_code = 413

    def __init__(self) -> None:
        super().__init__(headers={"Connection": "close"})


class Guard:
    """Goes around the whole application. `hops` are the proxies of ours before it; `finished` adds to the head of each
    answer, whoever made it, what every one has.
    """

    def __init__(self, app: ASGIApp, problems: Problems, hops: int, finished: Finished) -> None:
        self._app = app
        self._problems = problems
        self._finished = finished
        self._hops = hops
        self._warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        send = self._finishing(scope, send)
        state: dict[str, Any] = scope["state"]
        self._warn(scope)
        present = Occasion(address=address_of(scope, self._hops), request_id=state.get("request_id"))
        with during(present):
            try:
                await _counted(scope, present.address or "nowhere")
                if _has_body(scope):
                    receive = await _measured(scope, receive)
            except SkladSheetsError as refused:
                await self._refuse(self._problems.refused, refused, scope, receive, send)
            except HTTPException as malformed:
                await self._refuse(self._problems.malformed, malformed, scope, receive, send)
            else:
                await self._app(scope, receive, send)

    def _finishing(self, scope: HTTPScope, send: Send) -> Send:
        finished = self._finished

        def pass_on(message: Message) -> Awaitable[None]:  # awaits nothing itself: each message would pay for it
            if message["type"] == "http.response.start":
                message["headers"] = finished(scope, message.get("headers", ()))
            return send(message)

        return pass_on

    def _warn(self, scope: HTTPScope) -> None:
        if self._hops or self._warned or _FORWARDED not in headers_of(scope):
            return
        self._warned = True
        _log.warning(
            "a proxy seems to stand before the API; without TRUSTED_PROXY_HOPS all its callers are one address"
        )

    async def _refuse(
        self, problem: Callable[..., Response[Any]], error: Exception, scope: Scope, receive: Receive, send: Send
    ) -> None:
        request: Request[Any, Any, Any] = scope["litestar_app"].request_class(scope, receive, send)
        answer = problem(request, error).to_asgi_response(app=None, request=request)
        await answer(scope, receive, send)


def address_of(scope: Scope, hops: int) -> str | None:
    """Where the request comes from. Each proxy of ours has added the address that it was called from to the end of
    X-Forwarded-For, so the one that counts is the first that ours has written: what stands before it anybody may have
    made up. Where fewer stand there than we have proxies, the request did not come through them.
    """
    client = scope.get("client")
    peer = client[0] if client else None
    if not hops or _FORWARDED not in headers_of(scope):
        return peer
    given = ",".join(value.decode("latin-1") for name, value in scope["headers"] if name.lower() == _FORWARDED)
    passed = [part.strip() for part in given.split(",") if part.strip()]
    return (_plain(passed[-hops]) if 0 < hops <= len(passed) else None) or peer


@lru_cache(maxsize=4096)
def neighbourhood(address: str) -> str:
    """What counts as one caller. Who has an IPv6 network has all of its 2**64 addresses."""
    try:
        read = ip_address(address)
    except ValueError:
        return address[:45]
    if isinstance(read, IPv6Address):
        return str(read.ipv4_mapped or ip_network((read, 64), strict=False))
    return str(read)


async def _counted(scope: HTTPScope, address: str) -> None:
    """Counts the request by its address, and by its company in the same breath if its access token tells which that is.
    Where an API key does, the company is counted when it is known. Raises TooManyRequests.
    """
    path = scope["path"]
    if "//" in path or path.endswith("/") or not path.startswith("/"):
        path = "/" + _SLASHES.sub("/", path.strip("/"))
    if f"{path}/".startswith(_UNCOUNTED) or path in _UNCOUNTED:
        return
    application: Application = scope["litestar_app"].state.application
    who = neighbourhood(address)
    if scope["method"] == "POST" and path in _COMING_IN:
        await count(scope, application, (Knock(Gate.SIGN_IN, who),), known=False)
        return
    identity = await recognised(scope, application)
    company = () if identity is None else (Knock(Gate.COMPANY, str(identity.company_id)),)
    await count(scope, application, (Knock(Gate.ADDRESS, who), *company), known=b"authorization" in headers_of(scope))


def _has_body(scope: HTTPScope) -> bool:
    headers = headers_of(scope)
    return b"content-length" in headers or b"transfer-encoding" in headers


async def _measured(scope: Scope, receive: Receive) -> Receive:
    """The request, whose body is not too large. One that does not say how large it is is read first, as far as it may
    go. Raises BodyTooLarge.
    """
    headers = headers_of(scope)
    length = headers.get(b"content-length", b"")
    if length.isdigit():
        if int(length) > LARGEST_BODY:
            raise BodyTooLarge
        return receive
    if b"transfer-encoding" not in headers:
        return receive
    pieces: list[bytes] = []
    more = True
    while more:
        message: Any = await receive()
        if message["type"] != "http.request":
            return _told_again([message], receive)
        pieces.append(message.get("body", b""))
        if sum(map(len, pieces)) > LARGEST_BODY:
            raise BodyTooLarge
        more = message.get("more_body", False)
    return _told_again([{"type": "http.request", "body": b"".join(pieces), "more_body": False}], receive)


def _told_again(messages: list[Any], receive: Receive) -> Receive:
    async def tell() -> Any:
        return messages.pop(0) if messages else await receive()

    return tell


def _plain(address: str) -> str | None:
    """Without the port and the brackets that some proxies write; None where it is no address."""
    bracketed = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\](?::\d+)?", address)
    host, _, port = address.rpartition(":")
    told = bracketed[1] if bracketed else host if port.isdigit() and ":" not in host and host else address
    try:
        return str(ip_address(told))
    except ValueError:
        return None
