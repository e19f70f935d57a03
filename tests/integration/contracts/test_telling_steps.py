"""The port Spreadsheets, as far as runs are told about with it: one suite for the fake and for the real adapter."""

from typing import Any

import msgspec
import pytest

from application.exports.sheets import (
    AddTab,
    AppendRow,
    CopyRows,
    DropMarker,
    DropTab,
    Layout,
    MakeTable,
    NameCell,
    Step,
    Tab,
    Widen,
    WriteRows,
)
from domain.exports.spreadsheet import TabMissing, TabTitleTaken
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import CellKind
from domain.shared.errors import SkladSheetsError
from tests.integration.harness.sheet_benches import TITLE, Bench, GoogleBench

LOG = Layout(
    ("Завершён", "Выгрузка", "Строк"),
    (CellKind.DATE_TIME, CellKind.TEXT, CellKind.INTEGER),
    ("ended", "export", "rows"),
    tag="runs.1",
)
NEW = Tab(77, "Журнал", 2, 1)


def row(*cells: Any) -> bytes:
    return msgspec.json.encode(cells)


async def apply(bench: Bench, spreadsheet: str, *steps: Step, marker: int = 7, previous: int | None = None) -> None:
    await bench.sheets.apply(bench.key, spreadsheet, steps, marker, previous)


async def tab_titled(bench: Bench, spreadsheet: str, title: str) -> Tab:
    found = await bench.sheets.inspect(bench.key, spreadsheet)
    return next(tab for tab in found.tabs if tab.title == title)


async def names(bench: Bench, spreadsheet: str) -> list[tuple[str, int, tuple[int, int], tuple[int, int]]]:
    found = await bench.sheets.inspect(bench.key, spreadsheet)
    return [(one.name, one.sheet_id, one.rows, one.columns) for one in found.named]


async def test_a_tab_is_made_laid_out_and_written_in_one_batch(bench: Bench) -> None:
    spreadsheet, _ = await bench.made()
    steps = [AddTab(NEW), MakeTable(NEW, LOG), AppendRow(NEW, LOG, row(1.5, "=1+1", 3))]
    for _ in range(2):
        await apply(bench, spreadsheet, *steps)
    tab = await tab_titled(bench, spreadsheet, "Журнал")
    assert (tab.sheet_id, tab.column_count, tab.hidden) == (77, 3, False)
    assert await bench.values(spreadsheet, tab) == [list(LOG.titles), [1.5, "=1+1", 3]]
    assert sorted(tab.anchors) == [("runs.1", "ended", 0), ("runs.1", "export", 1), ("runs.1", "rows", 2)]


async def test_a_hidden_tab_is_made_filled_copied_from_and_deleted(bench: Bench) -> None:
    spreadsheet, table = await bench.made(rows=5, columns=3)
    hidden, titles = Tab(78, "Загрузка", 2, 1, hidden=True), PutRows(1, (row("а", "б"),))
    steps = [AddTab(hidden), Widen(hidden, 4, 2), WriteRows(hidden, (0, 1), titles)]
    for _ in range(2):
        await apply(bench, spreadsheet, *steps)
    made = await tab_titled(bench, spreadsheet, "Загрузка")
    assert (made.sheet_id, made.row_count, made.column_count, made.hidden) == (78, 4, 2, True)
    assert await bench.values(spreadsheet, made) == [["а", "б"]]
    await bench.sheets.write(
        bench.key, spreadsheet, made, [PutRows(2, (row("=1+1", 1.5), row("", True), row("нет", "")))], (0, 1)
    )
    moved = [CopyRows(made, (0, 1), 2, 3, table, (0, 2), 4), DropTab(made)]
    for _ in range(2):
        await apply(bench, spreadsheet, *moved, marker=8, previous=7)
    assert await bench.values(spreadsheet, table) == [[], [], [], ["=1+1", None, 1.5], [None, None, True]]
    assert [tab.title for tab in (await bench.sheets.inspect(bench.key, spreadsheet)).tabs] == [TITLE]


async def test_rows_go_below_the_last_that_shows_anything(bench: Bench) -> None:
    spreadsheet, tab = await bench.made(rows=5, columns=6)
    await apply(bench, spreadsheet, MakeTable(tab, LOG))
    await bench.put(spreadsheet, tab, 5, 5, "Итого")
    apart = Layout(("Строк", "Завершён"), (CellKind.INTEGER, CellKind.DATE_TIME), ("rows", "ended"), (0, 2))
    for number in (1, 2):
        step = AppendRow(tab, apart, row(number, None))
        await apply(bench, spreadsheet, step, marker=7 + number, previous=6 + number)
    values = await bench.values(spreadsheet, tab)
    assert values[4:] == [[None, None, None, None, None, "Итого"], [1], [2]]
    assert (await tab_titled(bench, spreadsheet, TITLE)).row_count == 7


async def test_a_title_that_is_taken_refuses_the_whole_batch(bench: Bench) -> None:
    spreadsheet, tab = await bench.made()
    for title in (TITLE, TITLE.upper()):
        with pytest.raises(TabTitleTaken):
            await apply(bench, spreadsheet, WriteRows(tab, (0,), PutRows(1, (row("x"),))), AddTab(Tab(78, title, 2, 1)))
    assert await bench.values(spreadsheet, tab) == []
    assert not await bench.sheets.marked(bench.key, spreadsheet, 7)


async def test_a_tab_that_is_gone_refuses_the_whole_batch(bench: Bench) -> None:
    spreadsheet, tab = await bench.made()
    with pytest.raises(TabMissing):
        await apply(bench, spreadsheet, Widen(tab, 50, 3), AppendRow(NEW, LOG, row(1.5, "x", 3)))
    assert (await tab_titled(bench, spreadsheet, TITLE)).row_count == 20


async def test_a_named_cell_goes_wherever_people_move_it(bench: Bench) -> None:
    spreadsheet, tab = await bench.made()
    await apply(bench, spreadsheet, NameCell("status_1", tab, 2, 7))
    assert await names(bench, spreadsheet) == [("status_1", tab.sheet_id, (2, 2), (7, 7))]
    await bench.insert_column(spreadsheet, tab, 3)
    longer = await bench.sheets.insert_rows(bench.key, spreadsheet, tab, LOG, 1, 2)
    assert await names(bench, spreadsheet) == [("status_1", tab.sheet_id, (4, 4), (8, 8))]
    await bench.move_column(spreadsheet, tab, 8, 0)
    await bench.sheets.delete_rows(bench.key, spreadsheet, longer, [(1, 1)])
    assert await names(bench, spreadsheet) == [("status_1", tab.sheet_id, (3, 3), (0, 0))]
    await bench.move_column(spreadsheet, tab, 5, 0)
    assert await names(bench, spreadsheet) == [("status_1", tab.sheet_id, (3, 3), (1, 1))]
    await bench.sort(spreadsheet, tab, 0)
    await bench.rename(spreadsheet, tab, "Другое")
    assert await names(bench, spreadsheet) == [("status_1", tab.sheet_id, (3, 3), (1, 1))]
    await bench.delete_column(spreadsheet, tab, 1)
    assert await names(bench, spreadsheet) == []


async def test_a_name_is_unique_and_may_be_given_to_another_cell(bench: Bench) -> None:
    spreadsheet, tab = await bench.made()
    await apply(bench, spreadsheet, NameCell("status_1", tab, 2, 7))
    with pytest.raises(SkladSheetsError):
        await apply(bench, spreadsheet, NameCell("status_1", tab, 3, 7), marker=8)
    other = await bench.sheets.add_tab(bench.key, spreadsheet, "Сводка")
    (known,) = (await bench.sheets.inspect(bench.key, spreadsheet)).named
    step = NameCell("status_1", other, 5, 2, known)
    await apply(bench, spreadsheet, Widen(other, 5, 3), step, marker=9)
    assert await names(bench, spreadsheet) == [("status_1", other.sheet_id, (5, 5), (2, 2))]
    await bench.delete_tab(spreadsheet, other)
    assert await names(bench, spreadsheet) == []


async def test_a_grid_is_widened_and_never_cut(bench: Bench) -> None:
    spreadsheet, tab = await bench.made(20, 10)
    await apply(bench, spreadsheet, Widen(tab, 5, 12))
    await apply(bench, spreadsheet, Widen(await tab_titled(bench, spreadsheet, TITLE), 25, 12), marker=8)
    wide = await tab_titled(bench, spreadsheet, TITLE)
    assert (wide.row_count, wide.column_count) == (25, 12)


async def test_markers_of_other_batches_are_dropped(bench: Bench) -> None:
    spreadsheet, tab = await bench.made()
    for marker in (1, 2, 3):
        await apply(bench, spreadsheet, Widen(tab, 1, 1), marker=marker)
    await apply(bench, spreadsheet, DropMarker(1), DropMarker(1), DropMarker(99), marker=4, previous=2)
    standing = [await bench.sheets.marked(bench.key, spreadsheet, marker) for marker in (1, 2, 3, 4)]
    assert standing == [False, False, True, True]


async def test_whether_a_cell_is_blank(bench: Bench) -> None:
    spreadsheet, tab = await bench.made(20, 10)
    await bench.put(spreadsheet, tab, 2, 7, "0")
    places = ((2, 7), (2, 6), (3, 7), (20, 9), (21, 0), (1, 10))
    found = [await bench.sheets.blank(bench.key, spreadsheet, tab, *place) for place in places]
    assert found == [False, True, True, True, True, True]


async def test_a_formula_that_shows_nothing_is_not_blank(google_bench: GoogleBench) -> None:
    spreadsheet, tab = await google_bench.made()
    start = {"sheetId": tab.sheet_id, "rowIndex": 1, "columnIndex": 7}
    cells = [{"values": [{"userEnteredValue": {"formulaValue": '=""'}}]}]
    update = {"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}}
    await google_bench.emulator.edit(spreadsheet, update)
    assert not await google_bench.sheets.blank(google_bench.key, spreadsheet, tab, 2, 7)
