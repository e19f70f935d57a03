"""Contract of application.exports.ports.ExportConfigs."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.exports.config import ConfigNotFound, ExportConfig
from domain.exports.cursor import Cursor
from domain.exports.schedule import CronSchedule
from domain.exports.task import TaskNotFound
from domain.shared.identities import CompanyId, ConfigId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World


@pytest.mark.parametrize("sample", [samples.bare_config, samples.full_config])
async def test_a_configuration_comes_back_as_it_went(
    world: World, company: CompanyId, sample: Callable[[World, CompanyId], ExportConfig]
) -> None:
    made = sample(world, company)
    async with world.transaction(company):
        await world.configs.put(made)
    async with world.transaction(company):
        assert await world.configs.get(company, made.id) == made


async def test_every_field_changes(world: World, company: CompanyId) -> None:
    bare, full = samples.bare_config(world, company), samples.full_config(world, company)
    async with world.transaction(company):
        await world.configs.put(bare)
        await world.configs.put(full)
    bare, full = replace(full, id=bare.id), replace(bare, id=full.id)
    async with world.transaction(company):
        await world.configs.put(bare)
        await world.configs.put(full)
    async with world.transaction(company):
        assert await world.configs.get(company, bare.id) == bare
        assert await world.configs.get(company, full.id) == full


async def test_an_empty_header_is_not_no_header(world: World, company: CompanyId) -> None:
    made = replace(samples.bare_config(world, company), header=(), cursor=Cursor(""))
    async with world.transaction(company):
        await world.configs.put(made)
        assert await world.configs.get(company, made.id) == made


async def test_configurations_that_are_not_there(world: World, company: CompanyId, stranger: CompanyId) -> None:
    theirs = await samples.stored_config(world, stranger)
    async with world.transaction(company):
        for whose, config_id in ((company, ConfigId(uuid4())), (company, theirs.id), (stranger, theirs.id)):
            with pytest.raises(ConfigNotFound):
                await world.configs.get(whose, config_id)
            with pytest.raises(ConfigNotFound):
                await world.configs.remove(whose, config_id)
    async with world.transaction(stranger):
        assert await world.configs.get(stranger, theirs.id) == theirs


async def test_removing_forgets_tasks_and_fingerprints_of_this_export_only(world: World, company: CompanyId) -> None:
    gone, kept = await samples.stored_config(world, company), await samples.stored_config(world, company)
    lost, stays = await samples.stored_task(world, gone), await samples.stored_task(world, kept)
    async with world.transaction(company):
        for config in (gone, kept):
            await world.rows.remember(company, config.id, {"row": b"fingerprint"})
        await world.configs.remove(company, gone.id)
    async with world.transaction(company):
        with pytest.raises(ConfigNotFound):
            await world.configs.get(company, gone.id)
        with pytest.raises(TaskNotFound):
            await world.tasks.get(company, lost.id)
        assert await world.rows.fingerprints(company, gone.id, ["row"]) == {}
        assert await world.configs.get(company, kept.id) == kept
        assert await world.tasks.get(company, stays.id) == stays
        assert await world.rows.fingerprints(company, kept.id, ["row"]) == {"row": b"fingerprint"}


async def test_a_configuration_is_locked_until_the_end_of_the_transaction(world: World, company: CompanyId) -> None:
    made = await samples.stored_config(world, company)
    read, order = asyncio.Event(), []

    async def first() -> None:
        async with world.transaction(company):
            config = await world.configs.get(company, made.id)
            read.set()
            await asyncio.sleep(0.1)
            config.name = "first"
            await world.configs.put(config)
            order.append("first")

    async def second() -> None:
        await read.wait()
        async with world.transaction(company):
            config = await world.configs.get(company, made.id)
            order.append(config.name)

    await asyncio.gather(first(), second())
    assert order == ["first", "first"]


async def test_what_has_come_due_whosever_it_is(world: World, company: CompanyId, stranger: CompanyId) -> None:
    def due_in(whose: CompanyId, seconds: int) -> ExportConfig:
        schedule = CronSchedule("0 9 * * *", "Europe/Moscow", world.now + timedelta(seconds=seconds))
        return replace(samples.bare_config(world, whose), schedule=schedule)

    late, punctual, early = due_in(company, -60), due_in(stranger, 0), due_in(company, 1)
    by_hand = samples.bare_config(world, stranger)
    for config in (early, punctual, late, by_hand):
        async with world.transaction(config.company_id):
            await world.configs.put(config)
    async with world.system_transaction():
        assert await world.configs.due(world.now, 10) == [late.scheduled(), punctual.scheduled()]
        assert await world.configs.due(world.now, 1) == [late.scheduled()]
        assert await world.configs.due(world.now - timedelta(seconds=61), 10) == []


async def test_two_schedulers_book_an_occurrence_once(world: World, company: CompanyId) -> None:
    made = samples.full_config(world, company)
    later = CronSchedule("0 9 * * *", "Europe/Moscow", world.now + timedelta(days=1))
    async with world.transaction(company):
        await world.configs.put(replace(made, schedule=replace(later, nominal_at=world.now)))

    async def book() -> int:
        async with world.system_transaction():
            due = await world.configs.due(world.now, 10)
            await asyncio.sleep(0.02)
            await world.configs.plan([replace(export, schedule=later) for export in due])
        return len(due)

    assert sum(await asyncio.gather(*(book() for _ in range(3)))) == 1


async def test_who_has_a_tab_of_a_spreadsheet_is_known(world: World, company: CompanyId, stranger: CompanyId) -> None:
    sheet, other = "1" * 44, "2" * 44
    kept = {}
    for whose in (company, stranger):
        for place in ((sheet, 7), (sheet, 8), (other, 7)):
            config = samples.full_config(world, whose)
            config.settled(*place, None)
            kept[whose, place] = config
            async with world.transaction(whose):
                await world.configs.put(config)
    unplaced = samples.bare_config(world, company)
    unplaced.target = replace(unplaced.target, spreadsheet_id=sheet, sheet_id=None)
    async with world.transaction(company):
        await world.configs.put(unplaced)
    own = [kept[company, (sheet, number)] for number in (7, 8)]
    async with world.transaction(company):
        assert await world.configs.targets_in(company, sheet) == {config.id: config.target for config in own}
        assert await world.configs.targets_in(company, "3" * 44) == {}
