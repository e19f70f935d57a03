"""Exports and their tasks: what PostgreSQL keeps for the real handlers, as far as they ask for it."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush

from application.exports.allowing import Allowances
from application.simulation.measures import Measures
from application.simulation.population import Export
from application.simulation.timeline import Timeline, stamp
from domain.exports.allowance import Allowance
from domain.exports.occurrences import Occurrence, OccurrenceKind, OccurrenceOutcome, SkipReason, Standing
from domain.exports.schedule import Terms
from domain.exports.scheduled import Scheduled
from domain.exports.sharing import Lane, Room
from domain.exports.task import ExportTask, TaskState
from domain.shared.identities import CompanyId, ConfigId, TaskId


@dataclass(slots=True, eq=False)
class Run:
    """A task under way. `nominal_at` is the moment of its cron, `written` how many rows of a first run stand by now."""

    task: ExportTask
    export: Export
    nominal_at: int | None = None
    written: int = 0


class Shelf:
    """Stands for ExportConfigs, ExportTasks, Occurrences, Standings and Allowances.

    All connections work. What comes due from `until` on is nobody's concern any more.
    """

    def __init__(
        self, timeline: Timeline, exports: Sequence[Export], terms: Terms, until: int, notes: Measures
    ) -> None:
        self._timeline = timeline
        self._exports = {export.scheduled.id: export for export in exports}
        self._terms = terms
        self._until = until
        self._notes = notes
        self._due: list[tuple[int, int, Scheduled]] = []
        self._count = 0
        self._open: dict[ConfigId, ExportTask] = {}
        self.runs: dict[TaskId, Run] = {}
        self._nominal: dict[TaskId, int] = {}
        for export in exports:
            self.put(export.scheduled)

    def put(self, scheduled: Scheduled) -> None:
        """Plans the next occurrence."""
        due_at = scheduled.next_due_at
        if due_at is not None and stamp(due_at) < self._until:
            self._count += 1
            heappush(self._due, (stamp(due_at), self._count, scheduled))

    @property
    def has_due(self) -> bool:
        """Whether anything has come due."""
        return bool(self._due) and self._due[0][0] <= self._timeline.now

    def begin(self, task: ExportTask, export: Export) -> None:
        """A task is booked."""
        self._open[task.config_id] = task
        self.runs[task.id] = Run(task, export, self._nominal.pop(task.id, None))
        self._notes.booked += 1

    def end(self, run: Run) -> None:
        """A task is over."""
        del self._open[run.task.config_id]
        del self.runs[run.task.id]
        self._notes.ended += 1

    async def due(self, now: datetime, limit: int) -> list[Scheduled]:
        """See ExportConfigs."""
        del now
        found: list[Scheduled] = []
        while self.has_due and len(found) < limit:
            found.append(heappop(self._due)[-1])
        return found

    async def plan(self, exports: Sequence[Scheduled]) -> None:
        """See ExportConfigs."""
        for scheduled in exports:
            self.put(scheduled)

    async def unfinished(self, config_ids: Sequence[ConfigId]) -> dict[ConfigId, ExportTask]:
        """See ExportTasks."""
        return {config_id: self._open[config_id] for config_id in config_ids if config_id in self._open}

    async def add_all(self, tasks: Sequence[ExportTask]) -> None:
        """See ExportTasks."""
        for task in tasks:
            self.begin(task, self._exports[task.config_id])

    async def add(self, entries: Sequence[Occurrence]) -> set[tuple[ConfigId, datetime]]:
        """See Occurrences."""
        for entry in entries:
            outcome = entry.outcome.value if entry.reason is None else f"{entry.outcome}: {entry.reason}"
            self._notes.outcomes[outcome] += entry.count
            if entry.outcome is OccurrenceOutcome.RAN and entry.kind is OccurrenceKind.CRON and entry.task_id:
                self._nominal[entry.task_id] = stamp(entry.nominal_at)
            elif entry.reason is SkipReason.RUNNING and entry.kind is OccurrenceKind.CRON:
                self._exports[entry.config_id].late += entry.count
        return {(entry.config_id, entry.nominal_at) for entry in entries}

    async def of(self, company_ids: Sequence[CompanyId]) -> dict[CompanyId, Standing]:
        """See Standings."""
        sound = Standing(active=True, moysklad=True, google=True)
        return dict.fromkeys(company_ids, sound)


class SameAllowances(Allowances):
    """Every company may do the same, whatever its plan."""

    def __init__(self, terms: Terms) -> None:
        self._allowance = Allowance(terms)

    async def of(self, company_ids: Sequence[CompanyId]) -> dict[CompanyId, Allowance]:
        """That of all."""
        return dict.fromkeys(company_ids, self._allowance)


class Floor:
    """Stands for RunPlaces and Workers: who works where."""

    def __init__(self, room: Room) -> None:
        self.all = room
        self.busy_runs: dict[TaskId, Run] = {}
        self._busy: dict[Lane, Counter[CompanyId]] = {lane: Counter() for lane in Lane}

    def occupy(self, run: Run) -> None:
        """The workers are told of the run, which has a place from now on."""
        self.busy_runs[run.task.id] = run
        self._busy[run.task.lane][run.task.company_id] += 1

    def leave(self, run: Run) -> None:
        """The place is free."""
        del self.busy_runs[run.task.id]
        own = self._busy[run.task.lane]
        own[run.task.company_id] -= 1
        if not own[run.task.company_id]:
            del own[run.task.company_id]

    def left(self, lane: Lane) -> int:
        """Places that the lane may still take."""
        return self.all.left(lane, {one: own.total() for one, own in self._busy.items()})

    async def busy(self, now: datetime, told_after: datetime) -> dict[Lane, dict[CompanyId, int]]:
        """See RunPlaces."""
        del now, told_after
        return {lane: dict(own) for lane, own in self._busy.items()}

    async def dispatched(self, tasks: Collection[TaskId], now: datetime) -> None:
        """See RunPlaces; the delivery occupies the places."""

    async def room(self, seen_after: datetime) -> Room:
        """See Workers: none of them ever dies."""
        del seen_after
        return self.all

    async def ask_for_spreadsheets(self) -> int:
        """See RunPlaces: each export has a spreadsheet of its own."""
        return 0

    async def ask_for_places(self, waiting: Collection[CompanyId], claimed_before: datetime, most: int) -> int:
        """See RunPlaces."""
        long = [
            run.task
            for run in self.busy_runs.values()
            if run.task.state is TaskState.CLAIMED
            and run.task.lane is Lane.BACKFILL
            and not run.task.yielding
            and run.task.company_id not in waiting
            and run.task.claimed_at is not None
            and run.task.claimed_at <= claimed_before
        ]
        asked = sorted(long, key=lambda task: (task.claimed_at, task.id))[:most]
        for task in asked:
            task.yielding = True
        return len(asked)
