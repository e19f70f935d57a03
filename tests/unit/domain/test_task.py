"""An export task from booking to its end."""

import copy
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.exports.cursor import Cursor
from domain.exports.task import (
    MAX_CRASHES,
    MAX_FAILURES,
    ExportTask,
    ModeUnknown,
    RunMode,
    TaskAlreadyClaimed,
    TaskAlreadyEnded,
    TaskError,
    TaskState,
    Trigger,
    WorkerLost,
    mode_named,
)
from domain.shared.identities import ClaimId, CompanyId, ConfigId, TaskId

NOW = datetime(2026, 1, 12, 6, tzinfo=UTC)
LEASE = timedelta(seconds=30)
ERROR = TaskError("vendors.failed", {"vendor": "google"})


def booked() -> ExportTask:
    return ExportTask(
        id=TaskId(uuid4()),
        company_id=CompanyId(uuid4()),
        config_id=ConfigId(uuid4()),
        mode=RunMode.INCREMENTAL,
        trigger=Trigger.MANUAL,
        write_lock="lock",
        booked_at=NOW,
        sent_at=NOW,
    )


def claimed() -> ExportTask:
    task = booked()
    task.claim(ClaimId(uuid4()), NOW, LEASE)
    return task


ENDINGS = {
    TaskState.FINISHED: lambda task: task.finish(NOW),
    TaskState.FAILED: lambda task: task.fail(ERROR, NOW),
    TaskState.CANCELLED: lambda task: task.cancel(NOW),
}


class TaskLife(RuleBasedStateMachine):
    """Workers come, work, fall silent and die over one task; a worker touches it only while its claim holds it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.task = booked()
        self.claims: list[UUID] = []
        self.crashes_in_a_row = 0
        self.ended: ExportTask | None = None

    @rule(seconds=st.integers(1, 90))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def a_worker_claims(self) -> None:
        before = copy.deepcopy(self.task)
        waits = before.due_at is not None and self.now < before.due_at
        held = before.state is TaskState.CLAIMED and before.lease_until is not None and self.now < before.lease_until
        claim = ClaimId(uuid4())
        try:
            self.task.claim(claim, self.now, LEASE)
        except TaskAlreadyEnded:
            assert before.ended
            assert self.task == before
            return
        except TaskAlreadyClaimed:
            assert held or waits
            assert self.task == before
            return
        assert not any((before.ended, held, waits))
        if before.state is TaskState.CLAIMED:
            self.crashes_in_a_row += 1
        if self.crashes_in_a_row > MAX_CRASHES:
            assert self.task.state is TaskState.FAILED
            assert self.task.error == TaskError(WorkerLost.code, {"crashes": self.crashes_in_a_row})
        else:
            assert (self.task.state, self.task.claim_id) == (TaskState.CLAIMED, claim)
            assert self.task.lease_until == self.now + LEASE
            self.claims.append(claim)

    @precondition(lambda self: self.task.state is TaskState.CLAIMED)
    @rule()
    def the_holder_makes_progress(self) -> None:
        self.task.advance(Cursor("2026-01-12 09:00:00.000"), self.now, LEASE)
        self.crashes_in_a_row = 0
        assert (self.task.failures, self.task.crashes) == (0, 0)

    @precondition(lambda self: self.task.state is TaskState.CLAIMED)
    @rule(seconds=st.integers(0, 60))
    def the_holder_has_to_wait_for_a_vendor(self, seconds: int) -> None:
        failures = self.task.failures
        self.task.postpone(self.now + timedelta(seconds=seconds), self.now, "vendors.busy")
        assert (self.task.state, self.task.failures) == (TaskState.BOOKED, failures)

    @precondition(lambda self: self.task.state is TaskState.CLAIMED)
    @rule()
    def the_holder_stumbles(self) -> None:
        self.task.stumble(ERROR, self.now)
        assert self.task.error == ERROR
        assert (self.task.state is TaskState.FAILED) is (self.task.failures == MAX_FAILURES)
        assert self.task.ended or (self.task.due_at is not None and self.task.due_at > self.now)

    @precondition(lambda self: self.task.state is TaskState.CLAIMED)
    @rule(ending=st.sampled_from([TaskState.FINISHED, TaskState.FAILED]))
    def the_holder_ends_it(self, ending: TaskState) -> None:
        ENDINGS[ending](self.task)
        assert self.task.state is ending

    @rule()
    def somebody_cancels(self) -> None:
        before = copy.deepcopy(self.task)
        try:
            self.task.cancel(self.now)
        except TaskAlreadyEnded:
            assert before.ended
            assert self.task == before
        else:
            assert self.task.state is TaskState.CANCELLED

    @invariant()
    def an_ended_task_never_changes(self) -> None:
        if self.ended is None and self.task.ended:
            self.ended = copy.deepcopy(self.task)
        if self.ended is not None:
            assert self.task == self.ended
            assert not self.task.idle(self.now + timedelta(days=365))
            assert self.task.ended_at is not None

    @invariant()
    def one_holder_at_most(self) -> None:
        holding = self.task.state is TaskState.CLAIMED
        assert (self.task.claim_id is not None) is holding
        assert (self.task.lease_until is not None) is holding
        if holding:
            assert self.task.claim_id == self.claims[-1]
            assert self.task.due_at is None
            assert self.task.started_at is not None

    @invariant()
    def nobody_kills_workers_for_ever(self) -> None:
        assert self.task.crashes == self.crashes_in_a_row <= MAX_CRASHES + 1
        assert self.task.failures <= MAX_FAILURES


TaskLife.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestTaskLife = TaskLife.TestCase


def test_a_silent_worker_loses_the_task_when_its_lease_is_over() -> None:
    task = claimed()
    with pytest.raises(TaskAlreadyClaimed):
        task.claim(ClaimId(uuid4()), NOW + LEASE - timedelta(microseconds=1), LEASE)
    heir = ClaimId(uuid4())
    task.claim(heir, NOW + LEASE, LEASE)
    assert (task.claim_id, task.crashes, task.started_at) == (heir, 1, NOW)


def test_a_task_that_is_not_due_is_not_claimed() -> None:
    task = claimed()
    task.postpone(NOW + LEASE, NOW)
    with pytest.raises(TaskAlreadyClaimed):
        task.claim(ClaimId(uuid4()), NOW, LEASE)
    task.claim(ClaimId(uuid4()), NOW + LEASE, LEASE)
    assert (task.due_at, task.crashes) == (None, 0)


def test_it_is_tried_again_later_and_later() -> None:
    task, waits, now = claimed(), [], NOW
    while not task.ended:
        task.stumble(ERROR, now)
        if task.due_at is not None:
            waits.append((task.due_at - now).total_seconds())
            now = task.due_at
            task.claim(ClaimId(uuid4()), now, LEASE)
    assert waits == [5, 10, 20, 40]
    assert (task.state, task.error, task.failures) == (TaskState.FAILED, ERROR, MAX_FAILURES)


def test_a_finished_task_forgets_earlier_troubles() -> None:
    task = claimed()
    task.error = ERROR
    task.finish(NOW)
    assert (task.error, task.claim_id, task.lease_until, task.ended_at) == (None, None, None, NOW)


@pytest.mark.parametrize("ending", list(ENDINGS))
def test_what_is_over_stays_over(ending: TaskState) -> None:
    task = claimed()
    ENDINGS[ending](task)
    before = copy.deepcopy(task)
    for attempt in (lambda: task.claim(ClaimId(uuid4()), NOW + 9 * LEASE, LEASE), lambda: task.cancel(NOW)):
        with pytest.raises(TaskAlreadyEnded) as refused:
            attempt()
        assert refused.value.details == {"state": ending.value}
    assert task == before


def test_modes_have_names() -> None:
    assert [mode_named(mode.value) for mode in RunMode] == list(RunMode)
    with pytest.raises(ModeUnknown) as refused:
        mode_named("x" * 100)
    assert refused.value.details == {"mode": "x" * 50, "known": "incremental, full, reconcile, restore"}
