"""Secrets as the business sees them: sealed."""

from dataclasses import dataclass
from enum import StrEnum

from domain.shared.errors import ConnectionBroken


class SecretPurpose(StrEnum):
    """What a secret is for. It is bound into the seal, so that one secret can't be put in another's place."""

    MOYSKLAD_TOKEN = "moysklad.token"  # noqa: S105 - a name, not a secret
    GOOGLE_ACCESS = "google.access"
    GOOGLE_REFRESH = "google.refresh"
    GOOGLE_VERIFIER = "google.verifier"
    KEPT_ANSWER = "delivery.answer"
    WEBHOOK_TOKEN = "webhooks.token"  # noqa: S105 - a name, not a secret
    PSEUDONYM_KEY = "exports.pseudonyms"


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A secret sealed at rest. `key_id` names the key in the key ring; the bytes say nothing without it.

    The nonce is drawn when a secret comes to us, and stays when the secret is sealed anew under another key.
    """

    key_id: str
    nonce: bytes
    ciphertext: bytes

    def __repr__(self) -> str:
        """Says that it is sealed, and nothing more."""
        return f"SealedSecret(key_id={self.key_id!r})"

    def is_same(self, other: "SealedSecret | None") -> bool:
        """Whether both are one and the same secret, though perhaps under different keys."""
        return other is not None and self.nonce == other.nonce


class SecretUnreadable(ConnectionBroken):
    """A stored secret cannot be opened with the keys we have. Connect anew."""

    code = "connections.secret_unreadable"


class SecretKeyMissing(SecretUnreadable):
    """A stored secret is sealed under a key that is not in the ring. Whoever operates the service has to bring it."""

    code = "connections.secret_key_missing"
