"""When an export runs by itself."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from domain.shared.errors import RuleViolated
from domain.shared.identities import ConfigId

MISFIRE_GRACE = timedelta(minutes=10)
"""How late an occurrence may be looked at and still run, where what was missed is to be skipped."""

LONGEST_FRESHNESS = timedelta(days=31)
_SPREAD_SHARE = 4


class CronInvalid(RuleViolated):
    """No cron expression of five fields, or one that never comes due."""

    code = "exports.cron_invalid"


class TimeZoneUnknown(RuleViolated):
    """There is no such IANA time zone."""

    code = "exports.time_zone_unknown"


class ScheduleAmbiguous(RuleViolated):
    """A schedule is a cron expression, another export to follow or a freshness target: exactly one of them."""

    code = "exports.schedule_ambiguous"


class ScheduleUnfit(RuleViolated):
    """An option belongs to another kind of schedule."""

    code = "exports.schedule_unfit"


class ScheduleTooFrequent(RuleViolated):
    """Two occurrences follow one another sooner than the company may have it."""

    code = "exports.schedule_too_frequent"


class SpreadInvalid(RuleViolated):
    """The window is negative, or as long as the schedule's own shortest interval."""

    code = "exports.spread_invalid"


class MisfireUnknown(RuleViolated):
    """There is no such way of treating missed occurrences."""

    code = "exports.misfire_unknown"


class FreshnessInvalid(RuleViolated):
    """The target is too short to be kept, or so long that it means nothing."""

    code = "exports.freshness_invalid"


class AfterUnknown(RuleViolated):
    """The export to follow does not exist, or is another company's."""

    code = "exports.after_unknown"


class AfterCycle(RuleViolated):
    """The export would follow itself, perhaps by way of others."""

    code = "exports.after_cycle"


class Misfire(StrEnum):
    """What becomes of occurrences that passed while nobody was looking. `run_once` merges them into one run; `skip`
    lets only the newest run, and only if it is not late by more than MISFIRE_GRACE.
    """

    RUN_ONCE = "run_once"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a company may have: occurrences at least `shortest` apart. `spread` is the usual window."""

    shortest: timedelta
    spread: timedelta


@dataclass(frozen=True, slots=True)
class CronSchedule:
    """A cron expression of five fields on the wall clock of `time_zone`.

    `nominal_at` is the occurrence that comes next (UTC), as the expression says it. It starts within `spread` after
    that, always as long after as this export's identity says, so that not all exports of 9:00 start at 9:00.
    `ran_at` is the last occurrence that a run was booked for, None as long as these times had none.
    """

    cron: str
    time_zone: str
    nominal_at: datetime
    spread: timedelta = timedelta(0)
    misfire: Misfire = Misfire.RUN_ONCE
    ran_at: datetime | None = None

    def next_due_at(self, config_id: ConfigId) -> datetime | None:
        """When the next occurrence starts."""
        return self.nominal_at + offset(config_id, self.spread)

    def same_times(self, other: object) -> bool:
        """Whether the other one has the same occurrences and starts, whatever comes next."""
        return isinstance(other, CronSchedule) and (self.cron, self.time_zone, self.spread) == (
            other.cron,
            other.time_zone,
            other.spread,
        )


@dataclass(frozen=True, slots=True)
class AfterSchedule:
    """Runs when a run of the export `after` ends: well, or with `always` however it ends. Once that export is
    `removed`, this one rests until it is given another schedule.
    """

    after: ConfigId
    always: bool = False
    removed: bool = False

    def next_due_at(self, config_id: ConfigId) -> datetime | None:
        """Nobody knows."""
        del config_id
        return None


@dataclass(frozen=True, slots=True)
class FreshnessSchedule:
    """Runs so that what the sheet shows is never older than `target`. `due_at` is the next run; None during one, whose
    end says when the next is due.
    """

    target: timedelta
    due_at: datetime | None

    def next_due_at(self, config_id: ConfigId) -> datetime | None:
        """When the next run starts."""
        del config_id
        return self.due_at


Schedule = CronSchedule | AfterSchedule | FreshnessSchedule
"""The kinds of schedules. The set is closed, because stored rows name its members."""


def offset(config_id: ConfigId, spread: timedelta) -> timedelta:
    """How long after an occurrence this export starts: whole seconds, at least none and less than `spread`.

    The same for every occurrence, in every process and on every machine, and even over many exports.
    """
    seconds = int(spread.total_seconds())
    if seconds <= 0:
        return timedelta(0)
    digest = hashlib.blake2b(config_id.bytes, digest_size=8).digest()
    return timedelta(seconds=int.from_bytes(digest, "big") % seconds)


def check_shortest(shortest_gap: timedelta, terms: Terms) -> None:
    """Raises ScheduleTooFrequent."""
    if shortest_gap < terms.shortest:
        raise ScheduleTooFrequent(gap=_minutes(shortest_gap), least=_minutes(terms.shortest))


def too_soon(schedule: CronSchedule, nominal_at: datetime, zone: tzinfo, terms: Terms) -> bool:
    """Whether that occurrence follows the last one that ran sooner than the company may have it by now: its plan may
    have allowed more when the schedule was made.

    The wall clock counts where it says more: nine o'clock comes round after 23 hours when clocks are put forward.
    """
    if schedule.ran_at is None:
        return False
    gap = nominal_at - schedule.ran_at
    shown = _wall(nominal_at, zone) - _wall(schedule.ran_at, zone)
    return max(gap, shown) < terms.shortest


def chosen_spread(seconds: int | None, shortest_gap: timedelta, terms: Terms) -> timedelta:
    """The window: as chosen, or the usual one, but no longer than a quarter of the shortest gap. Raises SpreadInvalid.

    A window shorter than the gap keeps occurrences in order: each starts before the next one's time.
    """
    if seconds is None:
        return min(terms.spread, timedelta(seconds=int(shortest_gap.total_seconds()) // _SPREAD_SHARE))
    most = int(shortest_gap.total_seconds()) - 1
    if not 0 <= seconds <= most:
        raise SpreadInvalid(seconds=seconds, most=most)
    return timedelta(seconds=seconds)


def check_freshness(minutes: int, terms: Terms) -> timedelta:
    """The target. Raises FreshnessInvalid: under twice the shortest interval it could not be kept, since data ages by
    one interval until the next run begins, and by its length until it ends.
    """
    least, most = 2 * terms.shortest, LONGEST_FRESHNESS
    # Compared as numbers: a number of minutes may be larger than a timedelta can be.
    if not _minutes(least) <= minutes <= _minutes(most):
        raise FreshnessInvalid(minutes=minutes, least=_minutes(least), most=_minutes(most))
    return timedelta(minutes=minutes)


def check_after(config_id: ConfigId, after: ConfigId, links: Mapping[ConfigId, ConfigId | None]) -> None:
    """`links` says of each export of the company which one it follows. Raises AfterUnknown or AfterCycle."""
    if after != config_id and after not in links:
        raise AfterUnknown(config=str(after))
    reached: ConfigId | None = after
    for _ in range(len(links) + 1):
        if reached is None:
            return
        if reached == config_id:
            break
        reached = links.get(reached)
    raise AfterCycle(config=str(after))


def misfire_named(name: str) -> Misfire:
    """The policy of that name. Raises MisfireUnknown."""
    try:
        return Misfire(name)
    except ValueError as wrong:
        raise MisfireUnknown(value=name[:50], known=", ".join(Misfire)) from wrong


def _wall(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _minutes(span: timedelta) -> int:
    """Whole minutes, rounded up where they are a bound; spans are multiples of a minute but for odd settings."""
    return -int(-span.total_seconds() // 60)
