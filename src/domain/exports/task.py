"""An export task: one run of an export, from booking to its end."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.exports.cursor import Cursor
from domain.exports.sharing import Lane
from domain.exports.timeline import AttemptOutcome, Timeline
from domain.shared.errors import Conflict, Detail, NotFound, RuleViolated
from domain.shared.identities import ClaimId, CompanyId, ConfigId, TaskId

MAX_FAILURES = 5
MAX_CRASHES = 5
BILLING = "billing."
"""How the code begins of what a task rests for that goes on by itself when its company may use more."""
_FIRST_BACKOFF = timedelta(seconds=5)
_LONGEST_BACKOFF = timedelta(minutes=10)


class TaskState(StrEnum):
    """Where a task stands."""

    BOOKED = "booked"
    CLAIMED = "claimed"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RunMode(StrEnum):
    """`incremental` reads what changed since the last run; `full` reads everything, writes it and mends the tab;
    `reconcile` reads everything at the source and in the sheet and writes what differs; `restore` reads nothing and
    brings the version before the last replacement back.
    """

    INCREMENTAL = "incremental"
    FULL = "full"
    RECONCILE = "reconcile"
    RESTORE = "restore"


class Trigger(StrEnum):
    """What started the run. `webhook` is a change that MoySklad told of, `catch_up` the look at whether it told of all
    changes, `scenario` an action of a scenario that somebody has set up in MoySklad.
    """

    MANUAL = "manual"
    SCHEDULE = "schedule"
    WEBHOOK = "webhook"
    CATCH_UP = "catch_up"
    SCENARIO = "scenario"


class TaskNotFound(NotFound):
    """The company has no such task."""

    code = "exports.task_not_found"


class TaskAlreadyClaimed(Conflict):
    """A living worker holds the task, or it is not due yet."""

    code = "exports.task_already_claimed"


class TaskAlreadyEnded(Conflict):
    """The task is over; start a new one."""

    code = "exports.task_already_ended"


class TaskNotPaused(Conflict):
    """Only a paused task can go on."""

    code = "exports.task_not_paused"


class TaskNotFailed(Conflict):
    """Only a task that failed or was cancelled can be tried again."""

    code = "exports.task_not_failed"


class ExportAlreadyRunning(Conflict):
    """One export has one run at a time."""

    code = "exports.already_running"


class ModeUnknown(RuleViolated):
    """There is no such way of running."""

    code = "exports.mode_unknown"


class ModeUnfit(RuleViolated):
    """The export's way of writing has no such run."""

    code = "exports.mode_unfit"


class ClaimLost(Conflict):
    """Another worker took the task over, or somebody cancelled it. Whoever gets this stops at once."""

    code = "exports.claim_lost"


class HandedOver(Conflict):
    """Somebody else needs the place or the spreadsheet. The run goes on from its checkpoint when its turn comes."""

    code = "exports.handed_over"


class WorkerLost(RuleViolated):
    """Worker after worker died over this task without getting further."""

    code = "exports.worker_lost"


class WorkerStopped(Conflict):
    """The worker was told to stop and gave the task back. Seen in its history alone."""

    code = "exports.worker_stopped"


@dataclass(slots=True)
class TaskCounts:
    """What a run has done so far. `total` is MoySklad's own count of what there is to read.

    `read` counts objects, `unchanged`, `updated`, `appended` and `removed` rows; `bad` rows could not be written and
    are kept aside. `units` are request units spent at MoySklad, at a weight of 1, of which `window_units` went into
    reading recent objects anew. `source_rows` and `sheet_rows` are how many rows a reconciliation has found at the
    source and, of those, in the sheet when it ended; `repaired` how many it had to write or remove. `unannounced` are
    changed objects that an export which follows changes found by looking, because no webhook had told of them.
    """

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


@dataclass(frozen=True, slots=True)
class TaskError:
    """Why a task failed: a dotted code and what fills its words."""

    code: str
    details: dict[str, Detail]


@dataclass(slots=True)
class ExportTask:
    """One run. A worker holds it by a claim with a lease; whoever finds the lease expired may claim it anew.

    `checkpoint` is the place up to which everything that was read stands in the sheet. `sent_at` is the moment from
    which on the task waits for its turn, `dispatched_at` when the turn came and the workers were told; it is None until
    then. `may_remove` says that somebody has agreed to however many removals there are. `yielding` asks the worker to
    hand the task back after its batch, because somebody else needs the place or the spreadsheet.
    """

    id: TaskId
    company_id: CompanyId
    config_id: ConfigId
    mode: RunMode
    trigger: Trigger
    write_lock: str
    booked_at: datetime
    sent_at: datetime
    may_remove: bool = False
    lane: Lane = Lane.LIVE
    dispatched_at: datetime | None = None
    yielding: bool = False
    state: TaskState = TaskState.BOOKED
    due_at: datetime | None = None
    claim_id: ClaimId | None = None
    claimed_at: datetime | None = None
    lease_until: datetime | None = None
    checkpoint: Cursor | None = None
    failures: int = 0
    crashes: int = 0
    counts: TaskCounts = field(default_factory=TaskCounts)
    error: TaskError | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    timeline: Timeline = field(default_factory=Timeline)

    def sent(self, now: datetime) -> None:
        """The task waits for its turn from that moment on."""
        self.sent_at = now
        self.dispatched_at = None

    @property
    def urgent(self) -> bool:
        """Whether somebody is waiting for it."""
        return self.trigger is Trigger.MANUAL

    def claim(self, claim_id: ClaimId, now: datetime, lease: timedelta) -> None:
        """Takes the task for one worker. A crashed worker's task can be claimed again once its lease is over.

        Raises TaskAlreadyEnded or TaskAlreadyClaimed. After too many crashes without progress the task is failed
        instead, which the caller sees by its state.
        """
        if self.ended:
            raise TaskAlreadyEnded(state=self.state.value)
        if not self.idle(now):
            raise TaskAlreadyClaimed
        if self.state is TaskState.CLAIMED:
            self.crashes += 1
        if self.crashes > MAX_CRASHES:
            self.fail(TaskError(WorkerLost.code, {"crashes": self.crashes}), now)
            return
        self.state = TaskState.CLAIMED
        self.claim_id = claim_id
        self.claimed_at = now
        self.lease_until = now + lease
        self.due_at = None
        self.yielding = False
        self.started_at = self.started_at or now
        self.timeline.begin(now)

    def advance(self, checkpoint: Cursor | None, now: datetime, lease: timedelta) -> None:
        """A batch stands in the sheet. Progress proves that the task does not kill its workers."""
        self.checkpoint = checkpoint
        self.lease_until = now + lease
        self.crashes = 0
        self.failures = 0
        self.error = None

    def postpone(self, until: datetime, now: datetime, why: str | None = None) -> None:
        """Gives the task back until a vendor is ready for it. Nobody's failure; `why` is the code that tells."""
        self.timeline.end(AttemptOutcome.PUT_OFF, now, why, until)
        self.state = TaskState.BOOKED
        self.claim_id = None
        self.lease_until = None
        self.due_at = until

    def begin_anew(self, now: datetime) -> bool:
        """What was read so far has to be read again. A worker that holds the task loses it; answers whether one did,
        so that the task has to be sent to another.
        """
        self.checkpoint = None
        held = self.state is TaskState.CLAIMED
        if held:
            self.postpone(now, now)
        return held

    def stumble(self, error: TaskError, now: datetime) -> None:
        """A vendor or we ourselves failed. Tries again later and later, then gives up with the error."""
        self.failures += 1
        self.error = error
        if self.failures >= MAX_FAILURES:
            self.fail(error, now)
            return
        until = now + min(_FIRST_BACKOFF * 2 ** (self.failures - 1), _LONGEST_BACKOFF)
        self.timeline.end(AttemptOutcome.STUMBLED, now, error.code, until)
        self.postpone(until, now)

    def finish(self, now: datetime) -> None:
        """Everything stands in the sheet."""
        self.timeline.end(AttemptOutcome.FINISHED, now)
        self._end(TaskState.FINISHED, now)
        self.error = None

    def fail(self, error: TaskError, now: datetime) -> None:
        """The task cannot go on; `error` says why and, in words, what to do."""
        self.timeline.end(AttemptOutcome.FAILED, now, error.code)
        self._end(TaskState.FAILED, now)
        self.error = error

    def cancel(self, now: datetime) -> None:
        """Somebody stopped the run. What stands in the sheet stays. Raises TaskAlreadyEnded."""
        if self.ended:
            raise TaskAlreadyEnded(state=self.state.value)
        self.timeline.end(AttemptOutcome.CANCELLED, now)
        self._end(TaskState.CANCELLED, now)

    def pause(self, now: datetime) -> None:
        """Somebody wants the run to rest: it keeps its checkpoint, and its export. Raises TaskAlreadyEnded."""
        if self.ended:
            raise TaskAlreadyEnded(state=self.state.value)
        if self.state is TaskState.CLAIMED:
            self.timeline.end(AttemptOutcome.PAUSED, now)
        self.state = TaskState.PAUSED
        if self.error is not None and self.error.code.startswith(BILLING):
            self.error = None  # somebody wants it to rest, whatever the company may use
        self.claim_id = None
        self.lease_until = None
        self.due_at = None

    def rest(self, why: TaskError, now: datetime) -> None:
        """The company may not use more for now: pauses, knowing why. Raises TaskAlreadyEnded."""
        self.pause(now)
        self.error = why

    def resume(self) -> None:
        """Goes on from the checkpoint. Raises TaskNotPaused."""
        if self.state is not TaskState.PAUSED:
            raise TaskNotPaused(state=self.state.value)
        self.state = TaskState.BOOKED
        self.crashes = self.failures = 0
        self.error = None

    def require_failed(self) -> None:
        """Raises TaskNotFailed where there is nothing to try again."""
        if self.state not in {TaskState.FAILED, TaskState.CANCELLED}:
            raise TaskNotFailed(state=self.state.value)

    def idle(self, now: datetime) -> bool:
        """Whether the task waits for a worker: booked and due, or left behind by one whose lease is over."""
        if self.state is TaskState.CLAIMED:
            return self.lease_until is None or now >= self.lease_until
        return self.state is TaskState.BOOKED and (self.due_at is None or now >= self.due_at)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to the task."""
        return self.state in {TaskState.FINISHED, TaskState.FAILED, TaskState.CANCELLED}

    def _end(self, state: TaskState, now: datetime) -> None:
        self.state = state
        self.ended_at = now
        self.claim_id = None
        self.lease_until = None
        self.due_at = None


def mode_named(name: str) -> RunMode:
    """The mode of that name. Raises ModeUnknown."""
    try:
        return RunMode(name)
    except ValueError as wrong:
        raise ModeUnknown(mode=name[:50], known=", ".join(RunMode)) from wrong
