"""The intake: calls that arrive at about the same time are kept together, and each is answered after that."""

import asyncio
from collections.abc import Callable

from application.bus import Application
from application.webhooks.commands.keep_deliveries import KeepDeliveries
from application.webhooks.ports import Arrival, Kept
from domain.webhooks.announcements import IntakeClosed

GATHER_SECONDS = 0.003
"""How long the first of a group waits for others."""

MOST_TOGETHER = 500
MOST_WAITING = 5_000
PATIENCE_SECONDS = 1.2
"""MoySklad waits for 1.5 s (JSON API docs, webhooks); a call that could not be stored by then is to come again."""

RETRY_AFTER = 1.0
_PAUSE_AFTER_FAILURE = 0.1

Waiting = tuple[Arrival, "asyncio.Future[Kept]"]


class Intake:
    """One for a process. `report` is told why a group could not be kept."""

    def __init__(self, application: Application, report: Callable[[BaseException], None]) -> None:
        self._application = application
        self._report = report
        self._waiting: list[Waiting] = []
        self._arrived = asyncio.Event()

    async def keep(self, arrival: Arrival) -> Kept:
        """What became of the call, and whose it is; where it is kept, it is on disk.

        Raises IntakeClosed when that could not be done in time, or so many calls wait that it will not be. The call may
        be kept nevertheless, which is no harm: coming again, it is recognised.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise IntakeClosed(RETRY_AFTER)
        told: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, told))
        self._arrived.set()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await told
        except TimeoutError:
            raise IntakeClosed(RETRY_AFTER) from None

    async def serve(self) -> None:
        """Keeps what arrives, group after group, until it is cancelled."""
        while True:
            await self._arrived.wait()
            await asyncio.sleep(GATHER_SECONDS)
            group = [one for one in self._waiting[:MOST_TOGETHER] if not one[1].done()]
            del self._waiting[:MOST_TOGETHER]
            if not self._waiting:
                self._arrived.clear()
            if group:
                await self._keep(group)

    async def _keep(self, group: list[Waiting]) -> None:
        try:
            kept = await self._application.execute(KeepDeliveries(arrivals=[arrival for arrival, _ in group]))
        except Exception as failed:  # noqa: BLE001 - nobody may be told that it was kept
            self._report(failed)
            for _, told in group:
                if not told.done():
                    told.set_exception(IntakeClosed(RETRY_AFTER))
            await asyncio.sleep(_PAUSE_AFTER_FAILURE)
            return
        for (_, told), receipt in zip(group, kept, strict=True):
            if not told.done():
                told.set_result(receipt)
