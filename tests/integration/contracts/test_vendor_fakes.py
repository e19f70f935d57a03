"""What the fakes of the vendors promise to the tests that use them. The real ones are tested over HTTP elsewhere."""

from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta
from uuid import uuid4

import pytest

from adapters.memory.consent import CLIENT, MemoryGoogleConsent
from adapters.memory.grids import MemoryTab
from adapters.memory.machine import MemoryClock
from adapters.memory.source import MemorySource
from adapters.memory.spreadsheets import MemorySpreadsheets
from adapters.memory.store import MemoryStore
from adapters.memory.transaction import MemorySystemTransaction, MemoryTransaction
from adapters.memory.vendor_api import MemoryContextKeys, MemoryVendorSignatures
from adapters.moysklad.exporters.customerorder import CustomerOrders
from application.exports.sheets import Layout, Shown, Tab
from application.exports.vendor_ports import Page, Reading
from application.tenants.ports import Visitor
from domain.connections.google import ConsentInvalid, GoogleDisconnected
from domain.connections.moysklad import MoySkladDisconnected
from domain.exports.cursor import Cursor
from domain.exports.filters import Condition
from domain.exports.spreadsheet import (
    SpreadsheetForbidden,
    SpreadsheetFull,
    SpreadsheetNotFound,
    TabMissing,
    TabTitleTaken,
)
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import CellKind
from domain.shared.errors import VendorBusy, VendorFailed
from domain.shared.identities import CompanyId
from domain.tenants.sign_on import ContextKeyInvalid, VendorSignatureInvalid
from tests.integration.harness.samples import google_key, moysklad_key

NOW = MemoryClock().now()
TOKEN = "token"
KEY = moysklad_key(TOKEN)
GOOGLE = google_key(TOKEN)
LAYOUT = Layout(("ID", "Сумма"), (CellKind.TEXT, CellKind.MONEY))
TAB = Tab(1, "Лист1", 2, 1)
EXPORTER = CustomerOrders()
COLUMNS = tuple(column for column in EXPORTER.columns if column.id in {"id", "sum"})


def reading(cursor: Cursor | None = None, *conditions: Condition) -> Reading:
    return Reading(EXPORTER, COLUMNS, conditions, cursor, UTC, NOW)


async def pages_of(source: MemorySource, what: Reading) -> list[Page]:
    return [page async for page in source.read(KEY, what)]


VENDOR_CALLS: list[Callable[[], Awaitable[object]]] = [
    lambda: MemorySource().custom_columns(KEY, EXPORTER),
    lambda: pages_of(MemorySource(), reading()),
    lambda: MemorySpreadsheets().create(GOOGLE, "title", "tab", "UTC", "export"),
    lambda: MemorySpreadsheets().inspect(GOOGLE, "id"),
    lambda: MemorySpreadsheets().add_tab(GOOGLE, "id", "tab"),
    lambda: MemorySpreadsheets().show(GOOGLE, "id", TAB, (0,)),
    lambda: MemorySpreadsheets().lay_out(GOOGLE, "id", TAB, LAYOUT, 2, range(len(LAYOUT.titles))),
    lambda: MemorySpreadsheets().grow(GOOGLE, "id", TAB, LAYOUT, 2),
    lambda: MemorySpreadsheets().write(GOOGLE, "id", TAB, [], range(2)),
    lambda: MemoryGoogleConsent().exchange(CLIENT, "code", "verifier", NOW),
    lambda: MemoryGoogleConsent().renew(CLIENT, "refresh", NOW),
    lambda: MemoryGoogleConsent().revoke(CLIENT, "refresh"),
    lambda: MemoryContextKeys().exchange("key", NOW),
]


@pytest.mark.parametrize("call", VENDOR_CALLS)
async def test_a_transaction_never_spans_a_vendor_call(call: Callable[[], Awaitable[object]]) -> None:
    store = MemoryStore()
    for transaction in (MemoryTransaction(store)(CompanyId(uuid4())), MemorySystemTransaction(store)()):
        with pytest.raises(AssertionError, match="never spans a vendor call"):
            async with transaction:
                await call()


async def test_nor_a_signature() -> None:
    with pytest.raises(AssertionError, match="never spans"):
        async with MemorySystemTransaction(MemoryStore())():
            MemoryVendorSignatures().read("token", uuid4(), NOW)


async def test_rows_come_in_the_order_of_their_last_change() -> None:
    source = MemorySource()
    source.page_size = 2
    for number, minute in enumerate((3, 1, 2, 2)):
        source.put(TOKEN, "customerorder", f"row-{number}", f"2026-01-12 09:0{minute}:00.000", {"sum": number})
    pages = await pages_of(source, reading())
    assert [[row.key for row in page.rows] for page in pages] == [["row-1", "row-2"], ["row-3", "row-0"]]
    assert [row.cells for row in pages[0].rows] == [("row-1", 1), ("row-2", 2)]
    assert {page.total for page in pages} == {4}
    assert pages[-1].cursor == Cursor("2026-01-12 09:03:00.000", 1)
    again = await pages_of(source, reading(Cursor("2026-01-12 09:02:00.000", 1)))
    assert [row.key for page in again for row in page.rows] == ["row-2", "row-3", "row-0"]


async def test_a_row_that_changes_while_it_is_read_comes_again() -> None:
    source = MemorySource()
    source.page_size = 1
    for number in range(3):
        source.put(TOKEN, "customerorder", f"row-{number}", f"2026-01-12 09:0{number}:00.000", {})
    seen = []
    async for page in source.read(KEY, reading()):
        seen += [row.key for row in page.rows]
        if seen == ["row-0"]:
            source.put(TOKEN, "customerorder", "row-0", "2026-01-12 09:09:00.000", {})
    assert seen == ["row-0", "row-1", "row-2", "row-0"]


@pytest.mark.parametrize(
    ("operator", "value", "keys"),
    [("=", "9", ["a"]), (">", "9", ["b"]), ("!=", "9", ["b", "c"]), ("=", "", ["c"]), ("~", "0", ["b"])],
)
async def test_conditions_are_heeded(operator: str, value: str, keys: list[str]) -> None:
    source = MemorySource()
    for key, total in (("a", 9), ("b", 10), ("c", None)):
        source.put(TOKEN, "customerorder", key, "2026-01-12 09:00:00.000", {"sum": total})
    pages = await pages_of(source, reading(None, Condition("sum", operator, value)))
    assert [row.key for page in pages for row in page.rows] == keys


async def test_unknown_and_revoked_tokens_are_refused() -> None:
    source = MemorySource()
    with pytest.raises(MoySkladDisconnected):
        await pages_of(source, reading())
    source.open(TOKEN)
    assert [page.rows for page in await pages_of(source, reading())] == [()]
    assert await source.custom_columns(KEY, EXPORTER) == ()
    source.revoke(TOKEN)
    with pytest.raises(MoySkladDisconnected):
        await source.custom_columns(KEY, EXPORTER)


async def test_failures_come_when_they_are_planned() -> None:
    source = MemorySource()
    source.page_size = 1
    for number in range(3):
        source.put(TOKEN, "customerorder", f"row-{number}", f"2026-01-12 09:0{number}:00.000", {})
    source.failures.plan("read", VendorBusy(5), skip=2)
    seen: list[str] = []
    with pytest.raises(VendorBusy):
        seen.extend([row.key async for page in source.read(KEY, reading()) for row in page.rows])
    assert source.failures.calls["read"] == 3
    assert len(await pages_of(source, reading())) == 3


async def laid_out(sheets: MemorySpreadsheets) -> tuple[str, Tab, MemoryTab]:
    made = (await sheets.create(GOOGLE, "Заказы", "Лист1", "Europe/Moscow", "export")).spreadsheet
    tab = await sheets.lay_out(GOOGLE, made.spreadsheet_id, made.tabs[0], LAYOUT, 3, range(len(LAYOUT.titles)))
    return made.spreadsheet_id, tab, sheets.spreadsheets[made.spreadsheet_id].tab_titled("Лист1")


async def test_a_table_is_laid_out_written_and_shown() -> None:
    sheets = MemorySpreadsheets()
    spreadsheet, tab, seen = await laid_out(sheets)
    assert (tab.row_count, tab.column_count) == (3, 2)
    await sheets.write(GOOGLE, spreadsheet, tab, [PutRows(2, (b'["a",1.5]', b'["=1+1",null]'))], range(2))
    assert seen.values() == [["ID", "Сумма"], ["a", 1.5], ["=1+1"]]
    await sheets.write(GOOGLE, spreadsheet, tab, [PutRows(2, (b'["a",null]',))], range(2))
    assert seen.row(2) == ["a"]
    assert await sheets.show(GOOGLE, spreadsheet, tab, (0,)) == Shown(("ID", "Сумма"), (("ID", "a", "=1+1"),))
    assert (seen.kinds, seen.frozen_rows) == (LAYOUT.kinds, 1)
    assert (sheets.reads, sheets.writes) == (1, 4)


async def test_people_work_in_the_sheet_too() -> None:
    sheets = MemorySpreadsheets()
    spreadsheet, tab, seen = await laid_out(sheets)
    await sheets.write(GOOGLE, spreadsheet, tab, [PutRows(2, (b'["b",1]', b'["a",2]'))], range(2))
    seen.insert_row(2)
    seen.put_cell(3, 2, "note")
    assert (await sheets.show(GOOGLE, spreadsheet, tab, (0,))).columns[0][1:] == ("", "b", "a")
    seen.delete_row(2)
    seen.sort_by(0)
    assert seen.values()[1:] == [["a", 2], ["b", 1, "note"]]
    await sheets.write(GOOGLE, spreadsheet, tab, [PutRows(3, (b'["b",5]',))], range(2))
    assert seen.row(3) == ["b", 5, "note"]


async def test_the_grid_has_an_end() -> None:
    sheets = MemorySpreadsheets()
    spreadsheet, tab, seen = await laid_out(sheets)
    with pytest.raises(VendorFailed):
        await sheets.write(GOOGLE, spreadsheet, tab, [PutRows(3, (b'["a",1]', b'["b",2]'))], range(2))
    assert seen.values() == [["ID", "Сумма"]]
    tab = await sheets.grow(GOOGLE, spreadsheet, tab, LAYOUT, 10)
    assert (await sheets.grow(GOOGLE, spreadsheet, tab, LAYOUT, 5)).row_count == 10
    sheets.cells_limit = 20
    with pytest.raises(SpreadsheetFull):
        await sheets.grow(GOOGLE, spreadsheet, tab, LAYOUT, 11)


async def test_a_write_may_fail_before_or_after_it_was_applied() -> None:
    sheets = MemorySpreadsheets()
    spreadsheet, tab, seen = await laid_out(sheets)
    for applied in (False, True):
        sheets.failures.plan("write", VendorFailed(), applied=applied)
        with pytest.raises(VendorFailed):
            await sheets.write(GOOGLE, spreadsheet, tab, [PutRows(2, (b'["a",1]',))], range(2))
        assert bool(seen.row(2)) is applied


async def test_what_google_refuses() -> None:
    sheets = MemorySpreadsheets()
    spreadsheet, tab, _ = await laid_out(sheets)
    with pytest.raises(TabTitleTaken):
        await sheets.add_tab(GOOGLE, spreadsheet, "Лист1")
    with pytest.raises(TabMissing):
        await sheets.write(GOOGLE, spreadsheet, Tab(9, "Лист1", 2, 2), [], range(2))
    sheets.forbidden.add(spreadsheet)
    await sheets.inspect(GOOGLE, spreadsheet)
    with pytest.raises(SpreadsheetForbidden):
        await sheets.write(GOOGLE, spreadsheet, tab, [], range(2))
    sheets.missing.add(spreadsheet)
    for unknown in (spreadsheet, "unknown"):
        with pytest.raises(SpreadsheetNotFound):
            await sheets.inspect(GOOGLE, unknown)
    sheets.refused.add(TOKEN)
    with pytest.raises(GoogleDisconnected):
        await sheets.inspect(GOOGLE, spreadsheet)


async def test_a_consent_is_exchanged_once_by_whoever_began_it() -> None:
    consent = MemoryGoogleConsent()
    for verifier, code in (("other", None), ("mine", "guessed")):
        approved = consent.approve(consent.address(CLIENT, "state", "mine"))
        with pytest.raises(ConsentInvalid):
            await consent.exchange(CLIENT, code or approved, verifier, NOW)
    code = consent.approve(consent.address(CLIENT, "state", "mine"), subject="s", email="s@example.com")
    grant = await consent.exchange(CLIENT, code, "mine", NOW)
    assert (grant.subject, grant.email, grant.expires_at) == ("s", "s@example.com", NOW + timedelta(hours=1))
    with pytest.raises(ConsentInvalid):
        await consent.exchange(CLIENT, code, "mine", NOW)
    renewed = await consent.renew(CLIENT, grant.refresh_token, NOW)
    assert renewed.access_token != grant.access_token
    assert [consent.trusts(issuer) for issuer in (None, "https://accounts.google.com", "https://evil.example")] == [
        True,
        True,
        False,
    ]


async def test_revoking_one_grant_ends_every_grant_of_the_account() -> None:
    consent = MemoryGoogleConsent()
    one, two = [
        await consent.exchange(CLIENT, consent.approve(consent.address(CLIENT, "s", "v")), "v", NOW) for _ in range(2)
    ]
    await consent.revoke(CLIENT, one.refresh_token)
    await consent.revoke(CLIENT, one.refresh_token)
    for grant in (one, two):
        with pytest.raises(GoogleDisconnected):
            await consent.renew(CLIENT, grant.refresh_token, NOW)


async def test_visitors_and_signatures() -> None:
    keys, signatures, app = MemoryContextKeys(), MemoryVendorSignatures(), uuid4()
    visitor = Visitor(account_id=uuid4(), employee_id=uuid4(), uid="a@b", name="A", administrator=True)
    keys.let_in("key", visitor)
    assert await keys.exchange("key", NOW) == visitor
    with pytest.raises(ContextKeyInvalid):
        await keys.exchange("other", NOW)
    token = signatures.sign(app, NOW + timedelta(minutes=1))
    assert signatures.read(token, app, NOW).expires_at == NOW + timedelta(minutes=1)
    for wrong in (
        lambda: signatures.read("other", app, NOW),
        lambda: signatures.read(token, uuid4(), NOW),
        lambda: signatures.read(token, app, NOW + timedelta(minutes=1)),
    ):
        with pytest.raises(VendorSignatureInvalid):
            wrong()
