"""A request that wants a turn, and what it is told."""

from dataclasses import dataclass
from typing import NamedTuple

from application.connections.ports import Urgency

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Errand:
    """A request that wants a turn."""

    id: str
    credential: str
    account: str
    units: int
    urgency: Urgency
    subject: str = ""
    put: bool = False


class Reply(NamedTuple):
    """The answer to one who asks. `wait` is in microseconds.

    Granted: `cost` units were booked at `moment`, and `probes` tells which breakers the request tries. Else ask again
    after `wait`, naming `since`: at least `closed` of it will pass whatever happens; `crowded` says that slots are
    lacking. Paused: a breaker is open for `wait` more. `used` is how much of the window is spent, in thousandths.
    """

    granted: bool
    paused: bool
    wait: int
    since: int
    cost: int
    moment: int
    probes: int = 0
    closed: int = 0
    crowded: bool = False
    used: int = 0

    @property
    def reason(self) -> str:
        """What one who is not granted a turn waits for: slots, the vendor's own closure, or room in the window."""
        if self.paused:
            return "pause"
        return "parallel" if self.crowded else "closed" if self.closed > 0 else "window"

    @property
    def shares(self) -> dict[str, float]:
        """How much of each quota is spent, from 0 to 1."""
        return {"window": self.used / 1000}

    def at(self, since: int) -> "Reply":
        """The same to one who has waited since then."""
        return self._replace(since=since)


def nap(wait: int) -> int:
    """How many microseconds to sleep of a `wait` before asking again, so as to notice when those ahead give up.

    Whoever is far from the turn asks seldom, and has lapsed before it comes if not heard of any more.
    """
    return wait if wait <= _SECOND else min(max(_SECOND, wait // 2), 5 * _SECOND)
