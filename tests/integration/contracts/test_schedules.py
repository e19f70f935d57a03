"""Contracts of what schedules need: the ledger, companies' standings, and the batches of configurations and tasks."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from application.exports.run_command import RunExport
from application.exports.views import FreshnessView, OccurrenceView
from application.ports import OneOfMany
from domain.connections.moysklad import ConnectionState
from domain.exports.config import ExportConfig
from domain.exports.freshness import PastRun
from domain.exports.occurrences import OccurrenceOutcome, SkipReason, Standing
from domain.exports.schedule import AfterSchedule, CronSchedule, FreshnessSchedule, Misfire, Schedule
from domain.exports.task import RunMode, TaskError, TaskState
from domain.shared.identities import CompanyId, ConfigId
from domain.tenants.company import CompanyStatus
from tests.integration.harness import samples
from tests.integration.harness.worlds import World, troubled

MINUTE = timedelta(minutes=1)


async def stored(world: World, company: CompanyId, schedule: Schedule | None) -> ExportConfig:
    made = replace(samples.bare_config(world, company), schedule=schedule)
    async with world.transaction(company):
        await world.configs.put(made)
    return made


@pytest.mark.parametrize("kind", ["cron", "after", "after, removed", "freshness", "freshness, running", "none"])
async def test_schedules_of_every_kind_come_back_as_they_went(world: World, company: CompanyId, kind: str) -> None:
    made: dict[str, Schedule | None] = {
        "cron": CronSchedule("0 9 * * *", "Europe/Moscow", world.now, 3 * MINUTE, Misfire.SKIP, world.now - MINUTE),
        "after": AfterSchedule(ConfigId(uuid4()), always=True),
        "after, removed": AfterSchedule(ConfigId(uuid4()), removed=True),
        "freshness": FreshnessSchedule(20 * MINUTE, world.now),
        "freshness, running": FreshnessSchedule(20 * MINUTE, None),
        "none": None,
    }
    config = samples.full_config(world, company)
    for schedule in (made[kind], None, made["cron"], made[kind]):
        async with world.transaction(company):
            await world.configs.put(replace(config, schedule=schedule))
        async with world.transaction(company):
            assert (await world.configs.get(company, config.id)).schedule == schedule


async def test_a_start_comes_due_not_an_occurrence(world: World, company: CompanyId) -> None:
    made = await stored(world, company, CronSchedule("0 9 * * *", "UTC", world.now, 30 * MINUTE))
    start = made.next_due_at
    assert start is not None
    assert start > world.now
    async with world.system_transaction():
        assert await world.configs.due(start - timedelta(seconds=1), 10) == []
        assert await world.configs.due(start, 10) == [made.scheduled()]


async def test_planning_changes_what_comes_next_and_nothing_else(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    cron = await stored(world, company, CronSchedule("0 9 * * *", "UTC", world.now, 5 * MINUTE))
    fresh = await stored(world, stranger, FreshnessSchedule(20 * MINUTE, world.now))
    still = await stored(world, stranger, FreshnessSchedule(20 * MINUTE, world.now))
    later = CronSchedule("0 9 * * *", "UTC", world.now + timedelta(days=1), 5 * MINUTE, ran_at=world.now)
    async with world.system_transaction():
        await world.configs.plan(
            [
                replace(cron, schedule=later, name="another name").scheduled(),
                replace(fresh, schedule=FreshnessSchedule(20 * MINUTE, None), fresh_at=world.now).scheduled(),
            ]
        )
    async with world.transaction(company):
        assert await world.configs.get(company, cron.id) == replace(cron, schedule=later)
    async with world.transaction(stranger):
        changed = replace(fresh, schedule=FreshnessSchedule(20 * MINUTE, None), fresh_at=world.now)
        assert await world.configs.get(stranger, fresh.id) == changed
        assert await world.configs.get(stranger, still.id) == still


async def test_who_follows_whom(world: World, company: CompanyId, stranger: CompanyId) -> None:
    first = await stored(world, company, None)
    second = await stored(world, company, AfterSchedule(first.id))
    third = await stored(world, company, AfterSchedule(first.id, always=True))
    resting = await stored(world, company, AfterSchedule(first.id, removed=True))
    theirs = await stored(world, stranger, None)
    async with world.transaction(company):
        links = await world.configs.links(company)
        assert links == {first.id: None, second.id: first.id, third.id: first.id, resting.id: first.id}
        assert await world.configs.followers(company, first.id) == [second, third]
        assert await world.configs.followers(company, second.id) == []
        assert theirs.id not in links


async def test_the_oldest_export_beyond_a_limit(world: World, company: CompanyId, stranger: CompanyId) -> None:
    own = [(await stored(world, company, None)).id for _ in range(3)]
    theirs = [(await stored(world, stranger, None)).id for _ in range(2)]
    async with world.system_transaction():
        assert await world.configs.beyond({company: 2, stranger: 0}) == {company: own[2], stranger: theirs[0]}
        assert await world.configs.beyond({company: 3, stranger: 5}) == {}
    async with world.transaction(company):
        assert await world.configs.beyond({company: 1}) == {company: own[1]}


async def test_links_are_answered_to_one_at_a_time(world: World, company: CompanyId) -> None:
    read, order = asyncio.Event(), []

    async def first() -> None:
        async with world.transaction(company):
            await world.configs.links(company)
            read.set()
            await asyncio.sleep(0.1)
            order.append("first")

    async def second() -> None:
        await read.wait()
        async with world.transaction(company):
            await world.configs.links(company)
            order.append("second")

    await asyncio.gather(second(), first())
    assert order == ["first", "second"]


async def test_an_occurrence_has_one_entry(world: World, company: CompanyId) -> None:
    task = await samples.stored_task(world, await samples.stored_config(world, company))
    entry, older = samples.occurrence(world, task), samples.occurrence(world, task, minutes=5)
    key, older_key = (task.config_id, entry.nominal_at), (task.config_id, older.nominal_at)
    async with world.system_transaction():
        assert await world.occurrences.add([entry]) == {key}
    async with world.transaction(company):
        again = replace(entry, outcome=OccurrenceOutcome.SKIPPED, reason=SkipReason.RUNNING)
        assert await world.occurrences.add([again, older]) == {older_key}
        assert await world.occurrences.add([]) == set()
        seen = await world.views.occurrences(company, task.config_id, None, 10)
    assert [view.outcome for view in seen] == ["ran", "ran"]


async def test_an_entry_that_is_rolled_back_was_never_there(world: World, company: CompanyId) -> None:
    task = await samples.stored_task(world, await samples.stored_config(world, company))
    entry = samples.occurrence(world, task)
    async with troubled(world.system_transaction()):
        await world.occurrences.add([entry])
    async with world.system_transaction():
        assert await world.occurrences.add([entry]) == {(task.config_id, entry.nominal_at)}


async def test_two_who_add_the_same_entry_are_told_which_of_them_has(world: World, company: CompanyId) -> None:
    task = await samples.stored_task(world, await samples.stored_config(world, company))
    entry = samples.occurrence(world, task)

    async def add() -> int:
        async with world.system_transaction():
            added = await world.occurrences.add([entry])
            await asyncio.sleep(0.02)
            return len(added)

    assert sorted(await asyncio.gather(*(add() for _ in range(4)))) == [0, 0, 0, 1]


async def test_the_ledger_as_people_see_it(world: World, company: CompanyId, stranger: CompanyId) -> None:
    task = await samples.stored_task(world, await samples.stored_config(world, company))
    other = await samples.stored_task(world, await samples.stored_config(world, company))
    theirs = await samples.stored_task(world, await samples.stored_config(world, stranger))
    entries = [samples.occurrence(world, task, minutes) for minutes in (30, 0, 10, 20)]
    entries[0] = replace(
        entries[0],
        outcome=OccurrenceOutcome.SKIPPED,
        reason=SkipReason.COMPANY_INACTIVE,
        task_id=None,
        count=4,
        last_nominal_at=world.now - 21 * MINUTE,
    )
    async with world.system_transaction():
        await world.occurrences.add([*entries, samples.occurrence(world, other), samples.occurrence(world, theirs)])
    async with world.transaction(company):
        seen = await world.views.occurrences(company, task.config_id, None, 10)
        assert [view.nominal_at for view in seen] == [world.now - number * MINUTE for number in (0, 10, 20, 30)]
        assert seen[-1] == OccurrenceView(
            nominal_at=world.now - 30 * MINUTE,
            kind="cron",
            outcome="skipped",
            task_id=None,
            reason="company_inactive",
            count=4,
            last_nominal_at=world.now - 21 * MINUTE,
            decided_at=world.now,
        )
        assert (seen[0].task_id, seen[0].reason, seen[0].count) == (task.id, None, 1)
        assert await world.views.occurrences(company, task.config_id, seen[1].nominal_at, 1) == [seen[2]]
        assert await world.views.occurrences(company, theirs.config_id, None, 10) == []


async def test_the_ledger_is_forgotten_with_time_and_with_the_export(world: World, company: CompanyId) -> None:
    task = await samples.stored_task(world, await samples.stored_config(world, company))
    old = replace(samples.occurrence(world, task, 5), decided_at=world.now - timedelta(days=10))
    new = samples.occurrence(world, task)
    async with world.system_transaction():
        await world.occurrences.add([old, new])
        assert await world.occurrences.prune(world.now - timedelta(days=10)) >= 1
    async with world.transaction(company):
        (left,) = await world.views.occurrences(company, task.config_id, None, 10)
        assert left.nominal_at == new.nominal_at
        await world.configs.remove(company, task.config_id)
        assert await world.views.occurrences(company, task.config_id, None, 10) == []


async def test_how_companies_stand(world: World, company: CompanyId, stranger: CompanyId) -> None:
    async with world.transaction(company):
        await world.moysklad.put(samples.moysklad(company))
        await world.google.put(replace(samples.google(company, world.now, "subject"), state=ConnectionState.ACTIVE))
    async with world.transaction(stranger):
        await world.moysklad.put(replace(samples.moysklad(stranger), state=ConnectionState.BROKEN))
    suspended = replace(samples.company(world), status=CompanyStatus.SUSPENDED)
    async with world.system_transaction():
        await world.companies.put(suspended)
    fine, poor = Standing(active=True, moysklad=True, google=True), Standing(active=True, moysklad=False, google=False)
    async with world.system_transaction():
        assert await world.standings.of([company, stranger, suspended.id, CompanyId(uuid4())]) == {
            company: fine,
            stranger: poor,
            suspended.id: replace(poor, active=False),
        }
    async with world.transaction(company):
        assert await world.standings.of([company]) == {company: fine}


async def test_tasks_that_are_not_over_by_the_batch(world: World, company: CompanyId, stranger: CompanyId) -> None:
    configs = [await samples.stored_config(world, whose) for whose in (company, stranger, company, company)]
    tasks = [samples.booked(world, config) for config in configs[:3]]
    async with world.system_transaction():
        await world.tasks.add_all(tasks)
        found = await world.tasks.unfinished([config.id for config in configs])
        assert found == {task.config_id: task for task in tasks}
        tasks[0].finish(world.now)
        await world.tasks.save(tasks[0])
        assert await world.tasks.unfinished([configs[0].id, configs[1].id]) == {configs[1].id: tasks[1]}


async def test_the_last_runs_of_an_export(world: World, company: CompanyId) -> None:
    config, other = await samples.stored_config(world, company), await samples.stored_config(world, company)
    async with world.transaction(company):
        for number, mode in enumerate([RunMode.INCREMENTAL, RunMode.FULL, RunMode.RESTORE, RunMode.INCREMENTAL]):
            task = replace(samples.booked(world, config), mode=mode, booked_at=world.now + number * MINUTE)
            await world.tasks.add(task)
            if number == 1:
                task.fail(TaskError("vendors.failed", {}), world.now + (number + 2) * MINUTE)
            else:
                task.finish(world.now + (number + 2) * MINUTE)
            await world.tasks.save(task)
        await world.tasks.add(samples.booked(world, config))
        await world.tasks.add(samples.booked(world, other))
    expected = [
        PastRun(TaskState.FINISHED, world.now + 3 * MINUTE, world.now + 5 * MINUTE),
        PastRun(TaskState.FAILED, world.now + MINUTE, world.now + 3 * MINUTE),
        PastRun(TaskState.FINISHED, world.now, world.now + 2 * MINUTE),
    ]
    async with world.transaction(company):
        assert await world.tasks.past(company, config.id, 10) == expected
        assert await world.tasks.past(company, config.id, 2) == expected[:2]


async def test_commands_by_the_batch(world: World, company: CompanyId) -> None:
    tasks = [await samples.stored_task(world, await samples.stored_config(world, company)) for _ in range(3)]
    commands = [OneOfMany(RunExport(company_id=company, task_id=task.id), f"run:{task.id}") for task in tasks]
    async with world.system_transaction():
        await world.outbox.put_all([], world.now)
        await world.outbox.put_all(commands[:2], world.now)
        await world.outbox.put_all(commands, world.now + MINUTE)
        taken = await world.queue.take(world.now, 10)
        assert len([message for message in taken if message.company_id == company]) == 2
        taken = await world.queue.take(world.now + MINUTE, 10)
        assert len([message for message in taken if message.company_id == company]) == 3
        assert {message.tag for message in taken} == {"exports.run"}


async def test_exports_that_are_not_to_grow_old(world: World, company: CompanyId) -> None:
    ran = replace(
        samples.bare_config(world, company), schedule=FreshnessSchedule(20 * MINUTE, None), fresh_at=world.now
    )
    new = replace(samples.bare_config(world, company), schedule=FreshnessSchedule(timedelta(days=1), world.now))
    suspended = replace(samples.company(world), status=CompanyStatus.SUSPENDED)
    async with world.system_transaction():
        await world.companies.put(suspended)
        await world.configs.put(ran)
        await world.configs.put(new)
        await world.configs.put(replace(new, id=ConfigId(world.ids.new()), company_id=suspended.id))
        found = [view for view in await world.freshness.targets() if view.company_id in {company, suspended.id}]
    assert sorted(found, key=lambda view: view.target_seconds) == [
        FreshnessView(
            company_id=company, config_id=ran.id, target_seconds=1200, fresh_at=world.now, created_at=ran.created_at
        ),
        FreshnessView(
            company_id=company, config_id=new.id, target_seconds=86_400, fresh_at=None, created_at=new.created_at
        ),
    ]
