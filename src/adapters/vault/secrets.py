"""Secrets sealed with AES-256-GCM."""

import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.vault.keys import KEY_LENGTH, KeyRingInvalid
from domain.connections.secrets import SealedSecret, SecretPurpose, SecretUnreadable
from domain.shared.identities import CompanyId

_NONCE_LENGTH = 12
"""Bytes; drawn at random, which is safe for the first 2**32 seals of a key (NIST SP 800-38D, 8.3)."""

_FORM = b"skladsheets.vault.1"


class AesGcmVault:
    """Seals with the first key of the ring; opens with whichever key a secret names, so that old keys may retire."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise KeyRingInvalid("The key ring is empty.")
        if any(len(key) != KEY_LENGTH for key in keys.values()):
            raise KeyRingInvalid(f"Every key of the ring has {KEY_LENGTH} bytes.")
        self._newest = next(iter(keys))
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}

    def seal(self, company_id: CompanyId, purpose: SecretPurpose, secret: str) -> SealedSecret:
        """Two seals of one secret differ."""
        nonce = os.urandom(_NONCE_LENGTH)
        bound = _bound(self._newest, company_id, purpose)
        return SealedSecret(self._newest, nonce, self._ciphers[self._newest].encrypt(nonce, secret.encode(), bound))

    def unseal(self, company_id: CompanyId, purpose: SecretPurpose, sealed: SealedSecret) -> str:
        """Raises SecretUnreadable, without a word about why: the reasons are one and the same to whoever asks."""
        cipher = self._ciphers.get(sealed.key_id)
        secret: bytes | None = None
        if cipher is not None and len(sealed.nonce) == _NONCE_LENGTH:
            try:
                secret = cipher.decrypt(sealed.nonce, sealed.ciphertext, _bound(sealed.key_id, company_id, purpose))
            except (InvalidTag, ValueError):
                secret = None
        if secret is None:
            raise SecretUnreadable
        return secret.decode()


def _bound(key_id: str, company_id: CompanyId, purpose: SecretPurpose) -> bytes:
    """What the seal is bound to. Each part follows its length, so that no two different triples look alike."""
    parts = (_FORM, key_id.encode(), company_id.bytes, purpose.value.encode())
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
