"""A record of the requests an emulator answered, for tests and benchmarks to count."""

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One answered request. `kind` is the emulator's own word for the call: `read`, `write`, `entity`, `token`."""

    method: str
    path: str
    query: str
    kind: str
    status: int
    request_bytes: int
    response_bytes: int
    seconds: float


class Journal:
    """Keeps the last 20,000 requests and counts all of them."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._kinds: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()

    def add(self, entry: Entry) -> None:
        """Remembers one answered request."""
        self._entries.append(entry)
        self._kinds[entry.kind] += 1
        self._statuses[entry.status] += 1

    def clear(self) -> None:
        """Starts counting anew."""
        self._entries.clear()
        self._kinds.clear()
        self._statuses.clear()

    def summary(self) -> dict[str, Any]:
        """Counts by kind and by status since the last `clear`."""
        return {
            "total": self._kinds.total(),
            "kinds": dict(self._kinds),
            "statuses": {str(status): count for status, count in self._statuses.items()},
        }

    def entries(self, last: int) -> list[dict[str, Any]]:
        """The newest `last` requests, oldest first."""
        return [asdict(entry) for entry in list(self._entries)[-last:]]
