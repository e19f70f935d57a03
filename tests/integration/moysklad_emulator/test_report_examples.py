"""The shape of reports, tasks and the audit against the vendor's documented answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Emulator
from .trading import JUNE, Trade, href

EXAMPLES = Path(__file__).parents[4] / "shared" / "reference" / "moysklad" / "examples"
pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the reference folder is absent")
SERIES = {"momentFrom": "2026-06-01", "momentTo": "2026-06-05", "interval": "day"}
PATHS: dict[str, tuple[str, dict[str, str]]] = {
    "report.stock.all.json": ("stock/all", {}),
    "report.stock.bystore.json": ("stock/bystore", {}),
    "report.stock.byoperation.json": ("stock/byoperation", {"operation.id": "{demand}"}),
    "report.stock.all.current.json": ("stock/all/current", {}),
    "report.stock.all.current-2.json": ("stock/all/current", {"stockType": "reserve"}),
    "report.stock.all.current-3.json": ("stock/all/current", {"stockType": "inTransit"}),
    "report.stock.all.current-4.json": ("stock/all/current", {"stockType": "quantity"}),
    "report.stock.bystore.current.json": ("stock/bystore/current", {"stockType": "freeStock"}),
    "report.stock.bystore.current-4.json": ("stock/bystore/current", {}),
    "report.profit.byproduct.json": ("profit/byproduct", JUNE),
    "report.profit.byvariant.json": ("profit/byvariant", JUNE),
    "report.profit.byemployee.json": ("profit/byemployee", JUNE),
    "report.profit.bycounterparty.json": ("profit/bycounterparty", JUNE),
    "report.profit.bysaleschannel.json": ("profit/bysaleschannel", JUNE),
    "report.turnover.all.json": ("turnover/all", JUNE),
    "report.turnover.bystore.json": ("turnover/bystore", {**JUNE, "filter": "product={tea}"}),
    "report.turnover.byoperations.json": ("turnover/byoperations", {**JUNE, "filter": "product={tea}"}),
    "report.money.plotseries.json": ("money/plotseries", SERIES),
    "report.money.byaccount.json": ("money/byaccount", {}),
    "report.sales.plotseries.json": ("sales/plotseries", SERIES),
    "report.orders.plotseries.json": ("orders/plotseries", SERIES),
    "report.dashboard.day.json": ("dashboard/day", {}),
    "report.dashboard.week.json": ("dashboard/week", {}),
    "report.dashboard.month.json": ("dashboard/month", {}),
    "report.counterparty.json": ("counterparty", {}),
    "report.counterparty.id.json": ("counterparty/{agent}", {}),
    "report.byoperations.stock.json": ("byoperations/stock", {"filter": "assortment={tea}"}),
    "report.byoperations.reserve.json": ("byoperations/reserve", {"filter": "assortment={tea}"}),
    "report.byoperations.intransit.json": ("byoperations/intransit", {"filter": "assortment={tea}"}),
}
ELSEWHERE = {
    "nextHref": "the example is one page of several",
    "bonusBalance": "only where a bonus programme is used",
    "store": "the reserve of an order without a store has none",
    "uuidHref": "some examples show it, some do not",
    "metadataHref": "some examples show it, some do not",
    "image": "no picture can be sent to the emulator",
}
VARYING = {"lastEventDate", "lastEventText", "firstDemandDate", "lastDemandDate"}


@pytest.fixture(scope="module")
def trade(strict: Emulator) -> Trade:
    strict.post("/settings", {"quotas": False})
    made = Trade(strict.account())
    strict.post("/settings", strict.usual)
    return made


@pytest.fixture(autouse=True)
def _unlimited(calm: Emulator) -> None:
    """No quotas in this module."""


def load(name: str) -> Any:
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


def shape(value: Any, path: str = "") -> dict[str, str]:
    """Every path in a JSON value with the JSON type of what stands there; rows of an array are merged."""
    if isinstance(value, dict):
        out = {path: "object"}
        for key, one in value.items():
            out |= shape(one, f"{path}.{key}")
        return out
    if isinstance(value, list):
        out = {path: "array"}
        for one in value:
            out |= shape(one, f"{path}[]")
        return out
    return {path: "number" if type(value) in {int, float} else type(value).__name__}


@pytest.mark.parametrize("name", sorted(PATHS))
def test_reports_look_as_documented(trade: Trade, name: str) -> None:
    path, parameters = PATHS[name]
    known = {"tea": href(trade.tea), "demand": trade.demand["id"], "agent": trade.agent["id"]}
    answer = trade.ask(path.format(**known), **{key: value.format(**known) for key, value in parameters.items()})
    assert answer.status_code == 200, answer.text
    shown, documented = shape(answer.json()), shape(load(name))
    for one, kind in documented.items():
        if one.rsplit(".", 1)[-1] not in VARYING and one in shown:
            assert shown[one] == kind, one
    absent = {one for one in documented if one not in shown and not set(one.split(".")) & set(ELSEWHERE)}
    assert absent == set()


def test_the_types_of_lists_are_the_documented_ones(trade: Trade) -> None:
    for name, (path, parameters) in PATHS.items():
        documented = load(name)
        if isinstance(documented, dict) and "meta" in documented and "{" not in path + str(parameters):
            assert trade.ask(path, **parameters).json()["meta"]["type"] == documented["meta"]["type"], name
