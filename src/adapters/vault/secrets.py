"""Secrets sealed with AES-256-GCM under data keys, which are wrapped under keys that somebody else keeps."""

import os
import time
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.vault.data_keys import DataKeys
from adapters.vault.ring import NONCE_LENGTH, LocalKeyRing, bound, opened
from application.connections.key_ports import KeyKeeper
from domain.connections.secrets import SealedSecret, SecretKeyMissing, SecretPurpose, SecretUnreadable
from domain.shared.identities import CompanyId

_FORMER = b"skladsheets.vault.1"
_FORM = b"skladsheets.vault.2"
_MARK = b"\x00sks2"
"""What a ciphertext begins with in this form: then come the length of the wrapped data key in two bytes, the wrapped
data key, and what was sealed. In the former form it was sealed under the ring's key itself, and nothing stands before
it; that it begins with these bytes by chance happens once in 2**40 times, and is found out by opening it.
"""
_LENGTH = 2


class AesGcmVault:
    """Seals under the keeper's current key; opens with whichever key a secret names, so that old keys may retire.

    `keys` is the ring, the newest first. It opens secrets of the former form, and is the keeper where no other one is
    given. `seconds` is a clock that never goes back.
    """

    def __init__(
        self,
        keys: Mapping[str, bytes],
        keeper: KeyKeeper | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises KeyRingInvalid."""
        self._keeper = keeper or LocalKeyRing(keys)
        self._data_keys = DataKeys(self._keeper, seconds)
        self._former = {key_id: AESGCM(key) for key_id, key in keys.items()}

    def seal(self, company_id: CompanyId, purpose: SecretPurpose, secret: str) -> SealedSecret:
        """Two seals of one secret differ."""
        return self._seal(company_id, purpose, os.urandom(NONCE_LENGTH), secret.encode())

    def unseal(self, company_id: CompanyId, purpose: SecretPurpose, sealed: SealedSecret) -> str:
        """Raises SecretKeyMissing, or else SecretUnreadable without a word about why: the reasons are one and the same
        to whoever asks.
        """
        return self._open(company_id, purpose, sealed).decode()

    def reseal(self, company_id: CompanyId, purpose: SecretPurpose, sealed: SealedSecret) -> SealedSecret:
        """The nonce stays. A data key never meets it with another secret: it was drawn for this one."""
        return self._seal(company_id, purpose, sealed.nonce, self._open(company_id, purpose, sealed))

    def _seal(self, company_id: CompanyId, purpose: SecretPurpose, nonce: bytes, secret: bytes) -> SealedSecret:
        data_key = self._data_keys.for_sealing(company_id)
        ciphertext = data_key.cipher.encrypt(nonce, secret, _bound(company_id, purpose))
        head = _MARK + len(data_key.wrapped).to_bytes(_LENGTH, "big") + data_key.wrapped
        return SealedSecret(data_key.key_id, nonce, head + ciphertext)

    def _open(self, company_id: CompanyId, purpose: SecretPurpose, sealed: SealedSecret) -> bytes:
        if sealed.key_id not in self._keeper.held():
            raise SecretKeyMissing
        secret = self._open_enveloped(company_id, purpose, sealed)
        if secret is None:
            secret = self._open_former(company_id, purpose, sealed)
        if secret is None:
            raise SecretUnreadable
        return secret

    def _open_enveloped(self, company_id: CompanyId, purpose: SecretPurpose, sealed: SealedSecret) -> bytes | None:
        if not sealed.ciphertext.startswith(_MARK):
            return None
        begins = len(_MARK) + _LENGTH
        ends = begins + int.from_bytes(sealed.ciphertext[len(_MARK) : begins], "big")
        try:
            cipher = self._data_keys.for_opening(company_id, sealed.key_id, sealed.ciphertext[begins:ends]).cipher
        except SecretUnreadable:
            return None
        return opened(cipher, sealed.nonce, sealed.ciphertext[ends:], _bound(company_id, purpose))

    def _open_former(self, company_id: CompanyId, purpose: SecretPurpose, sealed: SealedSecret) -> bytes | None:
        cipher = self._former.get(sealed.key_id)
        if cipher is None:
            return None
        bound_to = bound(_FORMER, sealed.key_id.encode(), company_id.bytes, purpose.value.encode())
        return opened(cipher, sealed.nonce, sealed.ciphertext, bound_to)


def _bound(company_id: CompanyId, purpose: SecretPurpose) -> bytes:
    return bound(_FORM, company_id.bytes, purpose.value.encode())
