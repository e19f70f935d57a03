"""Turns of companies, places of workers, and who occupies them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from adapters.memory.rows import require_system
from adapters.memory.store import LivingWorker, MemoryStore, Served, StoredMessage
from application.ports import Queued
from domain.exports.sharing import Lane, Room
from domain.exports.task import ExportTask, TaskState
from domain.shared.identities import CompanyId, TaskId

_UNFINISHED = {TaskState.BOOKED, TaskState.CLAIMED}
_NEVER = datetime.min.replace(tzinfo=UTC)


class MemoryTurns:
    """See application.ports.Turns."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def alone(self) -> bool:
        """Transactions run one after another."""
        require_system()
        return True

    async def waiting(
        self, lane: str, now: datetime, closed: Collection[CompanyId], most: int, limit: int
    ) -> list[Queued]:
        """See the port."""
        require_system()
        theirs: dict[CompanyId, list[StoredMessage]] = defaultdict(list)
        for stored in self._store.outbox.all():
            due = stored.sent_at is None and stored.deliver_after <= now
            if due and stored.turn is not None and stored.turn.lane == lane:
                theirs[stored.message.company_id].append(stored)
        open_ones = sorted(
            (one for one in theirs if one not in closed), key=lambda one: self._served(one, lane) or _NEVER
        )
        pressing = [one for one in open_ones if any(stored.turn and stored.turn.urgent for stored in theirs[one])]
        found = dict.fromkeys([*open_ones[:limit], *pressing[:limit]])
        return [self._queued(stored, lane) for one in found for stored in _in_order(theirs[one])[:most]]

    async def served(self, lane: str, companies: Collection[CompanyId], now: datetime) -> None:
        """See the port."""
        require_system()
        for company_id in companies:
            self._store.turns.put(Served(company_id, lane, now))

    def _served(self, company_id: CompanyId, lane: str) -> datetime | None:
        found = self._store.turns.find((company_id, lane))
        return None if found is None else found.served_at

    def _queued(self, stored: StoredMessage, lane: str) -> Queued:
        company_id = stored.message.company_id
        company = self._store.companies.find(company_id)
        urgent = stored.turn is not None and stored.turn.urgent
        weight = 1 if company is None else company.weight
        return Queued(stored.message, stored.deliver_after, urgent, self._served(company_id, lane), weight)


class MemoryRunPlaces:
    """See application.exports.dispatch_ports.RunPlaces."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.export_tasks

    async def busy(self, now: datetime, told_after: datetime) -> dict[Lane, dict[CompanyId, int]]:
        """See the port."""
        require_system()
        found: dict[Lane, dict[CompanyId, int]] = defaultdict(lambda: defaultdict(int))
        for task in self._rows.all():
            held = task.state is TaskState.CLAIMED and task.lease_until is not None and task.lease_until > now
            told = task.state in _UNFINISHED and task.dispatched_at is not None and task.dispatched_at > told_after
            if held or told:
                found[task.lane][task.company_id] += 1
        return {lane: dict(runs) for lane, runs in found.items()}

    async def dispatched(self, tasks: Collection[TaskId], now: datetime) -> None:
        """See the port."""
        require_system()
        for task in filter(None, map(self._rows.find, tasks)):
            if task.state in _UNFINISHED:
                task.dispatched_at = now
                self._rows.put(task)

    async def ask_for_spreadsheets(self) -> int:
        """See the port."""
        require_system()
        wanted = {
            task.write_lock for task in self._rows.all() if task.state is TaskState.BOOKED and task.lane is Lane.LIVE
        }
        return self._ask([task for task in self._backfills() if task.write_lock in wanted])

    async def ask_for_places(self, waiting: Collection[CompanyId], claimed_before: datetime, most: int) -> int:
        """See the port."""
        require_system()
        long = [
            (task.claimed_at, task)
            for task in self._backfills()
            if task.claimed_at is not None and task.claimed_at <= claimed_before and task.company_id not in waiting
        ]
        return self._ask([task for _, task in sorted(long, key=lambda one: one[0])[:most]])

    def _backfills(self) -> list[ExportTask]:
        claimed = [task for task in self._rows.all() if task.state is TaskState.CLAIMED]
        return [task for task in claimed if task.lane is Lane.BACKFILL and not task.yielding]

    def _ask(self, tasks: list[ExportTask]) -> int:
        for task in tasks:
            task.yielding = True
            self._rows.put(task)
        return len(tasks)


class MemoryWorkers:
    """See application.exports.dispatch_ports.Workers."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.workers

    async def report(self, worker_id: UUID, room: Room, now: datetime) -> None:
        """See the port."""
        self._rows.put(LivingWorker(worker_id, room, now))

    async def leave(self, worker_id: UUID) -> None:
        """See the port."""
        self._rows.remove(worker_id)

    async def room(self, seen_after: datetime) -> Room | None:
        """See the port."""
        living = [row.room for row in self._rows.all() if row.seen_at > seen_after]
        return sum(living[1:], living[0]) if living else None

    async def prune(self, seen_before: datetime) -> int:
        """See the port."""
        return self._rows.prune(lambda row: row.seen_at <= seen_before)


def _in_order(messages: list[StoredMessage]) -> list[StoredMessage]:
    return sorted(messages, key=lambda one: (not (one.turn and one.turn.urgent), one.deliver_after, one.message.id))
