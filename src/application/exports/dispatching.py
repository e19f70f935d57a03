"""What giving turns to runs needs to know, whoever gives them."""

from datetime import datetime, timedelta

from application.exports.dispatch_ports import RunPlaces, Workers
from domain.exports.sharing import Lane, Room, Shares
from domain.shared.identities import CompanyId

ALIVE = timedelta(seconds=20)
"""A worker that has not reported for so long counts no more."""
TOLD = timedelta(seconds=60)
"""So long a run that the workers were told of counts as theirs, though none has begun with it."""
UNKNOWN_ROOM = Room(8, 5)
"""What is handed out before any worker has reported: it waits in the queue for the first one."""


class Places:
    """The workers' places, and who occupies them."""

    def __init__(self, runs: RunPlaces, workers: Workers, shares: Shares) -> None:
        self._runs = runs
        self._workers = workers
        self.shares = shares

    async def look(self, now: datetime) -> "Occupied":
        """In a system transaction: how things stand."""
        room = await self._workers.room(now - ALIVE) or UNKNOWN_ROOM
        return Occupied(room, await self._runs.busy(now, now - TOLD), self.shares)


class Occupied:
    """Places, how many runs each company has on them, and what that leaves."""

    def __init__(self, room: Room, busy: dict[Lane, dict[CompanyId, int]], shares: Shares) -> None:
        self._room = room
        self._busy = busy
        self._shares = shares

    def left(self, lane: Lane) -> int:
        """Places that the lane may still take."""
        return self._room.left(lane, {one: sum(runs.values()) for one, runs in self._busy.items()})

    def of(self, lane: Lane) -> dict[CompanyId, int]:
        """The runs of each company."""
        return self._busy.get(lane, {})

    def full(self, lane: Lane) -> list[CompanyId]:
        """Companies that have as many runs as they may."""
        return [company_id for company_id, runs in self.of(lane).items() if runs >= self._shares.of(lane)]

    def take(self, lane: Lane, companies: list[CompanyId]) -> None:
        """These companies have got a place each."""
        runs = self._busy.setdefault(lane, {})
        for company_id in companies:
            runs[company_id] = runs.get(company_id, 0) + 1
