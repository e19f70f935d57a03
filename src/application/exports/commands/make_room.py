"""Long runs make room for others."""

from application.exports.dispatch_ports import RunPlaces
from application.exports.dispatching import Places
from application.messages import SystemCommand
from application.ports import Clock, SystemTransaction, Turns
from domain.exports.sharing import SLICE, Lane

COMPANIES = 50


class MakeRoom(SystemCommand[int], frozen=True, kw_only=True, tag="exports.make_room"):
    """Told by the scheduler, again and again."""


class MakeRoomHandler:
    """Asks backfills to hand themselves back after their batch: where a live run waits for the spreadsheet, and, when
    they have had their slice of time, where another company's backfill waits for a place.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        places: Places,
        turns: Turns,
        runs: RunPlaces,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._places = places
        self._turns = turns
        self._runs = runs
        self._clock = clock

    async def __call__(self, command: MakeRoom) -> int:
        """How many were asked."""
        del command
        now = self._clock.now()
        async with self._system_transaction():
            asked = await self._runs.ask_for_spreadsheets()
            occupied = await self._places.look(now)
            if not occupied.left(Lane.BACKFILL):
                queued = await self._turns.waiting(Lane.BACKFILL.value, now, occupied.full(Lane.BACKFILL), 1, COMPANIES)
                waiting = {one.message.company_id for one in queued}
                if waiting:
                    asked += await self._runs.ask_for_places(waiting, now - SLICE, len(waiting))
        return asked
