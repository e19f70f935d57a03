"""Secrets and access tokens without cryptography."""

import base64
import itertools
from collections.abc import Sequence
from datetime import datetime

from adapters.memory.keys import MemoryKeyKeeper
from application.tenants.ports import Identity
from domain.connections.secrets import SealedSecret, SecretPurpose, SecretUnreadable
from domain.shared.identities import CompanyId
from domain.tenants.sign_on import AccessTokenInvalid

_NONCES = itertools.count(1)
"""No two vaults draw the same."""


class MemoryVault:
    """Hides secrets from nobody, but opens them only for the company and the purpose that they were sealed for."""

    def __init__(self, keeper: MemoryKeyKeeper | None = None) -> None:
        self._keeper = keeper or MemoryKeyKeeper()

    def seal(self, company_id: CompanyId, purpose: SecretPurpose, secret: str) -> SealedSecret:
        """Two seals of one secret differ."""
        return self._seal(company_id, purpose, next(_NONCES).to_bytes(12, "big"), secret)

    def unseal(self, company_id: CompanyId, purpose: SecretPurpose, sealed: SealedSecret) -> str:
        """Raises SecretUnreadable for a wrong company, purpose, key or nonce."""
        bound = self._bound(company_id, purpose, sealed.key_id, sealed.nonce)
        try:
            opened = base64.b64decode(sealed.ciphertext, validate=True)
        except ValueError:
            opened = b""
        if not opened.startswith(bound):
            raise SecretUnreadable
        return opened.removeprefix(bound).decode()

    def reseal(self, company_id: CompanyId, purpose: SecretPurpose, sealed: SealedSecret) -> SealedSecret:
        """The nonce stays."""
        return self._seal(company_id, purpose, sealed.nonce, self.unseal(company_id, purpose, sealed))

    def _seal(self, company_id: CompanyId, purpose: SecretPurpose, nonce: bytes, secret: str) -> SealedSecret:
        key_id = self._keeper.current()
        bound = self._bound(company_id, purpose, key_id, nonce)
        return SealedSecret(key_id, nonce, base64.b64encode(bound + secret.encode()))

    def _bound(self, company_id: CompanyId, purpose: SecretPurpose, key_id: str, nonce: bytes) -> bytes:
        key = f"{key_id}={self._keeper.word(key_id)}"
        return f"{key}|{company_id.bytes.hex()}|{purpose.value}|{nonce.hex()}|".encode()


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
