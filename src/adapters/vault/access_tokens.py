"""Access tokens: JSON Web Tokens signed with HS256."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

import jwt
from jwt.types import Options

from application.tenants.ports import Identity
from domain.shared.identities import CompanyId, MemberId, SessionId
from domain.tenants.member import Role
from domain.tenants.sign_on import AccessTokenInvalid

_ALGORITHM = "HS256"
_SHORTEST_KEY = 32
"""Bytes: a key is at least as long as the hash (RFC 7518, 3.2)."""

_CLAIMS = ["iss", "aud", "sub", "cid", "sid", "role", "iat", "exp", "jti"]


class SignedAccessTokens:
    """Signs with `key`; reads what `key` or, during a rotation, `previous` has signed."""

    def __init__(
        self, key: bytes, previous: bytes | None = None, issuer: str = "skladsheets", audience: str = "skladsheets.api"
    ) -> None:
        self._keys = (key,) if previous is None else (key, previous)
        if any(len(known) < _SHORTEST_KEY for known in self._keys):
            raise ValueError(f"A signing key has at least {_SHORTEST_KEY} bytes.")
        self._issuer = issuer
        self._audience = audience

    def issue(self, identity: Identity, now: datetime, expires_at: datetime) -> str:
        """Moments are written in whole seconds, cut off."""
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(identity.member_id),
            "cid": str(identity.company_id),
            "sid": str(identity.session_id),
            "role": identity.role.value,
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "jti": secrets.token_urlsafe(12),
        }
        return jwt.encode(claims, self._keys[0], algorithm=_ALGORITHM)

    def read(self, token: str, now: datetime) -> Identity:
        """The algorithm is ours to choose, never the token's."""
        claims = self._claims(token)
        identity = None if claims is None or not _in_time(claims, now) else _identity(claims)
        if identity is None:
            raise AccessTokenInvalid
        return identity

    def _claims(self, token: str) -> dict[str, Any] | None:
        # The library would compare times with its own clock; they are compared with `now` instead.
        options: Options = {"require": _CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        for key in self._keys:
            try:
                return dict(
                    jwt.decode(
                        token,
                        key,
                        algorithms=[_ALGORITHM],
                        issuer=self._issuer,
                        audience=self._audience,
                        options=options,
                    )
                )
            except jwt.InvalidSignatureError:
                continue
            except (jwt.PyJWTError, ValueError):
                return None
        return None


def _in_time(claims: dict[str, Any], now: datetime) -> bool:
    expires = claims["exp"]
    return isinstance(expires, int) and now.timestamp() < expires


def _identity(claims: dict[str, Any]) -> Identity | None:
    try:
        return Identity(
            company_id=CompanyId(UUID(claims["cid"])),
            member_id=MemberId(UUID(claims["sub"])),
            session_id=SessionId(UUID(claims["sid"])),
            role=Role(claims["role"]),
        )
    except (ValueError, TypeError, AttributeError):
        return None
