"""Quotas: 45 units in three seconds for a user or a solution, and parallel requests (JSON API docs, restrictions)."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from emulators.moysklad import errors
from emulators.moysklad.accounts import Caller

UNITS = 45
WINDOW = 3.0
PARALLEL_CREDENTIAL = 5
PARALLEL_ACCOUNT = 20
DRAFT_WEIGHT = 4
REPORT_WEIGHT = 5
HEAVY = {"/report/stock/all", "/report/stock/bystore"}
USER_WEIGHTS = ((date(2026, 12, 1), 4), (date(2026, 9, 1), 3))
USER_WEIGHT_BEFORE = 2

ATTEMPTS = 20
ATTEMPTS_WINDOW = 60.0

Key = tuple[str, str]


def weight(caller: Caller, today: date, path: str = "") -> int:
    """What one request costs: 1 for a published solution, 4 for a draft, more and more for users in 2026; the two
    extended stock reports cost 5 whoever asks.
    """
    if path.rstrip("/") in HEAVY:
        return REPORT_WEIGHT
    if caller.install is not None:
        return DRAFT_WEIGHT if caller.install.application.draft else 1
    for start, price in USER_WEIGHTS:
        if today >= start:
            return price
    return USER_WEIGHT_BEFORE


@dataclass(slots=True)
class Tally:
    """What one credential was granted and refused since the last `clear`; `peak` is the fullest window in units."""

    requests: int = 0
    units: int = 0
    peak: int = 0
    parallel: int = 0
    window_refusals: int = 0
    parallel_refusals: int = 0


class Quotas:
    """Counts spent units in a sliding window. `now` may be replaced by tests."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._spent: dict[Key, deque[tuple[float, int]]] = {}
        self._running: Counter[object] = Counter()
        self._failures: dict[str, deque[float]] = {}
        self.tallies: dict[Key, Tally] = {}

    def reset(self) -> None:
        """Forgets everything spent."""
        self._spent.clear()
        self._failures.clear()

    def tally(self, key: Key) -> Tally:
        """What a credential was granted and refused; nothing, for one that never came."""
        return self.tallies.get(key, Tally())

    def clear(self) -> None:
        """Starts the tallies anew; what was spent stays spent."""
        self.tallies.clear()

    def spend(self, caller: Caller, price: int) -> dict[str, str]:
        """Counts one request and returns its rate headers. Raises ApiError 1049 when the window is used up."""
        now, tally = self._now(), self._tally(caller)
        spent = self._window(caller, now)
        used = sum(units for _, units in spent)
        if used + price > UNITS:
            tally.window_refusals += 1
            raise errors.window_exceeded(self._refusal(spent, used, price, now))
        spent.append((now, price))
        tally.requests += 1
        tally.units += price
        tally.peak = max(tally.peak, used + price)
        return _headers(price, UNITS - used - price)

    def standing(self, caller: Caller, price: int) -> dict[str, str]:
        """Rate headers of a request that spends nothing, because it was refused before: what is left as it is."""
        return _headers(price, UNITS - sum(units for _, units in self._window(caller, self._now())))

    @contextmanager
    def running(self, caller: Caller) -> Iterator[None]:
        """Holds one parallel slot. Raises ApiError 1073 when there is none."""
        tally = self._tally(caller)
        keys: tuple[tuple[object, int], ...] = (
            (caller.key, PARALLEL_CREDENTIAL),
            (caller.account.id, PARALLEL_ACCOUNT),
        )
        if any(self._running[key] >= most for key, most in keys):
            tally.parallel_refusals += 1
            raise errors.too_parallel()
        for key, _ in keys:
            self._running[key] += 1
        tally.parallel = max(tally.parallel, self._running[caller.key])
        try:
            yield
        finally:
            for key, _ in keys:
                self._running[key] -= 1

    def failed(self, credential: str) -> None:
        """Counts a wrong credential. Raises ApiError 1048 after twenty of the same in a minute (number: our choice)."""
        now = self._now()
        tries = self._failures.setdefault(credential, deque())
        while tries and tries[0] <= now - ATTEMPTS_WINDOW:
            tries.popleft()
        tries.append(now)
        if len(tries) > ATTEMPTS:
            raise errors.too_many_attempts()

    def _window(self, caller: Caller, now: float) -> deque[tuple[float, int]]:
        spent = self._spent.setdefault(caller.key, deque())
        while spent and spent[0][0] <= now - WINDOW:
            spent.popleft()
        return spent

    def _tally(self, caller: Caller) -> Tally:
        return self.tallies.setdefault(caller.key, Tally())

    @staticmethod
    def _refusal(spent: deque[tuple[float, int]], used: int, price: int, now: float) -> dict[str, str]:
        excess, free_at = used + price - UNITS, now
        for moment, units in spent:
            excess -= units
            free_at = moment + WINDOW
            if excess <= 0:
                break
        wait = str(max(1, round((free_at - now) * 1000)))
        return {**_headers(price, 0), "X-Lognex-Reset": wait, "X-Lognex-Retry-After": wait}


def _headers(price: int, left: int) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(UNITS // price),
        "X-RateLimit-Remaining": str(left // price),
        "X-Lognex-Retry-TimeInterval": str(round(WINDOW * 1000)),
        "X-Lognex-Reset": "0",
    }
