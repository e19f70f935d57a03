"""Runs that are stopped, taken over, put off, or fail."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from application.exports.commands.cancel_task import CancelTask
from application.exports.commands.recover_tasks import PATIENCE, RecoverTasks
from application.exports.commands.remove_export_config import RemoveExportConfig
from application.exports.commands.run_export import SPREADSHEET_TAKEN_DELAY
from application.exports.commands.start_export import StartExport
from application.exports.limits import RunLimits
from domain.connections.google import GoogleDisconnected, GoogleNotConnected
from domain.exports.config import ConfigNotFound
from domain.exports.task import MAX_CRASHES, MAX_FAILURES, ExportAlreadyRunning, TaskAlreadyEnded
from domain.shared.errors import VendorBusy, VendorFailed
from domain.tenants.company import CompanyInactive
from tests.integration.harness.ordeals import Killed, Ordeal
from tests.integration.harness.stories import SMALL, Party, Story, command_of

LEASE = RunLimits().lease


class Gate:
    """Stops whoever comes to a method until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()
        self._method: Callable[..., Awaitable[Any]] = getattr(owner, name)
        monkeypatch.setattr(owner, name, self._pass)

    async def _pass(self, *given: Any, **named: Any) -> Any:
        self.reached.set()
        await self.opened.wait()
        return await self._method(*given, **named)


async def under_way(story: Story, party: Party, gate: Gate) -> "asyncio.Task[int]":
    """A worker that stands at the gate."""
    work = asyncio.create_task(story.work())
    await asyncio.wait_for(gate.reached.wait(), 5)
    return work


async def test_a_cancelled_run_writes_no_further_row(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = await romashka.create()
    task = await romashka.start(config)
    gate = Gate(monkeypatch, story.world.spreadsheets, "write")
    work = await under_way(story, romashka, gate)
    await romashka.app.execute(CancelTask(company_id=romashka.id, task_id=task))
    gate.opened.set()
    await work
    assert (await romashka.task(task)).state == "cancelled"
    assert story.world.spreadsheets.failures.calls["write"] == 1
    with pytest.raises(TaskAlreadyEnded):
        await romashka.app.execute(CancelTask(company_id=romashka.id, task_id=task))
    assert (await romashka.run(config)).state == "finished"
    await romashka.check_sheet(config)


async def test_a_cancelled_run_stops_at_its_next_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    story = await Story.begin(RunLimits(lease=timedelta(milliseconds=60)))
    party = await story.party("romashka")
    party.fill(3)
    task = await party.start(await party.create())
    gate = Gate(monkeypatch, story.world.spreadsheets, "write")
    work = await under_way(story, party, gate)
    await party.app.execute(CancelTask(company_id=party.id, task_id=task))
    await asyncio.wait_for(work, 5)
    assert not gate.opened.is_set()
    assert (await party.task(task)).state == "cancelled"
    assert story.world.spreadsheets.failures.calls["write"] == 0


async def test_the_heartbeat_keeps_the_task(monkeypatch: pytest.MonkeyPatch) -> None:
    story = await Story.begin(RunLimits(lease=timedelta(milliseconds=60)))
    party = await story.party("romashka")
    party.fill(3)
    config = await party.create()
    task = await party.start(config)
    gate = Gate(monkeypatch, story.world.spreadsheets, "write")
    work = await under_way(story, party, gate)
    for _ in range(3):
        story.clock.advance(timedelta(milliseconds=30))
        held_until = story.clock.now() + timedelta(milliseconds=60)
        async with asyncio.timeout(5):
            while story.world.store.export_tasks._rows[task].lease_until != held_until:
                await asyncio.sleep(0.005)
        await story.app.execute(RecoverTasks())
        assert await story.work() == 0
    gate.opened.set()
    await work
    await party.check_sheet(config)


async def test_who_lost_the_lease_writes_no_further_row(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = await romashka.create()
    task = await romashka.start(config)
    gate = Gate(monkeypatch, story.world.spreadsheets, "write")
    slow = await under_way(story, romashka, gate)
    monkeypatch.undo()
    await story.pass_time(LEASE)
    await story.work()
    assert (await romashka.task(task)).state == "finished"
    await romashka.check_sheet(config)
    writes = story.world.spreadsheets.failures.calls["write"]
    gate.opened.set()
    await slow
    assert story.world.spreadsheets.failures.calls["write"] == writes + 1
    assert (await romashka.task(task)).state == "finished"
    await romashka.check_sheet(config)


async def test_who_lost_the_lease_while_making_a_spreadsheet_does_not_put_it_in_the_place_of_another(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = await romashka.create()
    await romashka.start(config)
    gate = Gate(monkeypatch, story.world.spreadsheets, "create")
    slow = await under_way(story, romashka, gate)
    monkeypatch.undo()
    await story.pass_time(LEASE)
    await story.work()
    target = (await romashka.config(config)).target
    gate.opened.set()
    await slow
    assert (await romashka.config(config)).target == target
    await romashka.check_sheet(config)


async def test_a_worker_that_is_told_to_stop_hands_the_task_back_at_once(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = await romashka.create()
    task = await romashka.start(config)
    gate = Gate(monkeypatch, story.world.spreadsheets, "write")
    work = await under_way(story, romashka, gate)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    monkeypatch.undo()
    assert (await romashka.task(task)).state == "booked"
    assert await story.work() == 1
    assert (await romashka.task(task)).state == "finished"
    await romashka.check_sheet(config)


async def test_a_spreadsheet_has_one_writer_at_a_time(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = story.world.spreadsheets.add("Отчёты", "Продажи")
    configs = [await romashka.create(spreadsheet=theirs.spreadsheet_id, tab=tab) for tab in ("Первая", "Вторая")]
    first = await romashka.start(configs[0])
    gate = Gate(monkeypatch, story.world.spreadsheets, "write")
    work = await under_way(story, romashka, gate)
    second = await romashka.start(configs[1])
    assert await story.work() == 1
    waiting = await romashka.task(second)
    assert (waiting.state, waiting.error) == ("booked", None)
    assert waiting.retry_at == story.clock.now() + SPREADSHEET_TAKEN_DELAY
    assert await story.work() == 0
    gate.opened.set()
    await work
    story.clock.advance(SPREADSHEET_TAKEN_DELAY)
    assert await story.work() == 1
    assert [(await romashka.task(task)).state for task in (first, second)] == ["finished", "finished"]
    for config in configs:
        await romashka.check_sheet(config)


async def test_a_new_spreadsheet_has_one_writer_from_the_moment_it_is_known(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = await romashka.create()
    await romashka.start(config)
    gate = Gate(monkeypatch, story.world.spreadsheets, "write")
    work = await under_way(story, romashka, gate)
    target = (await romashka.config(config)).target
    other = await romashka.start(await romashka.create(spreadsheet=target.spreadsheet_id, tab="Вторая"))
    assert await story.work() == 1
    assert (await romashka.task(other)).state == "booked"
    gate.opened.set()
    await work


async def test_a_busy_vendor_puts_the_run_off_and_that_is_no_failure(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    story.world.spreadsheets.failures.plan("write", VendorBusy(60.0, vendor="google"), times=10)
    task = await romashka.start(config)
    for _ in range(10):
        assert await story.work() == 1
        waiting = await romashka.task(task)
        assert (waiting.state, waiting.error) == ("booked", None)
        assert waiting.retry_at == story.clock.now() + timedelta(seconds=60)
        story.clock.advance(timedelta(seconds=60))
    await story.work()
    assert (await romashka.task(task)).state == "finished"
    await romashka.check_sheet(config)


async def test_a_failing_vendor_is_tried_later_and_later_and_then_given_up(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    story.world.source.failures.plan("read", VendorFailed(vendor="moysklad"), times=MAX_FAILURES)
    task = await romashka.start(config)
    waits = []
    while await story.work():
        now = await romashka.task(task)
        assert now.error is not None
        assert now.error.code == "vendors.failed"
        if now.retry_at is not None:
            waits.append((now.retry_at - story.clock.now()).total_seconds())
            story.clock.set(now.retry_at)
    assert waits == [5, 10, 20, 40]
    assert (await romashka.task(task)).state == "failed"
    assert (await romashka.run(config)).state == "finished"
    await romashka.check_sheet(config)


async def test_what_nobody_foresaw_is_tried_again_and_noted_without_its_words(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    task = await romashka.start(config)
    story.world.spreadsheets.failures.plan("write", ValueError("token=secret"))
    with pytest.raises(ValueError):
        await story.work()
    noted = (await romashka.task(task)).error
    assert noted is not None
    assert (noted.code, noted.details) == ("unexpected", {"kind": "ValueError"})
    await story.pass_time()
    await story.work()
    assert (await romashka.task(task)).state == "finished"
    await romashka.check_sheet(config)


async def test_a_revoked_grant_breaks_the_connection_until_google_is_connected_again(
    story: Story, romashka: Party
) -> None:
    config = await romashka.create()
    await romashka.run(config)
    consent = story.world.consent
    consent.dead.add("memory-google-refresh-1")
    story.world.spreadsheets.refused.add("memory-google-access-1")
    failed = await romashka.run(config)
    assert failed.error is not None
    assert (failed.state, failed.error.code) == ("failed", "connections.google_broken")
    assert await romashka.connections() == {"moysklad": "active", "google": "broken"}
    calls = consent.failures.calls["renew"]
    assert (await romashka.run(config)).state == "failed"
    assert consent.failures.calls["renew"] == calls, "a grant that is known to be dead is not tried again"
    with pytest.raises(GoogleDisconnected):
        await romashka.create(spreadsheet="memory-spreadsheet-000001")

    await romashka.connect_google()
    romashka.order("order-001", name="после")
    assert (await romashka.run(config)).state == "finished"
    await romashka.check_sheet(config)


async def test_a_refused_install_token_breaks_the_connection_until_moysklad_sends_another(
    story: Story, romashka: Party
) -> None:
    config = await romashka.create()
    story.world.source.revoke(romashka.token)
    failed = await romashka.run(config)
    assert failed.error is not None
    assert (failed.state, failed.error.code) == ("failed", "connections.moysklad_broken")
    assert await romashka.connections() == {"moysklad": "broken", "google": "active"}
    again = await story.install("romashka", token="another-token", cause="Resume")
    again.identity = romashka.identity
    again.fill(2)
    assert (await again.run(config)).state == "finished"
    await again.check_sheet(config)


async def test_without_google_a_run_says_what_to_do(story: Story) -> None:
    party = await story.install("romashka")
    await party.sign_in()
    config = await party.create()
    failed = await party.run(config)
    assert failed.error is not None
    assert failed.error.code == GoogleNotConnected.code


async def test_a_suspended_company_runs_nothing(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    task = await romashka.start(config)
    await romashka.leave("Suspend")
    assert (await romashka.connections())["moysklad"] == "suspended"
    await story.work()
    failed = await romashka.task(task)
    assert failed.error is not None
    assert (failed.state, failed.error.code) == ("failed", CompanyInactive.code)
    with pytest.raises(CompanyInactive):
        await romashka.start(config)
    with pytest.raises(CompanyInactive):
        await romashka.create()
    assert story.world.source.failures.calls["read"] == 0

    back = await story.install("romashka", token="install-romashka-2", cause="Resume")
    assert back.id == romashka.id
    back.fill(1)
    assert (await back.run(config)).state == "finished"
    await back.check_sheet(config)


async def test_a_task_whose_message_was_lost_is_sent_again(story: Story, romashka: Party) -> None:
    task = await romashka.start(await romashka.create())
    assert len(await story.relay()) == 1
    assert await story.app.execute(RecoverTasks()) == 0
    story.clock.advance(PATIENCE)
    assert await story.app.execute(RecoverTasks()) == 1
    assert await story.app.execute(RecoverTasks()) == 0
    assert await story.work() == 1
    assert (await romashka.task(task)).state == "finished"
    assert await story.app.execute(RecoverTasks()) == 0


async def test_a_task_that_kills_every_worker_is_given_up(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    task = await romashka.start(config)
    for _ in range(MAX_CRASHES + 1):
        ordeal = Ordeal(story.world, at=5, error=Killed())
        (message,) = await story.relay()
        with ordeal.watched():
            await ordeal.endure(story.app.execute(command_of(message)))
        await story.pass_time(LEASE)
    await story.work()
    failed = await romashka.task(task)
    assert failed.error is not None
    assert (failed.state, failed.error.code) == ("failed", "exports.worker_lost")
    assert (await romashka.run(config)).state == "finished"


async def test_a_removed_export_leaves_its_sheet_and_takes_its_history(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    await romashka.run(config)
    tab = await romashka.tab(config)
    task = await romashka.start(config)
    with pytest.raises(ExportAlreadyRunning):
        await romashka.app.execute(RemoveExportConfig(company_id=romashka.id, config_id=config))
    await romashka.app.execute(CancelTask(company_id=romashka.id, task_id=task))
    await romashka.app.execute(RemoveExportConfig(company_id=romashka.id, config_id=config))
    assert await story.work() == 1, "the message of the cancelled run finds nothing to do"
    assert await romashka.tasks() == []
    assert len(tab.values()) == 11
    with pytest.raises(ConfigNotFound):
        await romashka.app.execute(StartExport(company_id=romashka.id, config_id=config))


async def test_a_spreadsheet_that_is_full_fails_the_run(story: Story, romashka: Party) -> None:
    story.world.spreadsheets.cells_limit = 20
    failed = await romashka.run(await romashka.create())
    assert failed.error is not None
    assert failed.error.code == "exports.spreadsheet_full"


async def test_an_attribute_that_was_removed_fails_the_run(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    story.world.source.define_attributes(romashka.token, "customerorder", ())
    failed = await romashka.run(config)
    assert failed.error is not None
    assert failed.error.code == "exports.column_unknown"


def test_batches_are_small_in_these_stories() -> None:
    assert SMALL.batch_bytes < RunLimits().batch_bytes
