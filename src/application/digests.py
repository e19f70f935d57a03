"""Digests: what is kept of a secret that only has to be recognised, and of a request that must not change."""

import base64
import hashlib
import hmac
from uuid import UUID

import msgspec

from domain.shared.errors import Unauthenticated
from domain.shared.identities import ApiKeyId, CompanyId, LinkId, SessionId


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


def successor(token: str, salt: bytes) -> str:
    """The secret of the refresh token that succeeds this one: HMAC-SHA256, so that it takes both to know it."""
    return base64.urlsafe_b64encode(hmac.digest(salt, token.encode(), "sha256")).rstrip(b"=").decode()


class LinkTicket(msgspec.Struct, frozen=True, kw_only=True):
    """What a link's token says openly."""

    company_id: CompanyId
    link_id: LinkId


def write_link_token(ticket: LinkTicket, secret: str) -> str:
    """`company.link.secret`, the identities in hexadecimal."""
    return f"{ticket.company_id.hex}.{ticket.link_id.hex}.{secret}"


def read_link_token(token: str) -> LinkTicket:
    """Raises TokenMalformed."""
    company, link, secret = _parts(token, 3)
    if not secret:
        raise TokenMalformed
    return LinkTicket(company_id=CompanyId(_uuid(company)), link_id=LinkId(_uuid(link)))


KEY_SIGN = "sk_"
"""What every API key begins with, so that scanners for leaked secrets find it."""


class KeyTicket(msgspec.Struct, frozen=True, kw_only=True):
    """What an API key says openly: whose it is, so that the transaction can be bound first."""

    company_id: CompanyId
    key_id: ApiKeyId


def write_api_key(ticket: KeyTicket, secret: str) -> str:
    """`sk_<key>_<company>_<secret>`, the identities in hexadecimal."""
    return f"{key_prefix(ticket.key_id)}_{ticket.company_id.hex}_{secret}"


def key_prefix(key_id: ApiKeyId) -> str:
    """The part by which people recognise a key. It opens nothing."""
    return f"{KEY_SIGN}{key_id.hex}"


def read_api_key(key: str) -> KeyTicket:
    """Raises TokenMalformed."""
    parts = key.removeprefix(KEY_SIGN).split("_", 2)
    if not key.startswith(KEY_SIGN) or len(parts) != 3 or not parts[2]:
        raise TokenMalformed
    return KeyTicket(company_id=CompanyId(_uuid(parts[1])), key_id=ApiKeyId(_uuid(parts[0])))


def write_chat_token(company_id: CompanyId, secret: str) -> str:
    """The `start` parameter of a bot's link: the company in 22 characters, then 32 of the secret. It may have 64 of
    letters, digits, `_` and `-` (Telegram, deep linking).
    """
    return base64.urlsafe_b64encode(company_id.bytes).rstrip(b"=").decode() + secret[:_CHAT_SECRET]


def read_chat_token(token: str) -> CompanyId:
    """Raises TokenMalformed."""
    if len(token) != _CHAT_COMPANY + _CHAT_SECRET or not token.isascii():
        raise TokenMalformed
    try:
        return CompanyId(UUID(bytes=base64.urlsafe_b64decode(token[:_CHAT_COMPANY] + "==")))
    except ValueError as wrong:
        raise TokenMalformed from wrong


_CHAT_COMPANY = 22
_CHAT_SECRET = 32
"""192 random bits."""


def same(one: bytes, other: bytes) -> bool:
    """Compares in a time that tells nothing of where the two differ."""
    return hmac.compare_digest(one, other)


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
