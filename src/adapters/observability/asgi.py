"""What is done around every HTTP request: a request id, a span, one log line, counting."""

import re
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from adapters.observability import tracing
from adapters.observability.context import COMPANY_ID, ORIGIN, REQUEST_ID, ContextHeaders, accepted, bound, unkept
from adapters.observability.metrics import Metrics
from adapters.observability.tracing import Room, opened, roomy
from adapters.observability.written import Requests

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[..., Awaitable[None]]

HEADER = b"x-request-id"
_LOG = Requests("http")
_LOGNEX = b"x_lognex_requestid"
_TRACEPARENT = b"traceparent"
_LOOKED_FOR = frozenset({HEADER, _LOGNEX, _TRACEPARENT})
_TAKEN = 204
_UNWATCHED = frozenset({"/live", "/ready"})
_DELIVERIES = "/webhooks/"
"""What comes by the thousand, at addresses that are secrets; it is worth a line only when it was not taken."""
_IDENTITY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestLog:
    """Takes over the caller's X-Request-ID or makes one, answers it, and logs method, path, status and seconds.

    The query string is left out, and of the path what is not ours: they may hold codes and keys.
    MoySklad's own X_Lognex_RequestId serves as well. The
    company is known once the request was authenticated, which leaves it in `scope["state"]["company_id"]`.
    """

    def __init__(self, app: App, metrics: Metrics | None = None) -> None:
        self._app = app
        self._metrics = metrics or Metrics()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, path = time.perf_counter(), scope["path"]  # what is mounted somewhere changes the path
        status = 500
        given, delivery = _given(scope), path.startswith(_DELIVERIES)
        alone = not tracing.kept() and "traceparent" not in given
        if delivery and not tracing.kept():
            binding: AbstractContextManager[str] = _named(given)
        else:
            binding = unkept(given[REQUEST_ID]) if alone else bound(given)
        with binding as request_id:
            scope.setdefault("state", {})[REQUEST_ID] = request_id

            def answering(message: Message) -> Awaitable[None]:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    message["headers"] = [*message.get("headers", []), (HEADER, request_id.encode())]
                return send(message)

            try:
                if alone:
                    await self._app(scope, receive, answering)
                else:
                    await self._spanned(scope, receive, answering, lambda: status)
            finally:
                seconds, route = time.perf_counter() - started, route_of(scope)
                self._tell(scope, path, route, status, seconds)
                self._metrics.answered(route, status, seconds)

    async def _spanned(self, scope: Scope, receive: Receive, send: Send, status: Callable[[], int]) -> None:
        delivery = scope["path"].startswith(_DELIVERIES)
        if scope["path"] in _UNWATCHED or (delivery and not tracing.kept()):
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        with roomy() as room, opened(method, SpanKind.SERVER) as span:
            if delivery and span.is_recording():
                scope["state"][ORIGIN] = ContextHeaders().current()
            try:
                await self._app(scope, receive, send)
            finally:
                if span.is_recording():
                    _describe(span, method, scope, status(), room)

    def _tell(self, scope: Scope, path: str, route: str, status: int, seconds: float) -> None:
        if path in _UNWATCHED or (status == _TAKEN and path.startswith(_DELIVERIES)):
            return
        state = scope["state"]
        company = state.get(COMPANY_ID)
        whose = None if company is None else str(company)
        _LOG.answered(scope["method"], path_of(scope, path), route, status, seconds, state[REQUEST_ID], whose)


def _describe(span: Span, method: str, scope: Scope, status: int, room: Room) -> None:
    route, company = route_of(scope), scope["state"].get(COMPANY_ID)
    span.update_name(f"{method} {route}")
    span.set_attributes({"http.request.method": method, "http.route": route, "http.response.status_code": status})
    if company is not None:
        span.set_attribute(COMPANY_ID, str(company))
    if room.left_out:
        span.set_attribute("spans_left_out", room.left_out)
    if status >= 500:
        span.set_status(Status(StatusCode.ERROR))


@contextmanager
def _named(given: dict[str, str]) -> Iterator[str]:
    """The request's id alone. Binding it costs as much as taking a delivery in, which is stored with others of its kind
    and, where no traces are kept, has neither a line nor a span of its own.
    """
    yield accepted(given.get(REQUEST_ID, ""))


def route_of(scope: Scope) -> str:
    """The template of the route that answered, as the router leaves it in the scope; never a path that somebody made
    up.
    """
    route = scope.get("path_template") or ""
    return route if isinstance(route, str) and route else "unmatched"


def path_of(scope: Scope, path: str) -> str:
    """The path as far as it is ours: the route's own words and identities. Anything else that a caller may put into it,
    such as a key or a name, is shown as the route calls it.
    """
    asked, known = path.split("/"), route_of(scope).split("/")
    if len(asked) != len(known):
        return route_of(scope)
    steps = zip(asked, known, strict=True)
    return "/".join([step if step == name or _IDENTITY.fullmatch(step) else name for step, name in steps])


def _given(scope: Scope) -> dict[str, str]:
    told: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name.lower() in _LOOKED_FOR:
            told[name.lower()] = value
    given = {REQUEST_ID: (told.get(HEADER) or told.get(_LOGNEX) or b"").decode("latin-1")}
    if _TRACEPARENT in told:
        given["traceparent"] = told[_TRACEPARENT].decode("latin-1")
    return given
