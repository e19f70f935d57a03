"""What OPTIONS answers: all methods of an address. Litestar tells those of whichever handler was registered first."""

from collections.abc import Iterable
from typing import Any

from litestar.routes import ASGIRoute, BaseRoute, HTTPRoute
from litestar.types import HTTPScope

from entrypoints.rest.guard import Finished

_ALLOW = b"allow"


def allowed(routes: Iterable[BaseRoute]) -> dict[str, bytes]:
    """The value of `Allow` by path templates, as the scope of a request names them."""
    return {
        route.path_format: ", ".join(sorted({"OPTIONS", *map(str, _methods(route))})).encode()
        for route in routes
        if not isinstance(route, ASGIRoute)
    }


def mended(finished: Finished) -> Finished:
    """The same with the header mended."""
    known: dict[str, bytes] = {}

    def mend(scope: HTTPScope, given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        if scope["method"] != "OPTIONS":
            return finished(scope, given)
        if not known:
            known.update(allowed(scope["litestar_app"].routes))
        every = known.get(str(scope.get("path_template")))
        headers = list(given)
        if every is not None:
            headers = [*((name, value) for name, value in headers if name != _ALLOW), (_ALLOW, every)]
        return finished(scope, headers)

    return mend


def _methods(route: Any) -> Iterable[str]:
    return route.methods if isinstance(route, HTTPRoute) else ()
