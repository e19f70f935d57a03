"""The limits of MoySklad that all workers keep to together (JSON API docs, Restrictions)."""

from dataclasses import dataclass, replace

from application.connections.ports import Urgency

PUBLISHED_UNITS = 45
"""Units in one window, by which MoySklad's X-RateLimit-Limit is read: 45 // limit is what one request costs."""

SECOND = 1_000_000
"""Microseconds: the books are kept in whole ones."""


@dataclass(frozen=True, slots=True)
class VendorLimits:
    """What may be spent. Times are in seconds.

    - `units` in any `window` and `parallel` requests at once, for one credential; `account_parallel` for one account,
      where MoySklad allows 20 that other integrations share.
    - `guard` is added to the window; `transit` is how long a request is thought to be under way at most, until its
      answer tells that it has arrived.
    - `burst`: units that may go out at once after a pause; from there on they are spread evenly.
    - `lease`: how long a slot is held for a worker that is not heard of any more.
    - `poll`: how soon to ask again for a slot; `grace`: how late one may come back without losing one's place.
    - The breaker: `refusals` answers 429, or `failures` failing answers to one request, within `breaker_window` close
      the way for `breaker_pause`; then one request, given `probe` to come back, tries it. `puts` are the PUTs to one
      entity within `breaker_window`. MoySklad itself bans from 200, 200 and 100 a minute on.
    """

    units: int = PUBLISHED_UNITS
    window: float = 3.0
    parallel: int = 4
    account_parallel: int = 16
    guard: float = 0.05
    transit: float = 0.5
    burst: int = 0
    lease: float = 15.0
    poll: float = 0.05
    grace: float = 0.3
    refusals: int = 40
    failures: int = 20
    puts: int = 60
    breaker_window: float = 60.0
    breaker_pause: float = 60.0
    probe: float = 30.0

    @property
    def least_burst(self) -> int:
        """`burst`, or a third of the units where none is given."""
        return self.burst or max(1, self.units // 3)

    def cautious(self) -> "VendorLimits":
        """What one process may spend where it cannot know of the others: a quarter, one request at a time."""
        return replace(self, units=max(1, self.units // 4), parallel=1, account_parallel=1, burst=1)


KEEP = 2 * SECOND
"""How long the spent units are remembered beyond the window, to compare them with what an answer says of them."""

NARROW = 10 * SECOND
"""How long fewer requests go out at once after MoySklad refused one as one too many at once."""

LONGEST_CLOSURE = 600 * SECOND
"""The longest closure that is believed, also after a clock was set back."""

HEAD_START: dict[Urgency, int] = {
    Urgency.INTERACTIVE: 0,
    Urgency.EVENT: SECOND // 2,
    Urgency.ROUTINE: 5 * SECOND,
    Urgency.BACKFILL: 15 * SECOND,
}
"""How much later than an interactive request that began to wait at the same time each kind goes. So what is urgent goes
first, and what has waited longer than this goes before what is urgent and new: nothing waits for ever."""
