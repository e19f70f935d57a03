"""Documents of every kind through the API: what they need, their lines, their links and the sums that follow."""

import time
import uuid
from typing import Any

import pytest

from emulators.moysklad.catalogue import ENTITIES, Kind, targets

from .conftest import Customer, Emulator, code

NO_TRASH = ("emissionorder", "payroll", "productionstagecompletion", "bonustransaction", "task")
NEEDED = {
    "customerorder": {"organization", "agent"},
    "purchaseorder": {"organization", "agent"},
    "supply": {"organization", "agent", "store"},
    "demand": {"organization", "agent", "store"},
    "invoicein": {"organization", "agent"},
    "invoiceout": {"organization", "agent"},
    "paymentin": {"organization", "agent"},
    "cashin": {"organization", "agent"},
    "paymentout": {"organization", "agent", "expenseItem"},
    "cashout": {"organization", "agent", "expenseItem"},
    "purchasereturn": {"organization", "agent", "store"},
    "salesreturn": {"organization", "agent", "store"},
    "move": {"organization", "sourceStore", "targetStore"},
    "enter": {"organization", "store"},
    "loss": {"organization", "store"},
    "inventory": {"organization", "store"},
    "internalorder": {"organization"},
    "retailshift": {"organization", "retailStore"},
    "payroll": {"organization", "startPayrollPeriod", "endPayrollPeriod"},
    "counterpartyadjustment": {"organization", "agent"},
}


@pytest.fixture
def market(shop: Customer, calm: Emulator) -> Customer:
    """An account with dictionaries to make documents of."""
    for kind in ("store", "expenseitem", "retailstore", "variant", "service", "bundle", "organization"):
        shop.post("/fill", {"type": kind, "count": 2})
    return shop


def body(shop: Customer, kind: str, **fields: Any) -> dict[str, Any]:
    """A body with everything that a document of this type needs."""
    out: dict[str, Any] = {}
    for field in ENTITIES[kind].fields:
        if field.name not in NEEDED[kind]:
            continue
        if field.kind is Kind.REFERENCE:
            at = 1 if field.name == "targetStore" else 0
            out[field.name] = {"meta": shop.objects(targets(field.targets)[0])[at]["meta"]}
        else:
            out[field.name] = "2026-03-01 00:00:00"
    return out | fields


def make(shop: Customer, kind: str, **fields: Any) -> dict[str, Any]:
    answer = shop.api.post(f"/entity/{kind}", json=body(shop, kind, **fields))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def get(shop: Customer, document: dict[str, Any], expand: str = "") -> dict[str, Any]:
    path = document["meta"]["href"].split("/api/remap/1.2")[1]
    return dict(shop.api.get(path, params={"expand": expand} if expand else {}).json())


def line(shop: Customer, quantity: float = 2, price: float = 1000, kind: str = "product") -> dict[str, Any]:
    return {"assortment": shop.first(kind), "quantity": quantity, "price": price}


@pytest.mark.parametrize("kind", NEEDED)
def test_documents_need_what_the_docs_say(market: Customer, kind: str) -> None:
    whole = body(market, kind)
    for name in NEEDED[kind]:
        lacking = {key: value for key, value in whole.items() if key != name}
        answer = market.api.post(f"/entity/{kind}", json=lacking)
        refusal = answer.json()["errors"][0]
        assert (answer.status_code, refusal["code"], refusal["parameter"]) == (412, 3000, name)
    made = make(market, kind)
    assert made["name"] == "00001" or int(made["name"]) > 1
    assert {"owner", "group", "shared", "updated", "externalCode"} <= set(made)


def test_a_demand_that_is_no_draft_needs_a_store(market: Customer) -> None:
    draft = {key: value for key, value in body(market, "demand", applicable=False).items() if key != "store"}
    assert market.api.post("/entity/demand", json=draft).status_code == 200


def test_goods_cannot_move_to_the_same_store(market: Customer) -> None:
    wrong = body(market, "move")
    wrong["targetStore"] = wrong["sourceStore"]
    answer = market.api.post("/entity/move", json=wrong)
    assert (answer.status_code, code(answer)) == (412, 21000)


def test_bundles_are_not_supplied(market: Customer) -> None:
    answer = market.api.post("/entity/supply", json=body(market, "supply", positions=[line(market, kind="bundle")]))
    assert (answer.status_code, code(answer)) == (412, 17016)
    made = make(market, "demand", positions=[line(market, kind=kind) for kind in ("bundle", "service", "variant")])
    rows = get(market, made, "positions.assortment")["positions"]["rows"]
    assert [row["assortment"]["meta"]["type"] for row in rows] == ["bundle", "service", "variant"]


def test_bank_accounts_belong_to_their_owners(market: Customer) -> None:
    first, second = [each for each in market.objects("organization", "accounts") if each["accounts"]["rows"]][:2]
    mine, other = (each["accounts"]["rows"][0]["meta"] for each in (first, second))
    owner = {"organization": {"meta": first["meta"]}}
    wrong = body(market, "supply", **owner, organizationAccount={"meta": other})
    assert code(market.api.post("/entity/supply", json=wrong)) == 17000
    made = make(market, "supply", **owner, organizationAccount={"meta": mine})
    shown = get(market, made, "organizationAccount")["organizationAccount"]
    assert shown["accountNumber"] == first["accounts"]["rows"][0]["accountNumber"]


def test_an_inventory_counts_its_corrections(market: Customer) -> None:
    row = {**line(market, 140, 5000), "calculatedQuantity": 200}
    made = make(market, "inventory", positions=[row])
    shown = get(market, made, "positions")["positions"]["rows"][0]
    assert (shown["correctionAmount"], shown["correctionSum"]) == (-60, -300_000)


def test_a_payroll_has_lines_of_its_own(market: Customer) -> None:
    row = {"employee": market.first("employee"), "baseSalary": 100.0, "pieceworkSalary": 50.5}
    made = make(market, "payroll", positions=[row])
    assert made["sum"] == 150.5
    shown = get(market, made, "positions.employee")["positions"]["rows"][0]
    assert shown["employee"]["uid"]
    assert "quantity" not in shown


def test_shipments_and_payments_change_the_order_but_not_its_updated(market: Customer) -> None:
    order = make(market, "customerorder", positions=[line(market, 3)])
    link = {"customerOrder": {"meta": order["meta"]}}
    demand = make(market, "demand", **link, positions=[line(market, 2)])
    make(market, "invoiceout", **link, positions=[line(market, 3)])
    payment = make(market, "paymentin", sum=1500.0, operations=[{"meta": order["meta"], "linkedSum": 1200.0}])
    seen = get(market, order)
    assert (seen["shippedSum"], seen["invoicedSum"], seen["payedSum"]) == (2000.0, 3000.0, 1200.0)
    assert seen["updated"] == order["updated"]
    assert [each["meta"]["href"] for each in seen["demands"]] == [demand["meta"]["href"]]
    assert seen["payments"] == [{"meta": seen["payments"][0]["meta"], "linkedSum": 1200.0}]
    api = market.api
    api.put(f"/entity/paymentin/{payment['id']}", json={"operations": [{"meta": demand["meta"], "linkedSum": 700.0}]})
    assert "payments" not in get(market, order)
    assert (get(market, order)["payedSum"], get(market, demand)["payedSum"]) == (0.0, 700.0)
    api.post(f"/entity/demand/{demand['id']}/positions", json=line(market, 1))
    assert get(market, order)["shippedSum"] == 3000.0
    api.delete(f"/entity/demand/{demand['id']}")
    gone = get(market, order)
    assert (gone["shippedSum"], "demands" in gone) == (0.0, False)
    assert gone["updated"] == order["updated"]


def test_drafts_ship_nothing(market: Customer) -> None:
    order = make(market, "customerorder", positions=[line(market)])
    link = {"customerOrder": {"meta": order["meta"]}}
    draft = make(market, "demand", **link, applicable=False, positions=[line(market)])
    assert get(market, order)["shippedSum"] == 0.0
    market.api.put(f"/entity/demand/{draft['id']}", json={"applicable": True})
    assert get(market, order)["shippedSum"] == 2000.0


def test_computed_sums_move_updated_when_told_to(market: Customer, calm: Emulator) -> None:
    calm.post("/settings", {"computedBumpsUpdated": True})
    order = make(market, "purchaseorder", positions=[line(market)])
    time.sleep(0.002)
    make(market, "supply", purchaseOrder={"meta": order["meta"]}, positions=[line(market)])
    seen = get(market, order)
    assert seen["shippedSum"] == 2000.0
    assert seen["updated"] > order["updated"]


def test_the_trash_takes_sums_away_and_brings_them_back(market: Customer) -> None:
    order = make(market, "customerorder", positions=[line(market)])
    demand = make(market, "demand", customerOrder={"meta": order["meta"]}, positions=[line(market)])
    market.post("/trash", {"type": "demand", "ids": [demand["id"]]})
    assert get(market, order)["shippedSum"] == 0.0
    market.post("/restore", {"type": "demand", "ids": [demand["id"]]})
    assert get(market, order)["shippedSum"] == 2000.0


@pytest.mark.parametrize("kind", NO_TRASH)
def test_types_without_a_trash_refuse_its_filter(market: Customer, kind: str) -> None:
    answer = market.api.get(f"/entity/{kind}", params={"filter": "isDeleted=true"})
    assert (answer.status_code, code(answer)) == (400, 1034)


def test_production_tasks_have_a_filter_of_their_own(market: Customer) -> None:
    kept, gone = market.post("/fill", {"type": "productiontask", "count": 2})["ids"]
    market.post("/trash", {"type": "productiontask", "ids": [gone]})
    api = market.api
    assert code(api.get("/entity/productiontask", params={"filter": "isDeleted=true"})) == 1034
    found = {
        text: {row["id"] for row in api.get("/entity/productiontask", params={"filter": text}).json()["rows"]}
        for text in ("deleted=", "deleted!=", "deleted=;deleted!=")
    }
    assert found == {"deleted=": {kept}, "deleted!=": {gone}, "deleted=;deleted!=": {kept, gone}}


def test_folders_of_tech_cards_refuse_the_filter_of_the_archive(market: Customer) -> None:
    answer = market.api.get("/entity/processingplanfolder", params={"filter": "archived=true"})
    assert (answer.status_code, code(answer)) == (400, 1034)


def test_the_same_sync_id_makes_one_document(market: Customer) -> None:
    sync = str(uuid.uuid4())
    first = make(market, "supply", syncId=sync, description="раз")
    second = make(market, "supply", syncId=sync, description="два")
    assert (second["id"], second["description"]) == (first["id"], "раз")
    assert market.api.get(f"/entity/supply/syncid/{sync}").json()["id"] == first["id"]
    changed = market.api.put(f"/entity/supply/{first['id']}", json={"syncId": str(uuid.uuid4())})
    assert code(changed) == 1047
    assert market.api.get(f"/entity/productiontask/syncid/{sync}").status_code == 404


def test_bulk_writes_answer_for_each_document(market: Customer) -> None:
    known = make(market, "enter", description="старое")
    items = [
        body(market, "enter", description="новое"),
        {"meta": known["meta"], "description": "изменено"},
        {"description": "без склада"},
    ]
    answer = market.api.post("/entity/enter", json=items)
    shown = answer.json()
    assert answer.status_code == 200
    assert [each.get("description") for each in shown[:2]] == ["новое", "изменено"]
    assert (shown[1]["id"], shown[2]["errors"][0]["code"]) == (known["id"], 3000)
    gone = market.api.post(
        "/entity/enter/delete", json=[{"meta": known["meta"]}, {"meta": known["meta"] | {"href": "x"}}]
    )
    assert "info" in gone.json()[0]
    assert gone.json()[1]["errors"]


def test_wrong_values_have_their_codes(market: Customer) -> None:
    api, first = market.api, body(market, "supply")
    foreign = {"meta": {"href": "https://example.com/api/remap/1.2/entity/store/1", "type": "store"}}
    assert code(api.post("/entity/supply", json=first | {"store": foreign})) == 1059
    assert code(api.post("/entity/supply", json=first | {"store": first["agent"]})) == 2024
    assert code(api.post("/entity/supply", json=first | {"name": "я" * 256})) == 3040
    shift = {"retireOrderType": "JUST_SO", "trackingType": "MILK", "organization": first["organization"]}
    assert code(api.post("/entity/retireorder", json=shift)) == 3005


def test_more_than_a_thousand_lines_are_paged(market: Customer) -> None:
    row = line(market, 1)
    made = make(market, "supply", positions=[row] * 1000)
    path = f"/entity/supply/{made['id']}/positions"
    assert len(market.api.post(path, json=[row] * 150).json()) == 150
    assert market.api.post(path, json=[row] * 1001).status_code == 413
    first, rest = (market.api.get(path, params={"limit": 1000, "offset": at}).json() for at in (0, 1000))
    assert (first["meta"]["size"], len(first["rows"]), len(rest["rows"])) == (1150, 1000, 150)
    nested = market.api.get("/entity/supply", params={"limit": 10, "expand": "positions"}).json()["rows"][0]
    assert (nested["positions"]["meta"]["size"], len(nested["positions"]["rows"])) == (1150, 100)


def test_materials_and_products_are_collections_of_their_own(market: Customer) -> None:
    (made,) = market.post("/fill", {"type": "processing", "count": 1, "positions": 4})["ids"]
    for name in ("materials", "products"):
        path = f"/entity/processing/{made}/{name}"
        rows = market.api.get(path).json()["rows"]
        assert len(rows) == 4
        changed = market.api.put(f"{path}/{rows[0]['id']}", json={"quantity": 77})
        assert changed.json()["quantity"] == 77
        market.api.delete(f"{path}/{rows[1]['id']}")
        assert market.api.get(path).json()["meta"]["size"] == 3
    assert market.api.get(f"/entity/processing/{made}/positions").status_code == 404


def test_stock_is_shown_beside_lines(market: Customer) -> None:
    product = market.objects("product")[0]
    make(market, "supply", positions=[{"assortment": {"meta": product["meta"]}, "quantity": 10, "price": 500}])
    demand = make(market, "demand", positions=[{"assortment": {"meta": product["meta"]}, "quantity": 4, "price": 900}])
    shown = market.api.get(
        "/entity/demand", params={"limit": 10, "expand": "positions", "fields": "stock", "filter": f"id={demand['id']}"}
    ).json()["rows"][0]["positions"]["rows"][0]
    assert set(shown["stock"]) == {"cost", "quantity", "reserve", "intransit", "available"}
    assert shown["stock"]["cost"] == 500.0


def test_documents_are_searched_by_the_number_of_the_other_side(market: Customer) -> None:
    made = make(market, "invoicein", incomingNumber="ВХ-777")
    found = market.api.get("/entity/invoicein", params={"search": "вх-77"}).json()["rows"]
    assert [row["id"] for row in found] == [made["id"]]


def test_required_custom_fields_stay_filled(market: Customer) -> None:
    (field,) = market.post(
        "/attributes/define", {"type": "enter", "kind": "string", "name": "Причина", "required": True}
    )
    lacking = market.api.post("/entity/enter", json=body(market, "enter"))
    assert (code(lacking), lacking.json()["errors"][0]["parameter"]) == (3000, "Причина")
    made = make(market, "enter", attributes=[{"meta": field["meta"], "value": "находка"}])
    cleared = {"attributes": [{"meta": field["meta"], "value": None}]}
    assert code(market.api.put(f"/entity/enter/{made['id']}", json=cleared)) == 3000
    assert market.api.put(f"/entity/enter/{made['id']}", json={"description": "иное"}).status_code == 200
