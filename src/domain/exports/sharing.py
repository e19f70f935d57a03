"""How companies share the workers: who runs next when more waits than there is room for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from heapq import heapify, heappop, heappush

from domain.shared.identities import CompanyId

AGED = timedelta(seconds=30)
"""Whoever has waited that long is as urgent as a person."""
SLICE = timedelta(minutes=5)
"""How long a backfill keeps its place while others wait for one."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Lane(StrEnum):
    """`live` runs read what changed and take seconds. A `backfill` reads everything there is and may take hours; some
    places are closed to backfills, so that live runs need not wait for one to end.
    """

    LIVE = "live"
    BACKFILL = "backfill"


@dataclass(frozen=True, slots=True)
class Shares:
    """How many runs of one company may be under way at once, of each lane."""

    live: int = 4
    backfill: int = 2

    def of(self, lane: Lane) -> int:
        """The number for a lane."""
        return self.live if lane is Lane.LIVE else self.backfill


@dataclass(frozen=True, slots=True)
class Room:
    """Places of all workers together: `runs` in all, of which backfills may take `backfills`."""

    runs: int
    backfills: int

    def __add__(self, other: "Room") -> "Room":
        return Room(self.runs + other.runs, self.backfills + other.backfills)

    def left(self, lane: Lane, busy: Mapping[Lane, int]) -> int:
        """Places that a lane may still take. Where there are two or more, live runs leave one to backfills."""
        open_to_live = self.runs - 1 if self.runs > 1 else 1
        most = self.backfills if lane is Lane.BACKFILL else open_to_live
        return max(min(self.runs - sum(busy.values()), most - busy.get(lane, 0)), 0)


def room_of(threads: int) -> Room:
    """The places of a worker with so many threads. One of four is left to short work such as notices, and a third of
    the rest is closed to backfills; with one thread or two there is nothing to leave.
    """
    runs = max(threads - threads // 4, 1)
    return Room(runs, max(runs - runs // 3, 1))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A run that is due. `served_at` is when its company's turn last came, `weight` how many shares the company has."""

    key: str
    company_id: CompanyId
    due_at: datetime
    urgent: bool = False
    served_at: datetime | None = None
    weight: int = 1


def chosen(
    waiting: Sequence[Waiting], busy: Mapping[CompanyId, int], room: int, most: int, now: datetime
) -> list[Waiting]:
    """At most `room` of them, in their order. `busy` counts the runs that each company has under way; no company gets
    beyond `most`.

    People first, and whoever has waited for long; then the company with the fewest runs for its weight; then the one
    whose turn is longest ago. One company's runs go in the order in which they came due.
    """
    queues: dict[CompanyId, list[Waiting]] = {}
    for one in sorted(waiting, key=lambda one: (not one.urgent, one.due_at, one.key), reverse=True):
        queues.setdefault(one.company_id, []).append(one)
    counts = dict(busy)
    rounds: dict[CompanyId, int] = {}

    def place(company_id: CompanyId) -> tuple[bool, float, int, datetime, datetime, str, CompanyId]:
        head = queues[company_id][-1]
        pressing = head.urgent or now - head.due_at >= AGED
        share = counts.get(company_id, 0) / head.weight
        order = (rounds.get(company_id, 0), head.served_at or _NEVER, head.due_at, head.key)
        return (not pressing, share, *order, company_id)

    heap = [place(company_id) for company_id in queues if counts.get(company_id, 0) < most]
    heapify(heap)
    found: list[Waiting] = []
    while heap and len(found) < room:
        company_id = heappop(heap)[-1]
        found.append(queues[company_id].pop())
        counts[company_id] = counts.get(company_id, 0) + 1
        rounds[company_id] = rounds.get(company_id, 0) + 1
        if queues[company_id] and counts[company_id] < most:
            heappush(heap, place(company_id))
    return found
