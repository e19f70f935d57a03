import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from adapters.google.endpoints import GoogleEndpoints
from adapters.google.retries import Pacing, answered
from adapters.google.session import Answer, GoogleSession
from adapters.google.sheets import GoogleSpreadsheets
from application.connections.google_ports import GoogleTurn
from application.exports.sheets import Layout, Spreadsheet, Tab
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import CellKind
from domain.shared.errors import VendorBusy, VendorFailed
from tests.integration.google.conftest import Account, Emulator, Pauses
from tests.integration.harness.samples import spreadsheet_made

LAYOUT = Layout(("Ключ", "Сумма"), (CellKind.TEXT, CellKind.MONEY))
ROWS = PutRows(2, (msgspec.json.encode(["a", 1.5]), msgspec.json.encode(["b", None])))
FAULTS: list[dict[str, Any]] = [
    {"action": "status", "status": 503},
    {"action": "status", "status": 500},
    {"action": "status", "status": 503, "when": "after"},
    {"action": "html", "status": 502},
    {"action": "drop"},
    {"action": "drop", "when": "after"},
    {"action": "truncate"},
]


@pytest.fixture
async def laid(spreadsheets: GoogleSpreadsheets, book: Spreadsheet, account: Account, emulator: Emulator) -> Tab:
    tab = await spreadsheets.lay_out(
        account.token, book.spreadsheet_id, book.tabs[0], LAYOUT, 5, range(len(LAYOUT.titles))
    )
    await emulator.control("DELETE", "journal")
    return tab


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("times", [1, 2])
async def test_whatever_happens_on_the_way_the_sheet_ends_up_the_same(
    spreadsheets: GoogleSpreadsheets,
    book: Spreadsheet,
    account: Account,
    emulator: Emulator,
    pauses: Pauses,
    fault: dict[str, Any],
    times: int,
) -> None:
    token, spreadsheet_id = account.token, book.spreadsheet_id
    await emulator.fault(path=":batchUpdate", times=times, **fault)
    tab = await spreadsheets.lay_out(token, spreadsheet_id, book.tabs[0], LAYOUT, 5, range(len(LAYOUT.titles)))
    await emulator.fault(path=":batchUpdate", times=times, **fault)
    tab = await spreadsheets.grow(token, spreadsheet_id, tab, LAYOUT, 9)
    await emulator.fault(path="values:batchUpdate", times=times, **fault)
    await spreadsheets.write(token, spreadsheet_id, tab, [ROWS], range(2))
    await emulator.fault(path="values:batchGet", times=times, **fault)
    shown = await spreadsheets.show(token, spreadsheet_id, tab, (0,))
    assert shown.columns[0][1:] == ("a", "b")
    sheet = await emulator.sheet(spreadsheet_id)
    assert sheet["values"] == [["Ключ", "Сумма"], ["a", 1.5], ["b"]]
    assert (sheet["rowCount"], sheet["columnCount"], sheet["frozenRowCount"]) == (9, 2, 1)
    assert (tab.row_count, tab.column_count) == (9, 2)
    # A read whose connection was dropped is repeated once by aiohttp itself, without a pause.
    assert pauses.taken[: times * 3] == [1.5, 2.5][:times] * 3


async def test_the_third_failure_in_a_row_is_reported(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, laid: Tab, account: Account, emulator: Emulator
) -> None:
    await emulator.fault("status", path="values", status=503, times=3)
    with pytest.raises(VendorFailed) as raised:
        await spreadsheets.write(account.token, book.spreadsheet_id, laid, [ROWS], range(2))
    assert raised.value.details == {"vendor": "google", "status": 503, "reason": "UNAVAILABLE"}
    assert len(await emulator.requests()) == 3


async def test_a_lost_connection_says_nothing_of_the_token(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, account: Account, emulator: Emulator
) -> None:
    await emulator.fault("drop", times=6)
    with pytest.raises(VendorFailed) as raised:
        await spreadsheets.inspect(account.token, book.spreadsheet_id)
    assert raised.value.details == {"vendor": "google", "reason": "connection"}
    assert raised.value.__context__ is raised.value.__cause__ is None


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_would_come_twice_is_not_tried_twice(
    spreadsheets: GoogleSpreadsheets, account: Account, emulator: Emulator, pauses: Pauses, fault: dict[str, Any]
) -> None:
    book = await spreadsheet_made(spreadsheets, account.token, "T", "t")
    await emulator.control("DELETE", "journal")
    await emulator.fault(**fault, method="POST", path="/drive/v3/files")
    with pytest.raises(VendorFailed):
        await spreadsheet_made(spreadsheets, account.token, "Второй", "t")
    await emulator.fault(**fault)
    with pytest.raises(VendorFailed):
        await spreadsheets.add_tab(account.token, book.spreadsheet_id, "t2")
    assert pauses.taken == []
    assert len([one for one in await emulator.requests() if one["method"] == "POST"]) <= 2


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_a_definite_no_is_not_questioned(
    spreadsheets: GoogleSpreadsheets, account: Account, emulator: Emulator, pauses: Pauses, status: int
) -> None:
    await emulator.fault("status", status=status, times=5)
    with pytest.raises(Exception, match=r"exports|connections|vendors"):
        await spreadsheets.inspect(account.token, "1" * 44)
    assert pauses.taken == []
    assert len(await emulator.requests()) == 1


async def test_a_quota_that_refills_soon_is_waited_for_once(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, account: Account, emulator: Emulator, pauses: Pauses
) -> None:
    await emulator.fault("status", status=429, headers={"Retry-After": "1"})
    started = time.monotonic()
    assert await spreadsheets.inspect(account.token, book.spreadsheet_id) == book
    assert 1.0 <= time.monotonic() - started < 2.5
    assert pauses.taken == []  # it was the turn that was waited for, and nothing else
    await emulator.fault("status", status=429, times=2, headers={"Retry-After": "1"})
    with pytest.raises(VendorBusy) as raised:
        await spreadsheets.inspect(account.token, book.spreadsheet_id)
    assert raised.value.retry_after == 1.5
    assert raised.value.details == {"vendor": "google", "quota": "user"}


async def test_waiting_for_a_quota_costs_no_try(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, account: Account, emulator: Emulator, pauses: Pauses
) -> None:
    await emulator.fault("status", status=503, times=2)
    await emulator.fault("status", status=429, headers={"Retry-After": "1"})
    assert await spreadsheets.inspect(account.token, book.spreadsheet_id) == book
    assert pauses.taken == [1.5, 2.5]


async def test_a_quota_that_refills_later_is_reported_at_once(
    session: GoogleSession, spreadsheets: GoogleSpreadsheets, account: Account, emulator: Emulator, pauses: Pauses
) -> None:
    await emulator.fault("status", status=429, headers={"Retry-After": "40"})
    for sent in (1, 1):
        with pytest.raises(VendorBusy) as raised:
            await spreadsheets.inspect(account.token, "1" * 44)
        assert raised.value.retry_after == pytest.approx(40, abs=1)
        assert len(await emulator.requests()) == sent  # while it is closed nothing is sent at all
    assert pauses.taken == []


async def test_the_real_quota_of_the_project_and_of_the_user(
    spreadsheets: GoogleSpreadsheets, book: Spreadsheet, account: Account, emulator: Emulator
) -> None:
    for limit, whose in (("writesPerMinutePerUser", "user"), ("writesPerMinutePerProject", "project")):
        before = await emulator.control("GET", "settings")
        await emulator.control("POST", "settings", {limit: 0})
        try:
            with pytest.raises(VendorBusy) as raised:
                await spreadsheets.add_tab(account.token, book.spreadsheet_id, whose)
            assert raised.value.details["quota"] == whose
        finally:
            await emulator.control("POST", "settings", before)


async def test_patience_with_real_pauses(
    session: GoogleSession, book: Spreadsheet, account: Account, emulator: Emulator
) -> None:
    pacing = Pacing(pause=0.01)
    assert pacing.sleep is asyncio.sleep
    await emulator.fault("status", status=503, times=2)
    spreadsheets = GoogleSpreadsheets(session, GoogleEndpoints.at(emulator.base), pacing)
    assert await spreadsheets.inspect(account.token, book.spreadsheet_id) == book


async def test_a_timeout_is_tried_again_and_the_caller_can_always_cancel(pauses: Pauses, pacing: Pacing) -> None:
    outcomes: list[BaseException | Answer] = [TimeoutError(), TimeoutError(), Answer(200, {}, b"{}")]

    async def send() -> Answer:
        outcome = outcomes.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    assert (await answered(send, pacing, repeatable=True)).status == 200
    assert pauses.taken == [1.5, 2.5]
    outcomes += [TimeoutError()]
    with pytest.raises(VendorFailed) as raised:
        await answered(send, pacing, repeatable=False)
    assert raised.value.details == {"vendor": "google", "reason": "timeout"}
    outcomes += [asyncio.CancelledError()]
    with pytest.raises(asyncio.CancelledError):
        await answered(send, pacing, repeatable=True)


async def test_only_waiting_uses_patience_up_and_every_try_takes_a_turn(pacing: Pacing) -> None:
    patience: list[float] = []
    outcomes: list[Answer] = [Answer(503, {}, b"{}"), Answer(200, {}, b"{}")]

    @asynccontextmanager
    async def turns(left: float) -> AsyncIterator[GoogleTurn]:
        patience.append(left)
        await asyncio.sleep(0.1)
        yield GoogleTurn()

    async def send() -> Answer:
        await asyncio.sleep(0.3)
        return outcomes.pop(0)

    assert (await answered(send, pacing, repeatable=True, turns=turns)).status == 200
    assert patience == [pacing.turns, pytest.approx(pacing.turns - 0.1, abs=0.08)]
