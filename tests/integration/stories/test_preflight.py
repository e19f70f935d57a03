"""What would go wrong in the middle of a run is found out before its first write; what goes wrong meanwhile is told."""

from collections.abc import Callable
from typing import Any

import pytest

from adapters.memory.grids import MemorySpreadsheet, MemoryTab
from adapters.memory.spreadsheets import MemorySpreadsheets
from application.exports.sheets import Obstacle
from application.exports.views import TaskView
from domain.exports.spreadsheet import CELLS_LIMIT, ObstacleKind
from domain.shared.cells import Cell
from domain.shared.identities import ConfigId
from tests.integration.harness.stories import COLUMNS, SMALL, Party, Story

WIDTH = len(COLUMNS)
STRATEGIES = ("upsert", "insert", "append", "replace")
END = 100_000_000


@pytest.fixture
def theirs(party: Party) -> MemorySpreadsheet:
    made = party.world.spreadsheets.add("Отчёты", "Продажи", "Заказы", rows=20, columns=12)
    made.tabs[0].put_cell(1, 0, "чужое")
    return made


def everything(spreadsheet: MemorySpreadsheet) -> list[tuple[str, int, int, list[list[Cell]]]]:
    return [(tab.title, tab.row_count, tab.column_count, tab.values()) for tab in spreadsheet.tabs]


async def refused(party: Party, config: ConfigId, spreadsheet: MemorySpreadsheet, mode: str = "full") -> TaskView:
    """The run fails, and nothing was written, nor tried to be."""
    sheets: MemorySpreadsheets = party.world.spreadsheets
    writes, before = sheets.writes, everything(spreadsheet)
    task = await party.run(config, mode)
    assert task.state == "failed"
    assert (sheets.writes, everything(spreadsheet)) == (writes, before)
    assert task.counts.write_requests == 0
    return task


def code_of(task: TaskView) -> str:
    assert task.error is not None
    return task.error.code


def trash(sheets: MemorySpreadsheets, theirs: MemorySpreadsheet) -> None:
    sheets.trashed.add(theirs.spreadsheet_id)


def only_look(sheets: MemorySpreadsheets, theirs: MemorySpreadsheet) -> None:
    sheets.forbidden.add(theirs.spreadsheet_id)


def protect(_: MemorySpreadsheets, theirs: MemorySpreadsheet) -> None:
    theirs.tab_titled("Заказы").obstacles.append(Obstacle(ObstacleKind.PROTECTED, "Итоги", (1, END), (2, 2)))


def merge(_: MemorySpreadsheets, theirs: MemorySpreadsheet) -> None:
    theirs.tab_titled("Заказы").obstacles.append(Obstacle(ObstacleKind.MERGED, "A2:B3", (2, 3), (0, 1)))


TROUBLES: dict[str, Callable[[MemorySpreadsheets, MemorySpreadsheet], None]] = {
    "exports.spreadsheet_trashed": trash,
    "exports.spreadsheet_forbidden": only_look,
    "exports.range_protected": protect,
    "exports.cells_merged": merge,
}


@pytest.mark.parametrize("code", TROUBLES)
@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_the_first_run_is_refused_before_it_writes(
    party: Party, theirs: MemorySpreadsheet, strategy: str, code: str
) -> None:
    config = await party.create(spreadsheet=theirs.spreadsheet_id, strategy=strategy)
    TROUBLES[code](party.world.spreadsheets, theirs)
    assert code_of(await refused(party, config, theirs, "incremental")) == code


@pytest.mark.parametrize("code", TROUBLES)
@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_so_is_a_later_one(party: Party, theirs: MemorySpreadsheet, strategy: str, code: str) -> None:
    config = await party.create(spreadsheet=theirs.spreadsheet_id, strategy=strategy)
    assert (await party.run(config)).state == "finished"
    party.fill(3, "new")
    TROUBLES[code](party.world.spreadsheets, theirs)
    assert code_of(await refused(party, config, theirs)) == code


async def test_what_stands_in_the_way_elsewhere_hinders_nobody(party: Party, theirs: MemorySpreadsheet) -> None:
    beside = theirs.tab_titled("Заказы").obstacles
    beside.append(Obstacle(ObstacleKind.PROTECTED, "Рядом", (1, END), (WIDTH, END)))
    beside.append(Obstacle(ObstacleKind.MERGED, "", (2, 3), (WIDTH, WIDTH + 1)))
    beside.append(Obstacle(ObstacleKind.PROTECTED, "Шапка", (1, 1), (0, END)))
    theirs.tab_titled("Продажи").obstacles.append(Obstacle(ObstacleKind.PROTECTED, "", (1, END), (0, END)))
    config = await party.create(spreadsheet=theirs.spreadsheet_id)
    assert (await party.run(config)).state == "finished"
    await party.check_sheet(config)


@pytest.mark.parametrize("mode", ["incremental", "full"])
async def test_a_title_that_stands_twice_is_not_guessed_at(party: Party, theirs: MemorySpreadsheet, mode: str) -> None:
    config = await party.create(spreadsheet=theirs.spreadsheet_id)
    await party.run(config)
    tab = await party.tab(config)
    tab.anchors.clear()
    tab.put_cell(1, WIDTH + 1, tab.row(1)[2])
    party.order("order-002", description="раз")
    failed = await refused(party, config, theirs, mode)
    assert code_of(failed) == "exports.header_doubled"
    tab.put_cell(1, WIDTH + 1, None)
    assert (await party.run(config, mode)).state == "finished"
    assert {tag for tag, _ in tab.anchors} != set(), "the anchors were made anew"


@pytest.mark.parametrize("limits", [None, SMALL], ids=["all at once", "in batches"])
@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_a_full_spreadsheet_is_found_out_before_the_first_write(strategy: str, limits: Any) -> None:
    """The tab has 2 rows; 8 rows of 7 columns do not fit, as the first page tells."""
    story = await Story.begin(limits)
    story.world.source.page_size = 3
    party = await story.party("romashka")
    party.fill(7)
    theirs = party.world.spreadsheets.add("Отчёты", "Заказы", rows=2, columns=WIDTH)
    filler = MemoryTab(7, "Продажи", 1, CELLS_LIMIT - 8 * WIDTH + 1)
    theirs.tabs.append(filler)
    config = await party.create(spreadsheet=theirs.spreadsheet_id, strategy=strategy)
    failed = await refused(party, config, theirs, "incremental")
    assert code_of(failed) == "exports.spreadsheet_full"
    assert failed.error is not None
    hidden = 8 * WIDTH if strategy == "replace" and limits else 0
    assert failed.error.details == {
        "cells": theirs.cells(),
        "needed": 6 * WIDTH + hidden,
        "limit": CELLS_LIMIT,
    }
    filler.column_count -= 1 + hidden
    assert (await party.run(config)).state == "finished"
    await party.check_sheet(config)
    assert theirs.cells() <= CELLS_LIMIT
    await story.world.container.close()


async def test_a_tab_is_not_made_where_not_even_its_header_fits(party: Party) -> None:
    theirs = party.world.spreadsheets.add("Отчёты", "Продажи", rows=1, columns=CELLS_LIMIT - 2 * WIDTH + 1)
    failed = await refused(party, await party.create(spreadsheet=theirs.spreadsheet_id), theirs)
    assert failed.error is not None
    assert (failed.error.code, failed.error.details["needed"]) == ("exports.spreadsheet_full", 2 * WIDTH)


async def test_the_version_before_needs_room_too(party: Party) -> None:
    theirs = party.world.spreadsheets.add("Отчёты", "Заказы", rows=8, columns=WIDTH)
    config = await party.create(spreadsheet=theirs.spreadsheet_id, strategy="replace")
    assert (await party.run(config)).state == "finished"
    filler = MemoryTab(7, "Продажи", 1, CELLS_LIMIT - theirs.cells() - 2 * 8 * WIDTH + 1)
    theirs.tabs.append(filler)
    failed = await refused(party, config, theirs)
    assert failed.error is not None
    assert (failed.error.code, failed.error.details["needed"]) == ("exports.spreadsheet_full", 2 * 8 * WIDTH)
    filler.column_count -= 1
    assert (await party.run(config)).state == "finished"
    await party.check_sheet(config)


async def test_a_grid_is_not_made_longer_for_a_guess_than_there_is_room(party: Party) -> None:
    """How many rows a key of the company's own leaves of so many orders, nobody knows beforehand."""
    for number in range(7):
        party.order(f"order-{number:03}", name=f"Общий {number % 2}")
    theirs = party.world.spreadsheets.add("Отчёты", "Заказы", rows=2, columns=WIDTH)
    theirs.tabs.append(MemoryTab(7, "Продажи", 1, CELLS_LIMIT - 4 * WIDTH))
    config = await party.create(spreadsheet=theirs.spreadsheet_id, key_columns=("name",))
    task = await party.run(config)
    assert (task.state, task.error) == ("finished", None)
    assert (len((await party.tab(config)).values()), theirs.cells() <= CELLS_LIMIT) == (3, True)


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_a_spreadsheet_that_is_full_to_the_brim_is_still_kept_up_to_date(strategy: str) -> None:
    """Rows that change need no room, and nothing is refused for rows that only may come."""
    story = await Story.begin(SMALL)
    party = await story.party("romashka")
    party.fill(7)
    theirs = party.world.spreadsheets.add("Отчёты", "Заказы", rows=8, columns=WIDTH)
    config = await party.create(spreadsheet=theirs.spreadsheet_id, strategy=strategy, **_frugal(strategy))
    assert (await party.run(config)).state == "finished"
    hidden = 8 * WIDTH if strategy == "replace" else 0
    theirs.tabs.append(MemoryTab(7, "Продажи", 1, CELLS_LIMIT - theirs.cells() - hidden))
    for number in range(7):
        party.order(f"order-{number:03}", description="раз")
    for mode in ("incremental", "full"):
        task = await party.run(config, mode)
        if strategy == "append" and mode == "incremental":
            assert code_of(task) == "exports.spreadsheet_full"
            break
        assert (task.state, task.error) == ("finished", None)
    await story.world.container.close()


def _frugal(strategy: str) -> dict[str, Any]:
    return {"keep_previous": False} if strategy == "replace" else {}


def at_call(party: Party, call: str, number: int, do: Callable[[], None]) -> None:
    """Somebody does that just before the call of that number."""
    sheets = party.world.spreadsheets
    real, calls = getattr(sheets, call), 0

    async def watched(*args: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            do()
        return await real(*args, **more)

    setattr(sheets, call, watched)


CALL = {"upsert": "write", "insert": "write", "append": "apply", "replace": "write"}


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_a_tab_that_is_renamed_meanwhile_is_followed(
    party: Party, theirs: MemorySpreadsheet, strategy: str
) -> None:
    config = await party.create(spreadsheet=theirs.spreadsheet_id, strategy=strategy)
    ours, other = theirs.tab_titled("Заказы"), theirs.tab_titled("Продажи")
    other.put_cell(3, 2, "чужое")
    before = other.values()

    def swap() -> None:
        ours.title, other.title = "Продажи", "Заказы"

    at_call(party, CALL[strategy], 2, swap)
    assert (await party.run(config)).state == "finished"
    await party.check_sheet(config)
    assert (await party.tab(config)).title == "Продажи"
    assert other.values() == before


GONE: dict[str, tuple[str, Callable[[MemorySpreadsheets, MemorySpreadsheet], None]]] = {
    "deleted": ("exports.spreadsheet_not_found", lambda sheets, theirs: sheets.missing.add(theirs.spreadsheet_id)),
    "withdrawn": ("exports.spreadsheet_forbidden", only_look),
    "tab deleted": ("exports.tab_missing", lambda _, theirs: theirs.tabs.remove(theirs.tab_titled("Заказы"))),
}


@pytest.mark.parametrize("what", GONE)
@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_what_is_taken_away_meanwhile_ends_the_run_with_its_code(
    party: Party, theirs: MemorySpreadsheet, strategy: str, what: str
) -> None:
    config = await party.create(spreadsheet=theirs.spreadsheet_id, strategy=strategy)
    code, take_away = GONE[what]
    at_call(party, CALL[strategy], 2, lambda: take_away(party.world.spreadsheets, theirs))
    task = await party.run(config)
    assert (task.state, code_of(task)) == ("failed", code)
    assert theirs.tab_titled("Продажи").values() == [["чужое"]]
    assert not {tab.title for tab in theirs.tabs} - {"Продажи", "Заказы", "Заказы – загрузка"}
    assert await party.story.work() == 0, "nobody tries again"
    assert (await party.connections())["google"] == "active"
