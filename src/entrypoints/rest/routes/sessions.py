"""Coming in and going out."""

import msgspec
from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from application.bus import Application
from application.tenants.commands.refresh_session import RefreshSession
from application.tenants.commands.sign_in import SignIn
from application.tenants.commands.sign_out import SignOut
from application.tenants.ports import Identity
from application.tenants.queries.who_am_i import MemberView, WhoAmI
from application.tenants.sessions import TokenPair
from domain.tenants.member import Role
from entrypoints.rest.auth import SESSION


class NewSession(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """`contextKey` is the one that MoySklad put into the address of the iframe."""

    context_key: str


class Renewal(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The refresh token of the last answer. It works once."""

    refresh_token: str


class Tokens(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A pair of tokens. `expiresIn` counts the seconds of the access token."""

    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int
    role: Role


@post("/sessions", summary="Sign in with MoySklad's contextKey")
async def sign_in(data: JSONBody[NewSession], application: NamedDependency[Application]) -> Tokens:
    """Exchanges MoySklad's context key for our tokens. A context key works once."""
    return _tokens(await application.execute(SignIn(context_key=data.context_key)))


@post("/sessions/refresh", summary="Exchange a refresh token", status_code=200)
async def refresh(data: JSONBody[Renewal], application: NamedDependency[Application]) -> Tokens:
    """A fresh pair of tokens. A refresh token that is used twice ends its session."""
    return _tokens(await application.execute(RefreshSession(refresh_token=data.refresh_token)))


@delete("/sessions/current", summary="Sign out", security=SESSION)
async def sign_out(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> None:
    """Ends the session that the access token belongs to."""
    await application.execute(SignOut(company_id=identity.company_id, session_id=identity.session_id))


@get("/me", summary="Who am I?", security=SESSION)
async def me(identity: NamedDependency[Identity], application: NamedDependency[Application]) -> MemberView:
    """The signed-in member, their company, and what they may do."""
    return await application.ask(WhoAmI(company_id=identity.company_id, member_id=identity.member_id))


def _tokens(pair: TokenPair) -> Tokens:
    return Tokens(
        access_token=pair.access_token,
        refresh_token=pair.refresh_token,
        token_type="Bearer",  # noqa: S106 - the scheme's name
        expires_in=pair.expires_in,
        role=pair.role,
    )


ROUTER = Router("/", route_handlers=[sign_in, refresh, sign_out, me], tags=["Sessions"])
