"""Stock: what reports say about a trade with known numbers (reference 4.3)."""

import time
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from emulators.moysklad.clock import stamp

from .conftest import Customer, Emulator, code
from .trading import TEA, Trade, href

EVERYTHING = {"filter": "stockMode=all;quantityMode=all"}


@pytest.fixture
def trade(calm: Emulator) -> Trade:
    return Trade(calm.account())


def moscow(later: float) -> str:
    """The moment that many seconds from now, as the API writes it."""
    return stamp(time.time() + later)[:19]


def test_the_extended_report_knows_stock_reserve_expectation_and_cost(trade: Trade) -> None:
    row = trade.tea_in(trade.rows("stock/all"))
    assert (row["stock"], row["reserve"], row["inTransit"], row["quantity"]) == (7, 3, 5, 9)
    assert row["price"] == 10000
    assert (row["name"], row["code"], row["article"]) == (TEA, "tea", "T-1")
    assert row["meta"]["href"].endswith("?expand=supplier")
    assert row["stockDays"] > 0


def test_stores_add_up_to_the_whole(trade: Trade) -> None:
    whole = {row["meta"]["href"]: row["stock"] for row in trade.rows("stock/all", **EVERYTHING)}
    rows = trade.rows("stock/bystore", filter="stockMode=all")
    stores = {row["meta"]["href"]: sum(one["stock"] for one in row["stockByStore"]) for row in rows}
    assert stores == whole
    assert all(set(row) == {"meta", "stockByStore"} for row in rows)
    assert {one["name"] for one in rows[0]["stockByStore"]} == {"Основной склад", "Второй склад"}
    assert sorted(one["stock"] for one in trade.tea_in(rows)["stockByStore"]) == [2, 5]


def test_brief_reports_agree_with_the_extended_one(trade: Trade) -> None:
    row = trade.tea_in(trade.rows("stock/all"))
    for kind, wanted in (
        ("stock", "stock"),
        ("quantity", "quantity"),
        ("reserve", "reserve"),
        ("inTransit", "inTransit"),
    ):
        brief = trade.tea_in(trade.rows("stock/all/current", stockType=kind))
        assert brief == {"assortmentId": trade.tea["id"], kind: row[wanted]}
    free = trade.rows("stock/all/current", stockType="freeStock")
    assert trade.tea_in(free)["freeStock"] == 4


def test_a_reserve_without_a_store_stands_in_a_row_of_its_own(trade: Trade) -> None:
    reserves = trade.rows("stock/bystore/current", stockType="reserve")
    assert reserves == [{"assortmentId": trade.tea["id"], "storeId": None, "reserve": 3}]


def test_zero_lines_are_left_out_unless_asked_for(trade: Trade) -> None:
    trade.shop.post("/stock", {"rows": [trade.place(trade.cup, trade.store, 0)]})
    assert trade.cup["id"] not in str(trade.rows("stock/all/current"))
    assert trade.cup["id"] in str(trade.rows("stock/all/current", include="zeroLines"))


def test_the_brief_report_can_be_narrowed(trade: Trade) -> None:
    rows = trade.rows("stock/all/current", filter=f"assortmentId={trade.cup['id']},{trade.tea['id']}")
    assert len(rows) == 2
    assert len(trade.rows("stock/all/current", filter=f"assortmentId={trade.cup['id']}")) == 1
    other = trade.rows("stock/bystore/current", filter=f"storeId={trade.other['id']}")
    assert [row["stock"] for row in other] == [2]


def test_only_goods_changed_since_are_told(trade: Trade, calm: Emulator) -> None:
    trade.rows("stock/all/current")
    calm.post("/settings", {"clockOffsetSeconds": 3600})
    moment = moscow(3590)
    assert trade.rows("stock/all/current", changedSince=moment) == []
    changed = trade.shop.post("/stock/change", {"count": 1})["rows"]
    rows = trade.rows("stock/all/current", changedSince=moment)
    assert rows == [{"assortmentId": trade.cup["id"], "stock": changed[0]["quantity"]}]
    trade.document("demand", "20", positions=[{"assortment": {"meta": trade.tea["meta"]}, "quantity": 1, "price": 1}])
    rows = trade.rows("stock/bystore/current", changedSince=moment)
    assert {row["assortmentId"] for row in rows} == {trade.cup["id"], trade.tea["id"]}


@pytest.mark.parametrize(("later", "known"), [(-24 * 3600 - 60, 1040), (3600, 1040)])
def test_changed_since_reaches_back_24_hours(trade: Trade, later: float, known: int) -> None:
    assert code(trade.ask("stock/all/current", changedSince=moscow(later))) == known


@pytest.mark.parametrize("moment", ["yesterday", "23.08.2016", "2016-13-41 00:00:00", ""])
def test_a_malformed_moment_is_refused(trade: Trade, moment: str) -> None:
    assert code(trade.ask("stock/bystore/current", changedSince=moment)) == 1035


def test_what_ran_out_is_told_with_zero(trade: Trade, calm: Emulator) -> None:
    moment = an_hour_later(trade, calm)
    sold = {"assortment": {"meta": trade.tea["meta"]}, "quantity": 7, "price": 1}
    trade.document("demand", "20", positions=[sold])
    assert trade.tea["id"] not in str(trade.rows("stock/all/current"))
    assert trade.rows("stock/all/current", changedSince=moment) == [{"assortmentId": trade.tea["id"], "stock": 0}]


def test_what_was_archived_is_told_with_zero_and_shown_no_more(trade: Trade, calm: Emulator) -> None:
    moment = an_hour_later(trade, calm)
    trade.api.put(f"/entity/product/{trade.cup['id']}", json={"archived": True}).raise_for_status()
    trade.api.put(f"/entity/store/{trade.other['id']}", json={"archived": True}).raise_for_status()
    assert trade.cup["id"] not in str(trade.rows("stock/all/current", include="zeroLines"))
    rows = {
        (row["assortmentId"], row["storeId"]): row["stock"]
        for row in trade.rows("stock/bystore/current", changedSince=moment)
    }
    assert rows == {(trade.cup["id"], first_store(trade)): 0, (trade.tea["id"], trade.other["id"]): 0}
    trade.api.put(f"/entity/product/{trade.cup['id']}", json={"archived": False}).raise_for_status()
    rows = {row["assortmentId"]: row["stock"] for row in trade.rows("stock/all/current", changedSince=moment)}
    assert rows[trade.cup["id"]] == 20


def an_hour_later(trade: Trade, calm: Emulator) -> str:
    """Looks at the stock, passes an hour and tells the moment."""
    trade.rows("stock/all/current")
    calm.post("/settings", {"clockOffsetSeconds": 3600})
    return moscow(3590)


def first_store(trade: Trade) -> str:
    return str(trade.store["meta"]["href"]).rpartition("/")[2]


def test_cells_hold_what_was_put_into_them(trade: Trade) -> None:
    place = {"good": trade.tea["id"], "store": first_store(trade), "quantity": 1.2}
    trade.shop.post("/stock/cells", {"rows": [place | {"slot": "slot-1"}, place | {"slot": "slot-2", "quantity": 0}]})
    wanted = [{"assortmentId": trade.tea["id"], "storeId": first_store(trade), "slotId": "slot-1", "stock": 1.2}]
    assert trade.rows("stock/byslot/current", filter=f"assortmentId={trade.tea['id']}") == wanted
    assert trade.rows("stock/byslot/current", filter=f"storeId={first_store(trade)}") == wanted
    assert trade.rows("stock/byslot/current", filter=f"storeId={trade.other['id']}") == []


def test_answers_bear_the_date_of_the_emulated_clock(trade: Trade, calm: Emulator) -> None:
    calm.post("/settings", {"clockOffsetSeconds": 86_400})
    told = parsedate_to_datetime(trade.ask("stock/all/current").headers["Date"]).timestamp()
    assert abs(told - time.time() - 86_400) < 30


def test_goods_that_are_being_counted_are_left_out_or_null(trade: Trade, calm: Emulator) -> None:
    trade.rows("stock/all/current")
    trade.shop.post("/stock/change", {"count": 1})
    calm.post("/settings", {"stockRecalculationSeconds": 600})
    try:
        assert trade.cup["id"] not in str(trade.rows("stock/all"))
        assert trade.cup["id"] not in str(trade.rows("stock/bystore/current"))
        rows = trade.rows("stock/bystore/current", withRecalculate="true")
        assert [row["stock"] for row in rows if row["assortmentId"] == trade.cup["id"]] == [None]
    finally:
        calm.post("/settings", {"stockRecalculationSeconds": 0})


def test_the_past_can_be_asked_for(trade: Trade) -> None:
    rows = trade.rows("stock/all", filter="moment=2026-06-02 13:00:00")
    assert trade.tea_in(rows)["stock"] == 6
    assert trade.tea_in(trade.rows("stock/all", filter="moment=2026-06-01 13:00:00"))["stock"] == 10


def test_unposted_and_trashed_documents_do_not_count(trade: Trade) -> None:
    trade.api.put(f"/entity/demand/{trade.demand['id']}", json={"applicable": False})
    assert trade.tea_in(trade.rows("stock/all"))["stock"] == 11
    trade.api.delete(f"/entity/supply/{trade.supply['id']}")
    assert trade.tea_in(trade.rows("stock/all"))["stock"] == 1


def test_modes_choose_goods_by_their_amount(trade: Trade) -> None:
    def names(text: str) -> set[str]:
        return {row["name"] for row in trade.rows("stock/all", filter=text)} & {TEA, "Чашка", "Ложка"}

    trade.make("product", name="Ложка")
    assert names("stockMode=all") == {TEA, "Чашка"}, "quantityMode is nonEmpty unless asked"
    assert names("quantityMode=all") == {TEA, "Чашка", "Ложка"}
    assert names("stockMode=empty;quantityMode=empty") == {"Ложка"}
    assert names("reserveOnly=true") == names("inTransitOnly=true") == {TEA}
    assert names(f"store={href(trade.other)}") == {TEA}
    assert names(f"product!={href(trade.tea)}") == {"Чашка"}
    assert names("search=чаш") == {"Чашка"}
    assert names(f"store!={href(trade.other)};product={href(trade.tea)}") == {TEA}


def test_variants_count_for_their_product_when_grouped_by_product(trade: Trade) -> None:
    kind = {"name": "Цвет", "value": "Синий"}
    variant = trade.make("variant", product={"meta": trade.cup["meta"]}, characteristics=[kind])
    trade.document("supply", "08", positions=[{"assortment": {"meta": variant["meta"]}, "quantity": 3, "price": 1}])
    apart = {row["meta"]["type"]: row["stock"] for row in trade.rows("stock/all") if "Чашка" in row["name"]}
    assert apart == {"product": 20, "variant": 3}
    together = [row for row in trade.rows("stock/all", groupBy="product") if "Чашка" in row["name"]]
    assert [row["stock"] for row in together] == [23]
    one = {"filter": f"product={href(trade.cup)}"}
    assert [row["stock"] for row in trade.rows("stock/all", **one)] == [20]
    assert sorted(row["stock"] for row in trade.rows("stock/all", **one, includeRelated="true")) == [3, 20]
    assert code(trade.ask("stock/all", includeRelated="true")) == 1040


def test_pages_and_order(trade: Trade) -> None:
    first = trade.ask("stock/all", limit="1", order="stock,desc").json()
    assert first["meta"]["size"] == 2
    assert first["rows"][0]["stock"] == 20
    following = trade.api.get(first["meta"]["nextHref"]).json()
    assert following["rows"][0]["name"] == TEA
    assert "nextHref" not in following["meta"]


@pytest.mark.parametrize(
    ("path", "parameters", "known"),
    [
        ("stock/all", {"filter": "nothing=1"}, 1034),
        ("stock/all", {"filter": "stockMode=many"}, 1041),
        ("stock/all", {"filter": "store=abc"}, 1014),
        ("stock/all", {"filter": "moment=yesterday"}, 1035),
        ("stock/all", {"filter": "stockMode=all;stockMode=empty"}, 1030),
        ("stock/all", {"order": "nothing"}, 1063),
        ("stock/all", {"limit": "1001"}, 1040),
        ("stock/all", {"groupBy": "store"}, 1091),
        ("stock/all/current", {"stockType": "money"}, 1091),
        ("stock/all/current", {"filter": "assortmentId=abc"}, 1014),
        ("stock/byslot/current", {}, 1040),
        ("stock/byoperation", {}, 1040),
        ("stock/nowhere", {}, 1002),
    ],
)
def test_wrong_questions_are_refused(trade: Trade, path: str, parameters: dict[str, str], known: int) -> None:
    assert code(trade.ask(path, **parameters)) == known


def test_stock_beside_the_lines_of_a_document(trade: Trade) -> None:
    found = trade.rows("stock/byoperation", **{"operation.id": trade.demand["id"]})[0]["positions"][0]
    assert (found["name"], found["stock"], found["cost"]) == (TEA, 6, 40000)
    today = trade.rows("stock/byoperation", **{"operation.id": trade.order["id"]})[0]["positions"][0]
    assert (today["stock"], today["reserve"], today["inTransit"]) == (7, 3, 5)


def test_documents_that_make_the_stock(trade: Trade) -> None:
    asked = {"filter": f"assortment={href(trade.tea)}"}
    stock = trade.rows("byoperations/stock", **asked)
    assert sum(row["stock"] for row in stock) == 7
    assert {row["operation"]["meta"]["type"] for row in stock} == {"supply", "salesreturn", "move"}
    assert all(row["sumCost"] == row["costPerUnit"] * row["stock"] for row in stock)
    (reserve,) = trade.rows("byoperations/reserve", **asked)
    assert (reserve["reserve"], reserve["operation"]["meta"]["type"]) == (3, "customerorder")
    assert "store" not in reserve
    (transit,) = trade.rows("byoperations/intransit", **asked)
    assert (transit["inTransit"], transit["store"]["meta"]["type"]) == (5, "store")
    assert code(trade.ask("byoperations/stock")) == 1034


def test_rights_to_stock_can_be_taken_away(shop: Customer, calm: Emulator) -> None:
    shop.post("/permissions", {"permissions": {"viewStockReport": {"view": False}}, "appId": shop.app["appId"]})
    assert code(shop.api.get("/report/stock/all")) == 1016
    shop.post("/permissions", {"permissions": {"viewStockReport": {"view": True}}, "appId": shop.app["appId"]})
    hidden: dict[str, Any] = {"viewProductCostAndProfit": {"view": False}}
    shop.post("/stock", {"count": 1})
    shop.post("/permissions", {"permissions": hidden, "appId": shop.app["appId"]})
    (row,) = shop.api.get("/report/stock/all").json()["rows"]
    assert "price" not in row
