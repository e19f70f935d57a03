"""A report that has several rows for one document, good and store."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.exporters.turnover_byoperations import TurnoverByOperations
from adapters.moysklad.gateway import MoySkladSource
from adapters.moysklad.planning import Paging
from application.exports.vendor_ports import Reading
from domain.exports.filters import Condition
from tests.integration.harness.samples import moysklad_key
from tests.integration.moysklad.wire import Wire

API = "https://ms.test/entity"


def link(kind: str, name: str) -> dict[str, Any]:
    return {"meta": {"href": f"{API}/{kind}/{name}", "type": kind}, "name": name}


def row(document: str, quantity: float) -> dict[str, Any]:
    operation = link("processing", document) | {"moment": "2026-11-25 10:00:00.000"}
    return {
        "assortment": link("product", "tea"),
        "store": link("store", "here"),
        "operation": operation,
        "quantity": quantity,
        "cost": 100.0,
        "sum": quantity * 100,
    }


async def test_what_one_document_used_up_and_what_it_made_are_both_shown() -> None:
    there = [row("p1", -3), row("p2", 1), row("p1", 2), row("p1", 2)]

    def answer(request: httpx.Request) -> httpx.Response:
        offset, limit = (int(request.url.params[name]) for name in ("offset", "limit"))
        return httpx.Response(200, json={"meta": {"size": len(there)}, "rows": there[offset : offset + limit]})

    exporter = TurnoverByOperations()
    columns = tuple(column for column in exporter.columns if column.id in {"key", "quantity"})
    product = Condition("product", "=", "00000000-0000-4000-8000-000000000001")
    wanted = Reading(exporter, columns, (product,), None, ZoneInfo("Europe/Moscow"), datetime.now(UTC))
    async with MoySkladClient("https://ms.test", transport=Wire(answer), units=10**9) as client:
        source = MoySkladSource(client, Paging(expanded=2, plain=2))
        pages = [page async for page in source.read(moysklad_key("token"), wanted)]
    rows = [(one.key, *one.cells) for page in pages for one in page.rows]
    assert rows == [
        ("p1/tea/here", "p1/tea/here", -3),
        ("p2/tea/here", "p2/tea/here", 1),
        ("p1/tea/here/2", "p1/tea/here/2", 2),
        ("p1/tea/here/3", "p1/tea/here/3", 2),
    ]
