"""What becomes of occurrences that are due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.exports.occurrences import (
    LISTED,
    OccurrenceKind,
    OccurrenceOutcome,
    Owner,
    Passed,
    SkipReason,
    Standing,
    Verdict,
    after_misfire,
    entries,
    skipped,
    verdict,
)
from domain.exports.schedule import MISFIRE_GRACE, Misfire
from domain.exports.task import ExportTask, RunMode, TaskState, Trigger
from domain.shared.identities import CompanyId, ConfigId, TaskId

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
FINE = Standing(active=True, moysklad=True, google=True)
NEW, OLD = TaskId(UUID(int=1)), TaskId(UUID(int=2))
OWNER = Owner(CompanyId(UUID(int=3)), ConfigId(UUID(int=4)), OccurrenceKind.CRON, NOW)
RAN = Verdict(OccurrenceOutcome.RAN, NEW)


def task(started_at: datetime | None) -> ExportTask:
    return ExportTask(
        id=OLD,
        company_id=OWNER.company_id,
        config_id=OWNER.config_id,
        mode=RunMode.INCREMENTAL,
        trigger=Trigger.MANUAL,
        write_lock="lock",
        booked_at=NOW,
        sent_at=NOW,
        started_at=started_at,
    )


@pytest.mark.parametrize(
    ("standing", "unfinished", "expected"),
    [
        (FINE, None, RAN),
        (FINE, task(None), Verdict(OccurrenceOutcome.MERGED, OLD)),
        (FINE, task(NOW), skipped(SkipReason.RUNNING, OLD)),
        (FINE, replace(task(None), state=TaskState.PAUSED), skipped(SkipReason.PAUSED, OLD)),
        (replace(FINE, active=False), None, skipped(SkipReason.COMPANY_INACTIVE)),
        (replace(FINE, active=False), task(NOW), skipped(SkipReason.COMPANY_INACTIVE)),
        (replace(FINE, moysklad=False), None, skipped(SkipReason.MOYSKLAD_UNAVAILABLE)),
        (replace(FINE, google=False), None, skipped(SkipReason.GOOGLE_UNAVAILABLE)),
    ],
)
def test_what_becomes_of_one(standing: Standing, unfinished: ExportTask | None, expected: Verdict) -> None:
    assert verdict(standing, unfinished, NEW) == expected


@pytest.mark.parametrize(
    ("late", "misfire", "runs"),
    [
        (timedelta(0), Misfire.SKIP, True),
        (MISFIRE_GRACE, Misfire.SKIP, True),
        (MISFIRE_GRACE + timedelta(seconds=1), Misfire.SKIP, False),
        (timedelta(days=30), Misfire.RUN_ONCE, True),
    ],
)
def test_what_is_too_late_is_skipped_where_that_is_wanted(late: timedelta, misfire: Misfire, runs: bool) -> None:
    expected = RAN if runs else skipped(SkipReason.MISFIRE)
    assert after_misfire(RAN, misfire, NOW - late, NOW) == expected


def passed(count: int) -> Passed:
    moments = tuple(NOW - timedelta(minutes=5 * number) for number in reversed(range(count)))
    shown = moments if count <= LISTED else (moments[0], *moments[-2:])
    return Passed(shown, count, NOW + timedelta(minutes=5))


OUTCOMES = st.sampled_from(
    [RAN, Verdict(OccurrenceOutcome.MERGED, OLD), skipped(SkipReason.RUNNING, OLD), skipped(SkipReason.MISFIRE)]
)


@given(st.integers(1, 200), OUTCOMES, st.sampled_from(Misfire))
def test_every_occurrence_is_told_of_once_and_one_at_most_runs(count: int, newest: Verdict, misfire: Misfire) -> None:
    told = entries(OWNER, passed(count), newest, misfire)
    assert sum(entry.count for entry in told) == count
    assert len(told) == (count if count <= LISTED else 2)
    assert [entry.nominal_at for entry in told] == sorted({entry.nominal_at for entry in told})
    assert told[-1] == OWNER.entry(NOW, newest)
    assert all(entry.outcome is not OccurrenceOutcome.RAN for entry in told[:-1])
    for entry in told[:-1]:
        if misfire is Misfire.SKIP:
            assert (entry.outcome, entry.reason) == (OccurrenceOutcome.SKIPPED, SkipReason.MISFIRE)
        elif newest == RAN:
            assert (entry.outcome, entry.task_id) == (OccurrenceOutcome.MERGED, NEW)
        else:
            assert (entry.outcome, entry.task_id, entry.reason) == (newest.outcome, newest.task_id, newest.reason)


def test_many_that_were_missed_share_an_entry_that_says_how_many_they_were() -> None:
    shared, last = entries(OWNER, passed(1000), RAN, Misfire.RUN_ONCE)
    assert (shared.count, shared.nominal_at) == (999, NOW - timedelta(minutes=5 * 999))
    assert shared.last_nominal_at == NOW - timedelta(minutes=5)
    assert (last.count, last.last_nominal_at) == (1, None)
