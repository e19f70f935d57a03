"""A company's custom attributes of every kind, from its MoySklad into its sheet, through all processes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.integration.e2e.conftest import Place

pytestmark = pytest.mark.e2e

ORDERS = 25
DICTIONARY_KINDS = {"counterparty", "contract", "project", "store", "employee", "product", "customentity"}
PLAIN_KINDS = {"string", "text", "long", "double", "boolean", "time", "link", "file"}
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock


def serial(text: str) -> Any:
    return pytest.approx((datetime.fromisoformat(text) - EPOCH) / timedelta(days=1), abs=1e-8)


def as_shown(attribute: dict[str, Any]) -> Any:
    """What a person expects in the cell, by the attribute's kind."""
    value = attribute["value"]
    shown: dict[str, Callable[[], Any]] = {kind: lambda: value["name"] for kind in DICTIONARY_KINDS}
    shown |= {kind: lambda: value for kind in PLAIN_KINDS}
    shown["time"] = lambda: serial(value)
    shown["double"] = lambda: pytest.approx(value)
    return shown[attribute["type"]]()


def test_attributes_of_every_kind_reach_the_sheet(place: Place) -> None:
    administrator = place.company("attributes", orders=1)
    account = f"/accounts/{administrator.account_id}"
    place.vendors.moysklad(f"{account}/attributes/define", {"type": "customerorder"})
    filling = {"type": "customerorder", "count": ORDERS, "seed": 7, "attributes": True}
    place.vendors.moysklad(f"{account}/fill", filling)

    offered = administrator.call("GET", "/api/v1/exporters/customerorder")["columns"]
    columns = ["id", *(one["id"] for one in offered if one["id"].startswith("attribute:"))]
    config = place.export(administrator, columns=[{"id": column} for column in columns])
    administrator.run(config["id"])

    target = administrator.config(config["id"])["target"]
    values = place.vendors.sheet(target["spreadsheetId"], target["sheetId"])["values"]
    orders = place.vendors.moysklad(f"{account}/objects/customerorder")
    rows = {row[0]: row + [""] * (len(columns) - len(row)) for row in values[1:]}
    assert len(values) == len(orders) + 1
    assert rows.keys() == {order["id"] for order in orders}

    kinds: set[str] = set()
    for order in orders:
        had = {f"attribute:{one['id']}": one for one in order.get("attributes", [])}
        kinds |= {one["type"] for one in had.values()}
        for column, cell in zip(columns[1:], rows[order["id"]][1:], strict=True):
            expected = as_shown(had[column]) if column in had else ""
            assert cell == expected, (had.get(column), cell)
            assert isinstance(cell, bool) == isinstance(expected, bool)
    assert kinds == DICTIONARY_KINDS | PLAIN_KINDS
