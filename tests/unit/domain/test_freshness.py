"""Runs that keep a sheet from growing older than it may."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.exports.freshness import PastRun, expected, next_run, resting_until
from domain.exports.task import TaskState

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
SHORTEST = timedelta(minutes=5)
TARGET = timedelta(minutes=20)
MINUTE = timedelta(minutes=1)


def run(ended: datetime, took: timedelta, state: TaskState = TaskState.FINISHED) -> PastRun:
    return PastRun(state, ended - took, ended)


def test_what_never_ran_is_due_at_once() -> None:
    assert next_run(TARGET, SHORTEST, None, [], NOW) == NOW


def test_the_next_run_ends_before_the_data_is_too_old() -> None:
    past = [run(NOW, 3 * MINUTE)] * 3
    began = NOW - 3 * MINUTE
    due = next_run(TARGET, SHORTEST, began, past, NOW)
    assert due == began + TARGET - 3 * MINUTE - TARGET / 10


def test_runs_that_take_too_long_follow_one_another_as_close_as_they_may() -> None:
    past = [run(NOW, 2 * MINUTE), run(NOW, 30 * MINUTE), run(NOW, 25 * MINUTE)]
    assert next_run(TARGET, SHORTEST, NOW - 2 * MINUTE, past, NOW) == NOW - 2 * MINUTE + SHORTEST


@pytest.mark.parametrize(
    ("minutes", "usual"), [([], 0), ([60], 60), ([2, 60], 2), ([3, 2, 60, 2, 4], 4), ([1, 1, 1, 1, 1, 90, 90], 1)]
)
def test_a_single_long_run_does_not_count(minutes: list[int], usual: int) -> None:
    assert expected([run(NOW, number * MINUTE) for number in minutes]) == usual * MINUTE


def test_runs_that_failed_tell_nothing_of_how_long_one_takes() -> None:
    assert expected([run(NOW, 50 * MINUTE, TaskState.FAILED), run(NOW, 2 * MINUTE)]) == 2 * MINUTE


@pytest.mark.parametrize(
    ("target", "failures", "pause"),
    [(1440, 1, 5), (1440, 2, 10), (1440, 3, 20), (1440, 5, 60), (1440, 10, 60), (20, 3, 20), (20, 10, 20)],
)
def test_failures_are_followed_later_and_later(target: int, failures: int, pause: int) -> None:
    past = [run(NOW, MINUTE, TaskState.FAILED)] * failures + [run(NOW - timedelta(days=1), MINUTE)]
    due = next_run(target * MINUTE, SHORTEST, NOW - timedelta(days=1), past, NOW)
    assert due == NOW + pause * MINUTE


def test_a_company_that_cannot_run_is_looked_at_again() -> None:
    assert resting_until(TARGET, SHORTEST, NOW) == NOW + TARGET
    assert resting_until(timedelta(days=3), SHORTEST, NOW) == NOW + timedelta(hours=1)


@given(st.integers(10, 240), st.lists(st.floats(0.05, 0.4), min_size=30, max_size=60))
def test_the_sheet_is_never_older_than_it_may_be_where_runs_leave_room(minutes: int, shares: list[float]) -> None:
    """Runs of up to two fifths of the target, each up to a half longer than the second longest of the last five."""
    target = minutes * MINUTE
    now, fresh_at, past = NOW, None, list[PastRun]()
    for share in shares:
        due = next_run(target, SHORTEST, fresh_at, past, now)
        assert due >= now
        assert not past or due >= past[0].booked_at + SHORTEST
        usual = expected(past)
        took = min(target * share, usual + target / 10) if past else target * share
        took = min(took, target - SHORTEST)
        ended = due + took
        if fresh_at is not None:
            assert ended - fresh_at <= max(target, SHORTEST + took + past[0].ended_at - past[0].booked_at)
        fresh_at, now = due, ended
        past.insert(0, PastRun(TaskState.FINISHED, due, ended))
