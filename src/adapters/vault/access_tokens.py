"""Access tokens: JSON Web Tokens signed with Ed25519 (EdDSA, RFC 8037)."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.types import Options

from application.tenants.ports import Identity
from domain.shared.identities import CompanyId, MemberId, SessionId
from domain.tenants.member import Role
from domain.tenants.sign_on import AccessTokenInvalid

_ALGORITHM = "EdDSA"
_SEED = 32
"""Bytes of an Ed25519 private key (RFC 8032, 5.1.5)."""

_TYPE = "at+jwt"
"""What tells an access token from any other token that is signed with the same key (RFC 9068, 2.1)."""

_CLAIMS = ["iss", "aud", "sub", "cid", "sid", "role", "iat", "nbf", "exp", "jti"]

LEEWAY = timedelta(seconds=5)
"""How far the clocks of two of our own processes may be apart."""

REMEMBERED = 4096
"""Tokens whose signatures need not be checked again: a panel asks a dozen things with each."""


class SignedAccessTokens:
    """Signs with the first key of the ring, and reads what any of them has signed.

    `issuer` is the installation's own address: what another one has signed means nothing here, even with the same key.
    """

    def __init__(self, ring: Mapping[str, bytes], issuer: str, audience: str = "skladsheets.api") -> None:
        """The ring has seeds by id, the newest first. Raises ValueError for an empty ring or a seed that is none."""
        if not ring or any(len(seed) != _SEED for seed in ring.values()):
            raise ValueError(f"A ring has one key at least, and each has {_SEED} bytes.")
        keys = {key_id: Ed25519PrivateKey.from_private_bytes(seed) for key_id, seed in ring.items()}
        self._newest = next(iter(keys))
        self._signing = keys[self._newest]
        self._verifying = {key_id: key.public_key() for key_id, key in keys.items()}
        self._seen: dict[str, tuple[Identity, float, float]] = {}
        self._issuer = issuer
        self._audience = audience

    def issue(self, identity: Identity, now: datetime, expires_at: datetime) -> str:
        """Moments are written in whole seconds, cut off. Raises ValueError for a machine: it has a key of its own."""
        if identity.session_id is None:
            raise ValueError("an access token belongs to a session")
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(identity.member_id),
            "cid": str(identity.company_id),
            "sid": str(identity.session_id),
            "role": identity.role.value,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
            "jti": secrets.token_urlsafe(12),
        }
        if identity.locale is not None:
            claims["loc"] = identity.locale
        return jwt.encode(claims, self._signing, _ALGORITHM, {"kid": self._newest, "typ": _TYPE})

    def read(self, token: str, now: datetime) -> Identity:
        """The algorithm is ours to choose, never the token's."""
        seen = self._seen.get(token)
        if seen is None:
            claims = self._claims(token)
            identity = None if claims is None or not _has_times(claims) else _identity(claims)
            if claims is None or identity is None:
                raise AccessTokenInvalid
            seen = identity, claims["nbf"] - LEEWAY.total_seconds(), claims["exp"]
            self._remember(token, seen)
        identity, begins, ends = seen
        if not begins <= now.timestamp() < ends:
            raise AccessTokenInvalid
        return identity

    def _remember(self, token: str, seen: tuple[Identity, float, float]) -> None:
        """What a signature proves stays proven as long as the ring is the same; the time alone is looked at again. The
        oldest is forgotten first.
        """
        if len(self._seen) >= REMEMBERED:
            del self._seen[next(iter(self._seen))]
        self._seen[token] = seen

    def published(self) -> Sequence[dict[str, str]]:
        """See application.tenants.ports.AccessTokens."""
        return [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "alg": _ALGORITHM,
                "use": "sig",
                "kid": key_id,
                "x": _base64url(key.public_bytes(Encoding.Raw, PublicFormat.Raw)),
            }
            for key_id, key in self._verifying.items()
        ]

    def _claims(self, token: str) -> dict[str, Any] | None:
        # The library would compare times with its own clock; they are compared with `now` instead.
        options: Options = {"require": _CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            header = jwt.get_unverified_header(token)
            key = self._verifying.get(str(header.get("kid")))
            if key is None or header.get("typ") != _TYPE:
                return None
            return dict(
                jwt.decode(
                    token, key, algorithms=[_ALGORITHM], issuer=self._issuer, audience=self._audience, options=options
                )
            )
        except (jwt.PyJWTError, ValueError):
            return None


def parse_session_keys(text: str) -> dict[str, bytes]:
    """Reads `id:base64 of 32 bytes`, separated by commas, the newest first. Raises ValueError."""
    ring: dict[str, bytes] = {}
    for entry in text.split(","):
        key_id, _, seed = entry.strip().partition(":")
        if not key_id or key_id in ring:
            raise ValueError("every key has an id of its own")
        ring[key_id] = base64.b64decode(seed.replace("-", "+").replace("_", "/"), validate=True)
    return ring


def _has_times(claims: dict[str, Any]) -> bool:
    return not any(isinstance(one, bool) or not isinstance(one, int) for one in (claims["nbf"], claims["exp"]))


def _identity(claims: dict[str, Any]) -> Identity | None:
    locale = claims.get("loc")
    try:
        return Identity(
            company_id=CompanyId(UUID(claims["cid"])),
            member_id=MemberId(UUID(claims["sub"])),
            session_id=SessionId(UUID(claims["sid"])),
            role=Role(claims["role"]),
            locale=locale if isinstance(locale, str) else None,
        )
    except (ValueError, TypeError, AttributeError):
        return None


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
