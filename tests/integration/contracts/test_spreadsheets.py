"""The port Spreadsheets: one suite for the fake and for the real adapter over HTTP, so that neither drifts away."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from application.exports.sheets import (
    ClearRows,
    CopyRows,
    DropTab,
    Layout,
    Shown,
    Sign,
    Step,
    Tab,
    TabRole,
    WriteRows,
)
from domain.exports.spreadsheet import (
    ObstacleKind,
    SpreadsheetForbidden,
    SpreadsheetFull,
    SpreadsheetNotFound,
    SpreadsheetTrashed,
    TabMissing,
    TabTitleTaken,
    TooManyTabs,
)
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import CellKind
from domain.shared.errors import SkladSheetsError
from tests.integration.harness.sheet_benches import TITLE, Bench

LAYOUT = Layout(("Ключ", "Имя", "Сумма"), (CellKind.TEXT, CellKind.TEXT, CellKind.MONEY))
SCATTERED = Layout(LAYOUT.titles, LAYOUT.kinds, ("id", "name", "sum"), (4, 1, 2), tag="one")
EVERY = range(3)
NEXT = 7
"""A marker that follows another."""


def put(first: int, *rows: list[Any]) -> PutRows[bytes]:
    return PutRows(first, tuple(msgspec.json.encode(row) for row in rows))


async def anchors(bench: Bench, spreadsheet: str, tag: str = "one") -> list[tuple[str, int]]:
    (tab, *_) = (await bench.sheets.inspect(bench.key, spreadsheet)).tabs
    return sorted((name, place) for found, name, place in tab.anchors if found == tag)


async def laid(bench: Bench, layout: Layout = LAYOUT, rows: int = 20, columns: int = 10) -> tuple[str, Tab]:
    spreadsheet, tab = await bench.made(rows, columns)
    return spreadsheet, await bench.sheets.lay_out(bench.key, spreadsheet, tab, layout, rows, EVERY)


async def test_anchors_go_wherever_their_columns_go(bench: Bench) -> None:
    spreadsheet, tab = await laid(bench, SCATTERED)
    assert await anchors(bench, spreadsheet) == [("id", 4), ("name", 1), ("sum", 2)]
    await bench.insert_column(spreadsheet, tab, 2)
    assert await anchors(bench, spreadsheet) == [("id", 5), ("name", 1), ("sum", 3)]
    await bench.move_column(spreadsheet, tab, 1, 6)
    assert await anchors(bench, spreadsheet) == [("id", 4), ("name", 6), ("sum", 2)]
    await bench.move_column(spreadsheet, tab, 4, 0)
    assert await anchors(bench, spreadsheet) == [("id", 0), ("name", 6), ("sum", 3)]
    await bench.delete_column(spreadsheet, tab, 3)
    assert await anchors(bench, spreadsheet) == [("id", 0), ("name", 5)]


async def test_sorting_rows_leaves_anchors_alone(bench: Bench) -> None:
    spreadsheet, tab = await laid(bench, SCATTERED)
    await bench.sheets.write(bench.key, spreadsheet, tab, [put(2, ["b", "B", 2], ["a", "A", 1])], (4, 1, 2))
    await bench.sort(spreadsheet, tab, 4)
    assert await anchors(bench, spreadsheet) == [("id", 4), ("name", 1), ("sum", 2)]
    rows = await bench.sheets.contents(bench.key, spreadsheet, tab, [(2, 3)], (4, 1, 2))
    assert rows == (("a", "A", 1), ("b", "B", 2))


async def test_anchors_that_are_made_again_stand_once_and_those_of_others_stay(bench: Bench) -> None:
    spreadsheet, tab = await laid(bench, SCATTERED)
    other = Layout(("Другой",), (CellKind.TEXT,), ("id",), (7,), tag="two")
    await bench.sheets.lay_out(bench.key, spreadsheet, tab, other, 5, (0,))
    moved = Layout(LAYOUT.titles, LAYOUT.kinds, SCATTERED.names, (0, 1, 2), tag="one")
    for _ in range(2):
        await bench.sheets.lay_out(bench.key, spreadsheet, tab, moved, 5, ())
    assert await anchors(bench, spreadsheet) == [("id", 0), ("name", 1), ("sum", 2)]
    assert await anchors(bench, spreadsheet, "two") == [("id", 7)]
    assert (await bench.values(spreadsheet, tab))[0] == [None, "Имя", "Сумма", None, "Ключ", None, None, "Другой"]


async def test_rows_go_into_scattered_columns_past_those_of_others(bench: Bench) -> None:
    spreadsheet, tab = await laid(bench, SCATTERED)
    for column in (0, 3, 5):
        await bench.put(spreadsheet, tab, 2, column, f"чужое {column}")
    rows = put(2, ["a", None, 1.5], ["b", "=1+1", None])
    await bench.sheets.write(bench.key, spreadsheet, tab, [rows], (4, 1, 2))
    assert (await bench.values(spreadsheet, tab))[1:] == [
        ["чужое 0", None, 1.5, "чужое 3", "a", "чужое 5"],
        [None, "=1+1", None, None, "b"],
    ]
    await bench.sheets.write(bench.key, spreadsheet, tab, [put(2, ["a", "A", None])], (4, 1, 2))
    assert (await bench.values(spreadsheet, tab))[1] == ["чужое 0", "A", None, "чужое 3", "a", "чужое 5"]
    shown = await bench.sheets.show(bench.key, spreadsheet, tab, (4, 2))
    assert shown == Shown(("", "Имя", "Сумма", "", "Ключ"), (("Ключ", "a", "b"), ("Сумма",)))


async def test_steps_are_taken_in_their_order(bench: Bench) -> None:
    spreadsheet, tab = await laid(bench, SCATTERED)
    hidden = await bench.sheets.add_tab(bench.key, spreadsheet, "Загрузка", hidden=True)
    hidden = await bench.sheets.lay_out(bench.key, spreadsheet, hidden, LAYOUT, 4, EVERY)
    await bench.sheets.write(bench.key, spreadsheet, hidden, [put(2, ["a", "A", 1], ["b", None, 2])], EVERY)
    tab = await bench.sheets.grow(bench.key, spreadsheet, tab, SCATTERED, 30)
    await bench.sheets.write(bench.key, spreadsheet, tab, [put(2, *[["x", "X", 9]] * 5)], (4, 1, 2))
    await bench.put(spreadsheet, tab, 3, 3, "чужое")
    steps: list[Step] = [
        CopyRows(hidden, (0, 1, 2), 2, 3, tab, (4, 1, 2), 2),
        ClearRows(tab, (4, 1, 2), 4, 6),
        WriteRows(tab, (4, 1, 2), put(30, ["z", None, True])),
        DropTab(hidden),
    ]
    await bench.sheets.apply(bench.key, spreadsheet, steps, NEXT, None)
    values = await bench.values(spreadsheet, tab)
    assert values[1:3] == [[None, "A", 1, None, "a"], [None, None, 2, "чужое", "b"]]
    assert [row for row in values[3:] if row] == [[None, None, True, None, "z"]]
    (left,) = (await bench.sheets.inspect(bench.key, spreadsheet)).tabs
    assert (left.sheet_id, left.row_count) == (tab.sheet_id, 30)


async def test_a_batch_that_is_refused_leaves_nothing(bench: Bench) -> None:
    spreadsheet, tab = await laid(bench)
    await bench.sheets.apply(bench.key, spreadsheet, [WriteRows(tab, (0, 1, 2), put(2, ["a", "A", 1]))], 5, None)
    before = await bench.values(spreadsheet, tab)
    refused: list[Step] = [
        ClearRows(tab, (0, 1, 2), 2, 2),
        WriteRows(tab, (0, 1, 2), put(31, ["b", "B", 2])),
    ]
    with pytest.raises(SkladSheetsError):
        await bench.sheets.apply(bench.key, spreadsheet, refused, NEXT, 5)
    assert await bench.values(spreadsheet, tab) == before
    assert (await bench.sheets.inspect(bench.key, spreadsheet)).tabs[0].row_count == 20
    assert [await bench.sheets.marked(bench.key, spreadsheet, one) for one in (5, NEXT)] == [True, False]


async def test_a_batch_is_applied_once_and_its_marker_takes_the_place_of_the_last(bench: Bench) -> None:
    spreadsheet, tab = await laid(bench)
    first: list[Step] = [WriteRows(tab, (0, 1, 2), put(2, ["a", "A", 1]))]
    second: list[Step] = [WriteRows(tab, (0, 1, 2), put(3, ["b", "B", 2]))]
    assert not await bench.sheets.marked(bench.key, spreadsheet, 5)
    await bench.sheets.apply(bench.key, spreadsheet, first, 5, None)
    await bench.put(spreadsheet, tab, 2, 1, "правка")
    await bench.sheets.apply(bench.key, spreadsheet, first, 5, None)
    assert (await bench.values(spreadsheet, tab))[1] == ["a", "правка", 1]
    for _ in range(2):
        await bench.sheets.apply(bench.key, spreadsheet, second, NEXT, 5)
    assert [await bench.sheets.marked(bench.key, spreadsheet, one) for one in (5, NEXT)] == [False, True]
    assert (await bench.values(spreadsheet, tab))[1:] == [["a", "правка", 1], ["b", "B", 2]]


async def test_inserted_rows_move_what_is_below(bench: Bench) -> None:
    spreadsheet, tab = await laid(bench)
    await bench.sheets.write(bench.key, spreadsheet, tab, [put(2, ["a", "A", 1], ["b", "B", 2])], EVERY)
    longer = await bench.sheets.insert_rows(bench.key, spreadsheet, tab, LAYOUT, 3, 2)
    assert longer.row_count == 22
    assert (await bench.values(spreadsheet, tab))[1:] == [["a", "A", 1], [], [], ["b", "B", 2]]
    shorter = await bench.sheets.delete_rows(bench.key, spreadsheet, longer, [(2, 2), (4, 4)])
    assert shorter.row_count == 20
    assert (await bench.values(spreadsheet, tab))[1:] == [[], ["b", "B", 2]]


@pytest.mark.parametrize(
    ("first", "columns", "found"),
    [
        (2, (0, 1, 2), 5),
        (5, (0,), 5),
        (6, (0,), None),
        (6, (0, 4), 9),
        (2, (3,), None),
        (25, (0,), None),
        (2, (30,), None),
    ],
)
async def test_the_first_row_that_shows_anything(
    bench: Bench, first: int, columns: tuple[int, ...], found: int | None
) -> None:
    spreadsheet, tab = await laid(bench)
    await bench.put(spreadsheet, tab, 5, 0, "Итого")
    await bench.put(spreadsheet, tab, 9, 4, "0")
    assert await bench.sheets.first_filled(bench.key, spreadsheet, tab, first, columns) == found


async def test_who_may_only_look_is_told_before_writing_and_when_writing(bench: Bench) -> None:
    spreadsheet, tab = await laid(bench)
    await bench.sheets.require_writable(bench.key, spreadsheet)
    await bench.only_look(spreadsheet)
    with pytest.raises(SpreadsheetForbidden):
        await bench.sheets.require_writable(bench.key, spreadsheet)
    before = await bench.values(spreadsheet, tab)
    await bench.sheets.inspect(bench.key, spreadsheet)
    for write in writes(bench, spreadsheet, tab):
        with pytest.raises(SpreadsheetForbidden):
            await write()
    assert await bench.values(spreadsheet, tab) == before


async def test_a_spreadsheet_in_the_trash(bench: Bench) -> None:
    spreadsheet, _ = await bench.made()
    await bench.trash(spreadsheet)
    with pytest.raises(SpreadsheetTrashed):
        await bench.sheets.require_writable(bench.key, spreadsheet)


async def test_a_spreadsheet_that_is_gone(bench: Bench) -> None:
    spreadsheet, tab = await laid(bench)
    await bench.delete(spreadsheet)
    await bench.sheets.require_writable(bench.key, spreadsheet)  # it is left to the next call to tell
    for call in (
        lambda: bench.sheets.inspect(bench.key, spreadsheet),
        lambda: bench.sheets.show(bench.key, spreadsheet, tab, (0,)),
        *writes(bench, spreadsheet, tab),
    ):
        with pytest.raises(SpreadsheetNotFound):
            await call()


async def test_a_tab_that_is_gone(bench: Bench) -> None:
    spreadsheet, tab = await laid(bench)
    other = await bench.sheets.add_tab(bench.key, spreadsheet, "Другой")
    await bench.delete_tab(spreadsheet, tab)
    for call in (
        lambda: bench.sheets.show(bench.key, spreadsheet, tab, (0,)),
        lambda: bench.sheets.contents(bench.key, spreadsheet, tab, [(2, 3)], EVERY),
        lambda: bench.sheets.first_filled(bench.key, spreadsheet, tab, 2, EVERY),
        *writes(bench, spreadsheet, tab),
    ):
        with pytest.raises(TabMissing):
            await call()
    await bench.rename(spreadsheet, other, TITLE)
    for write in writes(bench, spreadsheet, tab):
        with pytest.raises(TabMissing):
            await write()
    assert await bench.values(spreadsheet, other) == []


def writes(bench: Bench, spreadsheet: str, tab: Tab) -> tuple[Callable[[], Awaitable[object]], ...]:
    """Everything that changes a tab which stands already."""
    sheets, key = bench.sheets, bench.key
    return (
        lambda: sheets.write(key, spreadsheet, tab, [put(2, ["a", "A", 1])], EVERY),
        lambda: sheets.lay_out(key, spreadsheet, tab, LAYOUT, 25, EVERY),
        lambda: sheets.grow(key, spreadsheet, tab, LAYOUT, 50),
        lambda: sheets.insert_rows(key, spreadsheet, tab, LAYOUT, 3, 1),
        lambda: sheets.delete_rows(key, spreadsheet, tab, [(2, 3)]),
        lambda: sheets.apply(key, spreadsheet, [WriteRows(tab, (0, 1, 2), put(2, ["a", "A", 1]))], NEXT, None),
    )


async def test_a_tab_that_is_renamed_meanwhile_is_followed(bench: Bench) -> None:
    spreadsheet, tab = await laid(bench)
    await bench.rename(spreadsheet, tab, "Старые 'данные'")
    await bench.sheets.write(bench.key, spreadsheet, tab, [put(2, ["a", "A", 1])], EVERY)
    assert (await bench.sheets.show(bench.key, spreadsheet, tab, (0,))).columns == (("Ключ", "a"),)
    assert await bench.sheets.contents(bench.key, spreadsheet, tab, [(2, 2)], EVERY) == (("a", "A", 1),)
    assert await bench.sheets.first_filled(bench.key, spreadsheet, tab, 2, EVERY) == 2
    await bench.sheets.apply(bench.key, spreadsheet, [ClearRows(tab, (0,), 2, 2)], NEXT, None)
    assert (await bench.values(spreadsheet, tab))[1] == [None, "A", 1]


async def test_nothing_is_written_to_a_tab_that_took_the_title(bench: Bench) -> None:
    spreadsheet, tab = await laid(bench)
    await bench.rename(spreadsheet, tab, "Старые данные")
    other = await bench.sheets.add_tab(bench.key, spreadsheet, TITLE)
    other = await bench.sheets.lay_out(bench.key, spreadsheet, other, LAYOUT, 20, EVERY)
    await bench.sheets.write(bench.key, spreadsheet, other, [put(2, ["чужое", "чужое", 0])], EVERY)
    await bench.sheets.write(bench.key, spreadsheet, tab, [put(2, ["a", "A", 1])], EVERY)
    assert (await bench.values(spreadsheet, other))[1:] == [["чужое", "чужое", 0]]
    assert (await bench.values(spreadsheet, tab))[1:] == [["a", "A", 1]]


@pytest.mark.parametrize("kind", ObstacleKind)
async def test_what_stands_in_the_way_is_told(bench: Bench, kind: ObstacleKind) -> None:
    spreadsheet, tab = await laid(bench)
    await (bench.merge if kind is ObstacleKind.MERGED else bench.protect)(spreadsheet, tab, (3, 4), (1, 2))
    (seen,) = (await bench.sheets.inspect(bench.key, spreadsheet)).tabs[0].obstacles
    assert (seen.kind, seen.rows, seen.columns) == (kind, (3, 4), (1, 2))


async def test_a_hidden_tab_is_worked_with_like_any_other(bench: Bench) -> None:
    spreadsheet, _ = await bench.made()
    hidden = await bench.sheets.add_tab(bench.key, spreadsheet, "Загрузка", hidden=True)
    hidden = await bench.sheets.lay_out(bench.key, spreadsheet, hidden, LAYOUT, 3, EVERY)
    await bench.sheets.write(bench.key, spreadsheet, hidden, [put(2, ["a", "A", 1])], EVERY)
    assert await bench.sheets.show(bench.key, spreadsheet, hidden, (0,)) == Shown(LAYOUT.titles, (("Ключ", "a"),))
    _, seen = (await bench.sheets.inspect(bench.key, spreadsheet)).tabs
    assert (seen.title, seen.hidden, seen.row_count, seen.column_count) == ("Загрузка", True, 3, 3)


async def test_rows_are_read_wherever_they_stand_however_many_and_whatever_the_title(bench: Bench) -> None:
    spreadsheet, tab = await bench.made(2_000)
    await bench.rename(spreadsheet, tab, "Щ'" * 50)
    tab = (await bench.sheets.inspect(bench.key, spreadsheet)).tabs[0]
    numbers = range(1, 2_000, 7)
    await bench.sheets.write(
        bench.key, spreadsheet, tab, [put(number, [f"k{number}", "", number]) for number in numbers], EVERY
    )
    spans = [(number, number) for number in numbers]
    rows = await bench.sheets.contents(bench.key, spreadsheet, tab, spans, EVERY)
    assert rows == tuple((f"k{number}", None, number) for number in numbers)


async def test_a_table_is_laid_out_along_with_its_tab_or_neither_is_made(bench: Bench) -> None:
    spreadsheet, tab = await bench.made(900_000, 10)
    sign = Sign("one", TabRole.STAGING)
    with pytest.raises(SpreadsheetFull):
        await bench.sheets.add_tab(bench.key, spreadsheet, "Загрузка", sign=sign, table=(LAYOUT, 400_000))
    hidden = await bench.sheets.add_tab(bench.key, spreadsheet, "Загрузка", hidden=True, sign=sign, table=(LAYOUT, 4))
    assert (await bench.sheets.inspect(bench.key, spreadsheet)).tabs == (tab, hidden)
    assert (hidden.row_count, hidden.column_count, hidden.hidden, hidden.signs) == (4, 3, True, (sign,))
    await bench.sheets.write(bench.key, spreadsheet, hidden, [put(4, ["a", "A", 1])], EVERY)
    shown = await bench.sheets.show(bench.key, spreadsheet, hidden, (0,))
    assert shown == Shown(LAYOUT.titles, (("Ключ", "", "", "a"),))


async def test_a_tab_is_known_by_its_sign_wherever_it_goes(bench: Bench) -> None:
    spreadsheet, tab = await laid(bench, SCATTERED)
    signs = [Sign("one", TabRole.STAGING), Sign("one", TabRole.PREVIOUS), Sign("two", TabRole.STAGING)]
    made = [
        await bench.sheets.add_tab(bench.key, spreadsheet, f"Лист {number}", hidden=True, sign=sign)
        for number, sign in enumerate(signs)
    ]
    assert [one.signs for one in made] == [(sign,) for sign in signs]
    await bench.rename(spreadsheet, made[0], "Другой")
    await bench.delete_tab(spreadsheet, made[1])
    await bench.sheets.lay_out(bench.key, spreadsheet, made[2], LAYOUT, 5, EVERY)
    found = (await bench.sheets.inspect(bench.key, spreadsheet)).tabs
    assert {one.sheet_id: one.signs for one in found} == {
        tab.sheet_id: (),
        made[0].sheet_id: (signs[0],),
        made[2].sheet_id: (signs[2],),
    }


async def test_a_spreadsheet_has_200_tabs_of_different_titles(bench: Bench) -> None:
    spreadsheet, tab = await bench.made()
    for title in (tab.title, tab.title.upper()):
        with pytest.raises(TabTitleTaken):
            await bench.sheets.add_tab(bench.key, spreadsheet, title)
    for number in range(199):
        await bench.sheets.add_tab(bench.key, spreadsheet, f"Лист {number}", hidden=bool(number % 2))
    with pytest.raises(TooManyTabs):
        await bench.sheets.add_tab(bench.key, spreadsheet, "Лишний")
    found = await bench.sheets.inspect(bench.key, spreadsheet)
    assert (len(found.tabs), found.cells()) == (200, 20 * 10 + 199 * 2)


async def test_a_spreadsheet_has_ten_million_cells(bench: Bench) -> None:
    spreadsheet, tab = await bench.made(999_998, 10)
    with pytest.raises(SpreadsheetFull):
        await bench.sheets.grow(bench.key, spreadsheet, tab, LAYOUT, 1_000_001)
    larger = await bench.sheets.grow(bench.key, spreadsheet, tab, LAYOUT, 1_000_000)
    assert larger.row_count == 1_000_000
    with pytest.raises(SpreadsheetFull):
        await bench.sheets.add_tab(bench.key, spreadsheet, "Ещё")
    with pytest.raises(SpreadsheetFull):
        await bench.sheets.insert_rows(bench.key, spreadsheet, larger, LAYOUT, 3, 1)
