"""Contract of application.exports.ports.ExportTasks."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.exports.config import ExportConfig
from domain.exports.spreadsheet import SpreadsheetTaken
from domain.exports.task import ClaimLost, ExportAlreadyRunning, ExportTask, TaskError, TaskNotFound, TaskState
from domain.exports.telling import TellingState
from domain.shared.identities import ClaimId, CompanyId, TaskId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World

LEASE = timedelta(seconds=30)


@pytest.mark.parametrize("sample", [samples.booked, samples.full_task])
async def test_a_task_comes_back_as_it_went(
    world: World, company: CompanyId, sample: Callable[[World, ExportConfig], ExportTask]
) -> None:
    made = sample(world, await samples.stored_config(world, company))
    async with world.transaction(company):
        await world.tasks.add(made)
    async with world.transaction(company):
        assert await world.tasks.get(company, made.id) == made


async def test_every_field_changes(world: World, company: CompanyId) -> None:
    config = await samples.stored_config(world, company)
    bare, full = samples.booked(world, config), samples.full_task(world, config)
    async with world.transaction(company):
        await world.tasks.add(bare)
    full = replace(full, id=bare.id)
    async with world.transaction(company):
        await world.tasks.save(full)
    async with world.transaction(company):
        assert await world.tasks.get(company, bare.id) == full
        await world.tasks.save(bare)
    async with world.transaction(company):
        assert await world.tasks.get(company, bare.id) == bare


async def test_an_error_without_details_is_still_an_error(world: World, company: CompanyId) -> None:
    made = samples.booked(world, await samples.stored_config(world, company))
    made.error = TaskError("unexpected", {})
    async with world.transaction(company):
        await world.tasks.add(made)
        assert (await world.tasks.get(company, made.id)).error == TaskError("unexpected", {})


async def test_tasks_that_are_not_there(world: World, company: CompanyId, stranger: CompanyId) -> None:
    theirs = await samples.stored_task(world, await samples.stored_config(world, stranger))
    async with world.transaction(company):
        for whose, task_id in ((company, TaskId(uuid4())), (company, theirs.id), (stranger, theirs.id)):
            with pytest.raises(TaskNotFound):
                await world.tasks.get(whose, task_id)
            with pytest.raises(TaskNotFound):
                await world.tasks.held(whose, task_id, ClaimId(uuid4()))
        assert await world.tasks.running(stranger, theirs.config_id) is None


async def test_saving_a_strangers_task_changes_nothing(world: World, company: CompanyId, stranger: CompanyId) -> None:
    theirs = await samples.stored_task(world, await samples.stored_config(world, stranger))
    changed = replace(theirs, failures=4)
    async with world.transaction(company):
        await world.tasks.save(changed)
    async with world.transaction(stranger):
        assert await world.tasks.get(stranger, theirs.id) == theirs


@pytest.mark.parametrize("state", [TaskState.BOOKED, TaskState.CLAIMED])
async def test_an_export_has_one_unfinished_task(world: World, company: CompanyId, state: TaskState) -> None:
    config = await samples.stored_config(world, company)
    first = replace(samples.booked(world, config), state=state)
    second = samples.booked(world, config)
    async with world.transaction(company):
        await world.tasks.add(first)
    with pytest.raises(ExportAlreadyRunning):
        async with world.transaction(company):
            await world.tasks.add(second)
    async with world.transaction(company):
        assert await world.tasks.running(company, config.id) == first
        await world.tasks.save(replace(first, state=TaskState.FAILED))
        assert await world.tasks.running(company, config.id) is None
        await world.tasks.add(second)
        assert await world.tasks.running(company, config.id) == second


async def test_of_many_who_book_at_a_time_one_succeeds(world: World, company: CompanyId) -> None:
    config = await samples.stored_config(world, company)

    async def book() -> None:
        async with world.transaction(company):
            await world.tasks.add(samples.booked(world, config))
            await asyncio.sleep(0.01)

    outcomes = await asyncio.gather(*(book() for _ in range(4)), return_exceptions=True)
    assert [outcome for outcome in outcomes if outcome is None] == [None]
    assert sum(isinstance(outcome, ExportAlreadyRunning) for outcome in outcomes) == 3


async def claimed(world: World, company_id: CompanyId, write_lock: str) -> ExportTask:
    task = await samples.stored_task(world, await samples.stored_config(world, company_id))
    task.write_lock = write_lock
    task.claim(ClaimId(uuid4()), world.now, LEASE)
    return task


async def test_a_spreadsheet_has_one_writer_whosever_it_is(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    spreadsheet = f"spreadsheet-{uuid4()}"
    first, own, theirs = [await claimed(world, whose, spreadsheet) for whose in (company, company, stranger)]
    async with world.transaction(company):
        await world.tasks.save(first)
        await world.tasks.save(first)
    for second in (own, theirs):
        with pytest.raises(SpreadsheetTaken):
            async with world.transaction(second.company_id):
                await world.tasks.save(second)
        async with world.transaction(second.company_id):
            assert (await world.tasks.get(second.company_id, second.id)).state is TaskState.BOOKED
    async with world.transaction(company):
        first.finish(world.now)
        await world.tasks.save(first)
    async with world.transaction(stranger):
        await world.tasks.save(theirs)


async def test_a_booked_task_takes_no_spreadsheet(world: World, company: CompanyId, stranger: CompanyId) -> None:
    spreadsheet = f"spreadsheet-{uuid4()}"
    waiting = samples.booked(world, await samples.stored_config(world, stranger))
    waiting.write_lock = spreadsheet
    async with world.transaction(stranger):
        await world.tasks.add(waiting)
    writing = await claimed(world, company, spreadsheet)
    async with world.transaction(company):
        await world.tasks.save(writing)
        assert await world.tasks.get(company, writing.id) == writing


async def test_of_many_who_claim_a_spreadsheet_at_a_time_one_succeeds(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    spreadsheet = f"spreadsheet-{uuid4()}"
    tasks = [await claimed(world, whose, spreadsheet) for whose in (company, stranger, company)]

    async def save(task: ExportTask) -> None:
        async with world.transaction(task.company_id):
            await world.tasks.save(task)
            await asyncio.sleep(0.01)

    outcomes = await asyncio.gather(*map(save, tasks), return_exceptions=True)
    assert [outcome for outcome in outcomes if outcome is None] == [None]
    assert sum(isinstance(outcome, SpreadsheetTaken) for outcome in outcomes) == 2


async def test_a_claim_holds_until_somebody_else_claims(world: World, company: CompanyId) -> None:
    task = await claimed(world, company, f"spreadsheet-{uuid4()}")
    mine = task.claim_id
    assert mine is not None
    async with world.transaction(company):
        await world.tasks.save(task)
        assert await world.tasks.held(company, task.id, mine) == task
        assert await world.tasks.still_held(company, task.id, mine)
        assert not await world.tasks.still_held(company, task.id, ClaimId(uuid4()))
        with pytest.raises(ClaimLost):
            await world.tasks.held(company, task.id, ClaimId(uuid4()))
        task.claim(ClaimId(uuid4()), world.now + LEASE, LEASE)
        await world.tasks.save(task)
        with pytest.raises(ClaimLost):
            await world.tasks.held(company, task.id, mine)
        assert not await world.tasks.still_held(company, task.id, mine)
        task.cancel(world.now)
        await world.tasks.save(task)
        with pytest.raises(ClaimLost):
            await world.tasks.held(company, task.id, mine)


async def test_when_the_last_run_began(world: World, company: CompanyId, stranger: CompanyId) -> None:
    config = await samples.stored_config(world, company)
    other = await samples.stored_config(world, stranger)
    async with world.transaction(company):
        assert await world.tasks.started_last(company, config.id) is None
    for began in (world.now, world.now + LEASE, None):
        task = await samples.stored_task(world, config)
        async with world.transaction(company):
            if began is not None:
                task.claim(ClaimId(uuid4()), began, LEASE)
                task.cancel(began + LEASE)
                await world.tasks.save(task)
            else:
                assert await world.tasks.started_last(company, config.id) == world.now + LEASE
    async with world.transaction(stranger):
        assert await world.tasks.started_last(stranger, other.id) is None
        assert await world.tasks.started_last(company, config.id) is None


async def test_one_of_many_workers_gets_the_task(world: World, company: CompanyId) -> None:
    made = await samples.stored_task(world, await samples.stored_config(world, company))

    async def claim() -> bool:
        async with world.transaction(company):
            task = await world.tasks.get(company, made.id)
            await asyncio.sleep(0.01)
            if not task.idle(world.now):
                return False
            task.claim(ClaimId(uuid4()), world.now, LEASE)
            await world.tasks.save(task)
        return True

    assert sum(await asyncio.gather(*(claim() for _ in range(5)))) == 1


async def test_tasks_that_nobody_works_on(world: World, company: CompanyId, stranger: CompanyId) -> None:
    now, long_ago = world.now, world.now - timedelta(minutes=10)
    second = timedelta(seconds=1)
    sent_before = now - timedelta(minutes=1)

    async def task(whose: CompanyId, told: datetime | None = None, **fields: Any) -> ExportTask:
        made = samples.booked(world, await samples.stored_config(world, whose))
        usual: dict[str, Any] = {"booked_at": long_ago, "sent_at": long_ago, "dispatched_at": told}
        made = replace(made, **{**usual, **fields})
        async with world.transaction(whose):
            await world.tasks.add(made)
        return made

    claimed = TaskState.CLAIMED
    forgotten = await task(company, told=long_ago)
    just_old_enough = await task(stranger, told=sent_before, sent_at=long_ago + 5 * second)
    orphan = await task(stranger, sent_at=long_ago + 2 * second, state=claimed, lease_until=now)
    told_again_in_vain = await task(
        company, told=long_ago, sent_at=long_ago + 4 * second, state=claimed, lease_until=long_ago
    )
    await task(company, told=sent_before + second)
    await task(company)
    await task(company, told=long_ago, state=TaskState.PAUSED)
    await task(company, state=claimed, lease_until=now + second)
    await task(company, sent_at=now, state=claimed, lease_until=now - second)
    for state in (TaskState.FINISHED, TaskState.FAILED, TaskState.CANCELLED):
        await task(company, state=state, ended_at=long_ago)

    async with world.system_transaction():
        found = await world.tasks.stranded(now, sent_before, 10)
        assert found == [forgotten, orphan, told_again_in_vain, just_old_enough]
        assert await world.tasks.stranded(now, sent_before, 2) == [forgotten, orphan]


async def test_a_system_transaction_books_tasks(world: World, company: CompanyId) -> None:
    made = samples.booked(world, await samples.stored_config(world, company))
    async with world.system_transaction():
        assert await world.tasks.running(company, made.config_id) is None
        await world.tasks.add(made)
        assert await world.tasks.running(company, made.config_id) == made


async def test_old_runs_are_forgotten_some_at_a_time(world: World, company: CompanyId) -> None:
    config = await samples.stored_config(world, company)
    over = {"state": TaskState.FINISHED}
    made = [
        replace(samples.booked(world, config), ended_at=world.now + timedelta(seconds=seconds), **over)
        for seconds in (3, 1, 2, 4, 0)
    ]
    running = samples.booked(world, config)
    async with world.transaction(company):
        for task in (*made, running):
            await world.tasks.add(task)
        for task, state in ((made[1], TellingState.DUE), (made[2], TellingState.TOLD), (made[4], TellingState.OVER)):
            await world.tellings.put(replace(samples.telling(world, task), state=state))
    before = world.now + timedelta(seconds=4)
    async with world.system_transaction():
        assert await world.tasks.prune(before, 1) == 1
    assert await known(world, company, [*made, running]) == [made[0], made[1], made[2], made[3], running]
    async with world.transaction(company):
        assert await world.tellings.get(company, made[4].id) is None
    async with world.system_transaction():
        assert await world.tasks.prune(before, 10) == 1
    assert await known(world, company, [*made, running]) == [made[1], made[2], made[3], running]
    async with world.system_transaction():
        assert await world.tasks.prune(before, 10) == 0


async def test_runs_of_some_companies_are_forgotten(world: World, company: CompanyId, stranger: CompanyId) -> None:
    made = []
    for owner in (company, stranger):
        config = await samples.stored_config(world, owner)
        made.append(replace(samples.booked(world, config), ended_at=world.now, state=TaskState.FINISHED))
        async with world.transaction(owner):
            await world.tasks.add(made[-1])
    before = datetime(2100, 1, 1, tzinfo=UTC)  # later than any clock that the ids may go by
    async with world.system_transaction():
        assert await world.tasks.prune(world.now, 10, [company]) == 0
        assert await world.tasks.prune(before, 10, []) == 0
        assert await world.tasks.prune(before, 10, [company]) == 1
    assert await known(world, company, made[:1]) == []
    assert await known(world, stranger, made[1:]) == made[1:]


async def known(world: World, company: CompanyId, tasks: list[ExportTask]) -> list[ExportTask]:
    """Those that are still there."""
    found = []
    async with world.transaction(company):
        for task in tasks:
            with suppress(TaskNotFound):
                found.append(await world.tasks.get(company, task.id))
    return found
