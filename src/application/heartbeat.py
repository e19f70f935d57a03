"""A worker's claim is kept alive beside its work."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from application.ports import Clock
from domain.shared.errors import SkladSheetsError

ResultT = TypeVar("ResultT")

LOOK_SECONDS = 2.0
"""How often a worker looks whether what it works on was cancelled, paused or taken over."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """`renew` renews the claim for `lease` and answers until when it is good; `look`, where there is one, asks in
    between whether it still is. Both raise where it is not. `lost` is raised when the claim ran out because nobody
    could be asked.
    """

    clock: Clock
    lease: timedelta
    renew: Callable[[], Awaitable[datetime]]
    lost: Callable[[], SkladSheetsError]
    look: Callable[[], Awaitable[None]] | None = None

    async def beside(self, work: Coroutine[Any, Any, ResultT]) -> ResultT:
        """Works for as long as the claim is held. Raises what the work does, or what `renew` and `look` do."""
        working = asyncio.create_task(work)
        beating = asyncio.create_task(self._beat())
        try:
            await asyncio.wait({working, beating}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                beating.result()
            return await working
        finally:
            working.cancel()
            beating.cancel()
            await asyncio.gather(working, beating, return_exceptions=True)

    async def _beat(self) -> None:
        """Ends only by raising: the claim was taken away, or is out of reach for as long as the lease lasts."""
        good_until = self.clock.now() + self.lease
        beat = self.lease.total_seconds() / 3
        looks = 1 if self.look is None else max(round(beat / LOOK_SECONDS), 1)
        for turn in count(1):
            await asyncio.sleep(beat / looks)
            try:
                async with asyncio.timeout(beat):
                    if self.look is not None and turn % looks:
                        await self.look()
                    else:
                        good_until = await self.renew()
            except SkladSheetsError:
                raise
            except Exception as unreachable:
                if self.clock.now() >= good_until:
                    raise self.lost() from unreachable
