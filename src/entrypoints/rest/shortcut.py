"""The short way for reads that are asked often.

Litestar finds a route, its parameters and its dependencies anew for each request, and wraps each answer several times:
more work than all that a read is about. A route that is marked with SHORT is called here at once with what it needs,
which is told by its parameters' names. Whatever is not quite usual about a request (another method, a parameter that is
unknown, twice there or not written as ours are) goes the long way, where Litestar judges it; so both ways answer alike.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from litestar import Response
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.routes import BaseRoute, HTTPRoute
from litestar.serialization import default_serializer
from litestar.types import ASGIApp, Receive, Scope, Send

from domain.shared.errors import SkladSheetsError
from entrypoints.rest.auth import identified
from entrypoints.rest.headers import headers_of
from entrypoints.rest.problems import Problems
from entrypoints.rest.recorded import answer
from entrypoints.rest.refusals import note_refusal
from entrypoints.rest.versions import known_already, tag_of

SHORT = {"short": True}
"""For a route that answers a GET with JSON and 200, and takes what is named below."""

_QUERIES: dict[str, tuple[re.Pattern[str], Callable[[str], Any]]] = {
    "cursor": (re.compile(r"[A-Za-z0-9_-]{1,400}"), str),
    "limit": (re.compile(r"[1-9][0-9]{0,5}"), int),
}
_REQUEST = "request"
_GIVEN = frozenset({"identity", "application", "wording", _REQUEST})
_LONG = 36
_IDENTITY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HOST = re.compile(rb"[A-Za-z0-9.-]+(?::[0-9]+)?")
_ANY = "{}"
_JSON = (b"content-type", b"application/json")
_ENCODER = msgspec.json.Encoder(enc_hook=default_serializer)


class _Way(NamedTuple):
    """A route, where it is, and what it takes: identities by their places in the path, and other names."""

    route: Callable[..., Awaitable[Any]]
    handler: HTTPRouteHandler
    template: str
    places: tuple[tuple[int, str], ...]
    given: frozenset[str]
    queries: frozenset[str]


class Shortcut:
    """Goes around Litestar's own router, inside of whatever guards the whole application."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute], problems: Problems) -> None:
        """Raises TypeError for a marked route that takes something else."""
        self._app = app
        self._problems = problems
        self._ways = dict(_ways(routes))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        asked = self._asked(scope)
        if asked is None:
            await self._app(scope, receive, send)
            return
        way, given = asked
        told: Any = scope
        told["route_handler"], told["path_template"] = way.handler, way.template
        app = scope["litestar_app"]
        needed = {"application": app.state.application, "wording": app.state.wording}
        try:
            needed["identity"] = await identified(scope, app.state.application)
            if _REQUEST in way.given:
                needed[_REQUEST] = app.request_class(scope, receive, send)
            for name in way.given:
                given[name] = needed[name]
            headers, body = _rendered(await way.route(**given))
        except Exception as error:  # noqa: BLE001 - every one becomes a problem, as on the long way
            request = app.request_class(scope, receive, send)
            await note_refusal(error, scope)
            problem = self._problem(error)(request, error)
            await problem.to_asgi_response(app=None, request=request)(scope, receive, send)
            return
        tag = dict(headers).get(b"etag")
        if tag is None:
            tag = tag_of(body)
            headers.append((b"etag", tag))
        if known_already(scope, tag):
            await answer(send, 304, [(b"etag", tag)], b"")
        else:
            await answer(send, 200, headers, body)

    def _asked(self, scope: Scope) -> tuple[_Way, dict[str, Any]] | None:
        """What is asked for, if it is asked for in the usual way."""
        if scope["type"] != ScopeType.HTTP or scope["method"] != "GET":
            return None
        steps = scope["path"].split("/")
        named = [_ANY if len(step) == _LONG and _IDENTITY.fullmatch(step) else step for step in steps]
        way = self._ways.get(tuple(named))
        if way is None or scope.get("root_path") or not _usual_host(scope):
            return None
        written = scope["query_string"]
        given = _queries(written.decode("latin-1"), way.queries) if written else {}
        if given is None:
            return None
        for place, name in way.places:
            given[name] = UUID(steps[place])
        return way, given

    def _problem(self, error: Exception) -> Callable[..., Response[Any]]:
        if isinstance(error, SkladSheetsError):
            return self._problems.refused
        return self._problems.malformed if isinstance(error, HTTPException) else self._problems.unforeseen


def _ways(routes: Iterable[BaseRoute]) -> Iterable[tuple[tuple[str, ...], _Way]]:
    for route in routes:
        if isinstance(route, HTTPRoute):
            yield from (_way(route, handler) for handler in route.route_handlers if handler.opt.get("short"))


def _way(route: HTTPRoute, handler: HTTPRouteHandler) -> tuple[tuple[str, ...], _Way]:
    steps = route.path.split("/")
    inner = {place: step[1:-1].partition(":") for place, step in enumerate(steps) if step.startswith("{")}
    places = tuple((place, name) for place, (name, _, _) in inner.items())
    takes = frozenset(inspect.signature(handler.fn).parameters)
    paths = {name for _, name in places}
    optional = frozenset(name for name, one in inspect.signature(handler.fn).parameters.items() if one.default is None)
    strange = takes - _GIVEN - _QUERIES.keys() - paths - optional
    if strange or any(kind != "uuid" for _, _, kind in inner.values()) or handler.http_methods != {"GET"}:
        raise TypeError(f"{route.path} cannot be reached by the short way: {', '.join(sorted(strange))}")
    key = tuple(_ANY if place in inner else step for place, step in enumerate(steps))
    way = _Way(handler.fn, handler, route.path_format, places, takes & _GIVEN, takes & _QUERIES.keys())
    return key, way


def _usual_host(scope: Scope) -> bool:
    host = headers_of(scope).get(b"host")
    return host is None or _HOST.fullmatch(host) is not None


def _queries(written: str, known: frozenset[str]) -> dict[str, Any] | None:
    """The parameters of the query; None where one is not as usual."""
    given: dict[str, Any] = {}
    for pair in written.split("&"):
        name, _, value = pair.partition("=")
        if name not in known or name in given:
            return None
        usual, read = _QUERIES[name]
        if not usual.fullmatch(value):
            return None
        given[name] = read(value)
    return given


def _rendered(result: Any) -> tuple[list[tuple[bytes, bytes]], bytes]:
    told: Mapping[str, str] = {}
    if isinstance(result, Response):
        result, told = result.content, result.headers
    body = _ENCODER.encode(result)
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in told.items()] if told else []
    headers += (_JSON, (b"content-length", b"%d" % len(body)))
    return headers, body
