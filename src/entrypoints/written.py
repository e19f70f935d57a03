"""Settings as they are written: texts that are read into values."""

import base64 as _codec
from collections.abc import Callable
from urllib.parse import urlsplit


def text(text: str) -> str | None:
    """Whatever stands there."""
    return text


def address(*schemes: str) -> Callable[[str], str]:
    """A reader of addresses with one of these schemes."""

    def read(text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme.partition("+")[0] not in schemes or not parts.hostname:
            raise ValueError
        return text

    return read


def web(text: str) -> str:
    """An http(s):// address, without a slash at its end. Raises ValueError."""
    return address("http", "https")(text).rstrip("/")


def several_webs(text: str) -> tuple[str, ...]:
    """Such addresses, separated by commas. Raises ValueError."""
    return tuple(web(part.strip()) for part in text.split(","))


def key_ring(text: str) -> str:
    """id:base64 of 32 bytes, separated by commas, as it stands. Raises ValueError."""
    known = set()
    for entry in text.split(","):
        key_id, colon, key = entry.strip().partition(":")
        if not (key_id and colon) or len(base64(key)) != 32 or key_id in known:
            raise ValueError
        known.add(key_id)
    return text


def base64(text: str) -> bytes:
    """Bytes, in either alphabet of base64. Raises ValueError."""
    return _codec.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)


def file_access(text: str) -> str:
    """A scope. Raises ValueError."""
    if text not in {"drive.file", "spreadsheets"}:
        raise ValueError
    return text


def level(text: str) -> str:
    """A level of logging. Raises ValueError."""
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError
    return text.upper()


def small(text: str) -> int:
    """A whole number from 1 to 64. Raises ValueError."""
    number = int(text)
    if not 1 <= number <= 64:
        raise ValueError
    return number


def port(text: str) -> int:
    """A port, or 0 for none. Raises ValueError."""
    number = int(text)
    if not 0 <= number <= 65535:
        raise ValueError
    return number


def share(text: str) -> float:
    """A number from 0 to 1. Raises ValueError."""
    number = float(text)
    if not 0 <= number <= 1:
        raise ValueError
    return number


def whole(text: str) -> int:
    """A whole number, 1 or more. Raises ValueError."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def minute(text: str) -> int:
    """A whole number, 60 or more. Raises ValueError."""
    number = int(text)
    if number < 60:
        raise ValueError
    return number


def count(text: str) -> int:
    """A whole number, 0 or more. Raises ValueError."""
    number = int(text)
    if number < 0:
        raise ValueError
    return number


def seconds(text: str) -> float:
    """A number, 0 or more. Raises ValueError."""
    number = float(text)
    if not 0 <= number < float("inf"):
        raise ValueError
    return number


def positive(text: str) -> float:
    """A number above 0. Raises ValueError."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError
    return number
