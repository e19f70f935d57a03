"""Who is asking: the access token in the Authorization header."""

from typing import Any

from litestar import Request
from litestar.di import NamedDependency

from application.bus import Application
from application.tenants.ports import Identity
from application.tenants.queries.identify import Identify
from domain.tenants.sign_on import AccessTokenInvalid

_SCHEME = "bearer "

SESSION: list[dict[str, list[str]]] = [{"session": []}]
"""For the OpenAPI document: this needs the access token of a session."""


def bearer(request: Request[Any, Any, Any]) -> str:
    """The token of the Authorization header. Raises AccessTokenInvalid where there is none."""
    header = request.headers.get("authorization", "")
    if not header.lower().startswith(_SCHEME):
        raise AccessTokenInvalid(reason="missing")
    return header[len(_SCHEME) :].strip()


async def identify(request: Request[Any, Any, Any], application: NamedDependency[Application]) -> Identity:
    """The identity that the token proves; the company goes into the request's log line."""
    identity = await application.ask(Identify(access_token=bearer(request)))
    request.scope.setdefault("state", {})["company_id"] = identity.company_id
    return identity
