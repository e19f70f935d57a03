"""Rows that are read back and rows that are deleted, through the Sheets API."""

import msgspec
import pytest

from adapters.google.sheets import GoogleSpreadsheets
from application.exports.sheets import Layout, Spreadsheet, Tab
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import CellKind
from domain.shared.errors import VendorFailed
from tests.integration.google.conftest import Account, Emulator

LAYOUT = Layout(
    ("Ключ", "Сумма", "Создан", "Да", "Метка"),
    (CellKind.TEXT, CellKind.MONEY, CellKind.DATE_TIME, CellKind.BOOLEAN, CellKind.TEXT),
)
WIDTH = len(LAYOUT.titles)
ROWS = [
    ["a", 1250.5, 46075.0916666667, True, "=1+1"],
    ["b", None, None, False, None],
    ["c", -0.01, 1.5, None, "007"],
    ["d", 10_000_000_000_000, None, None, None],
    ["e", None, None, None, "последняя"],
]


@pytest.fixture
async def filled(spreadsheets: GoogleSpreadsheets, account: Account, book: Spreadsheet) -> Tab:
    tab = await spreadsheets.lay_out(
        account.token, book.spreadsheet_id, book.tabs[0], LAYOUT, 8, range(len(LAYOUT.titles))
    )
    rows = tuple(msgspec.json.encode(row) for row in ROWS)
    await spreadsheets.write(account.token, book.spreadsheet_id, tab, [PutRows(2, rows)], range(WIDTH))
    return tab


async def test_what_was_written_is_read_back_as_it_was(
    spreadsheets: GoogleSpreadsheets, account: Account, book: Spreadsheet, filled: Tab, emulator: Emulator
) -> None:
    await emulator.control("DELETE", "journal")
    shown = await spreadsheets.contents(account.token, book.spreadsheet_id, filled, [(2, 7)], range(WIDTH))
    assert [list(row) for row in shown] == [*ROWS, [None] * WIDTH]
    assert len(await emulator.requests()) == 1


async def test_spans_are_read_in_the_order_in_which_they_are_asked_for(
    spreadsheets: GoogleSpreadsheets, account: Account, book: Spreadsheet, filled: Tab
) -> None:
    shown = await spreadsheets.contents(account.token, book.spreadsheet_id, filled, [(6, 6), (2, 3)], range(WIDTH))
    assert [row[0] for row in shown] == ["e", "a", "b"]
    beyond = await spreadsheets.contents(account.token, book.spreadsheet_id, filled, [(8, 12), (2, 2)], range(WIDTH))
    assert [row[0] for row in beyond] == [None, None, None, None, None, "a"]


async def test_spans_of_rows_are_deleted_at_once_and_the_rest_moves_up(
    spreadsheets: GoogleSpreadsheets, account: Account, book: Spreadsheet, filled: Tab, emulator: Emulator
) -> None:
    smaller = await spreadsheets.delete_rows(account.token, book.spreadsheet_id, filled, [(2, 2), (4, 5)])
    assert smaller.row_count == filled.row_count - 3
    assert [row[0] for row in await emulator.values(book.spreadsheet_id, filled.sheet_id)] == ["Ключ", "b", "e"]
    found = await spreadsheets.inspect(account.token, book.spreadsheet_id)
    assert found.tabs[0].row_count == smaller.row_count


async def test_all_rows_can_be_deleted_below_the_frozen_header(
    spreadsheets: GoogleSpreadsheets, account: Account, book: Spreadsheet, filled: Tab, emulator: Emulator
) -> None:
    smaller = await spreadsheets.delete_rows(account.token, book.spreadsheet_id, filled, [(2, filled.row_count)])
    assert smaller.row_count == (await spreadsheets.inspect(account.token, book.spreadsheet_id)).tabs[0].row_count == 2
    assert [row[0] for row in await emulator.values(book.spreadsheet_id, filled.sheet_id)] == ["Ключ"]


async def test_a_deletion_is_never_repeated(
    spreadsheets: GoogleSpreadsheets, account: Account, book: Spreadsheet, filled: Tab, emulator: Emulator
) -> None:
    await emulator.control("POST", "faults", {"action": "drop", "path": ":batchUpdate", "when": "after"})
    with pytest.raises(VendorFailed):
        await spreadsheets.delete_rows(account.token, book.spreadsheet_id, filled, [(2, 3)])
    assert [row[0] for row in await emulator.values(book.spreadsheet_id, filled.sheet_id)] == ["Ключ", "c", "d", "e"]


async def test_one_column_is_written_and_its_neighbours_are_left_alone(
    spreadsheets: GoogleSpreadsheets, account: Account, book: Spreadsheet, filled: Tab
) -> None:
    marks = [PutRows(3, (b'["x"]', b'["y"]'))]
    await spreadsheets.write(account.token, book.spreadsheet_id, filled, marks, (4,))
    shown = await spreadsheets.contents(account.token, book.spreadsheet_id, filled, [(2, 4)], range(WIDTH))
    assert [list(row) for row in shown] == [ROWS[0], ["b", None, None, False, "x"], ["c", -0.01, 1.5, None, "y"]]
