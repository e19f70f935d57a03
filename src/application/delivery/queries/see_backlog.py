"""How much work waits, and how fresh are the sheets?"""

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from application.delivery.ports import BacklogViews, Freshness, OutboxDepth, Queues, Waiting
from application.messages import SystemQuery
from application.ports import Clock, SystemTransaction
from domain.shared.errors import VendorFailed


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """What `application.delivery.ports` tells, at one moment. `queues` is None while nobody can tell."""

    waiting: Mapping[str, Waiting]
    tasks: Mapping[str, int]
    outbox: OutboxDepth
    freshness: Freshness
    overdue: float
    queues: Mapping[str, int] | None


class SeeBacklog(SystemQuery[Backlog], frozen=True, kw_only=True):
    """Asked by whoever watches from outside. `stale_after` is the target of freshness; `bounds` are seconds, in
    order.
    """

    stale_after: timedelta
    bounds: tuple[float, ...]


class SeeBacklogHandler:
    """Counts across companies; nothing that it answers tells of one."""

    def __init__(
        self, system_transaction: SystemTransaction, views: BacklogViews, queues: Queues, clock: Clock
    ) -> None:
        self._system_transaction = system_transaction
        self._views = views
        self._queues = queues
        self._clock = clock

    async def __call__(self, query: SeeBacklog) -> Backlog:
        """Raises only what nobody foresaw: the database is out of reach."""
        now = self._clock.now()
        async with self._system_transaction():
            waiting = await self._views.waiting(now)
            tasks = await self._views.tasks(now)
            outbox = await self._views.outbox(now)
            freshness = await self._views.freshness(now, query.stale_after, query.bounds)
            overdue = await self._views.overdue(now)
        return Backlog(
            waiting=waiting,
            tasks=tasks,
            outbox=outbox,
            freshness=freshness,
            overdue=overdue,
            queues=await self._depths(),
        )

    async def _depths(self) -> Mapping[str, int] | None:
        try:
            return await self._queues.depths()
        except VendorFailed:
            return None
