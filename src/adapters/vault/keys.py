"""The key ring as it is configured."""

import binascii
import re
from base64 import b64decode

KEY_LENGTH = 32
"""Bytes: AES-256."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")
_TO_STANDARD = str.maketrans("-_", "+/")


class KeyRingInvalid(ValueError):
    """The key ring is not written as it should be. The message never repeats what was written."""


def parse_key_ring(text: str) -> dict[str, bytes]:
    """Reads `id:base64,id:base64`, the newest key first. A key is 32 bytes. Raises KeyRingInvalid."""
    keys: dict[str, bytes] = {}
    for number, entry in enumerate(text.split(","), start=1):
        key_id, colon, encoded = entry.strip().partition(":")
        if not colon:
            raise KeyRingInvalid(f"Entry {number} of the key ring is not written as id:base64.")
        if _ID.fullmatch(key_id) is None:
            raise KeyRingInvalid(f"Entry {number} of the key ring: an id has 1 to 40 letters, digits, dots, _ or -.")
        if key_id in keys:
            raise KeyRingInvalid(f"Entry {number} of the key ring repeats an id.")
        keys[key_id] = _key(encoded, number)
    return keys


def _key(encoded: str, number: int) -> bytes:
    try:
        key = b64decode(encoded.strip().translate(_TO_STANDARD), validate=True)
    except (binascii.Error, ValueError):
        key = None
    if key is None:
        raise KeyRingInvalid(f"Entry {number} of the key ring: the key is not base64.")
    if len(key) != KEY_LENGTH:
        raise KeyRingInvalid(f"Entry {number} of the key ring: the key has {len(key)} bytes, not {KEY_LENGTH}.")
    return key
