"""Whose table stands in a tab: people share spreadsheets among companies, copy them, and make exports anew."""

from collections.abc import AsyncIterator
from copy import deepcopy
from typing import Any

import pytest

from adapters.memory.grids import MemorySpreadsheet, MemoryTab
from application.exports.commands.create_export_config import ColumnChoice
from application.exports.commands.remove_export_config import RemoveExportConfig
from application.exports.sheets import Sign, TabRole
from application.exports.views import TaskView
from domain.shared.errors import VendorFailed
from domain.shared.identities import ConfigId
from tests.integration.harness.stories import COLUMNS, Party, Story
from tests.integration.stories.test_ordeals import one_attempt

STRATEGIES = ("upsert", "insert", "append", "replace")


@pytest.fixture
async def story() -> AsyncIterator[Story]:
    begun = await Story.begin()
    yield begun
    await begun.world.container.close()


@pytest.fixture
async def romashka(story: Story) -> Party:
    party = await story.party("romashka")
    party.fill(3)
    return party


@pytest.fixture
async def vasilek(story: Story) -> Party:
    party = await story.party("vasilek")
    party.fill(2, "another")
    return party


@pytest.fixture
def book(romashka: Party) -> MemorySpreadsheet:
    return romashka.world.spreadsheets.add("Общая таблица", "Заказы")


def tables(tab: MemoryTab) -> list[str]:
    return [sign.tag for sign in tab.signs if sign.role is TabRole.TABLE]


async def done(party: Party, config: ConfigId, mode: str = "incremental") -> TaskView:
    task = await party.run(config, mode)
    assert (task.state, task.error) == ("finished", None)
    return task


async def refused(party: Party, config: ConfigId, mode: str = "incremental") -> str:
    """The run fails before it writes anything."""
    before = party.world.spreadsheets.writes
    task = await party.run(config, mode)
    assert task.error is not None
    assert party.world.spreadsheets.writes == before
    return task.error.code


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_the_first_company_keeps_its_table(
    romashka: Party, vasilek: Party, book: MemorySpreadsheet, strategy: str
) -> None:
    first = await romashka.create(spreadsheet=book.spreadsheet_id, strategy=strategy)
    await done(romashka, first)
    before = book.tabs[0].values()
    second = await vasilek.create(spreadsheet=book.spreadsheet_id, strategy=strategy)
    for mode in ("incremental", "full"):
        assert await refused(vasilek, second, mode) == "exports.tab_owned"
        assert book.tabs[0].values() == before
    third = await vasilek.create(spreadsheet=book.spreadsheet_id, strategy=strategy, on_obstacle="next_tab")
    await done(vasilek, third)
    await vasilek.check_sheet(third)
    romashka.fill(1, "new")
    await done(romashka, first)
    await romashka.check_sheet(first)
    assert [tables(tab) for tab in book.tabs[:2]] == [[first.hex], [third.hex]]


async def test_a_table_that_was_emptied_by_hand_is_still_its_owners(
    romashka: Party, vasilek: Party, book: MemorySpreadsheet
) -> None:
    await done(romashka, await romashka.create(spreadsheet=book.spreadsheet_id))
    book.tabs[0].clear(1, 10, range(10))
    assert await refused(vasilek, await vasilek.create(spreadsheet=book.spreadsheet_id)) == "exports.tab_owned"


async def test_a_table_is_signed_before_its_run_notes_that_it_stands(
    romashka: Party, vasilek: Party, book: MemorySpreadsheet
) -> None:
    first = await romashka.create(spreadsheet=book.spreadsheet_id)
    task_id = await romashka.start(first)
    romashka.world.spreadsheets.failures.plan("lay_out", VendorFailed(vendor="google"), applied=True)
    await one_attempt(romashka)
    assert (await romashka.config(first)).target.sheet_id == book.tabs[0].sheet_id
    assert tables(book.tabs[0]) == [first.hex]
    second = await vasilek.create(spreadsheet=book.spreadsheet_id)
    assert await refused(vasilek, second) == "exports.tab_owned"
    for _ in range(3):
        await romashka.story.pass_time()
        await romashka.story.work()
    assert (await romashka.task(task_id)).state == "finished"
    await romashka.check_sheet(first)


@pytest.mark.parametrize("strategy", ["upsert", "insert", "replace"])
async def test_a_copy_of_the_tab_is_nobodys(
    romashka: Party, vasilek: Party, book: MemorySpreadsheet, strategy: str
) -> None:
    """The anchors of columns may have come along."""
    first = await romashka.create(spreadsheet=book.spreadsheet_id, strategy=strategy)
    await done(romashka, first)
    copy = deepcopy(book.tabs[0])
    copy.sheet_id, copy.signs, copy.title = 9_000, (), "Копия"
    book.tabs.append(copy)
    before = book.tabs[0].values()
    for party in (vasilek, romashka):
        config = await party.create(spreadsheet=book.spreadsheet_id, strategy=strategy, tab=copy.title)
        await done(party, config)
        shown = [str(row[0]) for row in copy.values()[1:]]
        assert set(party.orders) <= set(shown)
        assert tables(copy) == [config.hex]
        assert book.tabs[0].values() == before
        copy.signs = ()
    await done(romashka, first)
    await romashka.check_sheet(first)


async def test_so_is_every_tab_of_a_copied_spreadsheet(
    romashka: Party, vasilek: Party, book: MemorySpreadsheet
) -> None:
    await done(romashka, await romashka.create(spreadsheet=book.spreadsheet_id, strategy="replace"))
    twin = romashka.world.spreadsheets.add("Копия общей таблицы")
    twin.tabs = deepcopy(book.tabs)
    for tab in twin.tabs:
        tab.signs = ()
    config = await vasilek.create(spreadsheet=twin.spreadsheet_id, strategy="replace")
    await done(vasilek, config)
    await vasilek.check_sheet(config)


async def test_an_export_that_is_made_again_goes_on_in_its_table(romashka: Party, book: MemorySpreadsheet) -> None:
    former = await romashka.create(spreadsheet=book.spreadsheet_id)
    await done(romashka, former)
    await romashka.app.execute(RemoveExportConfig(company_id=romashka.id, config_id=former))
    again = await romashka.create(spreadsheet=book.spreadsheet_id)
    romashka.order("order-001", description="раз")
    task = await done(romashka, again)
    assert (task.counts.appended, task.counts.updated) == (0, 3)
    await romashka.check_sheet(again)
    assert tables(book.tabs[0]) == [again.hex]
    assert {tag for tag, _ in book.tabs[0].anchors} == {again.hex}
    other = await romashka.create(
        spreadsheet=book.spreadsheet_id, columns=tuple(ColumnChoice(id=one) for one in COLUMNS[:3])
    )
    assert await refused(romashka, other) == "exports.tab_occupied"


async def test_one_with_other_columns_goes_on_once_the_sheet_is_cleared(
    romashka: Party, book: MemorySpreadsheet
) -> None:
    former = await romashka.create(spreadsheet=book.spreadsheet_id)
    await done(romashka, former)
    await romashka.app.execute(RemoveExportConfig(company_id=romashka.id, config_id=former))
    again = await romashka.create(
        spreadsheet=book.spreadsheet_id, columns=tuple(ColumnChoice(id=one) for one in COLUMNS[:3])
    )
    assert await refused(romashka, again) == "exports.tab_occupied"
    book.tabs[0].clear(1, 10, range(10))
    await done(romashka, again)
    assert (tables(book.tabs[0]), len(book.tabs[0].values())) == ([again.hex], 1 + 3)
    assert {tag for tag, _ in book.tabs[0].anchors} == {again.hex}


async def test_a_history_that_nobody_remembers_is_not_written_a_second_time(
    romashka: Party, book: MemorySpreadsheet
) -> None:
    former = await romashka.create(spreadsheet=book.spreadsheet_id, strategy="append")
    await done(romashka, former)
    await romashka.app.execute(RemoveExportConfig(company_id=romashka.id, config_id=former))
    before = book.tabs[0].values()
    again = await romashka.create(spreadsheet=book.spreadsheet_id, strategy="append")
    assert await refused(romashka, again) == "exports.tab_occupied"
    assert book.tabs[0].values() == before
    elsewhere = await romashka.create(spreadsheet=book.spreadsheet_id, strategy="append", on_obstacle="next_tab")
    await done(romashka, elsewhere)
    assert book.tabs[0].values() == before


async def test_a_sign_that_got_lost_is_made_anew(romashka: Party, vasilek: Party, book: MemorySpreadsheet) -> None:
    config = await romashka.create(spreadsheet=book.spreadsheet_id)
    await done(romashka, config)
    book.tabs[0].signs = ()
    await done(romashka, config)
    assert tables(book.tabs[0]) == [config.hex]
    writes = romashka.world.spreadsheets.writes
    await done(romashka, config)
    assert romashka.world.spreadsheets.writes == writes, "and once is enough"


async def test_who_has_a_sign_of_their_own_is_not_driven_out(romashka: Party, book: MemorySpreadsheet) -> None:
    config = await romashka.create(spreadsheet=book.spreadsheet_id)
    await done(romashka, config)
    book.tabs[0].signs = (Sign("f" * 32, TabRole.TABLE, "somebody"), *book.tabs[0].signs)
    romashka.fill(1, "new")
    await done(romashka, config)
    await romashka.check_sheet(config)


async def test_a_tab_that_grew_while_a_first_run_was_reading_is_not_cut(
    romashka: Party, book: MemorySpreadsheet
) -> None:
    """Setting a size takes away what lies beyond it."""
    romashka.fill(9, "more")
    book.tabs[0].row_count = 3
    config = await romashka.create(spreadsheet=book.spreadsheet_id)
    sheets, tab = romashka.world.spreadsheets, book.tabs[0]
    first_filled, lay_out, laid = sheets.first_filled, sheets.lay_out, []

    async def grown_meanwhile(*args: Any, **more: Any) -> Any:
        tab.row_count = 60
        tab.put_cell(55, 20, "чужое")
        return await first_filled(*args, **more)

    async def watched(*args: Any, **more: Any) -> Any:
        laid.append(args[2].row_count)
        return await lay_out(*args, **more)

    sheets.first_filled, sheets.lay_out = grown_meanwhile, watched  # type: ignore[method-assign]
    await done(romashka, config)
    assert laid[0] == 60, "as large as it is now"


async def test_a_spreadsheet_that_we_made_may_hold_anothers_table_by_now(romashka: Party, vasilek: Party) -> None:
    """The worker that made it died before it noted that; people found it meanwhile and gave it to another company."""
    sheets = romashka.world.spreadsheets
    config = await romashka.create()
    await romashka.start(config)
    sheets.failures.plan("create", VendorFailed(vendor="google"), applied=True)
    await one_attempt(romashka)
    (made,) = sheets.spreadsheets.values()
    second = await vasilek.create(spreadsheet=made.spreadsheet_id)
    await done(vasilek, second)
    before = made.tabs[0].values()
    for _ in range(3):
        await romashka.story.pass_time()
        await romashka.story.work()
    (task,) = await romashka.tasks()
    assert task.error is not None
    assert (task.error.code, made.tabs[0].values()) == ("exports.tab_owned", before)
