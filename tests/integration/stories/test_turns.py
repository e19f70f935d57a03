"""Companies share the workers; people stop runs, have them rest, and try them again."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from application.connections.ports import MoySkladKey
from application.delivery.queries.list_parked_messages import ListParkedMessages
from application.exports.commands.cancel_task import CancelTask
from application.exports.commands.make_room import MakeRoom
from application.exports.commands.pause_task import PauseTask
from application.exports.commands.report_for_work import ReportForWork
from application.exports.commands.resume_task import ResumeTask
from application.exports.commands.retry_failed_tasks import RetryFailedTasks
from application.exports.commands.retry_task import RetryTask
from application.exports.dispatching import ALIVE, UNKNOWN_ROOM
from application.exports.queries.estimate_run import EstimateRun
from application.exports.vendor_ports import Page, Reading
from application.messages import Outcome
from domain.exports.config import ConfigNotFound
from domain.exports.sharing import SLICE, Lane, Shares, room_of
from domain.exports.task import ExportAlreadyRunning, TaskAlreadyEnded, TaskNotFailed, TaskNotFound, TaskNotPaused
from domain.shared.errors import VendorFailed
from domain.shared.identities import ClaimId, CompanyId, ConfigId, TaskId
from tests.integration.harness.stories import COLUMNS, SMALL, Party, Story, command_of


async def exports(party: Party, number: int) -> list[ConfigId]:
    return [await party.create(name=f"Выгрузка {at}", tab=f"Лист {at}") for at in range(number)]


async def live(party: Party, number: int) -> list[ConfigId]:
    """Exports that have run once, so that their next runs are short."""
    party.fill(2)
    made = await exports(party, number)
    for config_id in made:
        await party.run(config_id)
    return made


def companies(messages: list[object]) -> list[CompanyId]:
    return [message.company_id for message in messages]  # type: ignore[attr-defined]


async def test_no_more_is_told_than_workers_can_carry_out() -> None:
    story = await Story.begin()
    party = await story.party("acme")
    made = await live(party, 7)
    for config_id in made:
        await party.start(config_id)
    told = await story.relay()
    assert len(told) == Shares().live < UNKNOWN_ROOM.runs
    assert await story.relay() == []
    await story.app.execute(command_of(told[0]))
    assert len(await story.relay()) == 1


async def test_a_company_that_comes_late_does_not_wait_behind_a_crowd() -> None:
    story = await Story.begin()
    crowd = await story.party("crowd")
    small = await story.party("small")
    many, (one,) = await live(crowd, 9), await live(small, 1)
    worker = uuid4()
    await story.app.execute(ReportForWork(worker_id=worker, threads=4))
    for config_id in many:
        await crowd.start(config_id)
    first = await story.relay()
    assert companies(first) == [crowd.id] * (room_of(4).runs - 1)
    await small.start(one)
    await story.app.execute(command_of(first[0]))
    assert companies(await story.relay()) == [small.id]


async def test_a_worker_that_leaves_or_falls_silent_takes_its_places_along() -> None:
    story = await Story.begin()
    party = await story.party("acme")
    made = await live(party, 3)
    first, second = uuid4(), uuid4()
    await story.app.execute(ReportForWork(worker_id=first, threads=1))
    await story.app.execute(ReportForWork(worker_id=second, threads=1))
    await story.app.execute(ReportForWork(worker_id=second, threads=0))
    for config_id in made:
        await party.start(config_id)
    assert len(await story.relay()) == 1
    story.clock.advance(ALIVE)
    assert len(await story.relay()) == Shares().live - 2


async def test_backfills_leave_room_and_do_not_hold_up_their_own_company() -> None:
    story = await Story.begin()
    party = await story.party("acme")
    party.fill(1)
    (one,) = await live(party, 1)
    fresh = await exports(party, 4)
    await story.app.execute(ReportForWork(worker_id=uuid4(), threads=8))
    for config_id in fresh:
        await party.start(config_id)
    assert len(await story.relay()) == Shares().backfill
    task = await party.start(one)
    (told,) = await story.relay()
    await story.app.execute(command_of(told))
    assert (await party.task(task)).state == "finished"


async def handed_over(party: Party, config_id: ConfigId) -> tuple[TaskId, Outcome]:
    """A backfill that somebody has asked for its place as soon as it had begun."""
    source, tasks = party.world.source, party.world.store.export_tasks._rows
    source.page_size = 3
    task_id = await party.start(config_id)
    (message,) = await party.story.relay()
    assert tasks[task_id].lane is Lane.BACKFILL
    original = source.read

    async def read(key: MoySkladKey, reading: Reading) -> AsyncIterator[Page]:
        async for page in original(key, reading):
            tasks[task_id].yielding = True
            yield page

    source.read = read  # type: ignore[method-assign]
    outcome = await party.app.execute(command_of(message))
    source.read = original  # type: ignore[method-assign]
    return task_id, outcome


async def test_a_backfill_hands_its_place_over_at_a_batch_and_goes_on_later() -> None:
    story = await Story.begin(SMALL)
    party = await story.party("acme")
    party.fill(12)
    config_id = await party.create()
    task_id, outcome = await handed_over(party, config_id)
    assert (outcome.state, outcome.error) == ("booked", "exports.handed_over")
    halfway = await party.task(task_id)
    assert 0 < halfway.counts.appended < 12
    assert len((await party.tab(config_id)).values()) == halfway.counts.appended + 1
    while await story.work():
        pass
    after = await party.task(task_id)
    assert (after.state, after.counts.appended) == ("finished", 12)
    await party.check_sheet(config_id)


async def test_a_reconciliation_keeps_its_place_because_it_would_have_to_begin_anew() -> None:
    story = await Story.begin(SMALL)
    party = await story.party("acme")
    party.fill(12)
    config_id = await party.create()
    await party.run(config_id)
    story.world.source.page_size = 3
    task_id = await party.start(config_id, "reconcile")
    story.world.store.export_tasks._rows[task_id].yielding = True
    await story.work()
    assert (await party.task(task_id)).state == "finished"


async def test_long_backfills_are_asked_to_make_room_where_another_company_waits() -> None:
    story = await Story.begin(SMALL)
    await story.app.execute(ReportForWork(worker_id=uuid4(), threads=1))
    first, second = await story.party("first"), await story.party("second")
    held = await first.start(await first.create())
    assert len(await story.relay()) == 1
    store = story.world.store.export_tasks._rows
    store[held].claim(ClaimId(uuid4()), story.clock.now(), timedelta(hours=1))
    await second.start(await second.create())
    assert await story.app.execute(MakeRoom()) == 0
    story.clock.advance(SLICE)
    await story.app.execute(ReportForWork(worker_id=uuid4(), threads=1))
    assert await story.app.execute(MakeRoom()) == 1
    assert store[held].yielding
    assert await story.app.execute(MakeRoom()) == 0


async def test_a_paused_run_rests_and_goes_on_from_its_checkpoint() -> None:
    story = await Story.begin(SMALL)
    party = await story.party("acme")
    party.fill(15)
    config_id = await party.create()
    task_id, _ = await handed_over(party, config_id)
    await party.app.execute(PauseTask(company_id=party.id, task_id=task_id))
    await party.app.execute(PauseTask(company_id=party.id, task_id=task_id))
    for _ in range(3):
        await story.work()
        await story.pass_time()
    assert (await party.task(task_id)).state == "paused"
    with pytest.raises(ExportAlreadyRunning):
        await party.start(config_id)
    await party.app.execute(ResumeTask(company_id=party.id, task_id=task_id))
    with pytest.raises(TaskNotPaused):
        await party.app.execute(ResumeTask(company_id=party.id, task_id=task_id))
    await story.work()
    assert (await party.task(task_id)).state == "finished"
    await party.check_sheet(config_id)


async def test_a_run_that_is_paused_while_it_waits_is_passed_over_by_its_message() -> None:
    story = await Story.begin()
    party = await story.party("acme")
    party.fill(2)
    config_id = await party.create()
    task_id = await party.start(config_id)
    (message,) = await story.relay()
    await party.app.execute(PauseTask(company_id=party.id, task_id=task_id))
    assert (await story.app.execute(command_of(message))).state == "left alone"
    await party.app.execute(CancelTask(company_id=party.id, task_id=task_id))
    with pytest.raises(TaskAlreadyEnded):
        await party.app.execute(PauseTask(company_id=party.id, task_id=task_id))
    with pytest.raises(TaskNotPaused):
        await party.app.execute(ResumeTask(company_id=party.id, task_id=task_id))


async def test_a_failed_run_is_tried_again_once_however_often_it_is_asked() -> None:
    story = await Story.begin()
    party = await story.party("acme")
    party.fill(3)
    config_id = await party.create()
    task_id = await party.start(config_id, "full")
    with pytest.raises(TaskNotFailed):
        await party.app.execute(RetryTask(company_id=party.id, task_id=task_id))
    await party.app.execute(CancelTask(company_id=party.id, task_id=task_id))
    first = await party.app.execute(RetryTask(company_id=party.id, task_id=task_id, idempotency_key="k"))
    assert await party.app.execute(RetryTask(company_id=party.id, task_id=task_id, idempotency_key="k")) == first
    await story.work()
    again = await party.task(first)
    assert (again.mode, again.state) == ("full", "finished")
    with pytest.raises(TaskNotFailed):
        await party.app.execute(RetryTask(company_id=party.id, task_id=first))
    stranger = await story.party("stranger")
    with pytest.raises(TaskNotFound):
        await stranger.app.execute(RetryTask(company_id=stranger.id, task_id=task_id))


async def test_everything_that_failed_is_tried_again_together() -> None:
    story = await Story.begin()
    party = await story.party("acme")
    party.fill(2)
    broken = await exports(party, 3)
    (well,) = await live(party, 1)
    began = story.clock.now()
    for config_id in broken:
        await party.start(config_id)
    story.world.source.failures.plan("read", VendorFailed(), times=100)
    for _ in range(20):
        await story.work()
        await story.pass_time(timedelta(minutes=11))
    assert [task.state for task in await party.tasks()][:3] == ["failed"] * 3
    story.world.source.failures.clear()
    await party.start(broken[0])
    found = await party.app.execute(RetryFailedTasks(company_id=party.id, since=began))
    assert {one.config_id for one in found.retried} == set(broken[1:])
    assert all(one.task and not one.refused for one in found.retried)
    assert not found.more
    repeated = await party.app.execute(RetryFailedTasks(company_id=party.id, since=began))
    assert repeated.retried == []
    while await story.work():
        pass
    for config_id in (*broken, well):
        await party.check_sheet(config_id)


@pytest.mark.parametrize("stop", [CancelTask, PauseTask])
async def test_a_run_that_waits_for_a_vendor_stops_within_five_seconds(
    stop: type[CancelTask] | type[PauseTask],
) -> None:
    story = await Story.begin()
    party = await story.party("acme")
    party.fill(2)
    task_id = await party.start(await party.create())
    (message,) = await story.relay()
    reading = asyncio.Event()

    async def read(key: MoySkladKey, reading_: Reading) -> AsyncIterator[Page]:
        del key, reading_
        reading.set()
        await asyncio.Event().wait()
        yield Page((), None, 0, 0)  # never comes

    story.world.source.read = read  # type: ignore[method-assign]
    running = asyncio.create_task(party.app.execute(command_of(message)))
    await reading.wait()
    await party.app.execute(stop(company_id=party.id, task_id=task_id))
    async with asyncio.timeout(5):
        outcome = await running
    assert (outcome.state, outcome.error) == ("left alone", "exports.claim_lost")


async def test_what_a_run_will_take_is_told_before_it_begins() -> None:
    story = await Story.begin()
    party = await story.party("acme")
    party.fill(12)
    config_id = await party.create()
    found = await party.app.ask(EstimateRun(company_id=party.id, config_id=config_id))
    assert (found.objects, found.rows, found.units, found.writes, found.fits) == (12, 12, 1, 1, True)
    assert found.cells == 12 * len(COLUMNS)
    stranger = await story.party("stranger")
    with pytest.raises(ConfigNotFound):
        await stranger.app.ask(EstimateRun(company_id=stranger.id, config_id=config_id))


async def test_a_stored_run_that_cannot_be_read_holds_up_nobody() -> None:
    story = await Story.begin()
    party = await story.party("acme")
    first, second = await live(party, 2)
    await party.start(first)
    stored = story.world.store.outbox._rows
    (spoilt,) = [key for key, row in stored.items() if row.turn is not None and row.sent_at is None]
    stored[spoilt] = stored[spoilt]._replace(message=msgspec.structs.replace(stored[spoilt].message, body=b"{"))
    task = await party.start(second)
    (told,) = await story.relay()
    await story.app.execute(command_of(told))
    assert (await party.task(task)).state == "finished"
    (parked,) = await story.app.ask(ListParkedMessages())
    assert (parked.id, parked.failures, parked.error) == (spoilt, 1, "DecodeError")
