"""Every exporter of the catalogue reads a whole account, in every row mode and every way of reading."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from adapters.moysklad.catalogue import ScannedExporters
from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.gateway import MoySkladSource
from adapters.moysklad.planning import Paging
from application.exports.vendor_ports import Page, Reading
from domain.exports.custom import every_filter
from domain.exports.exporter import BaseExporter, RowMode
from domain.exports.filters import SAVED_FILTER, Condition, Filter, FilterKind, Operator, Place, check_condition
from tests.integration.harness.samples import moysklad_key

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime.now(UTC)
CATALOGUE = ScannedExporters().all()
EXPORTERS = pytest.mark.parametrize("exporter", CATALOGUE, ids=lambda exporter: exporter.key)
COUNT = 7
FEW = Paging(expanded=4, plain=5, expand=True)
MANY = Paging(expanded=4, plain=5, expand=False)
AFTER = ("demand", "salesreturn", "paymentin", "supply", "paymentout", "invoiceout", "retaildemand")
"""Filled once more after everything else: they link to documents that have to be there already."""

SHARE = {"stock.all.current": 0.6}
"""An answer of this report carries one of five quantities, the one that was asked for."""

VALUES = {
    FilterKind.TEXT: "а",
    FilterKind.NUMBER: "1",
    FilterKind.MONEY: "1.50",
    FilterKind.DATE_TIME: "2026-01-15 10:00:00",
    FilterKind.BOOLEAN: "true",
    FilterKind.STATE: "Новый",
    FilterKind.REFERENCE: str(uuid4()),
    FilterKind.ID: str(uuid4()),
}


@pytest_asyncio.fixture(scope="session")
async def shop(emulator: Any) -> Any:
    """An account with something of every kind, all fields and attributes filled; not changed by any test."""
    await emulator.post("/settings", quotas=False)
    customer = await emulator.customer()
    kinds = dict.fromkeys(one.entity for one in CATALOGUE if one.entity and one.entity != "assortment")
    for kind in (*kinds, *AFTER):
        name = kind.partition("/")[0]
        await customer.post("/fill", type=name, count=COUNT, positions=3, attributes=True, seed=5)
    await customer.post("/stock", count=20, seed=3)
    company = (await emulator.control.get(f"{customer.path}")).json()
    customer.dictionary = next(kind.partition("/")[2] for kind in company["counts"] if kind.startswith("customentity/"))
    customer.product = (await emulator.control.get(f"{customer.path}/objects/product")).json()[0]["id"]
    customer.store = (await emulator.control.get(f"{customer.path}/objects/store")).json()[0]["id"]
    cells = [{"good": customer.product, "store": customer.store, "slot": str(uuid4()), "quantity": 2} for _ in range(3)]
    await customer.post("/stock/cells", rows=cells)
    return customer


def needed(exporter: BaseExporter, shop: Any) -> tuple[Condition, ...]:
    """Conditions without which the exporter cannot be asked."""
    ids = {"dictionary": shop.dictionary, "storeId": shop.store}
    return tuple(
        Condition(offer.id, Operator.EQUAL, ids.get(offer.id, shop.product))
        for offer in exporter.filters
        if offer.required and not offer.default
    )


async def pages(
    client: MoySkladClient, shop: Any, exporter: BaseExporter, mode: RowMode, paging: Paging, *conditions: Condition
) -> tuple[list[Page], tuple[str, ...]]:
    source, key = MoySkladSource(client, paging), moysklad_key(shop.token)
    conditions = (*needed(exporter, shop), *conditions)
    custom = await source.custom_columns(key, exporter, conditions) if exporter.has_custom_columns else ()
    columns = (*exporter.offered(mode), *custom)
    reading = Reading(exporter, columns, conditions, None, MOSCOW, NOW, mode, custom)
    return [page async for page in source.read(key, reading)], tuple(column.id for column in columns)


@EXPORTERS
async def test_it_reads_the_same_rows_in_both_ways_and_most_columns_show_something(
    client: MoySkladClient, shop: Any, exporter: BaseExporter
) -> None:
    shown: set[str] = set()
    offered: set[str] = set()
    for mode in exporter.row_modes:
        expanded, ids = await pages(client, shop, exporter, mode, FEW)
        joined, _ = await pages(client, shop, exporter, mode, MANY)
        rows = {row.key: row.cells for page in expanded for row in page.rows}
        other = {row.key: row.cells for page in joined for row in page.rows}
        assert not [bad for page in (*expanded, *joined) for bad in page.bad]
        assert rows
        assert rows.keys() == other.keys()
        for key, cells in rows.items():
            differences = [
                (name, one, two) for name, one, two in zip(ids, cells, other[key], strict=True) if one != two
            ]
            assert not differences, (mode, key)
        assert expanded[-1].complete
        assert joined[-1].complete
        offered.update(column for column in ids if ":" not in column)
        shown.update(name for place, name in enumerate(ids) if any(cells[place] is not None for cells in rows.values()))
    assert len(offered & shown) >= SHARE.get(exporter.key, 0.7) * len(offered), sorted(offered - shown)


def conditions_for(offer: Filter, shop: Any) -> list[Condition]:
    if offer.kind is FilterKind.CHOICE:
        return [Condition(offer.id, Operator.EQUAL, choice) for choice in offer.choices]
    made = [
        Condition(offer.id, operator, "this_month" if operator is Operator.WITHIN else VALUES[offer.kind])
        for operator in offer.allowed
        if operator is Operator.WITHIN or offer.kind in VALUES
    ]
    if offer.place is Place.PATH:
        made = [Condition(offer.id, Operator.EQUAL, shop.dictionary)]
    return made


@EXPORTERS
async def test_every_condition_it_offers_is_understood(
    client: MoySkladClient, shop: Any, exporter: BaseExporter
) -> None:
    source, key = MoySkladSource(client), moysklad_key(shop.token)
    basic = needed(exporter, shop)
    custom = await source.custom_columns(key, exporter, basic) if exporter.has_custom_columns else ()
    offers = [offer for offer in every_filter(exporter, custom) if offer.id != SAVED_FILTER.id]
    for offer in offers:
        for condition in conditions_for(offer, shop):
            check_condition(offer, condition)
            others = tuple(one for one in basic if one.filter_id != offer.id)
            reading = Reading(
                exporter, exporter.columns[:1], (*others, condition), None, MOSCOW, NOW, exporter.row_modes[0], custom
            )
            assert await source.count(key, reading) >= 0
