"""Secrets and access tokens without cryptography."""

import base64
from collections.abc import Sequence
from datetime import datetime

from application.tenants.ports import Identity
from domain.connections.secrets import SealedSecret, SecretPurpose, SecretUnreadable
from domain.shared.identities import CompanyId
from domain.tenants.sign_on import AccessTokenInvalid

_KEY_ID = "memory"


class MemoryVault:
    """Hides secrets from nobody, but opens them only for the company and the purpose that they were sealed for."""

    def __init__(self) -> None:
        self._sealed = 0

    def seal(self, company_id: CompanyId, purpose: SecretPurpose, secret: str) -> SealedSecret:
        """Two seals of one secret differ."""
        self._sealed += 1
        nonce = self._sealed.to_bytes(12, "big")
        return SealedSecret(_KEY_ID, nonce, base64.b64encode(_bound(company_id, purpose, nonce) + secret.encode()))

    def unseal(self, company_id: CompanyId, purpose: SecretPurpose, sealed: SealedSecret) -> str:
        """Raises SecretUnreadable for a wrong company, purpose, key or nonce."""
        bound = _bound(company_id, purpose, sealed.nonce)
        try:
            opened = base64.b64decode(sealed.ciphertext, validate=True)
        except ValueError:
            opened = b""
        if sealed.key_id != _KEY_ID or not opened.startswith(bound):
            raise SecretUnreadable
        return opened.removeprefix(bound).decode()


class MemoryAccessTokens:
    """Remembers the tokens that it gave out."""

    def __init__(self) -> None:
        self._issued: dict[str, tuple[Identity, datetime]] = {}

    def issue(self, identity: Identity, now: datetime, expires_at: datetime) -> str:
        """See application.tenants.ports.AccessTokens."""
        del now
        token = f"memory-access-{len(self._issued) + 1}"
        self._issued[token] = (identity, expires_at)
        return token

    def read(self, token: str, now: datetime) -> Identity:
        """Raises AccessTokenInvalid for a token that is expired or not one of these."""
        identity, expires_at = self._issued.get(token, (None, now))
        if identity is None or now >= expires_at:
            raise AccessTokenInvalid
        return identity

    def published(self) -> Sequence[dict[str, str]]:
        """None: nobody signs here."""
        return ()


def _bound(company_id: CompanyId, purpose: SecretPurpose, nonce: bytes) -> bytes:
    return b"|".join((company_id.bytes.hex().encode(), purpose.value.encode(), nonce.hex().encode(), b""))
