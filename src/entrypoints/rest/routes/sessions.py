"""Coming in and going out."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from application.bus import Application
from application.tenants.commands.refresh_session import RefreshSession
from application.tenants.commands.revoke_session import RevokeSession
from application.tenants.commands.sign_in import SignIn
from application.tenants.commands.sign_in_by_link import SignInByLink
from application.tenants.commands.sign_out import SignOut
from application.tenants.ports import Identity
from application.tenants.queries.list_sessions import ListSessions
from application.tenants.queries.who_am_i import MemberView, WhoAmI
from application.tenants.views import SessionView
from domain.shared.identities import SessionId
from domain.tenants.session import SessionEnded
from entrypoints.rest import refresh_cookie
from entrypoints.rest.auth import SESSION, session_of
from entrypoints.rest.tokens import Tokens, answered, device, locale


class NewSession(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What MoySklad put into the address of the iframe. It binds the key to one app itself, so `appId` and `appUid`
    may be sent along or left out. With `cookie` the refresh token comes in a cookie, not in the answer.
    """

    context_key: str
    user_locale: str | None = None
    app_id: str | None = None
    app_uid: str | None = None
    cookie: bool = False


class LinkToken(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The part of a one-time link behind the `#`."""

    token: str
    user_locale: str | None = None
    cookie: bool = False


class Renewal(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The refresh token of the last answer; without it, the one in the cookie."""

    refresh_token: str | None = None


@post("/sessions", summary="Sign in with MoySklad's contextKey")
async def sign_in(
    request: Request[Any, Any, Any], data: JSONBody[NewSession], application: NamedDependency[Application]
) -> Response[Tokens]:
    """Exchanges MoySklad's context key for our tokens. A context key works once."""
    if data.cookie:
        refresh_cookie.require_own_page(request)
    command = SignIn(context_key=data.context_key, locale=locale(data.user_locale), device=device(request))
    return answered(await application.execute(command), 201, cookie=data.cookie)


@post("/sessions/links", summary="Sign in with a one-time link")
async def sign_in_by_link(
    request: Request[Any, Any, Any], data: JSONBody[LinkToken], application: NamedDependency[Application]
) -> Response[Tokens]:
    """Exchanges the token of a link for our tokens. A link works once."""
    if data.cookie:
        refresh_cookie.require_own_page(request)
    command = SignInByLink(token=data.token, locale=locale(data.user_locale), device=device(request))
    return answered(await application.execute(command), 201, cookie=data.cookie)


@post("/sessions/refresh", summary="Exchange a refresh token", status_code=200)
async def refresh(
    request: Request[Any, Any, Any], data: JSONBody[Renewal], application: NamedDependency[Application]
) -> Response[Tokens]:
    """A fresh pair of tokens. The same token sent again within a minute is answered with the same successor; later it
    ends the session. A token from the cookie needs the header `X-Requested-With: skladsheets`.
    """
    token, cookie = data.refresh_token, False
    if token is None:
        token, cookie = refresh_cookie.shown(request), True
    if token is None:
        raise SessionEnded
    return answered(await application.execute(RefreshSession(refresh_token=token)), 200, cookie=cookie)


@get("/sessions", summary="Where one is signed in", security=SESSION)
async def list_sessions(
    identity: NamedDependency[Identity], application: NamedDependency[Application], everybody: FromQuery[bool] = False
) -> list[SessionView]:
    """One's own sessions; with `everybody` those of the whole company, for who manages members."""
    return await application.ask(
        ListSessions(
            company_id=identity.company_id,
            acting=identity.acting,
            current=identity.session_id,
            everybodys=everybody,
        )
    )


@delete("/sessions/current", summary="Sign out", security=SESSION)
async def sign_out(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> Response[None]:
    """Ends the session that the access token belongs to."""
    await application.execute(SignOut(company_id=identity.company_id, session_id=session_of(identity)))
    return Response(None, status_code=204, headers=refresh_cookie.forgotten())


@delete("/sessions/{session_id:uuid}", summary="End a session", security=SESSION)
async def revoke_session(
    session_id: FromPath[UUID], identity: NamedDependency[Identity], application: NamedDependency[Application]
) -> None:
    """One's own, or somebody else's for who manages members. Its access token fades within ten minutes."""
    await application.execute(
        RevokeSession(company_id=identity.company_id, acting=identity.acting, session_id=SessionId(session_id))
    )


@get("/me", summary="Who am I?", security=SESSION)
async def me(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> MemberView:
    """The signed-in member, their company, and what they may do; of an API key, who made it and what it may do."""
    view = await application.ask(WhoAmI(company_id=identity.company_id, member_id=identity.member_id))
    if identity.scopes is None:
        return view
    return msgspec.structs.replace(view, permissions=sorted(identity.scopes))


ROUTER = Router(
    "/",
    route_handlers=[sign_in, sign_in_by_link, refresh, list_sessions, sign_out, revoke_session, me],
    tags=["Sessions"],
)
