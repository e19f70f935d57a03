"""Profit, turnover, money, figures and counterparties: reports over a trade with known numbers (reference 4.3)."""

from typing import Any

import pytest

from .conftest import Emulator, code
from .trading import JUNE, TEA, Trade, href

PROFITS = ("byproduct", "byvariant", "byemployee", "bycounterparty", "bysaleschannel")


@pytest.fixture
def trade(calm: Emulator) -> Trade:
    return Trade(calm.account())


def test_profit_is_what_was_sold_less_what_it_cost(trade: Trade) -> None:
    (row,) = trade.rows("profit/byproduct", **JUNE)
    assert row["assortment"]["name"] == TEA
    assert (row["sellQuantity"], row["sellPrice"], row["sellSum"], row["sellCostSum"]) == (4, 25000, 100000, 40000)
    assert (row["returnQuantity"], row["returnSum"], row["returnCostSum"]) == (1, 25000, 10000)
    assert row["profit"] == 100000 - 40000 - 25000 + 10000
    assert row["margin"] == pytest.approx(45000 / 30000)
    assert row["salesMargin"] == pytest.approx(45000 / 75000)


def test_every_cut_of_the_profit_has_the_same_sum(trade: Trade) -> None:
    profits = {path: sum(row["profit"] for row in trade.rows(f"profit/{path}", **JUNE)) for path in PROFITS}
    returns = trade.rows("profit/bysaleschannel", **JUNE)[0]["returnSum"]
    assert returns == 0, "the return names no channel"
    assert profits.pop("bysaleschannel") == 60000
    assert set(profits.values()) == {45000}
    (row,) = trade.rows("profit/bycounterparty", **JUNE)
    assert (row["counterparty"]["name"], row["salesCount"], row["salesAvgCheck"]) == ("Покупатель", 1, 100000)


def test_costs_and_profit_are_hidden_without_the_right(trade: Trade) -> None:
    app = trade.shop.app["appId"]
    trade.shop.post("/permissions", {"permissions": {"viewProductCostAndProfit": {"view": False}}, "appId": app})
    (row,) = trade.rows("profit/byproduct", **JUNE)
    assert not {"profit", "margin", "sellCost", "sellCostSum", "returnCostSum"} & set(row)
    trade.shop.post("/permissions", {"permissions": {"viewSaleProfit": {"view": False}}, "appId": app})
    assert code(trade.ask("profit/byproduct")) == 1016


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("counterparty={agent}", 1),
        ("store={other}", 0),
        ("entityType=retaildemand", 0),
        ("agentTag=опт", 1),
        ("agentTag=розница", 0),
        ("product!={tea}", 0),
        ("salesChannel={channel}", 1),
    ],
)
def test_profit_can_be_narrowed(trade: Trade, condition: str, count: int) -> None:
    known = {"agent": trade.agent, "other": trade.other, "tea": trade.tea, "channel": trade.channel}
    asked = condition.format(**{name: href(one) for name, one in known.items()})
    assert len(trade.rows("profit/byproduct", **JUNE, filter=asked)) == count


def test_periods(trade: Trade, calm: Emulator) -> None:
    assert (
        trade.rows("profit/byproduct", momentFrom="2026-06-03 00:00:00", momentTo="2026-06-03 23:59:59")[0]["sellSum"]
        == 0
    ), "only the return"
    assert trade.rows("profit/byproduct", momentTo="2026-06-02 12:00:00")[0]["returnSum"] == 0
    refused = trade.ask("profit/byproduct", filter="momentFrom=2026-06-01 00:00:00")
    assert code(refused) == 1034
    assert code(trade.ask("profit/byproduct", momentFrom="June")) == 1035
    calm.post("/settings", {"clockOffsetSeconds": 400 * 86400})
    assert trade.rows("profit/byproduct") == [], "the last month"
    assert trade.rows("profit/byproduct", momentFrom="2026-01-01 00:00:00")[0]["profit"] == 45000


def test_turnover_ends_with_start_plus_income_less_outcome(trade: Trade) -> None:
    row = trade.tea_in(trade.rows("turnover/all", momentFrom="2026-06-02 00:00:00", momentTo="2026-06-30 00:00:00"))
    assert row["onPeriodStart"] == {"quantity": 10, "sum": 100000}
    assert row["income"] == {"quantity": 3, "sum": 30000}
    assert row["outcome"] == {"quantity": 6, "sum": 60000}
    assert row["onPeriodEnd"] == {"quantity": 7, "sum": 70000}
    assert row["onPeriodEnd"]["quantity"] == trade.tea_in(trade.rows("stock/all"))["stock"]


def test_lines_of_a_document_come_to_one_row_of_turnover(trade: Trade) -> None:
    line = {"assortment": {"meta": trade.cup["meta"]}, "price": 1}
    trade.document("demand", "21", positions=[line | {"quantity": 2}, line | {"quantity": 3}])
    (row,) = trade.rows("turnover/byoperations", **JUNE, filter=f"product={href(trade.cup)}")
    assert (row["quantity"], row["cost"], row["sum"]) == (-5, 5000, -25000)


def test_turnover_by_store_and_by_document_add_up(trade: Trade) -> None:
    asked = {**JUNE, "filter": f"product={href(trade.tea)}"}
    whole = trade.tea_in(trade.rows("turnover/all", **asked))
    (row,) = trade.rows("turnover/bystore", **asked)
    stores = row["stockByStore"]
    assert sum(one["onPeriodEnd"]["quantity"] for one in stores) == whole["onPeriodEnd"]["quantity"]
    assert sum(one["income"]["sum"] for one in stores) == whole["income"]["sum"]
    documents = trade.rows("turnover/byoperations", **asked)
    assert sum(one["quantity"] for one in documents) == 7
    assert sum(one["sum"] for one in documents) == whole["onPeriodEnd"]["sum"]
    assert {one["operation"]["meta"]["type"] for one in documents} == {"supply", "demand", "salesreturn", "move"}
    assert len(trade.rows("turnover/byoperations", **asked | {"filter": asked["filter"] + ";type=move"})) == 2
    assert code(trade.ask("turnover/bystore", **JUNE)) == 1034


def test_goods_sold_before_they_came_get_their_cost_later(trade: Trade) -> None:
    spoon = trade.make("product", name="Ложка")
    line = {"assortment": {"meta": spoon["meta"]}, "quantity": 2, "price": 900}
    trade.document("demand", "10", positions=[line])
    asked = {**JUNE, "filter": f"product={href(spoon)}"}
    assert trade.rows("profit/byproduct", **asked)[0]["sellCostSum"] == 0
    trade.document("supply", "11", positions=[line | {"quantity": 5, "price": 400}])
    assert trade.rows("profit/byproduct", **asked)[0]["sellCostSum"] == 800
    (row,) = trade.rows("turnover/all", **asked)
    assert row["onPeriodEnd"] == {"quantity": 3, "sum": 1200}


def test_a_bundle_takes_its_components_from_stock(trade: Trade) -> None:
    parts = [{"assortment": {"meta": trade.cup["meta"]}, "quantity": 2}]
    bundle = trade.make("bundle", name="Пара чашек", components=parts)
    trade.document("demand", "12", positions=[{"assortment": {"meta": bundle["meta"]}, "quantity": 3, "price": 20000}])
    row = next(row for row in trade.rows("stock/all") if row["name"] == "Чашка")
    assert row["stock"] == 20 - 6
    sold = trade.rows("profit/byproduct", **JUNE, filter=f"product={href(bundle)}")
    assert [(one["sellSum"], one["sellCostSum"]) for one in sold] == [(60000, 30000)]


def test_series_have_a_point_for_every_interval(trade: Trade) -> None:
    asked = {"momentFrom": "2026-06-01 00:00:00", "momentTo": "2026-06-30 00:00:00", "interval": "day"}
    sales = trade.ask("sales/plotseries", **asked).json()
    assert len(sales["series"]) == 30
    assert [point for point in sales["series"] if point["quantity"]] == [
        {"date": "2026-06-02 00:00:00", "quantity": 1, "sum": 100000}
    ]
    orders = trade.ask("orders/plotseries", **asked | {"interval": "month"}).json()["series"]
    assert orders == [{"date": "2026-06-01 00:00:00", "quantity": 1, "sum": 75000}]
    money = trade.ask("money/plotseries", **asked).json()
    assert (money["credit"], money["debit"]) == (60000, 0)
    assert money["series"][6] == {"date": "2026-06-07 00:00:00", "credit": 60000, "debit": 0, "balance": 60000}


def test_a_client_in_another_zone_gets_its_own_days(trade: Trade) -> None:
    zone = {"X-Lognex-Accept-Timezone": "Tue, 02 Jun 2026 20:00:00 +1200"}
    asked = {"momentFrom": "2026-06-01 00:00:00", "momentTo": "2026-06-05 00:00:00", "interval": "hour"}
    answer = trade.api.get("/report/sales/plotseries", params=asked, headers=zone)
    assert [point["date"] for point in answer.json()["series"] if point["quantity"]] == ["2026-06-02 21:00:00"]
    assert answer.headers["X-Lognex-Content-Timezone"].endswith("+1200")


@pytest.mark.parametrize(
    ("changed", "known"),
    [
        ({"interval": ""}, 39000),
        ({"momentFrom": ""}, 39000),
        ({"interval": "week"}, 39002),
        ({"interval": "hour", "momentTo": "2026-07-02 00:00:01"}, 39001),
        ({"interval": "day", "momentTo": "2037-01-01 00:00:00"}, 39001),
        ({"filter": "agent=1"}, 1034),
    ],
)
def test_series_need_a_bearable_period(trade: Trade, changed: dict[str, str], known: int) -> None:
    asked = {"momentFrom": "2026-06-01 00:00:00", "momentTo": "2026-06-30 00:00:00", "interval": "day"}
    for path in ("money/plotseries", "sales/plotseries", "orders/plotseries"):
        assert code(trade.ask(path, **asked | changed)) == known


def test_money_lies_in_accounts_and_desks(trade: Trade) -> None:
    rows = trade.rows("money/byaccount")
    assert [row["balance"] for row in rows] == [0, 60000], "the desk, then the bank account"
    assert rows[1]["account"]["name"] == "40702810000000000001"
    trade.make("cashin", organization=trade.organization, agent={"meta": trade.agent["meta"]}, sum=500)
    assert [row["balance"] for row in trade.rows("money/byaccount")] == [500, 60000]
    balance = trade.ask("dashboard/month").json()["money"]["balance"]
    assert balance == 60500


def test_the_dashboard_compares_with_the_period_before(trade: Trade) -> None:
    before = trade.ask("dashboard/day").json()
    trade.make("paymentin", organization=trade.organization, agent={"meta": trade.agent["meta"]}, sum=700)
    line = {"assortment": {"meta": trade.tea["meta"]}, "quantity": 1, "price": 500}
    trade.make(
        "demand",
        organization=trade.organization,
        agent={"meta": trade.agent["meta"]},
        store=trade.store,
        positions=[line],
    )
    after: dict[str, Any] = trade.ask("dashboard/day").json()
    assert after["sales"] == {"count": 1, "amount": 500, "movementAmount": 500}
    assert after["money"]["todayMovement"] - before["money"]["todayMovement"] == 700
    assert trade.ask("dashboard/week").json()["sales"]["count"] == 1


def test_a_counterparty_owes_what_it_did_not_pay_for(trade: Trade) -> None:
    row = next(row for row in trade.rows("counterparty") if row["counterparty"]["name"] == "Покупатель")
    assert (row["demandsCount"], row["demandsSum"], row["averageReceipt"]) == (1, 100000, 100000)
    assert (row["returnsCount"], row["returnsSum"], row["profit"]) == (1, 25000, 45000)
    assert row["balance"] == 60000 - 100000 + 25000 + 100000, "the supply came from the same counterparty"
    assert (row["firstDemandDate"], row["lastEventDate"]) == ("2026-06-02 12:00:00", None)
    one = trade.api.get(f"/report/counterparty/{trade.agent['id']}").json()
    assert {name: value for name, value in one.items() if name != "context"} == row
    body = {"counterparties": [{"counterparty": {"meta": trade.agent["meta"]}}]}
    assert trade.api.post("/report/counterparty", json=body).json()["rows"] == [row]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("demandsSum>=100000", True),
        ("demandsSum>100000", False),
        ("balance>0", True),
        ("counterparty.name~=покуп", True),
        ("counterparty.inn=123", False),
        ("updated>=2026-01-01 00:00:00", True),
        ("updated<2026-01-01 00:00:00", False),
        ("firstDemandDate<2026-06-02 00:00:00", False),
        ("demandsCount=1;demandsCount=7", True),
    ],
)
def test_counterparties_are_chosen_by_their_figures(trade: Trade, condition: str, found: bool) -> None:
    assert (trade.agent["id"] in str(trade.rows("counterparty", filter=condition))) is found


def test_an_employee_without_rights_sees_no_figures(trade: Trade, calm: Emulator) -> None:
    employee = trade.shop.post("/employees", {"name": "Кладовщик"})
    token = trade.shop.post("/tokens", {"kind": "user", "employeeId": employee["employeeId"]})["token"]
    with calm.client(token) as api:
        assert code(api.get("/report/dashboard/day")) == 1016
        assert code(api.get("/report/stock/all/current")) == 1016
        assert api.get("/report/stock/all").status_code == 200
