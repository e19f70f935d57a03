"""Pairs of tokens, as answers."""

import re
from typing import Any

import msgspec
from litestar import Request, Response

from application.tenants.sessions import TokenPair
from domain.shared.identities import CompanyId
from domain.tenants.member import Role
from entrypoints.rest import refresh_cookie

_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}")


class Tokens(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A pair of tokens. `expiresIn` counts the seconds of the access token. `refreshToken` is null where it was put
    into a cookie.
    """

    access_token: str
    refresh_token: str | None
    token_type: str
    expires_in: int
    company_id: CompanyId
    role: Role


def answered(pair: TokenPair, status: int, *, cookie: bool) -> Response[Tokens]:
    """The pair, never to be cached; its refresh token in a cookie if that is wanted."""
    tokens = Tokens(
        access_token=pair.access_token,
        refresh_token=None if cookie else pair.refresh_token,
        token_type="Bearer",  # noqa: S106 - the scheme's name
        expires_in=pair.expires_in,
        company_id=pair.company_id,
        role=pair.role,
    )
    headers = {"Cache-Control": "no-store"}
    if cookie:
        headers |= refresh_cookie.kept(pair.refresh_token, pair.refresh_expires_in)
    return Response(tokens, status_code=status, headers=headers)


def device(request: Request[Any, Any, Any]) -> str:
    """What the caller calls itself; only letters that can be shown."""
    return "".join(letter for letter in request.headers.get("user-agent", "") if letter.isprintable())


def locale(text: str | None) -> str | None:
    """MoySklad's `userLocale`, whose form is not documented; whatever does not look like one is passed over."""
    return text if text is not None and _LOCALE.fullmatch(text) else None
