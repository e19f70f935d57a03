"""Tokens by which mails are unsubscribed from: signed with a key that is derived from those of sessions."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from uuid import UUID

from application.dealers.mail_ports import WayOut
from domain.dealers.bindings import MailLinkInvalid
from domain.shared.identities import BindingId, CompanyId

_PURPOSE = b"skladsheets mail way out 1"
_SIGNATURE = 16
"""128 bits of HMAC-SHA256."""

_LENGTH = 64
"""Characters: 48 bytes in base64."""


class SignedWaysOut:
    """See application.dealers.mail_ports.WaysOut. Signs with the first key of the ring, and reads what any has signed:
    links in old mails work as long as the key stays in the ring.
    """

    def __init__(self, ring: Mapping[str, bytes]) -> None:
        self._keys = [hmac.digest(key, _PURPOSE, "sha256") for key in ring.values()]

    def token(self, way: WayOut) -> str:
        """See the port."""
        said = way.company_id.bytes + way.binding_id.bytes
        return urlsafe_b64encode(said + _signature(self._keys[0], said)).decode()

    def read(self, token: str) -> WayOut:
        """See the port."""
        if len(token) != _LENGTH or not token.isascii():
            raise MailLinkInvalid
        try:
            raw = urlsafe_b64decode(token)
        except ValueError as wrong:
            raise MailLinkInvalid from wrong
        said, signed = raw[:32], raw[32:]
        if not any(hmac.compare_digest(_signature(key, said), signed) for key in self._keys):
            raise MailLinkInvalid
        return WayOut(CompanyId(UUID(bytes=said[:16])), BindingId(UUID(bytes=said[16:])))


def _signature(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, said, "sha256")[:_SIGNATURE]
