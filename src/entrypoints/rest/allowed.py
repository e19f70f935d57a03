"""What OPTIONS answers: all methods of an address. Litestar tells those of whichever handler was registered first."""

from collections.abc import Iterable, Sequence
from typing import Any

from litestar.routes import ASGIRoute, BaseRoute, HTTPRoute
from litestar.types import BeforeMessageSendHookHandler, Message, Scope

_ALLOW = b"allow"


def allowed(routes: Iterable[BaseRoute]) -> dict[str, bytes]:
    """The value of `Allow` by path templates, as the scope of a request names them."""
    return {
        route.path_format: ", ".join(sorted({"OPTIONS", *map(str, _methods(route))})).encode()
        for route in routes
        if not isinstance(route, ASGIRoute)
    }


def telling_allowed() -> BeforeMessageSendHookHandler:
    """A hook of Litestar's that mends the header."""
    known: dict[str, bytes] = {}

    async def mend(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start" or scope.get("method") != "OPTIONS":
            return
        if not known:
            known.update(allowed(scope["litestar_app"].routes))
        every = known.get(str(scope.get("path_template")))
        if every is not None:
            headers: Sequence[tuple[bytes, bytes]] = list(message.get("headers", []))
            message["headers"] = [*((name, value) for name, value in headers if name != _ALLOW), (_ALLOW, every)]

    return mend


def _methods(route: Any) -> Iterable[str]:
    return route.methods if isinstance(route, HTTPRoute) else ()
