"""What a run tells of itself, whatever became of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from dishka import Provider, Scope, provide

from adapters.memory.budgets import MemoryBudgets
from adapters.memory.source import MemorySource
from adapters.memory.watching import MemoryVendorWatch
from application.connections.limits import VendorLimits
from application.connections.ports import MoySkladKey
from application.connections.watched_turns import WatchedBudgets
from application.delivery.commands.purge_expired import PurgeExpired, Retention
from application.exports.commands.cancel_task import CancelTask
from application.exports.commands.run_export import SPREADSHEET_TAKEN_DELAY
from application.exports.limits import RunLimits
from application.exports.vendor_ports import Page, Reading, Source
from application.exports.views import AttemptView, TaskStory
from domain.connections.google import GoogleDisconnected
from domain.exports.task import TaskNotFound, TaskState
from domain.shared.errors import VendorBusy, VendorFailed
from domain.shared.identities import TaskId
from tests.integration.harness.ordeals import Killed, Ordeal
from tests.integration.harness.stories import SMALL, Party, Story, command_of
from tests.integration.stories.test_trouble import Gate, under_way

LEASE = RunLimits().lease


async def story_of(party: Party, task: TaskId) -> TaskStory:
    told = (await party.task(task)).story
    assert told is not None
    return told


async def attempts_of(party: Party, task: TaskId) -> list[AttemptView]:
    return (await story_of(party, task)).timeline.attempts


async def test_a_run_that_went_well(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    begun = story.clock.now()
    task = await romashka.run(config)
    told = await story_of(romashka, task.id)
    (attempt,) = told.timeline.attempts
    assert (attempt.outcome, attempt.error, attempt.began_at, attempt.times) == ("finished", None, begun, 1)
    assert (attempt.work.rows, attempt.work.units) == (task.counts.appended, task.counts.units)
    assert attempt.work.write_requests == task.counts.write_requests > 0
    assert attempt.work.batches >= 1
    assert told.timeline.total == attempt.work
    assert told.sheet_url == (await romashka.config(config)).target.url
    stored = story.world.store.export_configs._rows[config]
    assert stored.fresh_at == begun
    again = await romashka.run(config)
    assert (await attempts_of(romashka, again.id))[0].work.rows == 0


async def test_a_run_that_had_to_wait_for_a_vendor(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    task = await romashka.start(config)
    story.world.spreadsheets.failures.plan("write", VendorBusy(40.0, vendor="google", reason="budget"))
    began = story.clock.now()
    await story.work()
    (waiting,) = await attempts_of(romashka, task)
    assert (waiting.outcome, waiting.error) == ("put_off", "vendors.busy")
    assert waiting.resumes_at == began + timedelta(seconds=40)
    story.clock.advance(timedelta(seconds=40))
    await story.work()
    first, second = await attempts_of(romashka, task)
    assert first == waiting
    assert (second.outcome, second.began_at, second.work.rows > 0) == ("finished", began + timedelta(seconds=40), True)


async def test_a_run_that_failed_for_good_and_one_that_stumbled(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    task = await romashka.start(config)
    story.world.spreadsheets.failures.plan("write", VendorFailed(vendor="google", status=503))
    await story.work()
    await story.pass_time()
    story.world.spreadsheets.failures.plan("inspect", GoogleDisconnected(reason="grant"), times=2)
    await story.work()
    stumbled, failed = await attempts_of(romashka, task)
    assert (stumbled.outcome, stumbled.error, stumbled.resumes_at is not None) == ("stumbled", "vendors.failed", True)
    assert (failed.outcome, failed.error) == ("failed", GoogleDisconnected.code)


async def test_a_worker_that_died_and_one_that_was_stopped(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = await romashka.create()
    task = await romashka.start(config)
    (message,) = await story.relay()
    dying = Ordeal(story.world, 6, Killed())
    with dying.watched():
        await dying.endure(story.app.execute(command_of(message)))
    await story.pass_time(LEASE)
    gate = Gate(monkeypatch, story.world.spreadsheets, "write")
    stopped = await under_way(story, romashka, gate)
    stopped.cancel()
    await asyncio.gather(stopped, return_exceptions=True)
    monkeypatch.undo()
    await story.work()
    outcomes = [(attempt.outcome, attempt.error) for attempt in await attempts_of(romashka, task)]
    assert outcomes == [("lost", None), ("put_off", "exports.worker_stopped"), ("finished", None)]
    await romashka.check_sheet(config)


async def test_a_run_that_was_cancelled_tells_what_it_had_done(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await romashka.start(await romashka.create())
    gate = Gate(monkeypatch, story.world.spreadsheets, "write")
    work = await under_way(story, romashka, gate)
    await romashka.app.execute(CancelTask(company_id=romashka.id, task_id=task))
    gate.opened.set()
    await work
    (attempt,) = await attempts_of(romashka, task)
    assert (attempt.outcome, attempt.ended_at) == ("cancelled", story.clock.now())


async def test_a_run_that_waits_for_another_one_to_leave_the_spreadsheet(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await romashka.create()
    await romashka.run(first)
    target = (await romashka.config(first)).target
    second = await romashka.create(name="Вторая", tab="Второй", spreadsheet=target.spreadsheet_id)
    romashka.order("one-more")
    await romashka.start(first)
    gate = Gate(monkeypatch, story.world.spreadsheets, "write")
    work = await under_way(story, romashka, gate)
    monkeypatch.undo()
    task = await romashka.start(second)
    for _ in range(3):
        await story.work()
        story.clock.advance(SPREADSHEET_TAKEN_DELAY)
    gate.opened.set()
    await work
    await story.work()
    waited, done = await attempts_of(romashka, task)
    assert (waited.outcome, waited.error, waited.times) == ("put_off", "exports.spreadsheet_taken", 3)
    assert (done.outcome, done.times) == ("finished", 1)


class Patient(MemorySource):
    """Takes a turn for each page, of a budget that is soon used up."""

    def __init__(self) -> None:
        super().__init__()
        self.page_size = 2
        limits = VendorLimits(units=2, window=0.05, guard=0.0, transit=0.01, burst=2)
        self._turns = WatchedBudgets(MemoryBudgets(limits), MemoryVendorWatch())

    async def read(self, key: MoySkladKey, reading: Reading) -> AsyncIterator[Page]:  # type: ignore[override]
        async for page in super().read(key, reading):
            async with self._turns.turn("token", "account", 1, key.urgency):
                yield page


class Patience(Provider):
    scope = Scope.APP
    source = provide(Patient, provides=Source)


async def test_what_was_waited_for_and_how_long() -> None:
    story = await Story.begin(SMALL, Patience())
    party = await story.party("romashka")
    party.fill(9)
    task = await party.run(await party.create())
    assert task.state is TaskState.FINISHED
    told = await story_of(party, task.id)
    (waits,) = told.timeline.total.waits
    assert (waits.vendor, waits.reason) == ("moysklad", "window")
    assert waits.times >= 2
    assert 0 < waits.seconds <= told.timeline.total.fetch_seconds + 0.01


async def test_old_runs_are_forgotten_and_the_sheet_is_not(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    old = await romashka.run(config)
    story.clock.advance(Retention().tasks + timedelta(days=1))
    romashka.order("one-more")
    new = await romashka.run(config)
    assert await story.app.execute(PurgeExpired()) > 0
    with pytest.raises(TaskNotFound):
        await romashka.task(old.id)
    assert [task.id for task in await romashka.tasks()] == [new.id]
    romashka.order("another")
    await romashka.run(config)
    await romashka.check_sheet(config)
