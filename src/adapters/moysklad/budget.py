"""Budgets: how many requests one token may make (JSON API docs, Restrictions).

MoySklad counts units in a sliding window for each app and account, and refuses a sixth parallel request.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from adapters.moysklad.failures import milliseconds

_LOW = 2
_KEPT = 1024


class Budget:
    """One token's share. `units` requests in `window` seconds are spread evenly after a short burst.

    `parallel` requests may be under way at once. The limit that MoySklad's own headers state is heeded when it is
    the lower one: it is for apps in draft, whose requests cost more units.
    """

    def __init__(self, units: int, window: float, parallel: int) -> None:
        self._window = window
        self._units = self._most = units
        self._slots = asyncio.Semaphore(parallel)
        self._next = 0.0
        self._closed_until = 0.0

    @asynccontextmanager
    async def turn(self, units: int = 1) -> AsyncIterator[None]:
        """Waits for a slot and for the moment when a request may go out."""
        async with self._slots:
            await self._wait(units)
            yield

    @property
    def idle(self) -> bool:
        """Whether nothing would be lost by forgetting this budget."""
        return not self._slots.locked() and max(self._next, self._closed_until) <= time.monotonic()

    def pause(self, seconds: float) -> None:
        """Lets nothing out for that long."""
        self._closed_until = max(self._closed_until, time.monotonic() + seconds)

    def heed(self, headers: Mapping[str, str]) -> None:
        """Takes over what an answer says of the limit, and slows down when little is left of it."""
        limit = _number(headers, "x-ratelimit-limit")
        if limit:
            self._units = min(self._most, limit)
        left = _number(headers, "x-ratelimit-remaining")
        if left is not None and left <= _LOW:
            window = milliseconds(headers, "x-lognex-retry-timeinterval") or self._window
            self.pause(4 * window / max(self._units, 1))

    async def _wait(self, units: int) -> None:
        burst = min(4, self._units // 4)
        interval = self._window / max(1, self._units - burst - 2)  # one for the first, one for jitter on the way
        now = time.monotonic()
        self._next = max(self._next, now) + units * interval
        await asyncio.sleep(max(0.0, self._next - now - (burst + 1) * interval))
        if (closed := self._closed_until - time.monotonic()) > 0:
            await asyncio.sleep(closed)


class Budgets:
    """The budgets of the tokens in use, found by a digest, so that no token is kept here."""

    def __init__(self, units: int, window: float, parallel: int) -> None:
        self._settings = (units, window, parallel)
        self._by_digest: OrderedDict[bytes, Budget] = OrderedDict()

    def of(self, token: str) -> Budget:
        """The budget of this token."""
        digest = hashlib.sha256(token.encode()).digest()
        budget = self._by_digest.get(digest)
        if budget is None:
            budget = self._by_digest[digest] = Budget(*self._settings)
            self._forget()
        self._by_digest.move_to_end(digest)
        return budget

    def _forget(self) -> None:
        if len(self._by_digest) > _KEPT:
            for digest in [digest for digest, budget in self._by_digest.items() if budget.idle][:-1]:
                del self._by_digest[digest]


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else None
