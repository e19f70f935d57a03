"""What became of the moments at which an export was to run by itself: a ledger, one entry for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.exports.schedule import MISFIRE_GRACE, Misfire
from domain.exports.task import ExportTask, TaskState
from domain.shared.identities import CompanyId, ConfigId, TaskId

LISTED = 25
"""Up to so many occurrences missed in a row have an entry each; of more, all but the newest share one, which says how
many they were and from when to when."""


class OccurrenceKind(StrEnum):
    """What kind of schedule it was due by; `change` is no schedule, but what MoySklad told of."""

    CRON = "cron"
    AFTER = "after"
    FRESHNESS = "freshness"
    CHANGE = "change"


class OccurrenceOutcome(StrEnum):
    """`ran`: a run was booked for it. `merged`: a run that had not begun yet, booked for another, serves it as well.
    `skipped`: there is no run for it, and the reason says why. `postponed`: the run comes later.
    """

    RAN = "ran"
    MERGED = "merged"
    SKIPPED = "skipped"
    POSTPONED = "postponed"


class SkipReason(StrEnum):
    """Why there was no run. `unreadable` is a schedule that was accepted once and cannot be read any more;
    `plan_interval` one that has more runs than the company's plan allows by now, and `plan_exports` an export that is
    one too many for it. With `plan_waits` changes wait until the plan allows a run again.
    """

    RUNNING = "running"
    PAUSED = "paused"
    COMPANY_INACTIVE = "company_inactive"
    MOYSKLAD_UNAVAILABLE = "moysklad_unavailable"
    GOOGLE_UNAVAILABLE = "google_unavailable"
    MISFIRE = "misfire"
    UNREADABLE = "unreadable"
    SUPERSEDED = "superseded"
    AFTER_FAILED = "after_failed"
    AFTER_REMOVED = "after_removed"
    PLAN_INTERVAL = "plan_interval"
    PLAN_EXPORTS = "plan_exports"
    PLAN_WAITS = "plan_waits"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An entry. An export has one at most for each `nominal_at`.

    `task_id` is the run that was booked, that serves the occurrence as well, or that was in its way. An entry for
    several (`count`) covers those from `nominal_at` to `last_nominal_at`.
    """

    company_id: CompanyId
    config_id: ConfigId
    nominal_at: datetime
    kind: OccurrenceKind
    outcome: OccurrenceOutcome
    decided_at: datetime
    task_id: TaskId | None = None
    reason: SkipReason | None = None
    count: int = 1
    last_nominal_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """Occurrences of a cron expression that have come due, at least one, and the one that follows them.

    `moments` are all of them in their order, or, where there are more than LISTED, the first, the last but one, and
    the last.
    """

    moments: tuple[datetime, ...]
    count: int
    following: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether anything may run for a company: the app is active, each connection there and not known to be broken."""

    active: bool
    moysklad: bool
    google: bool


NOBODY = Standing(active=False, moysklad=False, google=False)
"""The standing of a company that does not exist."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an occurrence."""

    outcome: OccurrenceOutcome
    task_id: TaskId | None = None
    reason: SkipReason | None = None

    @property
    def books(self) -> bool:
        """Whether a run has to be booked."""
        return self.outcome is OccurrenceOutcome.RAN


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose occurrences they are, and who decides when."""

    company_id: CompanyId
    config_id: ConfigId
    kind: OccurrenceKind
    decided_at: datetime

    def entry(
        self, nominal_at: datetime, verdict: Verdict, count: int = 1, last_nominal_at: datetime | None = None
    ) -> Occurrence:
        """The entry that says so."""
        return Occurrence(
            company_id=self.company_id,
            config_id=self.config_id,
            nominal_at=nominal_at,
            kind=self.kind,
            outcome=verdict.outcome,
            decided_at=self.decided_at,
            task_id=verdict.task_id,
            reason=verdict.reason,
            count=count,
            last_nominal_at=last_nominal_at,
        )


def skipped(reason: SkipReason, task_id: TaskId | None = None) -> Verdict:
    """There is no run."""
    return Verdict(OccurrenceOutcome.SKIPPED, task_id, reason)


def postponed(reason: SkipReason) -> Verdict:
    """There is no run yet."""
    return Verdict(OccurrenceOutcome.POSTPONED, None, reason)


def verdict(standing: Standing, unfinished: ExportTask | None, new_task: TaskId) -> Verdict:
    """What becomes of an occurrence that is due now; a run that it books is to be `new_task`.

    An export does not overlap itself. A run that waits for its first worker will read what there is by then, so that
    it serves the occurrence too. One that has begun may have read past what changed since: the occurrence is skipped,
    and the next one finds it. A paused one serves nothing until somebody has it go on.
    """
    if not standing.active:
        return skipped(SkipReason.COMPANY_INACTIVE)
    if not standing.moysklad:
        return skipped(SkipReason.MOYSKLAD_UNAVAILABLE)
    if not standing.google:
        return skipped(SkipReason.GOOGLE_UNAVAILABLE)
    if unfinished is None:
        return Verdict(OccurrenceOutcome.RAN, new_task)
    paused = unfinished.state is TaskState.PAUSED
    if unfinished.started_at is None and not paused:
        return Verdict(OccurrenceOutcome.MERGED, unfinished.id)
    return skipped(SkipReason.PAUSED if paused else SkipReason.RUNNING, unfinished.id)


def after_misfire(newest: Verdict, misfire: Misfire, started_at: datetime, now: datetime) -> Verdict:
    """What becomes of the newest occurrence that passed, which was to start at `started_at`."""
    late = now - started_at > MISFIRE_GRACE
    return skipped(SkipReason.MISFIRE) if late and misfire is Misfire.SKIP else newest


def entries(owner: Owner, passed: Passed, newest: Verdict, misfire: Misfire) -> Sequence[Occurrence]:
    """One entry for each occurrence that passed, but for those that have to share one.

    What was missed before the newest one shares its fate: it is merged into its run, or skipped for its reason. Where
    what was missed is to be skipped, it is.
    """
    missed = newest
    if misfire is Misfire.SKIP:
        missed = skipped(SkipReason.MISFIRE)
    elif newest.books:
        missed = Verdict(OccurrenceOutcome.MERGED, newest.task_id)
    *earlier, last = passed.moments
    if passed.count > len(passed.moments):
        first, last_but_one = earlier
        told = [owner.entry(first, missed, passed.count - 1, last_but_one)]
    else:
        told = [owner.entry(moment, missed) for moment in earlier]
    return [*told, owner.entry(last, newest)]
