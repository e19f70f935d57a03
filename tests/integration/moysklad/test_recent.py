"""Asking the brief stock reports for what changed of late."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.exporters.stock_all_current import StockAllNow
from adapters.moysklad.exporters.stock_bystore_current import StockByStoreNow
from adapters.moysklad.gateway import MoySkladSource
from application.exports.vendor_ports import MomentRefused, Page, Reading
from domain.connections.moysklad import MoySkladPermissionMissing
from domain.exports.cursor import Cursor
from domain.exports.exporter import BaseExporter
from domain.exports.filters import Condition, FilterRefused
from domain.shared.errors import SkladSheetsError, VendorFailed
from domain.shared.moments import from_moscow
from tests.integration.harness.samples import moysklad_key
from tests.integration.moysklad.wire import Wire

MOSCOW = ZoneInfo("Europe/Moscow")
DATED = {"Date": "Wed, 25 Nov 2026 10:00:00 GMT"}
SINCE = Cursor("2026-11-25 12:00:00.500")
Answering = Callable[[httpx.Request], httpx.Response]


def reading(exporter: BaseExporter, cursor: Cursor | None, *conditions: Condition) -> Reading:
    key = next(column for column in exporter.columns if column.id == exporter.key_column)
    number = next(column for column in exporter.columns if column.id == "stock")
    return Reading(exporter, (key, number), conditions, cursor, MOSCOW, datetime.now(UTC))


async def asked(answer: Answering, wanted: Reading) -> Page:
    async with MoySkladClient("https://ms.test", transport=Wire(answer), units=10**9, backoff=0.001) as client:
        (page,) = [page async for page in MoySkladSource(client).read(moysklad_key("token"), wanted)]
    return page


def rows(*found: dict[str, Any], **headers: str) -> Answering:
    return lambda _: httpx.Response(200, json=list(found), headers=headers or DATED)


async def test_the_moment_is_asked_for_to_the_second_and_the_answers_date_is_the_next_one() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=[], headers=DATED)

    page = await asked(answer, reading(StockAllNow(), SINCE))
    assert dict(seen[0].url.params) == {"stockType": "stock", "changedSince": "2026-11-25 12:00:00"}
    assert page.cursor is not None
    date = from_moscow("2026-11-25 13:00:00")
    assert date - timedelta(seconds=10) <= from_moscow(page.cursor.updated) <= date, "10:00 in Greenwich"
    assert (page.rows, page.gone, page.units, page.complete) == ((), (), 1, True)


async def test_zeros_are_rows_that_are_no_more_and_an_unknown_amount_is_none() -> None:
    told = [("tea", 0), ("cup", 0.0), ("spoon", -1), ("fork", 0.5)]
    answer = rows(*({"assortmentId": name, "storeId": None, "stock": amount} for name, amount in told))
    page = await asked(answer, reading(StockByStoreNow(), SINCE))
    assert page.gone == ("tea/", "cup/")
    assert [row.key for row in page.rows] == ["spoon/", "fork/"]
    assert (page.read, page.cursor is not None) == (4, True)


async def test_a_whole_answer_is_taken_as_it_is() -> None:
    page = await asked(rows({"assortmentId": "tea", "stock": 0}), reading(StockAllNow(), None))
    assert ([row.key for row in page.rows], page.gone) == (["tea"], ())
    assert page.cursor is not None, "the next run can ask from here"


async def test_the_moment_stands_still_while_something_is_counted_or_cannot_be_read() -> None:
    counted = {"assortmentId": "tea", "storeId": "here", "stock": None}
    page = await asked(rows(counted), reading(StockByStoreNow(), SINCE))
    assert ([row.cells for row in page.rows], page.cursor) == ([("tea/here", None)], None)
    spoilt = rows({"assortmentId": "tea", "stock": "many"}, {"assortmentId": "cup", "stock": 0})
    page = await asked(spoilt, reading(StockAllNow(), SINCE))
    assert (len(page.bad), page.gone, page.cursor) == (1, ("cup",), None)
    odd = rows({"assortmentId": "tea", "stock": 1}, {"stock": 0})
    page = await asked(odd, reading(StockAllNow(), SINCE))
    assert (len(page.rows), len(page.bad), page.gone, page.cursor) == (1, 1, (), None)


@pytest.mark.parametrize("headers", [{"X-Nothing": "1"}, {"Date": "some day"}], ids=["absent", "garbled"])
async def test_without_a_date_there_is_no_moment(headers: dict[str, str]) -> None:
    page = await asked(rows({"assortmentId": "tea", "stock": 1}, **headers), reading(StockAllNow(), SINCE))
    assert page.cursor is None


@pytest.mark.parametrize(
    ("status", "number", "cursor", "raised"),
    [
        (400, 1040, SINCE, MomentRefused),
        (400, 99999, SINCE, MomentRefused),
        (412, 2006, SINCE, MomentRefused),
        (400, 1040, None, FilterRefused),
        (403, 1016, SINCE, MoySkladPermissionMissing),
        (500, None, SINCE, VendorFailed),
    ],
)
async def test_only_a_refusal_of_the_question_is_taken_for_one_of_the_moment(
    status: int, number: int | None, cursor: Cursor | None, raised: type[SkladSheetsError | MomentRefused]
) -> None:
    body = {"errors": [{"error": "Ошибка", "code": number}]} if number else {}
    with pytest.raises(raised):
        await asked(lambda _: httpx.Response(status, json=body), reading(StockAllNow(), cursor))


async def test_conditions_of_which_nothing_is_promised_are_read_whole() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=[], headers=DATED)

    for condition in (Condition("stockType", "=", "reserve"), Condition("include", "=", "zeroLines")):
        page = await asked(answer, reading(StockAllNow(), SINCE, condition))
        assert page.cursor is None
    assert not [request for request in seen if "changedSince" in request.url.params]
