"""Ready pages: compressed list bodies kept until the account changes, so that benchmarks measure their own side."""

import zlib
from collections import OrderedDict
from collections.abc import Hashable

MOST_BYTES = 256 * 1024 * 1024
_GZIP_WINDOW = 31


def compress(body: bytes) -> bytes:
    """Gzip at the fastest level."""
    packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP_WINDOW)
    return packer.compress(body) + packer.flush()


class Pages:
    """The most recently used bodies, at most 256 MB of them; a changed account loses all of its own."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._held = 0
        self._versions: dict[str, int] = {}
        self._bodies: OrderedDict[tuple[str, Hashable], bytes] = OrderedDict()

    def get(self, account: str, version: int, question: Hashable) -> bytes | None:
        """The body of this question, when it was asked since the account's last change."""
        if self._versions.get(account) != version:
            self._forget(account)
            self._versions[account] = version
            return None
        key = (account, question)
        found = self._bodies.get(key)
        if found is not None:
            self._bodies.move_to_end(key)
        return found

    def put(self, account: str, question: Hashable, body: bytes) -> None:
        """Keeps a body until the account changes or newer ones need the room."""
        key = (account, question)
        self._held += len(body) - len(self._bodies.pop(key, b""))
        self._bodies[key] = body
        while self._held > self._most and self._bodies:
            _, dropped = self._bodies.popitem(last=False)
            self._held -= len(dropped)

    def _forget(self, account: str) -> None:
        for key in [key for key in self._bodies if key[0] == account]:
            self._held -= len(self._bodies.pop(key))
