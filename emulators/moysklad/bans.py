"""When API access is taken from a user or a solution, until support gives it back (JSON API docs, restrictions,
"automatic disconnection of access"; "connections" of its first steps).
"""

import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from emulators.moysklad import errors
from emulators.moysklad.accounts import Caller
from emulators.moysklad.limits import Key

MINUTE = 60.0
IDENTICAL_FAILURES = 200
REFUSALS = 200
PUTS = 100
SWEEP = 4096


@dataclass(slots=True)
class Record:
    """What is held against one credential. `reason` is why access is off; empty while it is on."""

    reason: str = ""
    bans: int = 0
    blocked: int = 0
    failures: int = 0
    seen: dict[Hashable, deque[float]] = field(default_factory=dict)
    worst: dict[str, int] = field(default_factory=dict)


class Bans:
    """Counts failing, refused and repeated requests in sliding minutes. `now` may be replaced by tests."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.records: dict[Key, Record] = {}
        self._connections: WeakKeyDictionary[object, int] = WeakKeyDictionary()
        self.worn = 0

    def check(self, caller: Caller) -> None:
        """Raises ApiError 1061 while access is off. The vendor does not say with which code it refuses (UNVERIFIED):
        1061 is the documented one for a user without access to the API.
        """
        record = self.records.get(caller.key)
        if record is not None and record.reason:
            record.blocked += 1
            raise errors.access_off(record.reason)

    def judge(self, caller: Caller, method: str, address: str, body: bytes, status: int) -> None:
        """Counts one answered request and takes access away when a limit is passed: more than 200 identical failing
        requests a minute, more than 200 answered with 429, more than 100 PUTs of one entity.
        """
        if status < 400 and method != "PUT":
            return
        record = self.records.setdefault(caller.key, Record())
        if method == "PUT":
            self._count(record, ("PUT", address.partition("?")[0]), PUTS, "puts")
        if status < 400:
            return
        record.failures += 1
        if status == 429:
            self._count(record, "429", REFUSALS, "refusals")
        self._count(record, ("same", method, address, hash(body)), IDENTICAL_FAILURES, "identicalFailures")

    def connected(self, connection: object) -> int:
        """Counts a request on its connection and returns how many there were."""
        count = self._connections.get(connection, 0) + 1
        self._connections[connection] = count
        return count

    def opened(self, caller: Caller, most: int) -> None:
        """Counts a new connection; more than `most` of them in a minute take access away."""
        self._count(self.records.setdefault(caller.key, Record()), "connections", most, "newConnections")

    def lift(self, key: Key | None = None) -> int:
        """Gives access back, to one credential or to all, and forgets the counts that took it."""
        lifted = 0
        for known, record in self.records.items():
            if record.reason and key in {None, known}:
                record.reason = ""
                record.seen.clear()
                lifted += 1
        return lifted

    def record(self, key: Key) -> Record:
        """What is held against a credential; nothing, for one that never failed."""
        return self.records.get(key, Record())

    def clear(self) -> None:
        """Forgets everything, bans too."""
        self.records.clear()
        self.worn = 0

    def _count(self, record: Record, what: Hashable, most: int, name: str) -> None:
        now = self._now()
        times = record.seen.setdefault(what, deque())
        times.append(now)
        while times[0] <= now - MINUTE:
            times.popleft()
        record.worst[name] = max(record.worst.get(name, 0), len(times))
        if len(times) > most and not record.reason:
            record.reason = name
            record.bans += 1
        if len(record.seen) > SWEEP:
            self._sweep(record, now)

    @staticmethod
    def _sweep(record: Record, now: float) -> None:
        for what in [what for what, times in record.seen.items() if times[-1] <= now - MINUTE]:
            del record.seen[what]
