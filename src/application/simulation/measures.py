"""What a simulation notes while it goes on."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from application.connections.google_ports import Spending
from application.simulation.timeline import SECOND

MINUTE = 60 * SECOND


@dataclass(slots=True)
class Measures:
    """Times are in microseconds. `grants` are the moments at which requests went out, by project and quota; `waits`
    how long each request of a kind waited for its turn, also in vain; `delays` how long runs of a lane waited from
    their booking to their start, `lengths` until their end; `ages` and `lateness` what was promised, and how it was
    kept. `cpu` and `places` are how much of them was used in each minute, `busiest` the most units of one company in a
    minute.
    """

    grants: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    waits: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    delays: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    lengths: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    ages: list[int] = field(default_factory=list)
    lateness: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    postponed: Counter[str] = field(default_factory=Counter)
    booked: int = 0
    ended: int = 0
    units: int = 0
    busiest: int = 0
    cpu: Counter[int] = field(default_factory=Counter)
    places: Counter[int] = field(default_factory=Counter)
    _minute: int = 0
    _of_minute: Counter[str] = field(default_factory=Counter)

    def google(self, project: str, spending: Spending, now: int, waited: int) -> None:
        """A request to Google went out."""
        self.grants[project, spending.value].append(now)
        self.waits[spending.value].append(waited)

    def moysklad(self, company: str, units: int, now: int, waited: int) -> None:
        """A request to MoySklad went out."""
        if now // MINUTE != self._minute:
            self._minute = now // MINUTE
            self._of_minute.clear()
        self._of_minute[company] += units
        self.busiest = max(self.busiest, self._of_minute[company])
        self.units += units
        self.waits["moysklad"].append(waited)


def spread_out(counts: Counter[int], start: int, end: int) -> None:
    """Adds the time between the moments to the minutes in which it lies."""
    while start < end:
        minute = start // MINUTE
        till = min(end, (minute + 1) * MINUTE)
        counts[minute] += till - start
        start = till


def busiest(counts: Counter[int], minutes: int) -> int:
    """The most of so many minutes in a row."""
    if not counts:
        return 0
    first, last = min(counts), max(counts)
    sums = [sum(counts[minute] for minute in range(start, start + minutes)) for start in range(first, last + 1)]
    return max(sums)


def percentile(values: Sequence[int], share: float) -> float:
    """The least of the sorted values, in seconds, that so large a share does not exceed; 0 where there are none."""
    if not values:
        return 0.0
    place = min(max(-int(-share * len(values) // 1), 1), len(values)) - 1
    return values[place] / SECOND


def most_in(moments: Sequence[int], window: int) -> int:
    """The most of the moments that lie in any window of that length, its end left out. They are in order."""
    most, first = 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= window:
            first += 1
        most = max(most, last - first + 1)
    return most
