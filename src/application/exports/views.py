"""What people see of exports. Times are moments in UTC; titles and texts are as stored."""

from datetime import datetime
from typing import Protocol

import msgspec

from domain.exports.occurrences import OccurrenceKind
from domain.exports.personal import PersonalTerms
from domain.exports.schedule import AfterSchedule, CronSchedule, FreshnessSchedule, Schedule
from domain.exports.task import TaskState
from domain.exports.timeline import AttemptWork, Timeline
from domain.shared.identities import CompanyId, ConfigId, TaskId


class ColumnChoiceView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A chosen column; one of the company's own has a constant or an expression, and the kind of its values."""

    id: str
    title: str
    constant: str | None = None
    expression: str | None = None
    kind: str | None = None


class ConditionView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A condition."""

    field: str
    operator: str
    value: str


class PersonalView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How data about people is shown: `treatment` holds for columns that are known to hold any, `columns` names others.
    Each is `as_is`, `masked`, `pseudonym` or `left_out`.
    """

    treatment: str
    columns: dict[str, str]


class TargetView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Where the export lands. `url` opens the tab, whose title is `tab` unless somebody has renamed it. `onObstacle`
    says what becomes of a run whose tab cannot be used: `refuse` or `next_tab`.
    """

    spreadsheet_id: str | None
    title: str
    tab: str
    sheet_id: int | None
    url: str | None
    on_obstacle: str


class NextRun(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An occurrence that is to come, and when its run starts: in UTC, and on the company's wall clock."""

    nominal_at: datetime
    starts_at: datetime
    local_nominal_at: datetime
    local_starts_at: datetime


class ScheduleView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """When the export runs by itself. `kind` is `cron`, `after` or `freshness`, and says what else there is.

    `next_nominal_at` is the next occurrence as the schedule says it, `next_due_at` the moment at which it starts,
    within `spread_seconds` after that; both are null while nobody knows. `misfire` says what becomes of occurrences
    that were missed. A schedule that is `resting` follows an export that has been removed. `next_runs` are the next
    five, as far as they are known.
    """

    kind: str
    time_zone: str
    next_due_at: datetime | None
    next_nominal_at: datetime | None = None
    cron: str | None = None
    spread_seconds: int | None = None
    misfire: str | None = None
    after: ConfigId | None = None
    always: bool | None = None
    resting: bool = False
    freshness_minutes: int | None = None
    next_runs: list[NextRun] = []


class FollowingView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Changes that wait for a run: since when, and when it is to be booked, unless something is in its way."""

    told_at: datetime
    next_run_at: datetime


class ConfigView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An export configuration. `fresh_at` is when the last run that went well began to read. `following` tells of
    changes that wait for a run, null where none do.
    """

    id: ConfigId
    name: str
    exporter: str
    columns: list[ColumnChoiceView]
    filters: list[ConditionView]
    rows: str
    strategy: str
    key_columns: list[str]
    allow_empty: bool
    keep_previous: bool
    removal: str
    brake_percent: int
    window_days: int
    reconcile_days: int
    target: TargetView
    run_log: str | None
    status_cell: str | None
    schedule: ScheduleView | None
    fresh_at: datetime | None
    on_change: bool
    following: FollowingView | None
    personal: PersonalView
    created_at: datetime


class CountsView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a run has done so far. See domain.exports.task.TaskCounts."""

    total: int = 0
    read: int = 0
    unchanged: int = 0
    updated: int = 0
    appended: int = 0
    removed: int = 0
    bad: int = 0
    write_requests: int = 0
    units: int = 0
    window_units: int = 0
    source_rows: int = 0
    sheet_rows: int = 0
    repaired: int = 0
    unannounced: int = 0


class FailureView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Why a task failed: the code, and what fills the words that belong to it."""

    code: str
    details: dict[str, str | int]


class WaitView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Turns with a vendor that were waited for. See domain.exports.timeline.Waiting."""

    vendor: str
    reason: str
    times: int
    seconds: float


class WorkView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What was done, and how many seconds each kind of work was going on; kinds of work overlap. See
    domain.exports.timeline.AttemptWork.
    """

    fetch_seconds: float = 0.0
    map_seconds: float = 0.0
    write_seconds: float = 0.0
    note_seconds: float = 0.0
    batches: int = 0
    rows: int = 0
    units: int = 0
    write_requests: int = 0
    waits: list[WaitView] = []


class AttemptView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One attempt, or several in a row that were put off alike. `outcome` is null while it is under way; `error` is a
    code; `resumesAt` is when one that was given back was to be gone on with.
    """

    began_at: datetime
    ended_at: datetime | None
    outcome: str | None
    error: str | None
    resumes_at: datetime | None
    times: int
    work: WorkView


class TimelineView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A task's attempts in their order. `leftOut` more came after the first; `total` counts them in."""

    attempts: list[AttemptView]
    left_out: int
    total: WorkView


class TaskStory(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is told of one task alone, not in lists. `sheetUrl` opens the tab where the export lands now; `quarantined`
    is how many rows are kept aside that this run, or a later one, has found bad.
    """

    timeline: TimelineView
    sheet_url: str | None
    quarantined: int


class TaskView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A run. `progress` is the share read, from 0 to 1; `retry_at` says when a waiting task goes on. `warnings` tell
    what about it could not be written into the spreadsheet's log or status cell.
    """

    id: TaskId
    config_id: ConfigId
    mode: str
    trigger: str
    state: TaskState
    progress: float
    counts: CountsView
    error: FailureView | None
    warnings: list[FailureView]
    booked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    retry_at: datetime | None
    story: TaskStory | None = None


class BadRowView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A row that could not be written: the object's id, and the code and details of the reason."""

    key: str
    code: str
    details: dict[str, str | int]
    found_at: datetime


class OccurrenceView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What became of a moment at which the export was to run by itself. See domain.exports.occurrences.Occurrence."""

    nominal_at: datetime
    kind: str
    outcome: str
    task_id: TaskId | None
    reason: str | None
    count: int
    last_nominal_at: datetime | None
    decided_at: datetime


class FreshnessView(msgspec.Struct, frozen=True, kw_only=True):
    """An export that is not to grow older than `target_seconds`, and since when it does; None if it has never run well.

    Until then it grows older from `created_at` on.
    """

    company_id: CompanyId
    config_id: ConfigId
    target_seconds: int
    fresh_at: datetime | None
    created_at: datetime


class FreshnessViews(Protocol):
    """How old exports are, across companies."""

    async def targets(self) -> list[FreshnessView]:
        """Every export with a freshness target, of active companies. Needs a SystemTransaction."""
        ...


class ExportViews(Protocol):
    """Reads for people, newest first. Every method works inside a transaction of the company."""

    async def configs(self, company_id: CompanyId, before: ConfigId | None, limit: int) -> list[ConfigView]:
        """Exports older than `before`."""
        ...

    async def config(self, company_id: CompanyId, config_id: ConfigId) -> ConfigView | None:
        """One export."""
        ...

    async def tasks(
        self, company_id: CompanyId, config_id: ConfigId | None, before: TaskId | None, limit: int
    ) -> list[TaskView]:
        """Tasks older than `before`, of one export or of all."""
        ...

    async def quarantine(
        self, company_id: CompanyId, config_id: ConfigId, after: str | None, limit: int
    ) -> list[BadRowView]:
        """Rows of this export that are kept aside, in the order of their keys after `after`."""
        ...

    async def occurrences(
        self, company_id: CompanyId, config_id: ConfigId, before: datetime | None, limit: int
    ) -> list[OccurrenceView]:
        """The ledger of this export, occurrences nominally before that moment."""
        ...

    async def task(self, company_id: CompanyId, task_id: TaskId) -> TaskView | None:
        """One task, with its story."""
        ...


def timeline_view(timeline: Timeline) -> TimelineView:
    """As people see it."""
    attempts = [
        AttemptView(
            began_at=one.began_at,
            ended_at=one.ended_at,
            outcome=one.outcome,
            error=one.error,
            resumes_at=one.resumes_at,
            times=one.times,
            work=_work_view(one.work),
        )
        for one in timeline.attempts
    ]
    return TimelineView(attempts=attempts, left_out=timeline.left_out, total=_work_view(timeline.total()))


def _work_view(work: AttemptWork) -> WorkView:
    return WorkView(
        fetch_seconds=round(work.fetch, 6),
        map_seconds=round(work.map, 6),
        write_seconds=round(work.write, 6),
        note_seconds=round(work.note, 6),
        batches=work.batches,
        rows=work.rows,
        units=work.units,
        write_requests=work.write_requests,
        waits=[
            WaitView(vendor=one.vendor, reason=one.reason, times=one.times, seconds=round(one.seconds, 3))
            for one in work.waits
        ],
    )


def following_view(told_at: datetime | None, due_at: datetime | None) -> FollowingView | None:
    """As people see it."""
    return None if told_at is None or due_at is None else FollowingView(told_at=told_at, next_run_at=due_at)


def personal_view(terms: PersonalTerms) -> PersonalView:
    """As people see it."""
    return PersonalView(
        treatment=terms.treatment.value, columns={name: treatment.value for name, treatment in terms.exceptions}
    )


def share(state: str, read: int, total: int) -> float:
    """How much of a run is done, from 0 to 1."""
    if state == TaskState.FINISHED:
        return 1.0
    return round(min(read / total, 1.0), 4) if total else 0.0


def schedule_view(config_id: ConfigId, schedule: Schedule | None, time_zone: str) -> ScheduleView | None:
    """The schedule as people see it; `time_zone` is the company's, where the schedule has none of its own."""
    if isinstance(schedule, CronSchedule):
        return ScheduleView(
            kind=OccurrenceKind.CRON,
            time_zone=schedule.time_zone,
            next_due_at=schedule.next_due_at(config_id),
            next_nominal_at=schedule.nominal_at,
            cron=schedule.cron,
            spread_seconds=int(schedule.spread.total_seconds()),
            misfire=schedule.misfire.value,
        )
    if isinstance(schedule, AfterSchedule):
        return ScheduleView(
            kind=OccurrenceKind.AFTER,
            time_zone=time_zone,
            next_due_at=None,
            after=schedule.after,
            always=schedule.always,
            resting=schedule.removed,
        )
    if isinstance(schedule, FreshnessSchedule):
        return ScheduleView(
            kind=OccurrenceKind.FRESHNESS,
            time_zone=time_zone,
            next_due_at=schedule.due_at,
            next_nominal_at=schedule.due_at,
            freshness_minutes=int(schedule.target.total_seconds()) // 60,
        )
    return None
