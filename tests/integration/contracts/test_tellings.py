"""Contract of application.exports.ports.Tellings."""

from dataclasses import replace
from datetime import timedelta

from domain.exports.config import ExportConfig
from domain.exports.task import ExportTask, TaskError, TaskState
from domain.exports.telling import Telling, TellingState
from domain.shared.identities import CompanyId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World, troubled

PROBLEM = TaskError("exports.run_log_taken", {"tab": "Журнал 'A'", "rows": 3})


async def ended(world: World, config: ExportConfig) -> ExportTask:
    """A run that is over, so that its export may have another."""
    made = replace(samples.booked(world, config), state=TaskState.FINISHED, ended_at=world.now)
    async with world.transaction(config.company_id):
        await world.tasks.add(made)
    return made


async def tellings_of(world: World, config: ExportConfig, *states: TellingState) -> list[Telling]:
    made = []
    for state in states:
        made.append(replace(samples.telling(world, await ended(world, config)), state=state))
        async with world.transaction(config.company_id):
            await world.tellings.put(made[-1])
    return made


async def test_a_telling_comes_back_as_it_went(world: World, company: CompanyId, stranger: CompanyId) -> None:
    task = await ended(world, await samples.stored_config(world, company))
    bare = samples.telling(world, task)
    full = replace(bare, state=TellingState.OVER, failures=4, problems=(PROBLEM, PROBLEM), sent_at=world.now)
    for telling in (bare, full, bare):
        async with world.transaction(company):
            await world.tellings.put(telling)
        async with world.transaction(company):
            assert await world.tellings.get(company, task.id) == telling
    async with troubled(world.transaction(company)):
        await world.tellings.put(full)
    async with world.transaction(company):
        assert await world.tellings.get(company, task.id) == bare
    async with world.transaction(stranger):
        assert await world.tellings.get(stranger, task.id) is None
        assert await world.tellings.get(company, task.id) is None


async def test_which_markers_stand_in_the_spreadsheet(world: World, company: CompanyId) -> None:
    config, other = [await samples.stored_config(world, company) for _ in range(2)]
    states = (TellingState.TOLD, TellingState.OVER, TellingState.TOLD, TellingState.DUE)
    made = await tellings_of(world, config, *states)
    await tellings_of(world, other, TellingState.TOLD)
    async with world.transaction(company):
        assert await world.tellings.told(company, config.id) == [made[0], made[2]]
        assert await world.tellings.newest(company, config.id) == made[-1].task_id
        assert await world.tellings.newest(company, (await samples_config(world, company)).id) is None


async def samples_config(world: World, company: CompanyId) -> ExportConfig:
    made = samples.bare_config(world, company)
    await world.configs.put(made)
    return made


async def test_what_is_over_is_forgotten_unless_people_should_know(world: World, company: CompanyId) -> None:
    config, other = [await samples.stored_config(world, company) for _ in range(2)]
    made = await tellings_of(world, config, *[TellingState.OVER] * 3, TellingState.DUE)
    (theirs,) = await tellings_of(world, other, TellingState.OVER)
    async with world.transaction(company):
        await world.tellings.put(replace(made[0], problems=(PROBLEM,)))
        await world.tellings.tidy(company, config.id, made[2].task_id)
    async with world.transaction(company):
        left = [one for one in (*made, theirs) if await world.tellings.get(company, one.task_id) is not None]
    assert left == [made[0], made[2], made[3], theirs]


async def test_lost_ones_are_found_across_companies(world: World, company: CompanyId, stranger: CompanyId) -> None:
    found = []
    for whose in (company, stranger):
        config = await samples.stored_config(world, whose)
        found += (await tellings_of(world, config, TellingState.DUE, TellingState.TOLD))[:1]
    async with world.system_transaction():
        assert await world.tellings.lost(world.now, 10) == []
        assert await world.tellings.lost(world.now + timedelta(seconds=1), 1) == found[:1]
        lost = await world.tellings.lost(world.now + timedelta(seconds=1), 10)
        assert sorted(lost, key=lambda one: one.task_id) == found
        await world.tellings.put(replace(found[0], sent_at=world.now + timedelta(minutes=1)))
        assert await world.tellings.lost(world.now + timedelta(seconds=1), 10) == found[1:]


async def test_people_see_the_problems_beside_the_run(world: World, company: CompanyId) -> None:
    config = await samples.stored_config(world, company)
    task, silent = await ended(world, config), await ended(world, config)
    async with world.transaction(company):
        await world.tellings.put(replace(samples.telling(world, task), problems=(PROBLEM,)))
        one = await world.views.task(company, task.id)
        assert one is not None
        assert [(told.code, told.details) for told in one.warnings] == [(PROBLEM.code, PROBLEM.details)]
        every = await world.views.tasks(company, config.id, None, 10)
        assert [len(view.warnings) for view in every] == [0, 1]
        assert every[0].id == silent.id


async def test_a_removed_export_takes_its_tellings_along(world: World, company: CompanyId) -> None:
    config = await samples.stored_config(world, company)
    (made,) = await tellings_of(world, config, TellingState.DUE)
    async with world.transaction(company):
        await world.configs.remove(company, config.id)
        assert await world.tellings.get(company, made.task_id) is None
