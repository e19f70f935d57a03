"""200 tabs in a spreadsheet, 18,278 columns in a tab: a run that would need more is refused before its first write."""

from typing import Any

import pytest

from adapters.memory.grids import MemorySpreadsheet, MemoryTab
from application.exports.views import TaskView
from domain.exports.spreadsheet import CELLS_LIMIT, GRID_COLUMNS_LIMIT, TABS_LIMIT
from domain.shared.identities import ConfigId
from tests.integration.harness.stories import COLUMNS, ENTITY, Party

WIDTH = len(COLUMNS)
STRATEGIES = ("upsert", "insert", "append", "replace")


@pytest.fixture
def book(party: Party) -> MemorySpreadsheet:
    return party.world.spreadsheets.add("Отчёты", "Продажи", rows=1, columns=1)


def fill_up(book: MemorySpreadsheet, tabs: int) -> None:
    """People make tabs until there are so many."""
    for number in range(len(book.tabs), tabs):
        book.tabs.append(MemoryTab(9_000 + number, f"Лист {number}", 1, 1))


def drop_one(book: MemorySpreadsheet) -> None:
    book.tabs.remove(next(tab for tab in book.tabs if tab.title.startswith("Лист ")))


async def done(party: Party, config: ConfigId, mode: str = "incremental") -> TaskView:
    task = await party.run(config, mode)
    assert (task.state, task.error) == ("finished", None)
    return task


async def refused(party: Party, config: ConfigId, mode: str = "full") -> tuple[str, dict[str, Any]]:
    """The run fails, and nothing was written, nor tried to be."""
    before = party.world.spreadsheets.writes
    task = await party.run(config, mode)
    assert task.error is not None
    assert (task.state, party.world.spreadsheets.writes) == ("failed", before)
    return task.error.code, dict(task.error.details)


def too_many(tabs: int, needed: int) -> tuple[str, dict[str, Any]]:
    return "exports.too_many_tabs", {"tabs": tabs, "needed": needed, "limit": TABS_LIMIT}


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_a_first_run_needs_room_for_its_tabs(party: Party, book: MemorySpreadsheet, strategy: str) -> None:
    config = await party.create(spreadsheet=book.spreadsheet_id, strategy=strategy)
    needed = 2 if strategy == "replace" else 1
    fill_up(book, TABS_LIMIT - needed + 1)
    assert await refused(party, config) == too_many(TABS_LIMIT - needed + 1, needed)
    drop_one(book)
    await done(party, config)
    await party.check_sheet(config)


async def test_a_new_version_needs_two_tabs_for_a_while(party: Party, book: MemorySpreadsheet) -> None:
    config = await party.create(spreadsheet=book.spreadsheet_id, strategy="replace")
    await done(party, config)
    fill_up(book, TABS_LIMIT - 1)
    assert await refused(party, config) == too_many(TABS_LIMIT - 1, 2)
    drop_one(book)
    await done(party, config)
    drop_one(book)
    fill_up(book, TABS_LIMIT)
    assert await refused(party, config) == too_many(TABS_LIMIT, 1), "the version before has a tab already"


async def test_the_way_back_needs_a_tab_and_room_for_the_rows(party: Party, book: MemorySpreadsheet) -> None:
    config = await party.create(spreadsheet=book.spreadsheet_id, strategy="replace")
    await done(party, config)
    party.fill(2, "new")
    await done(party, config)
    fill_up(book, TABS_LIMIT)
    assert await refused(party, config, "restore") == too_many(TABS_LIMIT, 1)
    book.tabs = book.tabs[:3]
    (filler,) = [tab for tab in book.tabs if tab.title == "Продажи"]
    filler.column_count = CELLS_LIMIT - book.cells()
    code, _ = await refused(party, config, "restore")
    assert code == "exports.spreadsheet_full"
    filler.column_count = 1
    await done(party, config, "restore")


async def test_rows_that_have_no_archive_stay_where_they_are(party: Party, book: MemorySpreadsheet) -> None:
    config = await party.create(spreadsheet=book.spreadsheet_id, removal="archive")
    await done(party, config)
    fill_up(book, TABS_LIMIT)
    party.world.source.trash(party.token, ENTITY, "order-003", "2026-01-11 10:00:00.000")
    before = (await party.tab(config)).values()
    assert await refused(party, config, "incremental") == too_many(TABS_LIMIT, 1)
    assert (await party.tab(config)).values() == before
    drop_one(book)
    await done(party, config)
    book.tabs[0].column_count = CELLS_LIMIT - book.cells()
    for day, key in ((12, "order-004"), (13, "order-005")):
        party.world.source.trash(party.token, ENTITY, key, f"2026-01-{day} 10:00:00.000")
    code, _ = await refused(party, config, "incremental")
    assert code == "exports.spreadsheet_full", "nor where the archive cannot grow"


async def test_a_log_that_finds_no_room_leaves_the_rest_of_the_telling(party: Party, book: MemorySpreadsheet) -> None:
    fill_up(book, TABS_LIMIT - 1)
    config = await party.create(spreadsheet=book.spreadsheet_id, run_log="Журнал", status_cell="K1")
    run = await done(party, config)
    await party.story.work()
    (warning,) = (await party.task(run.id)).warnings
    assert (warning.code, dict(warning.details)) == too_many(TABS_LIMIT, 1)
    assert str((await party.tab(config)).row(1)[10]).startswith("Обновлено")


async def test_a_status_cell_that_finds_no_room_leaves_the_log(party: Party, book: MemorySpreadsheet) -> None:
    config = await party.create(spreadsheet=book.spreadsheet_id, run_log="Журнал", status_cell="'Сводка'!B9")
    run = await done(party, config)
    book.tabs[0].column_count = CELLS_LIMIT - book.cells() - 2 * 13
    await party.story.work()
    (warning,) = (await party.task(run.id)).warnings
    assert warning.code == "exports.spreadsheet_full"
    assert len(book.tab_titled("Журнал").values()) == 1 + 1


async def test_columns_that_are_made_anew_have_to_fit_in(party: Party, book: MemorySpreadsheet) -> None:
    config = await party.create(spreadsheet=book.spreadsheet_id)
    await done(party, config)
    tab = await party.tab(config)
    tab.delete_column(2)
    tab.column_count = GRID_COLUMNS_LIMIT
    code, details = await refused(party, config)
    assert code == "exports.too_many_columns"
    assert details == {
        "tab": tab.title,
        "columns": GRID_COLUMNS_LIMIT,
        "needed": GRID_COLUMNS_LIMIT + 1,
        "limit": GRID_COLUMNS_LIMIT,
    }
    tab.column_count -= 1
    await done(party, config, "full")
    assert tab.row(1)[-1] == (await party.config(config)).columns[2].title
