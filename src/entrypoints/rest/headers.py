"""What a request says in its headers, read once for everybody who asks."""

from collections.abc import Mapping
from typing import Any

_READ = "headers_read"


def headers_of(scope: Any) -> Mapping[bytes, bytes]:
    """The first value of each header, by its name in small letters. Who heeds all of several looks into the scope."""
    state: dict[str, Any] = scope.setdefault("state", {})
    known: dict[bytes, bytes] | None = state.get(_READ)
    if known is None:
        known = state[_READ] = {name.lower(): value for name, value in reversed(list(scope["headers"]))}
    return known
