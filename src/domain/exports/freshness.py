"""When a run is due that keeps an export from growing older than its target."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.exports.task import TaskState

REMEMBERED = 10
"""How many past runs are looked at."""

_MEASURED = 5
_MARGIN_SHARE = 10
_LONGEST_RETRY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run that ended."""

    state: TaskState
    booked_at: datetime
    ended_at: datetime


def next_run(
    target: timedelta, shortest: timedelta, fresh_at: datetime | None, past: Sequence[PastRun], now: datetime
) -> datetime:
    """When the next run is to be booked. `past` are the last runs, the newest first; `fresh_at` is when the last one
    that went well began to read: since then the sheet grows older.

    Data is oldest just before a run ends, so that this run is booked earlier by as long as runs take, waiting
    included, and by a tenth of the target. Runs are booked at least `shortest` apart; after failures later and later,
    up to an hour or the target, whichever is less.
    """
    earliest = now
    if past:
        earliest = max(earliest, past[0].booked_at + shortest)
    failures = _failures(past)
    if failures:
        return max(earliest, past[0].ended_at + _pause(failures, target, shortest))
    if fresh_at is None:
        return earliest
    return max(earliest, fresh_at + target - expected(past) - target / _MARGIN_SHARE)


def expected(past: Sequence[PastRun]) -> timedelta:
    """How long a run takes from booking to end, going by the last ones that went well: the second longest of five, so
    that a single full reading does not count.
    """
    took = [run.ended_at - run.booked_at for run in past if run.state is TaskState.FINISHED][:_MEASURED]
    if not took:
        return timedelta(0)
    return sorted(took)[-2] if len(took) > 1 else took[0]


def resting_until(target: timedelta, shortest: timedelta, now: datetime) -> datetime:
    """When to look again, if nothing may run for the company now."""
    return now + max(shortest, min(target, _LONGEST_RETRY))


def _failures(past: Sequence[PastRun]) -> int:
    for number, run in enumerate(past):
        if run.state is TaskState.FINISHED:
            return number
    return len(past)


def _pause(failures: int, target: timedelta, shortest: timedelta) -> timedelta:
    doubled = shortest * (1 << (failures - 1))
    return min(doubled, max(shortest, min(target, _LONGEST_RETRY)))
