"""Digests: what is kept of a secret that only has to be recognised, and of a request that must not change."""

import hashlib
from uuid import UUID

import msgspec

from domain.shared.errors import Unauthenticated
from domain.shared.identities import CompanyId, SessionId


class TokenMalformed(Unauthenticated):
    """The token does not have the form of one that we gave out."""

    code = "tenants.token_malformed"


def digest(secret: str) -> bytes:
    """SHA-256. Enough for secrets of 256 random bits, which cannot be guessed from their digest."""
    return hashlib.sha256(secret.encode()).digest()


def request_fingerprint(request: object) -> str:
    """SHA-256 of the request's JSON, in hexadecimal."""
    return hashlib.sha256(msgspec.json.encode(request, order="deterministic")).hexdigest()


class RefreshTicket(msgspec.Struct, frozen=True, kw_only=True):
    """What a refresh token says openly: whose session it is. The secret part proves it."""

    company_id: CompanyId
    session_id: SessionId


def write_refresh_token(ticket: RefreshTicket, secret: str) -> str:
    """`company.session.secret`, the identities in hexadecimal."""
    return f"{ticket.company_id.hex}.{ticket.session_id.hex}.{secret}"


def read_refresh_token(token: str) -> RefreshTicket:
    """Raises TokenMalformed."""
    company, session, secret = _parts(token, 3)
    if not secret:
        raise TokenMalformed
    return RefreshTicket(
        company_id=CompanyId(_uuid(company)),
        session_id=SessionId(_uuid(session)),
    )


def write_state(company_id: CompanyId, secret: str) -> str:
    """The `state` of an OAuth request: `company.secret`."""
    return f"{company_id.hex}.{secret}"


def read_state(state: str) -> CompanyId:
    """Raises TokenMalformed."""
    company, _ = _parts(state, 2)
    return CompanyId(_uuid(company))


def _parts(token: str, count: int) -> list[str]:
    parts = token.split(".")
    if len(parts) != count:
        raise TokenMalformed
    return parts


def _uuid(text: str) -> UUID:
    try:
        return UUID(hex=text)
    except ValueError as wrong:
        raise TokenMalformed from wrong
