"""Whoever watches from outside, and what there is to see."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from adapters.memory.rows import require_system
from adapters.memory.store import MemoryStore
from application.connections.ports import VendorCall, Waited
from application.delivery.ports import Freshness, OutboxDepth, Waiting
from application.exports.diary import RunPhase
from domain.connections.moysklad import ConnectionState
from domain.exports.config import ExportConfig
from domain.exports.sharing import Lane
from domain.exports.task import ExportTask, TaskState, Trigger


class MemoryVendorWatch:
    """Remembers everything that it was told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, str, int | None]] = []
        self.turns: list[tuple[str, Waited]] = []
        self.refused: list[tuple[str, Waited]] = []

    @contextmanager
    def call(self, vendor: str, method: str, route: str) -> Iterator[VendorCall]:
        """See application.connections.ports.VendorWatch."""
        call = VendorCall()
        try:
            yield call
        finally:
            self.calls.append((vendor, method, route, call.status))

    def turn(self, vendor: str, waited: Waited) -> None:
        """See the port."""
        self.turns.append((vendor, waited))

    def no_turn(self, vendor: str, waited: Waited) -> None:
        """See the port."""
        self.refused.append((vendor, waited))


class MemoryRunWatch:
    """Counts what it was told."""

    def __init__(self) -> None:
        self.phases: Counter[RunPhase] = Counter()
        self.under_way: Counter[RunPhase] = Counter()
        self.rows = 0

    @contextmanager
    def phase(self, phase: RunPhase) -> Iterator[None]:
        """See application.exports.diary.RunWatch."""
        self.phases[phase] += 1
        self.under_way[phase] += 1
        try:
            yield
        finally:
            self.under_way[phase] -= 1

    def wrote(self, rows: int) -> None:
        """See the port."""
        self.rows += rows


class MemoryBacklogViews:
    """See application.delivery.ports.BacklogViews."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def waiting(self, now: datetime) -> Mapping[str, Waiting]:
        """See the port."""
        require_system()
        found: dict[str, Waiting] = {}
        for task in self._store.export_tasks.all():
            if task.idle(now):
                since = (task.lease_until if task.state is TaskState.CLAIMED else task.due_at) or task.booked_at
                known = found.get(_urgency(task), Waiting())
                oldest = max(known.oldest, (now - since).total_seconds())
                found[_urgency(task)] = Waiting(tasks=known.tasks + 1, oldest=oldest)
        return found

    async def tasks(self, now: datetime) -> Mapping[str, int]:
        """See the port."""
        require_system()
        counts = dict.fromkeys(("waiting", "put_off", "running"), 0)
        for task in self._store.export_tasks.all():
            if not task.ended:
                busy = "running" if task.state is TaskState.CLAIMED else "put_off"
                counts["waiting" if task.idle(now) else busy] += 1
        return counts

    async def outbox(self, now: datetime) -> OutboxDepth:
        """See the port."""
        require_system()
        unsent = [stored.deliver_after for stored in self._store.outbox.all() if stored.sent_at is None]
        due = [moment for moment in unsent if moment <= now]
        oldest = (now - min(due)).total_seconds() if due else 0.0
        return OutboxDepth(due=len(due), oldest=oldest, later=len(unsent) - len(due))

    async def freshness(self, now: datetime, target: timedelta, bounds: Sequence[float]) -> Freshness:
        """See the port."""
        require_system()
        ages = [
            max((now - (config.fresh_at or config.created_at)).total_seconds(), 0.0)
            for config in self._store.export_configs.all()
            if config.schedule is not None and self._can_run(config)
        ]
        return Freshness(
            exports=len(ages),
            stale=sum(1 for age in ages if age > target.total_seconds()),
            seconds=sum(ages),
            within=tuple(sum(1 for age in ages if age <= bound) for bound in bounds),
        )

    async def overdue(self, now: datetime) -> float:
        """See the port."""
        require_system()
        due = [config.next_due_at for config in self._store.export_configs.all()]
        return max(((now - one).total_seconds() for one in due if one is not None and one <= now), default=0.0)

    def _can_run(self, config: ExportConfig) -> bool:
        company = self._store.companies.find(config.company_id)
        works = (
            table.count_everyones(
                lambda one: one.company_id == config.company_id and one.state is ConnectionState.ACTIVE
            )
            for table in (self._store.moysklad_connections, self._store.google_connections)
        )
        return company is not None and company.active and all(works)


class MemoryQueues:
    """Answers what `waiting` holds; `failure`, where set, is raised instead."""

    def __init__(self) -> None:
        self.waiting: dict[str, int] = {}
        self.failure: Exception | None = None

    async def depths(self) -> Mapping[str, int]:
        """See application.delivery.ports.Queues."""
        if self.failure is not None:
            raise self.failure
        return dict(self.waiting)


def _urgency(task: ExportTask) -> str:
    if task.lane is Lane.BACKFILL:
        return "backfill"
    return "interactive" if task.trigger is Trigger.MANUAL else "routine"
