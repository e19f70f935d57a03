"""Reports over a warehouse full of random documents agree with one another."""

from typing import Any

import pytest

from .conftest import Customer, Emulator

DOCUMENTS = ("supply", "enter", "demand", "retaildemand", "salesreturn", "retailsalesreturn", "loss", "purchasereturn")
MORE = ("move", "processing", "customerorder", "purchaseorder", "paymentin", "paymentout", "cashin", "cashout")
EVER = {"momentFrom": "1990-01-01 00:00:00"}
ALL = {"filter": "stockMode=all;quantityMode=all;archived=true;archived=false", "groupBy": "consignment"}
close = pytest.approx


@pytest.fixture(scope="module")
def full(strict: Emulator) -> Customer:
    strict.post("/settings", {"quotas": False})
    shop = strict.account()
    shop.seed(orders=20, products=6, counterparties=5)
    shop.post("/stock", {"count": 4})
    for number, kind in enumerate((*DOCUMENTS, *MORE)):
        shop.post("/fill", {"type": kind, "count": 12, "seed": number})
    strict.post("/settings", strict.usual)
    return shop


@pytest.fixture(autouse=True)
def _unlimited(calm: Emulator) -> None:
    """No quotas in this module."""


def ask(shop: Customer, path: str, **parameters: str) -> Any:
    answer = shop.api.get(f"/report/{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return body["rows"] if isinstance(body, dict) and "rows" in body else body


def identifier(row: dict[str, Any]) -> str:
    return str(row["meta"]["href"]).split("?")[0].rsplit("/", 1)[-1]


def test_there_is_something_to_compare(full: Customer) -> None:
    rows = ask(full, "stock/all", **ALL)
    assert len([row for row in rows if row["stock"]]) > 5
    assert any(row["stock"] < 0 for row in rows)
    assert any(row["price"] > 0 for row in rows)


def test_stores_add_up(full: Customer) -> None:
    whole = {identifier(row): row for row in ask(full, "stock/all", **ALL)}
    stores = ask(full, "stock/bystore", filter="stockMode=all", groupBy="consignment")
    for row in stores:
        found = whole[identifier(row)]
        assert sum(one["stock"] for one in row["stockByStore"]) == close(found["stock"], abs=1e-3)
    everywhere = ask(full, "stock/bystore/current", include="zeroLines")
    for good, row in whole.items():
        mine = sum(one["stock"] for one in everywhere if one["assortmentId"] == good)
        assert mine == close(row["stock"], abs=1e-3)


def test_turnover_leads_to_the_stock(full: Customer) -> None:
    whole = {identifier(row): row for row in ask(full, "stock/all", **ALL | {"groupBy": "variant"})}
    flows = ask(full, "turnover/all", **EVER, groupBy="variant", filter="archived=true;withoutturnover=true")
    for flow in flows:
        start, end = flow["onPeriodStart"], flow["onPeriodEnd"]
        for name in ("quantity", "sum"):
            reached = start[name] + flow["income"][name] - flow["outcome"][name]
            assert end[name] == close(reached, abs=1e-2)
        row = whole.get(identifier(flow["assortment"]))
        if row is not None:
            assert end["quantity"] == close(row["stock"], abs=1e-3)


def test_every_cut_of_the_profit_has_the_same_sum(full: Customer) -> None:
    sums = {}
    for path in ("byproduct", "byvariant", "byemployee"):
        rows = ask(full, f"profit/{path}", **EVER)
        sums[path] = tuple(sum(row[name] for row in rows) for name in ("sellSum", "returnSum", "profit"))
    assert sums["byvariant"] == close(sums["byproduct"], rel=1e-6)
    assert sums["byemployee"] == close(sums["byproduct"], rel=1e-6)
    assert sums["byproduct"][0] > 0


def test_the_series_hold_every_posted_document(full: Customer) -> None:
    asked = {**EVER, "momentTo": "2060-01-01 00:00:00", "interval": "month"}
    for path, kinds in (("sales", ("demand", "retaildemand", "commissionreportin")), ("orders", ("customerorder",))):
        series = ask(full, f"{path}/plotseries", **asked)["series"]
        posted = [one for kind in kinds for one in full.objects(kind) if one.get("applicable") and "deleted" not in one]
        assert sum(point["quantity"] for point in series) == len(posted) > 0
        assert sum(point["sum"] for point in series) == close(sum(one["sum"] for one in posted), rel=1e-6)
    money = ask(full, "money/plotseries", **asked)
    assert money["credit"] == close(sum(point["credit"] for point in money["series"]))
    balances = sum(row["balance"] for row in ask(full, "money/byaccount"))
    assert balances == close(money["credit"] - money["debit"], rel=1e-6)


def test_lots_are_what_documents_left(full: Customer) -> None:
    rows = [row for row in ask(full, "stock/all", **ALL) if row["stock"] > 0]
    for row in rows[:8]:
        href = row["meta"]["href"].split("?")[0]
        lots = ask(full, "byoperations/stock", filter=f"assortment={href}")
        assert all(lot["stock"] > 0 for lot in lots)
        assert all(lot["sumCost"] == close(lot["stock"] * lot["costPerUnit"], abs=0.1) for lot in lots)


def test_counterparties_owe_what_documents_say(full: Customer) -> None:
    rows = ask(full, "counterparty")
    assert sum(row["demandsCount"] for row in rows) > 0
    for row in rows:
        assert row["averageReceipt"] * row["demandsCount"] == close(row["demandsSum"], abs=1.0)
