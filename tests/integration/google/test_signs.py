"""Signs on tabs over HTTP: they go with their tab and with no copy of it, whether Google copies metadata or not."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from adapters.google.sheets import GoogleSpreadsheets
from adapters.google.signs import signing
from application.exports.sheets import Layout, Sign, Spreadsheet, Tab, TabRole
from domain.exports.spreadsheet import TabTitleTaken
from domain.shared.cells import CellKind
from tests.integration.google.conftest import Account, Emulator

SIGN = Sign("0123456789abcdef0123456789abcdef", TabRole.STAGING)
TITLE = "Заказы – загрузка"


@pytest.fixture
async def signed(spreadsheets: GoogleSpreadsheets, account: Account, book: Spreadsheet) -> Tab:
    return await spreadsheets.add_tab(account.token, book.spreadsheet_id, TITLE, hidden=True, sign=SIGN)


async def seen(spreadsheets: GoogleSpreadsheets, account: Account, spreadsheet_id: str) -> dict[str, tuple[Sign, ...]]:
    found = await spreadsheets.inspect(account.token, spreadsheet_id)
    return {tab.title: tab.signs for tab in found.tabs}


async def metadata(emulator: Emulator, spreadsheet_id: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = (await emulator.control("GET", f"spreadsheets/{spreadsheet_id}"))[
        "developerMetadata"
    ]
    return entries


async def test_a_tab_and_its_sign_are_made_by_one_request(
    spreadsheets: GoogleSpreadsheets, emulator: Emulator, account: Account, book: Spreadsheet, signed: Tab
) -> None:
    assert len([entry for entry in await emulator.requests() if entry["method"] == "POST"]) == 1
    (first, found) = (await spreadsheets.inspect(account.token, book.spreadsheet_id)).tabs
    assert (found, found.signs, first.signs) == (signed, (SIGN,), ())
    with pytest.raises(TabTitleTaken):
        await spreadsheets.add_tab(account.token, book.spreadsheet_id, TITLE, sign=SIGN)
    assert len(await metadata(emulator, book.spreadsheet_id)) == 1, "all or nothing"


async def test_a_sign_stays_with_its_tab_and_goes_with_it(
    spreadsheets: GoogleSpreadsheets, emulator: Emulator, account: Account, book: Spreadsheet, signed: Tab
) -> None:
    properties = {"sheetId": signed.sheet_id, "title": "Что это?", "index": 0, "hidden": False}
    change = {"properties": properties, "fields": "title,index,hidden"}
    await emulator.edit(book.spreadsheet_id, {"updateSheetProperties": change})
    assert (await seen(spreadsheets, account, book.spreadsheet_id))["Что это?"] == (SIGN,)
    await emulator.edit(book.spreadsheet_id, {"deleteSheet": {"sheetId": signed.sheet_id}})
    assert await metadata(emulator, book.spreadsheet_id) == []


async def test_a_copied_tab_bears_no_sign(
    spreadsheets: GoogleSpreadsheets, emulator: Emulator, account: Account, book: Spreadsheet, signed: Tab
) -> None:
    copy = {"sourceSheetId": signed.sheet_id, "newSheetId": 77, "newSheetName": "Копия"}
    await emulator.edit(book.spreadsheet_id, {"duplicateSheet": copy})
    assert await seen(spreadsheets, account, book.spreadsheet_id) == {"Данные": (), "Копия": (), TITLE: (SIGN,)}
    (entry,) = await metadata(emulator, book.spreadsheet_id)
    copied = {name: entry[name] for name in ("metadataKey", "metadataValue", "visibility")}
    made = {"developerMetadata": {**copied, "location": {"sheetId": 77}}}
    await emulator.edit(book.spreadsheet_id, {"createDeveloperMetadata": made})
    assert await seen(spreadsheets, account, book.spreadsheet_id) == {"Данные": (), "Копия": (), TITLE: (SIGN,)}


async def test_nor_does_a_tab_of_a_copied_spreadsheet(
    spreadsheets: GoogleSpreadsheets, emulator: Emulator, account: Account, book: Spreadsheet, signed: Tab
) -> None:
    """Its tabs have the same numbers, and their metadata comes along."""
    url = f"{emulator.base}/drive/v3/files/{book.spreadsheet_id}/copy"
    headers = {"Authorization": f"Bearer {account.token.token}"}
    async with emulator.http.post(url, data=b"{}", headers=headers) as response:
        copy = msgspec.json.decode(await response.read())["id"]
    assert await metadata(emulator, copy) == await metadata(emulator, book.spreadsheet_id)
    assert await seen(spreadsheets, account, copy) == {"Данные": (), TITLE: ()}


@pytest.mark.parametrize("key", ["skladsheets.tab.staging", "skladsheets.tab.other.x", "somebody.tab.staging.x"])
async def test_entries_of_others_are_no_signs(
    spreadsheets: GoogleSpreadsheets,
    emulator: Emulator,
    account: Account,
    book: Spreadsheet,
    signed: Tab,
    key: str,
) -> None:
    entry = signing(book.spreadsheet_id, 0, SIGN)
    entry["createDeveloperMetadata"]["developerMetadata"]["metadataKey"] = key
    await emulator.edit(book.spreadsheet_id, entry)
    found = await seen(spreadsheets, account, book.spreadsheet_id)
    assert all(sign.tag == "" for sign in found["Данные"]), found


async def test_a_table_takes_its_sign_along_and_that_of_the_one_before_goes(
    spreadsheets: GoogleSpreadsheets, emulator: Emulator, account: Account, book: Spreadsheet
) -> None:
    first = Layout(("Ключ",), (CellKind.TEXT,), ("id",), tag="one", owner="romashka")
    second = replace(first, tag="two", owner="vasilek", former=("one",))
    other = await spreadsheets.add_tab(account.token, book.spreadsheet_id, "Другой")
    for layout, tab in ((first, book.tabs[0]), (first, other), (first, other), (second, other)):
        await spreadsheets.lay_out(account.token, book.spreadsheet_id, tab, layout, 2, (0,))
        found = await spreadsheets.inspect(account.token, book.spreadsheet_id)
        assert {one.sheet_id: one.signs for one in found.tabs if one.signs} == {tab.sheet_id: (layout.sign(),)}
    assert {tag for one in found.tabs for tag, _, _ in one.anchors} == {"two"}
    assert len(await metadata(emulator, book.spreadsheet_id)) == 2
