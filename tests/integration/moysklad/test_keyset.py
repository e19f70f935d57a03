"""Nothing is lost while the rows change under the reading: keyset reading over a simulated, changing account."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.exporters.customerorder import CustomerOrders
from adapters.moysklad.gateway import MoySkladSource
from adapters.moysklad.planning import Paging
from application.exports.vendor_ports import Page, Reading
from domain.exports.cursor import Cursor
from domain.exports.exporter import RowMode
from domain.shared.errors import VendorFailed
from tests.integration.harness.samples import moysklad_key
from tests.integration.moysklad.wire import Wire

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ORDERS = CustomerOrders()


@dataclass
class Account:
    """Rows by id with the number of the moment of their last change; changes fall between requests."""

    rows: dict[str, int]
    changes: list[list[tuple[str, int]]]
    gone: set[str] = field(default_factory=set)
    asked: int = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.asked:
            self.change()
        self.asked += 1
        query = request.url.params
        since = next(
            (term.removeprefix("updated>=") for term in query.get("filter", "").split(";") if "updated" in term), ""
        )
        match = sorted((stamp(moment), one) for one, moment in self.rows.items() if stamp(moment) >= since)
        offset, limit = int(query["offset"]), int(query["limit"])
        page = match[offset : offset + limit]
        rows = [{"id": one, "updated": moment, "name": moment} for moment, one in page]
        return httpx.Response(200, content=msgspec.json.encode({"meta": {"size": len(match)}, "rows": rows}))

    def change(self) -> None:
        now = max(self.rows.values(), default=0) + 1
        for what, number in self.changes.pop(0) if self.changes else []:
            known = sorted(self.rows)
            if what == "add":
                self.rows[f"new-{now}-{number}"] = now
            elif known and what == "touch":
                self.rows[known[number % len(known)]] = now
            elif known:
                self.gone.add(known[number % len(known)])
                del self.rows[known[number % len(known)]]


def stamp(moment: int) -> str:
    return f"2026-01-01 00:00:{moment // 1000:02}.{moment % 1000:03}"


async def read(account: Account, plain: int, cursor: Cursor | None = None) -> list[Page]:
    transport = Wire(account.answer)
    columns = ORDERS.offered(RowMode.DOCUMENT)[:2]
    async with MoySkladClient("https://ms.test", transport=transport, units=10**9) as client:
        source = MoySkladSource(client, Paging(plain=plain))
        wanted = Reading(ORDERS, columns, (), cursor, ZoneInfo("Europe/Moscow"), NOW)
        return [page async for page in source.read(moysklad_key("token"), wanted)]


def delivered(pages: list[Page]) -> dict[str, str]:
    return {row.key: row.updated for page in pages for row in page.rows}


change = st.tuples(st.sampled_from(["touch", "touch", "add", "remove"]), st.integers(0, 60))
crowds = st.lists(st.integers(1, 40), min_size=0, max_size=6)
changes = st.lists(st.lists(change, max_size=6), max_size=25)


def account_of(sizes: list[int], coming: list[list[tuple[str, int]]]) -> Account:
    rows = {}
    for moment, size in enumerate(sizes):
        for number in range(size):
            rows[f"{(number * 7919 + moment * 31) % 10007:05}-{moment}"] = moment
    return Account(rows, list(coming))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sizes=crowds, coming=changes, plain=st.integers(2, 30), resume=st.integers(0, 30), later=changes)
def test_every_row_that_stays_is_delivered(
    sizes: list[int], coming: list[list[tuple[str, int]]], plain: int, resume: int, later: list[list[tuple[str, int]]]
) -> None:
    account = account_of(sizes, coming)
    at_first = set(account.rows)
    pages = asyncio.run(read(account, plain))
    found = delivered(pages)
    assert at_first - account.gone <= found.keys()
    for one, moment in account.rows.items():
        assert found[one] == stamp(moment)
    if not pages:
        return
    # A crash after any page: another process takes up the reading from that page's cursor while rows go on changing.
    survived = pages[: resume % len(pages) + 1]
    account.changes = list(later)
    again = asyncio.run(read(account, plain, survived[-1].cursor))
    together = delivered(survived) | delivered(again)
    for one, moment in account.rows.items():
        assert together.get(one) == stamp(moment)


def test_a_quiet_account_is_read_without_doubles() -> None:
    account = account_of([3, 500, 1, 1, 120, 2], [])
    pages = asyncio.run(read(account, 100))
    assert sum(len(page.rows) for page in pages) == len(account.rows)
    assert account.asked < 16
    assert pages[-1].total == len(account.rows)


def test_a_crowd_that_thins_out_behind_the_reading_hides_nothing() -> None:
    thinning = [[("touch", number) for number in range(12)] for _ in range(6)]
    account = account_of([60], thinning)
    found = delivered(asyncio.run(read(account, 20)))
    assert found == {one: stamp(moment) for one, moment in account.rows.items()}


@pytest.mark.parametrize("rows", [[("b", 5), ("a", 3)], [("a", 3)]])
def test_rows_out_of_order_are_not_trusted(rows: list[tuple[str, int]]) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        shown: list[dict[str, Any]] = [{"id": one, "updated": stamp(moment)} for one, moment in rows]
        return httpx.Response(200, content=msgspec.json.encode({"meta": {"size": 9}, "rows": shown}))

    async def run() -> None:
        async with MoySkladClient("https://ms.test", transport=Wire(answer), units=10**9) as client:
            wanted = Reading(ORDERS, ORDERS.offered(RowMode.DOCUMENT)[:2], (), Cursor(stamp(4)), ZoneInfo("UTC"), NOW)
            assert [page async for page in MoySkladSource(client).read(moysklad_key("token"), wanted)] == []

    with pytest.raises(VendorFailed):
        asyncio.run(run())


def test_a_server_that_never_gets_further_is_given_up() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        shown = [{"id": "a", "updated": stamp(1)}]
        return httpx.Response(200, content=msgspec.json.encode({"meta": {"size": 9}, "rows": shown}))

    async def run() -> None:
        async with MoySkladClient("https://ms.test", transport=Wire(answer), units=10**9) as client:
            wanted = Reading(ORDERS, ORDERS.offered(RowMode.DOCUMENT)[:2], (), None, ZoneInfo("UTC"), NOW)
            assert len([page async for page in MoySkladSource(client).read(moysklad_key("token"), wanted)]) == 1

    with pytest.raises(VendorFailed) as caught:
        asyncio.run(run())
    assert caught.value.details["reason"] == "stuck"


def test_the_next_pages_are_on_their_way_and_memory_stays_flat() -> None:
    account = account_of([1] * 200, [])

    async def run() -> None:
        transport = Wire(account.answer)
        async with MoySkladClient("https://ms.test", transport=transport, units=10**9) as client:
            wanted = Reading(ORDERS, ORDERS.offered(RowMode.DOCUMENT)[:2], (), None, ZoneInfo("UTC"), NOW)
            stream = MoySkladSource(client, Paging(plain=10)).read(moysklad_key("token"), wanted)
            for taken in range(1, 6):
                await anext(stream)
                await asyncio.sleep(0.05)
                assert account.asked == taken + 2

    asyncio.run(run())
