"""Rates within the process."""

from collections.abc import Sequence

from adapters.memory.machine import MemoryClock
from application.tenants.rates import OwnBooks
from domain.tenants.rates import SECOND, Admission, Rate


class MemoryRateLimits:
    """See application.tenants.rates.RateLimits. While it is `lost`, nobody is counted."""

    def __init__(self, clock: MemoryClock) -> None:
        self.lost = False
        self._books = OwnBooks()
        self._clock = clock

    async def take(self, asked: Sequence[tuple[str, Rate]]) -> list[Admission] | None:
        """See the port."""
        return None if self.lost else self._books.take(asked, round(self._clock.now().timestamp() * SECOND))
