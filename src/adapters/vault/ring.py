"""The keys of the settings, as a key management service would keep them."""

import os
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.vault.keys import KEY_LENGTH, KeyRingInvalid
from domain.connections.secrets import SecretKeyMissing, SecretUnreadable

NONCE_LENGTH = 12
"""Bytes; drawn at random, which is safe for the first 2**32 uses of a key (NIST SP 800-38D, 8.3)."""
_FORM = b"skladsheets.data-key.1"


class LocalKeyRing:
    """Wraps with AES-256-GCM; the key's id and the context are bound in. The first key is the current one."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        """Raises KeyRingInvalid."""
        if not keys:
            raise KeyRingInvalid("The key ring is empty.")
        if any(len(key) != KEY_LENGTH for key in keys.values()):
            raise KeyRingInvalid(f"Every key of the ring has {KEY_LENGTH} bytes.")
        self._ids = tuple(keys)
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}

    def current(self) -> str:
        """See application.connections.key_ports.KeyKeeper."""
        return self._ids[0]

    def held(self) -> Sequence[str]:
        """See the port."""
        return self._ids

    def wrap(self, key_id: str, data_key: bytes, context: bytes) -> bytes:
        """See the port."""
        nonce = os.urandom(NONCE_LENGTH)
        return nonce + self._cipher(key_id).encrypt(nonce, data_key, bound(_FORM, key_id.encode(), context))

    def unwrap(self, key_id: str, wrapped: bytes, context: bytes) -> bytes:
        """See the port."""
        cipher = self._cipher(key_id)
        data_key = opened(
            cipher, wrapped[:NONCE_LENGTH], wrapped[NONCE_LENGTH:], bound(_FORM, key_id.encode(), context)
        )
        if data_key is None:
            raise SecretUnreadable
        return data_key

    def _cipher(self, key_id: str) -> AESGCM:
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise SecretKeyMissing
        return cipher


def opened(cipher: AESGCM, nonce: bytes, ciphertext: bytes, bound_to: bytes) -> bytes | None:
    """What was sealed; None where that cannot be opened, for whatever reason."""
    if len(nonce) != NONCE_LENGTH:
        return None
    try:
        return cipher.decrypt(nonce, ciphertext, bound_to)
    except (InvalidTag, ValueError):
        return None


def bound(*parts: bytes) -> bytes:
    """What a seal is bound to. Each part follows its length, so that no two different lists look alike."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
