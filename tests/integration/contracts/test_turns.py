"""Contracts of application.ports.Turns and application.exports.dispatch_ports."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from application.exports.run_command import RunExport
from application.ports import Queued, Turn
from domain.exports.sharing import Lane, Room
from domain.exports.task import TaskError, TaskState
from domain.shared.identities import ClaimId, CompanyId, TaskId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World

SECOND = timedelta(seconds=1)
MOST, LIMIT = 4, 50


def fresh_lane() -> str:
    """Turns are given across companies, and the database is shared with other tests."""
    return f"lane-{uuid4()}"


async def line_up(
    world: World, company: CompanyId, lane: str, ago: float = 0, *, urgent: bool = False, key: str | None = None
) -> TaskId:
    command = RunExport(company_id=company, task_id=TaskId(uuid4()))
    async with world.transaction(company):
        due = world.now - ago * SECOND
        await world.outbox.put(command, deliver_after=due, once_key=key, turn=Turn(lane, urgent))
    return command.task_id


async def waiting(world: World, lane: str, **fields: Any) -> list[Queued]:
    usual: dict[str, Any] = {"closed": (), "most": MOST, "limit": LIMIT}
    async with world.system_transaction():
        return await world.turns.waiting(lane, world.now, **{**usual, **fields})


def tasks(queued: list[Queued]) -> list[TaskId]:
    return [msgspec.json.decode(one.message.body, type=RunExport).task_id for one in queued]


async def send(world: World, lane: str, queued: list[Queued]) -> None:
    async with world.system_transaction():
        await world.queue.mark_sent([one.message.id for one in queued], world.now)
    async with world.system_transaction():
        await world.turns.served(lane, {one.message.company_id for one in queued}, world.now)


async def test_what_waits_for_a_turn_is_not_relayed_by_itself(world: World, company: CompanyId) -> None:
    lane = fresh_lane()
    task = await line_up(world, company, lane)
    async with world.system_transaction():
        assert await world.queue.take(world.now, 10) == []
    assert tasks(await waiting(world, lane)) == [task]
    assert await waiting(world, fresh_lane()) == []


async def test_each_company_shows_its_first_few(world: World, company: CompanyId, stranger: CompanyId) -> None:
    lane = fresh_lane()
    later = await line_up(world, company, lane, 1)
    first = await line_up(world, company, lane, 5)
    pressing = await line_up(world, company, lane, 0, urgent=True)
    await line_up(world, company, lane, -1)
    other = await line_up(world, stranger, lane, 3)
    found = await waiting(world, lane)
    assert tasks([one for one in found if one.message.company_id == company]) == [pressing, first, later]
    assert tasks([one for one in found if one.message.company_id == stranger]) == [other]
    assert {(one.urgent, one.served_at, one.weight) for one in found} == {(True, None, 1), (False, None, 1)}
    two = await waiting(world, lane, most=2)
    assert tasks([one for one in two if one.message.company_id == company]) == [pressing, first]
    assert tasks(await waiting(world, lane, closed=[company])) == [other]
    world.clock.advance(SECOND)
    assert len(await waiting(world, lane)) == 5


async def test_what_was_sent_waits_no_more(world: World, company: CompanyId) -> None:
    lane = fresh_lane()
    await line_up(world, company, lane, 2)
    second = await line_up(world, company, lane, 1)
    await send(world, lane, (await waiting(world, lane))[:1])
    (left,) = await waiting(world, lane)
    assert tasks([left]) == [second]
    assert left.served_at == world.now
    await send(world, lane, [left])
    assert await waiting(world, lane) == []
    third = await line_up(world, company, lane)
    assert tasks(await waiting(world, lane)) == [third]


async def test_whoever_was_served_longest_ago_is_seen_where_not_all_are(world: World) -> None:
    lane = fresh_lane()
    companies = [await samples.stored_company(world) for _ in range(4)]
    for each in companies:
        for ago in (9, 8, 7):
            await line_up(world, each, lane, ago)
    for each in (companies[2], companies[0], companies[3], companies[1]):
        await send(world, lane, [one for one in await waiting(world, lane) if one.message.company_id == each][:1])
        world.clock.advance(SECOND)
    found = await waiting(world, lane, limit=2, most=1)
    assert {one.message.company_id for one in found} == {companies[2], companies[0]}
    await line_up(world, companies[1], lane, urgent=True)
    seen = {one.message.company_id for one in await waiting(world, lane, limit=2, most=1)}
    assert seen == {companies[2], companies[0], companies[1]}


async def test_a_message_that_is_put_again_is_due_at_the_earlier_moment(world: World, company: CompanyId) -> None:
    lane, key = fresh_lane(), f"once-{uuid4()}"
    task = await line_up(world, company, lane, -60, key=key)
    assert await waiting(world, lane) == []
    await line_up(world, company, lane, 0, key=key)
    await line_up(world, company, lane, -90, key=key)
    assert tasks(await waiting(world, lane)) == [task]


async def test_what_is_added_while_turns_are_given_is_not_overlooked(world: World, company: CompanyId) -> None:
    lane = fresh_lane()
    put: set[TaskId] = set()
    seen: set[TaskId] = set()

    async def add() -> None:
        for _ in range(20):
            put.add(await line_up(world, company, lane))
            await asyncio.sleep(0)

    async def give() -> None:
        while len(seen) < 60:
            found = await waiting(world, lane)
            seen.update(tasks(found))
            await send(world, lane, found)
            await asyncio.sleep(0)

    await asyncio.wait_for(asyncio.gather(add(), add(), add(), give()), 30)
    assert seen == put


async def test_one_gives_turns_at_a_time(world: World) -> None:
    async with world.system_transaction():
        assert await world.turns.alone()
    async with world.system_transaction():
        assert await world.turns.alone()


async def test_runs_that_occupy_workers(world: World, company: CompanyId, stranger: CompanyId) -> None:
    now, minute = world.now, timedelta(minutes=1)

    async def task(whose: CompanyId, **fields: Any) -> None:
        made = samples.booked(world, await samples.stored_config(world, whose))
        async with world.transaction(whose):
            await world.tasks.add(replace(made, **fields))

    held = {"state": TaskState.CLAIMED, "claim_id": ClaimId(uuid4())}
    await task(company, **held, lease_until=now + SECOND)
    await task(company, **held, lease_until=now + SECOND, lane=Lane.BACKFILL)
    await task(company, dispatched_at=now - minute + SECOND)
    await task(stranger, **held, lease_until=now - SECOND, dispatched_at=now, lane=Lane.BACKFILL)
    await task(stranger, dispatched_at=now)
    await task(stranger, dispatched_at=now - minute)
    await task(stranger, **held, lease_until=now)
    await task(stranger)
    await task(stranger, state=TaskState.FINISHED, ended_at=now)
    async with world.system_transaction():
        busy = await world.places.busy(now, now - minute)
    ours = {lane: {one: runs.get(one, 0) for one in (company, stranger)} for lane, runs in busy.items()}
    assert ours == {Lane.LIVE: {company: 2, stranger: 1}, Lane.BACKFILL: {company: 1, stranger: 1}}


async def test_a_run_that_its_worker_left_behind_is_told_of_too(world: World, company: CompanyId) -> None:
    left = samples.booked(world, await samples.stored_config(world, company))
    left.claim(ClaimId(uuid4()), world.now - timedelta(hours=1), timedelta(minutes=1))
    left.sent(world.now)
    async with world.transaction(company):
        await world.tasks.add(left)
    async with world.system_transaction():
        assert left.id not in {task.id for task in await world.tasks.stranded(world.now, world.now, 1000)}
        await world.places.dispatched([left.id], world.now)
        assert left.id in {task.id for task in await world.tasks.stranded(world.now, world.now, 1000)}


async def test_a_run_is_told_of_while_it_waits(world: World, company: CompanyId) -> None:
    waits = await samples.stored_task(world, await samples.stored_config(world, company))
    ended = samples.booked(world, await samples.stored_config(world, company))
    ended.cancel(world.now)
    async with world.transaction(company):
        await world.tasks.add(ended)
    async with world.system_transaction():
        await world.places.dispatched([waits.id, ended.id], world.now)
    async with world.transaction(company):
        assert (await world.tasks.get(company, waits.id)).dispatched_at == world.now
        assert (await world.tasks.get(company, ended.id)).dispatched_at is None


async def claimed_backfill(world: World, company: CompanyId, lock: str, at: datetime) -> TaskId:
    task = samples.booked(world, await samples.stored_config(world, company))
    task.write_lock, task.lane = lock, Lane.BACKFILL
    task.claim(ClaimId(uuid4()), at, timedelta(days=1))
    async with world.transaction(company):
        await world.tasks.add(task)
    return task.id


async def yielding(world: World, company: CompanyId, task_id: TaskId) -> bool:
    async with world.transaction(company):
        return (await world.tasks.get(company, task_id)).yielding


async def test_a_backfill_is_asked_for_the_spreadsheet_once(world: World, company: CompanyId) -> None:
    lock = f"lock-{uuid4()}"
    wanted = await claimed_backfill(world, company, lock, world.now)
    alone = await claimed_backfill(world, company, f"lock-{uuid4()}", world.now)
    live = samples.booked(world, await samples.stored_config(world, company))
    live.write_lock = lock
    async with world.transaction(company):
        await world.tasks.add(live)
    async with world.system_transaction():
        assert await world.places.ask_for_spreadsheets() == 1
        assert await world.places.ask_for_spreadsheets() == 0
    assert await yielding(world, company, wanted)
    assert not await yielding(world, company, alone)


async def test_the_longest_backfills_of_others_are_asked_for_places(world: World, company: CompanyId) -> None:
    stranger = await samples.stored_company(world)
    long_ago = world.now - timedelta(days=19)
    asked = await claimed_backfill(world, stranger, f"lock-{uuid4()}", long_ago)
    later = await claimed_backfill(world, stranger, f"lock-{uuid4()}", long_ago + SECOND)
    own = await claimed_backfill(world, company, f"lock-{uuid4()}", long_ago - SECOND)
    async with world.system_transaction():
        assert await world.places.ask_for_places([company], long_ago - 2 * SECOND, 5) == 0
        assert await world.places.ask_for_places([company], long_ago + SECOND, 1) == 1
    assert [await yielding(world, stranger, one) for one in (asked, later)] == [True, False]
    assert not await yielding(world, company, own)


async def test_workers_report_and_leave(world: World) -> None:
    first, second, long_gone = uuid4(), uuid4(), uuid4()
    async with world.system_transaction():
        await world.workers.prune(world.now + timedelta(days=3650))
        assert await world.workers.room(world.now - SECOND) is None
        await world.workers.report(long_gone, Room(9, 9), world.now - SECOND)
        await world.workers.report(first, Room(1, 1), world.now)
        await world.workers.report(first, Room(6, 4), world.now)
        await world.workers.report(second, Room(3, 2), world.now)
    async with world.system_transaction():
        assert await world.workers.room(world.now - SECOND) == Room(9, 6)
        await world.workers.leave(second)
        await world.workers.leave(uuid4())
    async with world.system_transaction():
        assert await world.workers.room(world.now - SECOND) == Room(6, 4)
        assert await world.workers.prune(world.now - SECOND) == 1
        assert await world.workers.prune(world.now) == 1


@pytest.mark.parametrize("code", [None, "exports.worker_lost"])
async def test_last_runs_that_failed(world: World, company: CompanyId, code: str | None) -> None:
    async def failed(config: Any, error: str, at: datetime) -> TaskId:
        task = samples.booked(world, config)
        task.fail(TaskError(error, {}), at)
        async with world.transaction(company):
            await world.tasks.add(task)
        return task.id

    recovered, twice, other, early = [await samples.stored_config(world, company) for _ in range(4)]
    await failed(recovered, "exports.worker_lost", world.now)
    done = samples.booked(world, recovered)
    done.finish(world.now)
    async with world.transaction(company):
        await world.tasks.add(done)
    await failed(twice, "vendors.failed", world.now - SECOND)
    last = await failed(twice, "exports.worker_lost", world.now)
    another = await failed(other, "vendors.failed", world.now + SECOND)
    await failed(early, "exports.worker_lost", world.now - 2 * SECOND)
    async with world.transaction(company):
        found = await world.tasks.failed_last(company, world.now - SECOND, code, 10)
        assert [task.id for task in found] == ([last, another] if code is None else [last])
        assert len(await world.tasks.failed_last(company, world.now - SECOND, code, 1)) == 1
