"""What only Google has: formats, notes and formulas around our columns, answers that are lost, protections, Drive."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from adapters.google.sheets import GoogleSpreadsheets
from application.exports.sheets import ClearRows, CopyRows, Layout, Obstacle, Step, Tab, WriteRows
from domain.connections.google import GoogleDisconnected
from domain.exports.spreadsheet import ObstacleKind, SpreadsheetForbidden
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import CellKind
from domain.shared.errors import VendorBusy, VendorFailed
from tests.integration.google.conftest import DRIVE_FILE, Emulator
from tests.integration.google.test_sheets import formats
from tests.integration.harness.sheet_benches import GoogleBench

SHEETS = "https://www.googleapis.com/auth/spreadsheets"
LAYOUT = Layout(
    ("Ключ", "Сумма", "Создан"),
    (CellKind.TEXT, CellKind.MONEY, CellKind.DATE_TIME),
    ("id", "sum", "created"),
    (4, 1, 2),
    tag="one",
)
COLUMNS = (4, 1, 2)
MONEY = {"numberFormat": {"type": "NUMBER", "pattern": "#,##0.00"}}
END = 100_000_000


@pytest.fixture
async def bench(spreadsheets: GoogleSpreadsheets, emulator: Emulator) -> AsyncIterator[GoogleBench]:
    await emulator.control("POST", "settings", {"quotas": False})
    yield await GoogleBench.begin(spreadsheets, emulator)
    await emulator.control("POST", "settings", {"quotas": True})


@pytest.fixture
async def laid(bench: GoogleBench) -> tuple[str, Tab]:
    spreadsheet, tab = await bench.made(10, 8)
    return spreadsheet, await bench.sheets.lay_out(bench.key, spreadsheet, tab, LAYOUT, 10, range(3))


def put(first: int, *rows: list[Any]) -> PutRows[bytes]:
    return PutRows(first, tuple(msgspec.json.encode(row) for row in rows))


async def decorate(bench: GoogleBench, spreadsheet: str, column: int) -> None:
    """A formula with a note and a colour in rows 2 to 4 of that column."""
    cell = {
        "userEnteredValue": {"formulaValue": "=1+1"},
        "userEnteredFormat": {"backgroundColor": {"red": 1}},
        "note": "чужая заметка",
    }
    span = {"startRowIndex": 1, "endRowIndex": 4, "startColumnIndex": column, "endColumnIndex": column + 1}
    fields = "userEnteredValue,userEnteredFormat.backgroundColor,note"
    await bench.emulator.edit(spreadsheet, {"repeatCell": {"range": span, "cell": cell, "fields": fields}})


async def column_of(bench: GoogleBench, spreadsheet: str, column: int) -> list[Any]:
    fields = "sheets.data.rowData.values(userEnteredValue,userEnteredFormat,note)"
    sheet = (await bench.read(spreadsheet, fields))["sheets"][0]
    rows = [row.get("values", []) for row in sheet["data"][0]["rowData"]]
    return [row[column] if column < len(row) else {} for row in rows]


async def test_cells_of_others_between_ours_keep_all_they_have(bench: GoogleBench, laid: tuple[str, Tab]) -> None:
    spreadsheet, tab = laid
    for column in (0, 3, 5):
        await decorate(bench, spreadsheet, column)
    before = [await column_of(bench, spreadsheet, column) for column in (0, 3, 5)]
    rows = put(2, *[["a", 1.5, 46349.5]] * 3)
    hidden = await bench.sheets.add_tab(bench.key, spreadsheet, "Прежняя", hidden=True)
    hidden = await bench.sheets.lay_out(
        bench.key, spreadsheet, hidden, Layout(LAYOUT.titles, LAYOUT.kinds), 5, range(3)
    )
    steps: list[Step] = [
        WriteRows(tab, COLUMNS, rows),
        CopyRows(tab, COLUMNS, 2, 4, hidden, (0, 1, 2), 2),
        ClearRows(tab, COLUMNS, 2, 4),
        CopyRows(hidden, (0, 1, 2), 2, 4, tab, COLUMNS, 2),
    ]
    await bench.sheets.write(bench.key, spreadsheet, tab, [rows], COLUMNS)
    await bench.sheets.apply(bench.key, spreadsheet, steps, 7, None)
    await bench.sheets.lay_out(bench.key, spreadsheet, tab, LAYOUT, 10, (1,))
    assert [await column_of(bench, spreadsheet, column) for column in (0, 3, 5)] == before
    assert before[0][1]["note"] == "чужая заметка"
    contents = await bench.sheets.contents(bench.key, spreadsheet, tab, [(2, 4)], COLUMNS)
    assert contents == (("a", 1.5, 46349.5),) * 3


async def test_our_cells_keep_the_formats_and_notes_that_people_gave_them(
    bench: GoogleBench, laid: tuple[str, Tab]
) -> None:
    spreadsheet, tab = laid
    await decorate(bench, spreadsheet, 1)
    await bench.sheets.write(bench.key, spreadsheet, tab, [put(2, ["a", 1.5, None])], COLUMNS)
    steps: list[Step] = [WriteRows(tab, COLUMNS, put(3, ["b", 2.5, None])), ClearRows(tab, COLUMNS, 4, 4)]
    await bench.sheets.apply(bench.key, spreadsheet, steps, 7, None)
    cells = (await column_of(bench, spreadsheet, 1))[1:4]
    assert [cell.get("userEnteredValue") for cell in cells] == [{"numberValue": 1.5}, {"numberValue": 2.5}, None]
    for cell in cells:
        assert cell["note"] == "чужая заметка"
        assert cell["userEnteredFormat"] == {
            **MONEY,
            "backgroundColor": {"red": 1},
            "backgroundColorStyle": {"rgbColor": {"red": 1}},
        }


async def test_inserted_rows_are_formatted_like_their_columns(bench: GoogleBench, laid: tuple[str, Tab]) -> None:
    spreadsheet, tab = laid
    await bench.put(spreadsheet, tab, 2, 0, "чужое")
    for first, count in ((2, 2), (6, 1), (11, 3)):
        tab = await bench.sheets.insert_rows(bench.key, spreadsheet, tab, LAYOUT, first, count)
    found = await bench.emulator.sheet(spreadsheet)
    assert found["rowCount"] == tab.row_count == 16
    assert found["values"][3] == ["чужое"]
    for line in range(1, 16):
        assert formats(found, 1, line) == MONEY
        assert formats(found, 4, line)["numberFormat"]["type"] == "TEXT"
        assert formats(found, 2, line)["numberFormat"]["type"] == "DATE_TIME"
        assert formats(found, 3, line).get("textFormat") is None, "nothing is as bold as the header"
    assert (await bench.sheets.inspect(bench.key, spreadsheet)).tabs[0].anchors != ()


FAULTS: list[dict[str, Any]] = [
    {"action": "drop", "when": "before"},
    {"action": "drop", "when": "after"},
    {"action": "status", "status": 500, "when": "before"},
    {"action": "status", "status": 503, "when": "after"},
    {"action": "html", "status": 502, "when": "after"},
    {"action": "truncate", "when": "after"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault['action']} {fault['when']}")
@pytest.mark.parametrize("times", [1, 2, 3])
async def test_a_batch_is_applied_once_whatever_happens_on_the_way(
    bench: GoogleBench, laid: tuple[str, Tab], fault: dict[str, Any], times: int
) -> None:
    spreadsheet, tab = laid
    await bench.sheets.apply(bench.key, spreadsheet, [WriteRows(tab, COLUMNS, put(2, ["a", 1, None]))], 5, None)
    await bench.emulator.control("POST", "settings", {"history": True})
    steps: list[Step] = [CopyRows(tab, COLUMNS, 2, 2, tab, COLUMNS, 3), WriteRows(tab, COLUMNS, put(2, ["b", 2, None]))]
    await bench.emulator.fault(path=f"{spreadsheet}:batchUpdate", times=times, **fault)
    lost = times == 3 and fault["when"] == "before"
    if lost:
        with pytest.raises(VendorFailed):
            await bench.sheets.apply(bench.key, spreadsheet, steps, 7, 5)
        assert not await bench.sheets.marked(bench.key, spreadsheet, 7)
    await bench.sheets.apply(bench.key, spreadsheet, steps, 7, 5)
    await bench.emulator.control("POST", "settings", {"history": False})
    contents = await bench.sheets.contents(bench.key, spreadsheet, tab, [(2, 4)], COLUMNS)
    assert contents == (("b", 2, None), ("a", 1, None), (None, None, None)), "a second time would copy b"
    revisions = await bench.emulator.control("GET", f"spreadsheets/{spreadsheet}/revisions")
    assert [one["kind"] for one in revisions if "values" in one] == ["batchUpdate"]
    assert [await bench.sheets.marked(bench.key, spreadsheet, one) for one in (5, 7)] == [False, True]


@pytest.mark.parametrize("quota", ["user", "project"])
async def test_a_batch_that_google_had_no_time_for_was_not_applied(
    bench: GoogleBench, laid: tuple[str, Tab], quota: str
) -> None:
    spreadsheet, tab = laid
    step = WriteRows(tab, COLUMNS, put(2, ["a", 1, None]))
    await bench.emulator.fault("status", path=f"{spreadsheet}:batchUpdate", status=429, quota=quota, times=2)
    with pytest.raises(VendorBusy) as raised:
        await bench.sheets.apply(bench.key, spreadsheet, [step], 7, None)
    assert raised.value.details["quota"] == quota
    assert not await bench.sheets.marked(bench.key, spreadsheet, 7)


async def test_what_was_refused_is_not_taken_for_applied(bench: GoogleBench, laid: tuple[str, Tab]) -> None:
    spreadsheet, tab = laid
    await bench.protect(spreadsheet, tab, (2, 3), (1, 1))
    with pytest.raises(SpreadsheetForbidden) as raised:
        await bench.sheets.apply(bench.key, spreadsheet, [WriteRows(tab, COLUMNS, put(2, ["a", 1, None]))], 7, None)
    assert raised.value.details == {"reason": "protected"}
    assert not await bench.sheets.marked(bench.key, spreadsheet, 7)


async def protections(bench: GoogleBench, spreadsheet: str, **fields: Any) -> tuple[Obstacle, ...]:
    await bench.emulator.edit(spreadsheet, {"addProtectedRange": {"protectedRange": fields}})
    found = (await bench.sheets.inspect(bench.key, spreadsheet)).tabs[0].obstacles
    return tuple(sorted(found, key=lambda one: (one.rows, one.columns)))


async def test_a_protection_that_lets_us_in_is_no_obstacle(bench: GoogleBench) -> None:
    spreadsheet, _ = await bench.made()
    inside = {"range": {"endRowIndex": 5}}
    assert await protections(bench, spreadsheet, **inside, warningOnly=True) == ()
    assert await protections(bench, spreadsheet, **inside, editors={"users": [bench.key.user]}) == ()
    (one,) = await protections(bench, spreadsheet, **inside, description="Итоги")
    assert one == Obstacle(ObstacleKind.PROTECTED, "Итоги", (1, 5), (0, END - 1))
    owner = (await bench.sheets.inspect(bench.owner, spreadsheet)).tabs[0]
    assert owner.obstacles == ()


async def test_a_protected_sheet_is_closed_but_for_its_free_parts(bench: GoogleBench) -> None:
    spreadsheet, tab = await bench.made()
    whole = await protections(bench, spreadsheet, range={"sheetId": 0})
    assert [(one.rows, one.columns) for one in whole] == [((1, END), (0, END - 1))]
    for protection in (await bench.emulator.control("GET", f"spreadsheets/{spreadsheet}"))["protectedRanges"]:
        gone = {"deleteProtectedRange": {"protectedRangeId": protection["protectedRangeId"]}}
        await bench.emulator.edit(spreadsheet, gone)
    free = [{"startColumnIndex": 1, "endColumnIndex": 3}, {"startRowIndex": 5, "endRowIndex": 9, "startColumnIndex": 2}]
    closed = await protections(bench, spreadsheet, range={"sheetId": 0}, unprotectedRanges=free)
    assert [(one.rows, one.columns) for one in closed] == [
        ((1, 5), (3, END - 1)),
        ((1, END), (0, 0)),
        ((10, END), (3, END - 1)),
    ]
    await bench.sheets.write(bench.key, spreadsheet, tab, [put(2, ["a", "b"])], (1, 2))
    with pytest.raises(SpreadsheetForbidden):
        await bench.sheets.write(bench.key, spreadsheet, tab, [put(2, ["a", "b"])], (2, 3))


async def test_drive_is_not_asked_for_more_than_it_can_tell(bench: GoogleBench) -> None:
    """A file that Drive does not show, a token for spreadsheets alone, a project without Drive: Sheets decides."""
    spreadsheet, tab = await bench.made()
    unseen = await bench.emulator.account((DRIVE_FILE,))
    await bench.sheets.require_writable(unseen.token, spreadsheet)
    robot = await bench.emulator.account((SHEETS,))
    share = {"email": robot.email, "role": "writer"}
    await bench.emulator.control("POST", f"spreadsheets/{spreadsheet}/share", share)
    await bench.sheets.require_writable(robot.token, spreadsheet)
    await bench.sheets.write(robot.token, spreadsheet, tab, [put(2, ["a"])], (0,))
    off = {
        "code": 403,
        "message": "Google Drive API has not been used in project 7 before or it is disabled.",
        "errors": [{"domain": "usageLimits", "reason": "accessNotConfigured"}],
    }
    await bench.emulator.fault("status", path="/drive/v3/files", status=403, body={"error": off})
    await bench.sheets.require_writable(bench.key, spreadsheet)


async def test_drive_that_fails_or_does_not_know_us_is_a_failure(bench: GoogleBench) -> None:
    spreadsheet, _ = await bench.made()
    await bench.emulator.fault("status", path="/drive/v3/files", status=503, times=3)
    with pytest.raises(VendorFailed):
        await bench.sheets.require_writable(bench.key, spreadsheet)
    await bench.emulator.control("POST", "tokens/expire", {"email": bench.key.user})
    with pytest.raises(GoogleDisconnected):
        await bench.sheets.require_writable(bench.key, spreadsheet)


async def test_a_formula_that_shows_nothing_is_not_taken_for_a_blank(bench: GoogleBench, laid: tuple[str, Tab]) -> None:
    spreadsheet, tab = laid
    cell = {"userEnteredValue": {"formulaValue": '=""'}}
    place = {"startRowIndex": 6, "endRowIndex": 7, "startColumnIndex": 2, "endColumnIndex": 3}
    write = {"range": place, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}
    await bench.emulator.edit(spreadsheet, {"updateCells": write})
    assert await bench.sheets.first_filled(bench.key, spreadsheet, tab, 2, COLUMNS) == 7
    assert await bench.sheets.first_filled(bench.key, spreadsheet, tab, 8, COLUMNS) is None


async def test_deleting_every_row_leaves_what_people_added_below_meanwhile(
    bench: GoogleBench, laid: tuple[str, Tab]
) -> None:
    """The grid has to keep a row under its header, and it may have grown since it was looked at."""
    spreadsheet, tab = laid
    more = {"sheetId": tab.sheet_id, "dimension": "ROWS", "length": 5}
    await bench.emulator.edit(spreadsheet, {"appendDimension": more})
    await bench.put(spreadsheet, tab, 15, 0, "чужое")
    left = await bench.sheets.delete_rows(bench.key, spreadsheet, tab, [(2, 10)])
    assert left.row_count == 2
    assert (await bench.values(spreadsheet, tab))[5] == ["чужое"]
