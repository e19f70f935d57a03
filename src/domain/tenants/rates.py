"""How many requests are let in: so many in a while, saved up to as many at once.

The generic cell rate algorithm: one number for each who asks, the moment at which all that was spent will be made good.
Times are whole microseconds.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

SECOND = 1_000_000
MOST_AHEAD = 100


@dataclass(frozen=True, slots=True)
class Rate:
    """So many `requests` in so many `seconds`. None at all means: as many as one likes. `ahead` is how many a process
    may let in before it has told the others of them: so many more than the rate may get in through each process, and
    are owed.
    """

    requests: int
    seconds: float = 60.0
    ahead: int = 0
    interval: int = field(init=False, repr=False, compare=False)
    """What one request costs, in microseconds."""

    def __post_init__(self) -> None:
        """Reckons what does not change."""
        object.__setattr__(self, "interval", max(1, round(self.seconds * SECOND / max(1, self.requests))))

    @classmethod
    def loose(cls, requests: int) -> "Rate":
        """A rate in a minute of which a hundredth may be let in ahead, a hundred requests at most."""
        return cls(requests, ahead=min(requests // 100, MOST_AHEAD))


class Admission(NamedTuple):
    """Whether a request is let in, how many more would be, in how many seconds all is made good, and in how many the
    next one is let in.
    """

    admitted: bool
    limit: int
    remaining: int
    reset_after: float
    retry_after: float


def admit(rate: Rate, due: int | None, now: int) -> tuple[Admission, int]:
    """What becomes of a request, and the number to be kept. A number from a clock that ran ahead is not believed."""
    full = rate.interval * rate.requests
    begun = min(max(now if due is None else due, now), now + full)
    after = begun + rate.interval
    if after - now > full:
        refused = Admission(
            admitted=False,
            limit=rate.requests,
            remaining=0,
            reset_after=(begun - now) / SECOND,
            retry_after=(after - now - full) / SECOND,
        )
        return refused, begun
    left = (full - (after - now)) // rate.interval
    return Admission(
        admitted=True, limit=rate.requests, remaining=left, reset_after=(after - now) / SECOND, retry_after=0.0
    ), after
