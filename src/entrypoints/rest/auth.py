"""Who is asking: an access token or an API key in the Authorization header."""

from typing import Any
from uuid import UUID

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
from entrypoints.rest.counting import count_company
from entrypoints.rest.headers import headers_of

_SCHEME = "bearer "
_IDENTITY = "identity"

SESSION: list[dict[str, list[str]]] = [{"session": []}, {"apiKey": []}]
"""For the OpenAPI document: this needs the access token of a session, or an API key."""


def bearer(request: Request[Any, Any, Any]) -> str:
    """The token of the Authorization header. Raises AccessTokenInvalid where there is none."""
    return _shown_by(request.scope)


async def recognised(scope: Scope, application: Application) -> Identity | None:
    """The identity that an access token proves, which takes no store. None for whoever shows none that holds, or an API
    key: what becomes of that, the route decides.
    """
    shown = _shown(scope)
    if shown is None or shown.startswith(KEY_SIGN):
        return None
    try:
        identity = await application.ask(Identify(access_token=shown))
    except AccessTokenInvalid:
        return None
    _acts(scope, identity, ActorKind.MEMBER, identity.member_id)
    return identity


async def identify(request: Request[Any, Any, Any], application: NamedDependency[Application]) -> Identity:
    """The identity that the token or key proves, found once for a request; the company goes into its log line, and is
    counted, unless both was done when the request came in. Raises AccessTokenInvalid and TooManyRequests, besides what
    the use case of keys raises.
    """
    return await identified(request.scope, application)


async def identified(scope: Any, application: Application) -> Identity:
    """The same of a scope."""
    known = identity_of(scope)
    if known is not None:
        return known
    shown = _shown_by(scope)
    identity = await recognised(scope, application)
    if identity is None:
        if not shown.startswith(KEY_SIGN):
            raise AccessTokenInvalid
        identity = await application.execute(UseApiKey(key=shown))
        _acts(scope, identity, ActorKind.API_KEY, read_api_key(shown).key_id)
    await count_company(scope, application, identity.company_id)
    return identity


def _shown_by(scope: Any) -> str:
    shown = _shown(scope)
    if shown is None:
        raise AccessTokenInvalid(reason="missing")
    return shown


def _shown(scope: Any) -> str | None:
    header = headers_of(scope).get(b"authorization", b"").decode("latin-1")
    return header[len(_SCHEME) :].strip() if header[: len(_SCHEME)].lower() == _SCHEME else None


def _acts(scope: Scope, identity: Identity, actor: ActorKind, actor_id: UUID | None) -> None:
    """Whoever asks later knows who is asking."""
    present, state = occasion(), scope.setdefault("state", {})
    present.actor, present.actor_id = actor, actor_id
    state[_IDENTITY], state["company_id"], state["locale"] = identity, identity.company_id, identity.locale


def identity_of(scope: Scope) -> Identity | None:
    """Who was found to be asking, if anybody has been yet."""
    found: Identity | None = scope.get("state", {}).get(_IDENTITY)
    return found


def session_of(identity: Identity) -> SessionId:
    """Raises SessionNeeded for a machine."""
    if identity.session_id is None:
        raise SessionNeeded
    return identity.session_id
