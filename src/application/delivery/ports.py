"""Ports of the delivery area: how much work waits, across all companies."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

QUEUE_NAMESPACE = "skladsheets"
"""What the names of all queues in Redis begin with."""
QUEUE_NAMES = ("exports", "notices")
"""The queues that application.handlers.WORK puts commands into."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Tasks that wait for a worker, and since how many seconds the first of them could have been begun."""

    tasks: int = 0
    oldest: float = 0.0


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """How old what the sheets show is, over all exports that have a schedule and could run: the company has the app,
    neither connection is missing or known to be broken. An export that never ran is as old as it is.

    `within` has a number for each bound that was asked for: exports at most so many seconds old. `stale` are those
    beyond the target.
    """

    exports: int = 0
    stale: int = 0
    seconds: float = 0.0
    within: tuple[int, ...] = ()


class OutboxDepth(msgspec.Struct, frozen=True, kw_only=True):
    """Messages in the outbox that should be on their way and are not, since how many seconds, and those for later."""

    due: int = 0
    oldest: float = 0.0
    later: int = 0


class BacklogViews(Protocol):
    """How much waits. Works in a SystemTransaction; each method is one query over what is unfinished only."""

    async def waiting(self, now: datetime) -> Mapping[str, Waiting]:
        """Tasks that a worker could begin now, by urgency: `interactive` (started by a person), `routine`, `backfill`
        (whatever reads everything). Those left behind by a dead worker count too.
        """
        ...

    async def tasks(self, now: datetime) -> Mapping[str, int]:
        """Unfinished tasks: `waiting` for a worker, `put_off` until later, `running`."""
        ...

    async def outbox(self, now: datetime) -> OutboxDepth:
        """The outbox."""
        ...

    async def freshness(self, now: datetime, target: timedelta, bounds: Sequence[float]) -> Freshness:
        """How fresh exports are. `bounds` are seconds, in order."""
        ...

    async def overdue(self, now: datetime) -> float:
        """Seconds since the first occurrence of a schedule came due that was not dealt with yet."""
        ...


class Queues(Protocol):
    """The queues that the workers read."""

    async def depths(self) -> Mapping[str, int]:
        """How many messages wait in each. Raises VendorFailed."""
        ...
