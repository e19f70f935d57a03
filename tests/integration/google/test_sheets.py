import asyncio
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.google.endpoints import GoogleEndpoints
from adapters.google.retries import Pacing
from adapters.google.session import GoogleSession
from adapters.google.sheets import GoogleSpreadsheets
from application.exports.sheets import Layout, Shown, Spreadsheet, Tab
from domain.connections.google import GoogleDisconnected
from domain.exports.spreadsheet import (
    SpreadsheetForbidden,
    SpreadsheetFull,
    SpreadsheetNotFound,
    TabMissing,
    TabTitleTaken,
)
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import CellKind
from domain.shared.errors import VendorFailed
from tests.integration.google.conftest import DRIVE_FILE, Account, Emulator
from tests.integration.harness.samples import spreadsheet_made

LAYOUT = Layout(
    titles=("Ключ", "Имя", "Сумма", "Создан", "Штук", "Вес", "Проведён", "Ссылка"),
    kinds=(
        CellKind.TEXT,
        CellKind.TEXT,
        CellKind.MONEY,
        CellKind.DATE_TIME,
        CellKind.INTEGER,
        CellKind.NUMBER,
        CellKind.BOOLEAN,
        CellKind.LINK,
    ),
)
WIDTH = len(LAYOUT.titles)
NASTY = [
    "=1+2",
    '=IMPORTXML("https://evil.example","//a")',
    "+7 495 123-45-67",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "007",
    "TRUE",
    "null",
    "1-2",
    "2026-09-05",
    "$100.15",
    "'leading apostrophe",
    "4600000000000000000123",
    "1e5",
    ' "quoted" \\ back',
    "две\nстроки",
    "📦 emoji",
    "1,5",
    "50%",
]


def row(*cells: Any) -> bytes:
    return msgspec.json.encode(list(cells))


def put(first: int, *rows: bytes) -> PutRows[bytes]:
    return PutRows(first, rows)


def formats(tab: Any, column: int, line: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for run in tab["columnFormats"][column]:
        if run["startRow"] <= line < run["endRow"]:
            found |= run.get("userEnteredFormat") or {}
    return found


@pytest.fixture
async def laid(spreadsheets: GoogleSpreadsheets, book: Spreadsheet, account: Account) -> Tab:
    return await spreadsheets.lay_out(
        account.token, book.spreadsheet_id, book.tabs[0], LAYOUT, 10, range(len(LAYOUT.titles))
    )


async def test_a_new_spreadsheet_is_small_russian_and_in_the_companys_time_zone(
    spreadsheets: GoogleSpreadsheets, account: Account, emulator: Emulator
) -> None:
    made = await spreadsheet_made(spreadsheets, account.token, "Заказы «Ромашки»", "Bob's", "Asia/Vladivostok")
    assert made.title == "Заказы «Ромашки»"
    assert made.tabs == (Tab(0, "Bob's", 2, 1),)
    contents = await emulator.control("GET", f"spreadsheets/{made.spreadsheet_id}")
    assert (contents["locale"], contents["timeZone"], contents["gridCells"]) == ("ru_RU", "Asia/Vladivostok", 2)
    assert await spreadsheets.inspect(account.token, made.spreadsheet_id) == made


async def test_laying_out_makes_a_header_formats_and_a_grid(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account, emulator: Emulator
) -> None:
    assert laid == Tab(0, "Данные", 10, WIDTH)
    assert (await spreadsheets.inspect(account.token, book.spreadsheet_id)).tabs == (laid,)
    tab = await emulator.sheet(book.spreadsheet_id)
    assert tab["frozenRowCount"] == 1
    assert tab["values"] == [list(LAYOUT.titles)]
    assert all(formats(tab, column, 0) == {"textFormat": {"bold": True}} for column in range(WIDTH))
    expected: list[dict[str, Any]] = [
        {"numberFormat": {"type": "TEXT", "pattern": "@"}},
        {"numberFormat": {"type": "TEXT", "pattern": "@"}},
        {"numberFormat": {"type": "NUMBER", "pattern": "#,##0.00"}},
        {"numberFormat": {"type": "DATE_TIME", "pattern": "dd.mm.yyyy hh:mm:ss"}},
        {"numberFormat": {"type": "NUMBER", "pattern": "0"}},
        {},
        {},
        {"hyperlinkDisplayType": "LINKED"},
    ]
    for line in (1, 9):
        assert [formats(tab, column, line) for column in range(WIDTH)] == expected
    assert len(await emulator.requests()) == 2


async def test_values_are_shown_as_their_columns_say(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account, emulator: Emulator
) -> None:
    cells = row("k1", "Имя", 1234.5, 46349.5, 7, 0.125, True, "https://online.moysklad.ru/app/#demand/edit?id=1")
    await spreadsheets.write(account.token, book.spreadsheet_id, laid, [put(2, cells)], range(WIDTH))
    shown = (await emulator.sheet(book.spreadsheet_id))["formatted"][1]
    assert shown[2].replace("\u00a0", " ") == "1 234,50"
    assert shown[3] == "23.11.2026 12:00:00"
    assert shown[4:6] == ["7", "0,125"]


async def test_laying_out_again_never_shrinks_the_grid_and_leaves_rows_and_neighbours_alone(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account, emulator: Emulator
) -> None:
    await spreadsheets.write(account.token, book.spreadsheet_id, laid, [put(2, row("k", *[None] * 7))], range(WIDTH))
    fewer = Layout(LAYOUT.titles[:3], (CellKind.MONEY, CellKind.NUMBER, CellKind.TEXT))
    again = await spreadsheets.lay_out(account.token, book.spreadsheet_id, laid, fewer, 3, range(len(fewer.titles)))
    assert again == laid
    tab = await emulator.sheet(book.spreadsheet_id)
    assert (tab["rowCount"], tab["columnCount"]) == (10, WIDTH)
    assert tab["values"] == [list(LAYOUT.titles), ["k"]]
    assert formats(tab, 0, 1) == {"numberFormat": {"type": "NUMBER", "pattern": "#,##0.00"}}
    assert formats(tab, 1, 1) == {}
    assert formats(tab, 7, 1) == {"hyperlinkDisplayType": "LINKED"}


async def test_widths_that_people_chose_are_kept(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account, emulator: Emulator
) -> None:
    chosen = {
        "range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2},
        "properties": {"pixelSize": 77},
        "fields": "pixelSize",
    }
    await emulator.edit(book.spreadsheet_id, {"updateDimensionProperties": chosen})
    wider = Layout((*LAYOUT.titles, "Ещё"), (*LAYOUT.kinds, CellKind.TEXT))
    await spreadsheets.lay_out(account.token, book.spreadsheet_id, laid, wider, 10, range(len(wider.titles)))
    (tab,) = await widths(emulator, account, book)
    assert tab[1] == 77
    assert tab[0] == tab[8] == 180
    assert tab[3] == 150


async def widths(emulator: Emulator, account: Account, book: Spreadsheet) -> list[list[int]]:
    url = f"{emulator.base}/v4/spreadsheets/{book.spreadsheet_id}?fields=sheets.data.columnMetadata.pixelSize"
    async with emulator.http.get(url, headers={"Authorization": f"Bearer {account.token.token}"}) as response:
        found = msgspec.json.decode(await response.read())
    return [[one["pixelSize"] for one in sheet["data"][0]["columnMetadata"]] for sheet in found["sheets"]]


async def test_growing_formats_only_the_new_rows(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account, emulator: Emulator
) -> None:
    highlight = {
        "range": {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 10, "startColumnIndex": 2, "endColumnIndex": 3},
        "cell": {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": "0.0"}}},
        "fields": "userEnteredFormat.numberFormat",
    }
    await emulator.edit(book.spreadsheet_id, {"repeatCell": highlight})
    larger = await spreadsheets.grow(account.token, book.spreadsheet_id, laid, LAYOUT, 25)
    assert larger == Tab(0, "Данные", 25, WIDTH)
    tab = await emulator.sheet(book.spreadsheet_id)
    assert (tab["rowCount"], tab["columnCount"], tab["frozenRowCount"]) == (25, WIDTH, 1)
    assert formats(tab, 2, 9)["numberFormat"]["pattern"] == "0.0"
    assert formats(tab, 2, 10)["numberFormat"]["pattern"] == "#,##0.00"
    assert formats(tab, 3, 24)["numberFormat"]["pattern"] == "dd.mm.yyyy hh:mm:ss"


async def test_a_grid_that_is_long_enough_costs_no_request(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account, emulator: Emulator
) -> None:
    before = len(await emulator.requests())
    assert await spreadsheets.grow(account.token, book.spreadsheet_id, laid, LAYOUT, 10) == laid
    await spreadsheets.write(account.token, book.spreadsheet_id, laid, [], range(WIDTH))
    await spreadsheets.write(account.token, book.spreadsheet_id, laid, [put(2)], range(WIDTH))
    assert len(await emulator.requests()) == before


async def test_text_stays_text(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account, emulator: Emulator
) -> None:
    laid = await spreadsheets.grow(account.token, book.spreadsheet_id, laid, LAYOUT, 100)
    # In every column, whatever its format is.
    rows = [row(*[text] * WIDTH) for text in NASTY]
    await spreadsheets.write(account.token, book.spreadsheet_id, laid, [put(2, *rows)], range(WIDTH))
    tab = await emulator.sheet(book.spreadsheet_id)
    assert tab["values"][1:] == [[text] * WIDTH for text in NASTY]
    assert tab["formulas"] == {}
    shown = await spreadsheets.show(account.token, book.spreadsheet_id, laid, (0,))
    assert list(shown.columns[0][1:]) == NASTY


async def test_none_empties_a_cell_and_numbers_stay_numbers(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account, emulator: Emulator
) -> None:
    full = [row(f"k{n}", "было \\ есть", 1.5, 46349.25, 3, 0.1, True, "x") for n in range(3)]
    await spreadsheets.write(account.token, book.spreadsheet_id, laid, [put(2, *full)], range(WIDTH))
    news = [
        row("k0", None, None, None, None, None, None, None),
        row("k1", 'кавычки " и null', None, 46349.25, 0, None, False, None),
    ]
    await spreadsheets.write(account.token, book.spreadsheet_id, laid, [put(2, *news)], range(WIDTH))
    assert (await emulator.values(book.spreadsheet_id))[1:] == [
        ["k0"],
        ["k1", 'кавычки " и null', "", 46349.25, 0, "", False],
        ["k2", "было \\ есть", 1.5, 46349.25, 3, 0.1, True, "x"],
    ]


async def test_several_operations_are_one_request_and_leave_the_rest_alone(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account, emulator: Emulator
) -> None:
    note = {"start": {"sheetId": 0, "rowIndex": 4, "columnIndex": 0}, "fields": "userEnteredValue"}
    written = {"rows": [{"values": [{"userEnteredValue": {"stringValue": "чужое"}}]}]}
    await emulator.edit(book.spreadsheet_id, {"updateCells": {**note, **written}})
    await emulator.control("DELETE", "journal")
    operations = [
        put(2, row("a", 1), row("b", 2)),
        put(7, row("c", 3)),
    ]
    await spreadsheets.write(account.token, book.spreadsheet_id, laid, operations, range(2))
    assert [line[:2] for line in (await emulator.values(book.spreadsheet_id))[1:]] == [
        ["a", 1],
        ["b", 2],
        [],
        ["чужое"],
        [],
        ["c", 3],
    ]
    (request,) = await emulator.requests()
    assert (request["kind"], request["status"]) == ("write", 200)
    assert request["response_bytes"] < 100


async def test_a_write_beyond_the_grid_is_refused_whole(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account, emulator: Emulator
) -> None:
    before = await emulator.values(book.spreadsheet_id)
    operations = [put(2, row("a", 1)), put(11, row("b", 2))]
    with pytest.raises(VendorFailed) as raised:
        await spreadsheets.write(account.token, book.spreadsheet_id, laid, operations, range(2))
    assert raised.value.details["reason"] == "outside_grid"
    assert await emulator.values(book.spreadsheet_id) == before


@pytest.mark.parametrize(
    "title", ["Bob's", "''", "A/B", "A1", "Данные!A1", "📦 склад", "a&b=c?d#e+f%20", "R1C1", "=1", "[x]"]
)
async def test_any_title_of_a_tab_will_do(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, account: Account, title: str, emulator: Emulator
) -> None:
    tab = await spreadsheets.add_tab(account.token, book.spreadsheet_id, title)
    assert (tab.title, tab.row_count, tab.column_count) == (title, 2, 1)
    assert tab.sheet_id != book.tabs[0].sheet_id
    layout = Layout(("Ключ", "Имя"), (CellKind.TEXT, CellKind.TEXT))
    tab = await spreadsheets.lay_out(account.token, book.spreadsheet_id, tab, layout, 3, range(len(layout.titles)))
    rows = put(2, row("k", title), row("l", "ё"))
    await spreadsheets.write(account.token, book.spreadsheet_id, tab, [rows], range(2))
    assert await emulator.values(book.spreadsheet_id, tab.sheet_id) == [["Ключ", "Имя"], ["k", title], ["l", "ё"]]
    shown = await spreadsheets.show(account.token, book.spreadsheet_id, tab, (0,))
    assert shown == Shown(("Ключ", "Имя"), (("Ключ", "k", "l"),))


async def test_showing_reads_all_keys_to_the_end_of_the_grid_with_their_gaps(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account, emulator: Emulator
) -> None:
    cells = {3: {"stringValue": "text"}, 5: {"numberValue": 123}, 6: {"boolValue": True}, 30: {"numberValue": 0.5}}
    await spreadsheets.grow(account.token, book.spreadsheet_id, laid, LAYOUT, 40)
    for line, value in cells.items():
        start = {"sheetId": 0, "rowIndex": line - 1, "columnIndex": 1}
        update = {"start": start, "rows": [{"values": [{"userEnteredValue": value}]}], "fields": "userEnteredValue"}
        await emulator.edit(book.spreadsheet_id, {"updateCells": update})
    await emulator.control("DELETE", "journal")
    # The tab is known as it was before it grew.
    shown = await spreadsheets.show(account.token, book.spreadsheet_id, laid, (1,))
    assert shown.header == LAYOUT.titles
    (column,) = shown.columns
    assert len(column) == 30
    assert {line: key for line, key in enumerate(column, start=1) if key and line > 1} == {
        3: "text",
        5: "123",
        6: "TRUE",
        30: "0.5",
    }
    assert len(await emulator.requests()) == 1


async def test_showing_a_header_with_gaps_and_blanks_behind(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account
) -> None:
    header = row("a", None, 5, None, "e", None, None, None)
    await spreadsheets.write(account.token, book.spreadsheet_id, laid, [put(1, header)], range(WIDTH))
    shown = await spreadsheets.show(account.token, book.spreadsheet_id, laid, (0,))
    assert shown == Shown(("a", "", "5", "", "e"), (("a",),))


async def test_a_tab_is_blank_until_something_stands_in_its_first_columns(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account, emulator: Emulator
) -> None:
    async def blank() -> bool:
        tab = (await spreadsheets.inspect(account.token, book.spreadsheet_id)).tabs[0]
        return await spreadsheets.first_filled(account.token, book.spreadsheet_id, tab, 1, range(WIDTH)) is None

    assert not await blank()
    header = row(*[None] * WIDTH)
    await spreadsheets.write(account.token, book.spreadsheet_id, laid, [put(1, header)], range(WIDTH))
    assert await blank()
    await spreadsheets.grow(account.token, book.spreadsheet_id, laid, LAYOUT, 40)
    for column, expected in ((WIDTH, True), (3, False)):
        start = {"sheetId": 0, "rowIndex": 30, "columnIndex": column}
        cells = [{"values": [{"userEnteredValue": {"boolValue": False}}]}]
        wider = {"appendDimension": {"sheetId": 0, "dimension": "COLUMNS", "length": 1}}
        update = {"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}}
        await emulator.edit(book.spreadsheet_id, *([wider, update] if expected else [update]))
        assert await blank() is expected


@pytest.mark.parametrize("key_column", [0, 5])
async def test_showing_an_empty_tab_and_one_smaller_than_the_table(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, account: Account, key_column: int
) -> None:
    shown = await spreadsheets.show(account.token, book.spreadsheet_id, book.tabs[0], (key_column,))
    assert shown == Shown((), ((),))


async def test_showing_a_tab_of_one_row(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, account: Account, emulator: Emulator
) -> None:
    properties = {"sheetId": 0, "gridProperties": {"rowCount": 1}}
    change = {"properties": properties, "fields": "gridProperties.rowCount"}
    await emulator.edit(book.spreadsheet_id, {"updateSheetProperties": change})
    (tab,) = (await spreadsheets.inspect(account.token, book.spreadsheet_id)).tabs
    assert await spreadsheets.show(account.token, book.spreadsheet_id, tab, (0,)) == Shown((), ((),))
    assert (
        await spreadsheets.lay_out(account.token, book.spreadsheet_id, tab, LAYOUT, 1, range(len(LAYOUT.titles)))
    ).row_count == 2


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(
            st.none()
            | st.booleans()
            | st.integers(-(10**14), 10**14)
            | st.text(st.characters(exclude_categories=["C"])),
            min_size=4,
            max_size=4,
        ),
        min_size=1,
        max_size=5,
    )
)
async def test_whatever_is_written_can_be_read(
    spreadsheets: GoogleSpreadsheets,
    book: Spreadsheet,
    laid: Tab,
    account: Account,
    emulator: Emulator,
    rows: list[Any],
) -> None:
    await emulator.control("DELETE", "quotas")
    await spreadsheets.write(
        account.token, book.spreadsheet_id, laid, [put(2, *(row(*cells) for cells in rows))], range(4)
    )
    found = (await emulator.values(book.spreadsheet_id))[1 : len(rows) + 1]
    padded = [[*line, *[""] * 8][:4] for line in [*found, *[[]] * len(rows)][: len(rows)]]
    assert padded == [["" if cell is None else cell for cell in cells] for cells in rows]


async def test_a_chart_tab_does_no_harm(
    session: GoogleSession, pacing: Pacing, account: Account, emulator: Emulator
) -> None:
    # The emulator has no chart tabs; the answer is as Google was seen to give it.
    answer = {
        "spreadsheetId": "1abc",
        "properties": {"title": "T"},
        "sheets": [
            {"properties": {"title": "Grid", "gridProperties": {"rowCount": 5, "columnCount": 6}}},
            {"properties": {"sheetId": 77, "title": "Chart1"}},
        ],
    }
    await emulator.fault("status", method="GET", path="/v4/spreadsheets/1abc", status=200, body=answer)
    spreadsheets = GoogleSpreadsheets(session, GoogleEndpoints.at(emulator.base), pacing)
    found = await spreadsheets.inspect(account.token, "1abc")
    assert found.tabs == (Tab(0, "Grid", 5, 6), Tab(77, "Chart1", 0, 0))
    assert await spreadsheets.show(account.token, "1abc", found.tabs[1], (0,)) == Shown((), ((),))


async def test_a_success_that_makes_no_sense_is_a_failure(
    spreadsheets: GoogleSpreadsheets, account: Account, emulator: Emulator
) -> None:
    bodies: list[object] = [{"sheets": 7}, {"spreadsheetId": 1}, []]
    for body in bodies:
        await emulator.fault("status", path="/v4/spreadsheets/1abc", status=200, body=body)
        with pytest.raises(VendorFailed) as raised:
            await spreadsheets.inspect(account.token, "1abc")
        assert raised.value.details == {"vendor": "google", "reason": "answer"}
    await emulator.fault("html", path="/v4/spreadsheets/1abc", status=200)
    with pytest.raises(VendorFailed):
        await spreadsheets.inspect(account.token, "1abc")


async def test_a_taken_title(spreadsheets: GoogleSpreadsheets, book: Spreadsheet, account: Account) -> None:
    with pytest.raises(TabTitleTaken):
        await spreadsheets.add_tab(account.token, book.spreadsheet_id, "Данные")


async def test_a_deleted_tab(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, account: Account, emulator: Emulator
) -> None:
    tab = await spreadsheets.add_tab(account.token, book.spreadsheet_id, "Недолго")
    tab = await spreadsheets.lay_out(account.token, book.spreadsheet_id, tab, LAYOUT, 5, range(len(LAYOUT.titles)))
    await emulator.edit(book.spreadsheet_id, {"deleteSheet": {"sheetId": tab.sheet_id}})
    with pytest.raises(TabMissing):
        await spreadsheets.write(account.token, book.spreadsheet_id, tab, [put(2, row("a"))], range(1))
    with pytest.raises(TabMissing):
        await spreadsheets.show(account.token, book.spreadsheet_id, tab, (0,))
    with pytest.raises(TabMissing):
        await spreadsheets.lay_out(account.token, book.spreadsheet_id, tab, LAYOUT, 5, range(len(LAYOUT.titles)))
    with pytest.raises(TabMissing):
        await spreadsheets.grow(account.token, book.spreadsheet_id, tab, LAYOUT, 50)


async def test_a_full_spreadsheet_is_left_as_it_was(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account, emulator: Emulator
) -> None:
    with pytest.raises(SpreadsheetFull):
        await spreadsheets.grow(account.token, book.spreadsheet_id, laid, LAYOUT, 1_250_001)
    assert (await emulator.sheet(book.spreadsheet_id))["rowCount"] == 10
    assert (await spreadsheets.grow(account.token, book.spreadsheet_id, laid, LAYOUT, 1_250_000)).row_count == 1_250_000


async def test_a_spreadsheet_that_is_not_there(spreadsheets: GoogleSpreadsheets, account: Account) -> None:
    with pytest.raises(SpreadsheetNotFound):
        await spreadsheets.inspect(account.token, "1" * 44)


async def test_somebody_elses_spreadsheet(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, emulator: Emulator
) -> None:
    stranger = await emulator.account()
    with pytest.raises(SpreadsheetForbidden):
        await spreadsheets.inspect(stranger.token, book.spreadsheet_id)


async def test_a_spreadsheet_that_was_not_picked_for_us(
    spreadsheets: GoogleSpreadsheets, account: Account, emulator: Emulator
) -> None:
    by_hand = await emulator.control("POST", "spreadsheets", {"email": account.email, "title": "Своя"})
    with pytest.raises(SpreadsheetNotFound):
        await spreadsheets.inspect(account.token, by_hand["spreadsheetId"])


async def test_a_token_without_the_scope(spreadsheets: GoogleSpreadsheets, emulator: Emulator) -> None:
    account = await emulator.account(scopes=("openid",))
    with pytest.raises(GoogleDisconnected) as raised:
        await spreadsheet_made(spreadsheets, account.token, "T", "t", "UTC")
    assert raised.value.details == {"reason": "scope"}


async def test_an_expired_and_a_revoked_token(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, account: Account, emulator: Emulator
) -> None:
    await emulator.control("POST", "tokens/expire", {"email": account.email})
    with pytest.raises(GoogleDisconnected) as raised:
        await spreadsheets.inspect(account.token, book.spreadsheet_id)
    assert account.token.token not in repr(raised.value)
    fresh = await emulator.account(email=account.email)
    assert await spreadsheets.inspect(fresh.token, book.spreadsheet_id) == book
    await emulator.control("POST", "grants/revoke", {"email": account.email})
    with pytest.raises(GoogleDisconnected):
        await spreadsheets.inspect(fresh.token, book.spreadsheet_id)


async def test_a_hundred_companies_at_once_get_each_their_own(
    spreadsheets: GoogleSpreadsheets, emulator: Emulator
) -> None:
    await emulator.control("POST", "settings", {"quotas": False})
    try:
        accounts = [await emulator.account((DRIVE_FILE,)) for _ in range(100)]

        async def work(number: int, account: Account) -> tuple[str, str]:
            made = await spreadsheet_made(spreadsheets, account.token, f"Компания {number}", "t", "UTC")
            layout = Layout(("Ключ",), (CellKind.TEXT,))
            tab = await spreadsheets.lay_out(
                account.token, made.spreadsheet_id, made.tabs[0], layout, 5, range(len(layout.titles))
            )
            await spreadsheets.write(account.token, made.spreadsheet_id, tab, [put(2, row(f"k{number}"))], range(1))
            shown = await spreadsheets.show(account.token, made.spreadsheet_id, tab, (0,))
            ((_, key),) = shown.columns
            return (await spreadsheets.inspect(account.token, made.spreadsheet_id)).title, key

        found = await asyncio.gather(*(work(number, account) for number, account in enumerate(accounts)))
        assert found == [(f"Компания {number}", f"k{number}") for number in range(100)]
        listed = await emulator.control("GET", "spreadsheets")
        owners = {one["title"]: one["owner"] for one in listed if one["title"].startswith("Компания")}
        assert owners == {f"Компания {number}": account.email for number, account in enumerate(accounts)}
    finally:
        await emulator.control("POST", "settings", {"quotas": True})
