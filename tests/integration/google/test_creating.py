"""A spreadsheet that Drive makes is as Sheets would have made it, and nothing of anybody's is lost on the way."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from adapters.google.endpoints import GoogleEndpoints
from adapters.google.retries import Pacing
from adapters.google.session import GoogleSession
from adapters.google.sheets import GoogleSpreadsheets
from adapters.memory.budgets import MemoryGoogleBudgets
from application.exports.sheets import Made
from domain.exports.spreadsheet import DriveFull
from domain.shared.errors import VendorBusy, VendorFailed
from tests.integration.google.conftest import PLENTY, SHEETS, Account, Emulator

FILES = "/drive/v3/files"


@pytest.fixture
def origin() -> str:
    return uuid4().hex


@pytest.fixture
async def lagging(emulator: Emulator) -> AsyncIterator[Emulator]:
    await emulator.control("POST", "settings", {"searchLagSeconds": 3600})
    yield emulator
    await emulator.control("POST", "settings", {"searchLagSeconds": 0})


async def make(sheets: GoogleSpreadsheets, account: Account, origin: str, tab: str = "Заказы") -> Made:
    return await sheets.create(account.token, "Выгрузка", tab, "Asia/Omsk", origin)


async def owned(emulator: Emulator, account: Account) -> list[dict[str, Any]]:
    return [one for one in await emulator.control("GET", "spreadsheets") if one["owner"] == account.email]


async def kinds(emulator: Emulator) -> list[str]:
    return [str(one["kind"]) for one in await emulator.requests()]


async def test_it_costs_one_write_and_one_read(
    spreadsheets: GoogleSpreadsheets, account: Account, emulator: Emulator, origin: str
) -> None:
    made = await make(spreadsheets, account, origin)
    assert await kinds(emulator) == ["drive", "drive", "read", "write"]
    (only,) = await owned(emulator, account)
    assert (only["title"], only["locale"], only["timeZone"]) == ("Выгрузка", "ru_RU", "Asia/Omsk")
    assert only["gridCells"] == 2
    assert await spreadsheets.inspect(account.token, made.spreadsheet.spreadsheet_id) == made.spreadsheet


async def test_with_sheets_alone_it_costs_one_write(
    spreadsheets: GoogleSpreadsheets, emulator: Emulator, origin: str
) -> None:
    account = await emulator.account((SHEETS,))
    await emulator.control("DELETE", "journal")
    await make(spreadsheets, account, origin)
    assert await kinds(emulator) == ["drive", "write"]


async def test_a_drive_api_that_is_switched_off_is_done_without(
    spreadsheets: GoogleSpreadsheets, account: Account, emulator: Emulator, origin: str
) -> None:
    off = {"code": 403, "message": "Drive API has not been used", "errors": [{"reason": "accessNotConfigured"}]}
    await emulator.fault("status", path=FILES, status=403, body={"error": off})
    made = await make(spreadsheets, account, origin)
    assert made.spreadsheet.tabs[0].title == "Заказы"
    assert len(await owned(emulator, account)) == 1


async def test_one_that_was_never_set_up_is_set_up_now(
    spreadsheets: GoogleSpreadsheets, account: Account, emulator: Emulator, origin: str
) -> None:
    await emulator.fault("status", path=":batchUpdate", status=503, times=3)
    with pytest.raises(VendorFailed):
        await make(spreadsheets, account, origin)
    assert (await owned(emulator, account))[0]["gridCells"] == 26_000
    made = await make(spreadsheets, account, origin)
    assert made.fresh, "nobody has used it"
    (only,) = await owned(emulator, account)
    assert (only["locale"], only["timeZone"], only["gridCells"]) == ("ru_RU", "Asia/Omsk", 2)


async def test_what_somebody_wrote_into_it_meanwhile_stays(
    spreadsheets: GoogleSpreadsheets, account: Account, emulator: Emulator, origin: str
) -> None:
    await emulator.fault("status", path=":batchUpdate", status=503, times=3)
    with pytest.raises(VendorFailed):
        await make(spreadsheets, account, origin)
    (only,) = await owned(emulator, account)
    note = {"userEnteredValue": {"stringValue": "чужое"}}
    place = {"sheetId": 0, "rowIndex": 700, "columnIndex": 20}
    update = {"start": place, "rows": [{"values": [note]}], "fields": "userEnteredValue"}
    await emulator.edit(only["spreadsheetId"], {"updateCells": update})
    made = await make(spreadsheets, account, origin)
    assert not made.fresh
    assert made.spreadsheet.spreadsheet_id == only["spreadsheetId"]
    (tab,) = made.spreadsheet.tabs
    assert (tab.row_count, tab.column_count) == (1000, 26)
    assert (await emulator.values(only["spreadsheetId"]))[700][20] == "чужое"


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_lost_answer_leaves_one(
    spreadsheets: GoogleSpreadsheets, account: Account, emulator: Emulator, origin: str, when: str
) -> None:
    await emulator.fault("drop", method="POST", path=FILES, when=when)
    with pytest.raises(VendorFailed):
        await make(spreadsheets, account, origin)
    made = await make(spreadsheets, account, origin)
    (only,) = await owned(emulator, account)
    assert only["spreadsheetId"] == made.spreadsheet.spreadsheet_id


async def test_a_search_that_lags_behind_costs_an_empty_spreadsheet_and_nothing_else(
    spreadsheets: GoogleSpreadsheets, account: Account, lagging: Emulator, origin: str
) -> None:
    await lagging.fault("drop", method="POST", path=FILES, when="after")
    with pytest.raises(VendorFailed):
        await make(spreadsheets, account, origin)
    (first,) = await owned(lagging, account)
    second = await make(spreadsheets, account, origin)
    assert second.fresh
    assert second.spreadsheet.spreadsheet_id != first["spreadsheetId"]
    await lagging.control("POST", "settings", {"searchLagSeconds": 0})
    third = await make(spreadsheets, account, origin)
    assert third.spreadsheet.spreadsheet_id == first["spreadsheetId"], "the oldest"
    assert len(await owned(lagging, account)) == 2


async def test_pages_are_followed_even_past_an_empty_one(
    spreadsheets: GoogleSpreadsheets, account: Account, emulator: Emulator, origin: str
) -> None:
    made = await make(spreadsheets, account, origin)
    await emulator.fault("status", path=FILES, status=200, body={"files": [], "nextPageToken": "0"})
    again = await make(spreadsheets, account, origin)
    assert again.spreadsheet.spreadsheet_id == made.spreadsheet.spreadsheet_id
    assert len(await owned(emulator, account)) == 1


@pytest.mark.parametrize(
    ("reason", "error"),
    [("storageQuotaExceeded", DriveFull), ("userRateLimitExceeded", VendorBusy), ("rateLimitExceeded", VendorBusy)],
)
async def test_drives_own_refusals(
    spreadsheets: GoogleSpreadsheets,
    account: Account,
    emulator: Emulator,
    origin: str,
    reason: str,
    error: type[Exception],
) -> None:
    body = {"error": {"code": 403, "message": "No", "errors": [{"domain": "usageLimits", "reason": reason}]}}
    await emulator.fault("status", method="POST", path=FILES, status=403, body=body)
    with pytest.raises(error):
        await make(spreadsheets, account, origin)
    assert await owned(emulator, account) == []


async def test_drive_takes_no_turn_of_the_quotas_of_sheets(
    session: GoogleSession, endpoints: GoogleEndpoints, pacing: Pacing, account: Account, origin: str
) -> None:
    budgets = MemoryGoogleBudgets(PLENTY)
    spent: list[str] = []
    turn = budgets.turn

    def counted(key: Any, spending: Any, *args: Any, **more: Any) -> Any:
        spent.append(str(spending))
        return turn(key, spending, *args, **more)

    budgets.turn = counted  # type: ignore[method-assign]
    await make(GoogleSpreadsheets(session, endpoints, pacing, budgets), account, origin)
    assert spent == ["read", "write"]
