"""What one process lets in before it has told the books that all processes share."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from application.tenants.rates import MOST_KNOWN
from domain.tenants.rates import Admission, Rate, admit


class Due(NamedTuple):
    """When all will be made good that was known to be spent under a name, and when that was last heard of the shared
    books: microseconds of the process's own clock.
    """

    at: int
    heard: int


class Telling(NamedTuple):
    """So many requests that were let in under this name, for the shared books to enter."""

    name: str
    rate: Rate
    requests: int


class Ahead:
    """The process's knowledge of the shared books, and what it has let in beyond what they know of.

    Whoever the books were asked about lately, and who has room there as far as is known, is let in at once. Under one
    name no more than the rate's `ahead` are let in before the books have heard of it: then, and about whoever was not
    asked about lately, they have to be asked. They enter what they are told even where nothing is left, and whoever
    hears of that lets nobody in until it is made good: in whatever time, all processes together let in `ahead` for each
    of them more than the rate at the very most. Knows `most` names; those that asked longest ago are forgotten first.
    """

    def __init__(self, most: int = MOST_KNOWN) -> None:
        self._most = most
        self._known: OrderedDict[str, Due] = OrderedDict()
        self._untold: dict[str, tuple[Rate, int]] = {}
        self._telling: dict[str, int] = {}

    @property
    def untold(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self._untold)

    def take(self, asked: Sequence[tuple[str, Rate]], now: int) -> list[Admission] | None:
        """See application.tenants.rates.RateLimits; None where the shared books have to be asked."""
        if not all(self._may_say(name, rate, now) for name, rate in asked):
            return None
        told: list[Admission] = []
        for name, rate in asked:
            known = self._known[name]
            admission, due = admit(rate, known.at, now)
            told.append(admission)
            if not admission.admitted:
                break
            self._known[name] = Due(due, known.heard)
            self._untold[name] = rate, self._untold_of(name) + 1
        return told

    def hear(self, name: str, rate: Rate, made_good_in: int, now: int) -> None:
        """The shared books said that all which they know of is made good in so many microseconds."""
        self._known[name] = Due(now + made_good_in + rate.interval * self._untold_of(name), now)
        self._known.move_to_end(name)
        while len(self._known) > self._most:
            self._known.popitem(last=False)

    def tell(self, most: int) -> list[Telling]:
        """What is to be told now, of so many names at most. It counts as let in ahead until `told`."""
        telling = [Telling(name, rate, count) for name, (rate, count) in list(self._untold.items())[:most]]
        for one in telling:
            del self._untold[one.name]
            self._telling[one.name] = self._telling.get(one.name, 0) + one.requests
        return telling

    def told(self, telling: Sequence[Telling]) -> None:
        """That was told, or never will be."""
        for one in telling:
            left = self._telling[one.name] - one.requests
            if left:
                self._telling[one.name] = left
            else:
                del self._telling[one.name]

    def forget(self) -> None:
        """The shared books are out of reach: nothing is known any more, and what was not told stays untold for good."""
        self._known.clear()
        self._untold.clear()

    def _may_say(self, name: str, rate: Rate, now: int) -> bool:
        known = self._known.get(name)
        if known is None or now - known.heard > rate.interval * rate.requests:
            return False
        return self._untold_of(name) + self._telling.get(name, 0) < rate.ahead

    def _untold_of(self, name: str) -> int:
        untold = self._untold.get(name)
        return 0 if untold is None else untold[1]
