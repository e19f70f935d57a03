"""Who is asking: an access token or an API key in the Authorization header."""

from typing import Any

from litestar import Request
from litestar.di import NamedDependency
from litestar.types import Scope

from application.bus import Application
from application.digests import KEY_SIGN, read_api_key
from application.tenants.commands.use_api_key import UseApiKey
from application.tenants.occasions import ActorKind, occasion
from application.tenants.ports import Identity
from application.tenants.queries.identify import Identify
from domain.shared.identities import SessionId
from domain.tenants.sign_on import AccessTokenInvalid, SessionNeeded
from entrypoints.rest.guard import count_company

_SCHEME = "bearer "
_IDENTITY = "identity"

SESSION: list[dict[str, list[str]]] = [{"session": []}, {"apiKey": []}]
"""For the OpenAPI document: this needs the access token of a session, or an API key."""


def bearer(request: Request[Any, Any, Any]) -> str:
    """The token of the Authorization header. Raises AccessTokenInvalid where there is none."""
    header = request.headers.get("authorization", "")
    if not header.lower().startswith(_SCHEME):
        raise AccessTokenInvalid(reason="missing")
    return header[len(_SCHEME) :].strip()


async def identify(request: Request[Any, Any, Any], application: NamedDependency[Application]) -> Identity:
    """The identity that the token or key proves, asked once for a request; the company goes into its log line, and is
    counted. Raises TooManyRequests, besides what the use cases raise.
    """
    state = request.scope.setdefault("state", {})
    known: Identity | None = state.get(_IDENTITY)
    if known is not None:
        return known
    shown, present = bearer(request), occasion()
    if shown.startswith(KEY_SIGN):
        identity = await application.execute(UseApiKey(key=shown))
        present.actor, present.actor_id = ActorKind.API_KEY, read_api_key(shown).key_id
    else:
        identity = await application.ask(Identify(access_token=shown))
        present.actor, present.actor_id = ActorKind.MEMBER, identity.member_id
    state[_IDENTITY], state["company_id"], state["locale"] = identity, identity.company_id, identity.locale
    await count_company(request, application, str(identity.company_id))
    return identity


def identity_of(scope: Scope) -> Identity | None:
    """Who was found to be asking, if anybody has been yet."""
    found: Identity | None = scope.get("state", {}).get(_IDENTITY)
    return found


def session_of(identity: Identity) -> SessionId:
    """Raises SessionNeeded for a machine."""
    if identity.session_id is None:
        raise SessionNeeded
    return identity.session_id
