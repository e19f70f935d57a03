"""Creating as the vendor's documentation shows it, and what it refuses."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from .conftest import Customer, Emulator, code

EXAMPLES = Path(__file__).parents[4] / "shared" / "reference" / "moysklad" / "examples"
KINDS = [
    *("customerorder", "demand", "invoiceout", "invoicein", "purchaseorder", "supply", "purchasereturn", "salesreturn"),
    *("paymentin", "paymentout", "cashin", "cashout", "move", "enter", "loss", "inventory", "internalorder"),
    *("product", "service", "variant", "bundle", "counterparty", "organization", "store", "project", "contract"),
    *("currency", "expenseitem", "uom", "employee"),
]
LINK = re.compile(r"(?:/entity/(\w+)(?:/metadata/(states))?|/companysettings/pricetype)/[0-9a-f-]{36}")
LATER = {"targetStore": 1}
"""What may not be the same as what another field names."""
COMPUTED = {"sum", "pathName", "variant.name"}
"""What the vendor works out by itself, whatever an example says."""
NOT_EMULATED = {"directorSign", "chiefAccountSign", "stamp", "advancePaymentVat", "minprice"}
"""Files, a field of Russian tax law, and a slip of the pen."""


@pytest.fixture(scope="module")
def market(strict: Emulator) -> Customer:
    """An account in which everything that documents link to is made when it is needed."""
    shop = strict.account()
    shop.seed()
    return shop


def example(name: str) -> Any:
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


def of(shop: Customer, kind: str, place: int = 0) -> dict[str, Any]:
    """An object of that type; made where there are not so many."""
    if kind == "pricetype":
        return dict(shop.api.get("/context/companysettings/pricetype").json()[0]["meta"])
    if len(shop.objects(kind)) <= place:
        shop.post("/fill", {"type": kind, "count": place + 1})
    return dict(shop.objects(kind)[place]["meta"])


def state_of(shop: Customer, kind: str) -> dict[str, Any]:
    made = shop.api.post(f"/entity/{kind}/metadata/states", json={"name": str(uuid4()), "color": 1})
    return dict(made.json()["meta"])


def relinked(shop: Customer, value: Any, name: str = "") -> Any:
    """The same with links into this account; custom fields, which it does not have, are left out."""
    if isinstance(value, list):
        return [relinked(shop, one, name) for one in value]
    if not isinstance(value, dict):
        return value
    meta = value.get("meta")
    found = LINK.search(str(meta.get("href"))) if isinstance(meta, dict) else None
    if found is not None:
        kind, states = found[1] or "pricetype", found[2]
        return {"meta": state_of(shop, kind) if states else of(shop, kind, LATER.get(name, 0))}
    return {key: relinked(shop, one, key) for key, one in value.items() if key != "attributes"}


def same(given: Any, shown: Any) -> bool:
    """Whether what was asked for is what came to be: links lead to the same, minutes have lost their seconds."""
    if isinstance(given, dict) and not isinstance(shown, dict):
        return False
    if isinstance(given, dict) and "meta" in given:
        return bool(given["meta"]["href"] == shown["meta"]["href"])
    if isinstance(given, dict):
        told = {name: one for name, one in given.items() if (name, one) != ("value", 1)}  # a rate of one is not told
        return all(name in shown and same(one, shown[name]) for name, one in told.items())
    if isinstance(given, str) and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?", given):
        return bool(shown[:16] == given[:16])
    if isinstance(given, list):
        return isinstance(shown, dict) or len(given) == len(shown)
    return bool(given == shown)


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the reference folder is absent")
@pytest.mark.parametrize("kind", KINDS)
def test_documented_requests_create_what_they_ask_for(market: Customer, calm: Emulator, kind: str) -> None:
    given = relinked(market, example(f"{kind}.create.request.json"))
    bodies = given if isinstance(given, list) else [given]
    for body in bodies:
        answer = market.api.post(f"/entity/{kind}", json=body)
        assert answer.status_code == 200, answer.text
        made = answer.json()
        left = COMPUTED | NOT_EMULATED | {"attributes"}
        told = {name: one for name, one in body.items() if not left & {name, f"{kind}.{name}"}}
        wrong = {name: (one, made.get(name)) for name, one in told.items() if not same(one, made.get(name))}
        assert not wrong
        assert market.api.get(f"/entity/{kind}/{made['id']}").json() == made
    shown = example(f"{kind}.create.response.json")
    documented = shown[0] if isinstance(shown, list) else shown
    types = {name: type(one) for name, one in documented.items() if name in made and not isinstance(one, int | float)}
    assert {name: type(made[name]) for name in types} == types


def order(market: Customer, **fields: Any) -> httpx.Response:
    return market.api.post("/entity/customerorder", json=market.order(**fields))


@pytest.mark.parametrize(("way", "status"), [("existing", 200), ("refused", 412)])
def test_a_sync_id_comes_again(market: Customer, calm: Emulator, way: str, status: int) -> None:
    calm.post("/settings", {"repeatedSyncId": way})
    sync = str(uuid4())
    made = order(market, syncId=sync, description="раз").json()
    again = order(market, syncId=sync.upper(), description="два")
    assert again.status_code == status
    assert (again.json().get("id"), code(again) if status == 412 else 3006) == (
        made["id"] if status == 200 else None,
        3006,
    )
    found = market.api.get("/entity/customerorder", params={"filter": f"syncId={sync}"}).json()["rows"]
    assert [(one["id"], one["description"]) for one in found] == [(made["id"], "раз")]


@pytest.mark.parametrize(("way", "status", "count"), [("existing", 200, 1), ("refused", 412, 1), ("new", 200, 2)])
def test_a_sync_id_lies_in_the_trash(market: Customer, calm: Emulator, way: str, status: int, count: int) -> None:
    calm.post("/settings", {"trashedSyncId": way})
    sync = str(uuid4())
    made = order(market, syncId=sync).json()
    market.api.delete(f"/entity/customerorder/{made['id']}")
    again = order(market, syncId=sync)
    assert again.status_code == status
    terms = f"syncId={sync};isDeleted=true;isDeleted=false"
    assert market.api.get("/entity/customerorder", params={"filter": terms}).json()["meta"]["size"] == count
    if way == "new":
        market.post("/purge", {"type": "customerorder", "ids": [made["id"]]})
        assert market.api.get(f"/entity/customerorder/syncid/{sync}").json()["id"] == again.json()["id"]


def test_a_closed_period_is_closed_to_every_change(market: Customer, calm: Emulator) -> None:
    made = order(market, moment="2026-01-15 10:00:00", positions=[]).json()
    path = f"/entity/customerorder/{made['id']}"
    line = {"assortment": market.first("product"), "quantity": 1.0}
    try:
        calm.control.put(f"{market.path}/settings", json={"closedBefore": "2026-02-01"})
        refused = [
            order(market, moment="2026-01-20 10:00:00"),
            market.api.put(path, json={"description": "x"}),
            market.api.post(f"{path}/positions", json=[line]),
            market.api.delete(path),
        ]
        assert [(one.status_code, code(one)) for one in refused] == [(412, 17009)] * 4
        assert order(market, moment="2026-02-01 00:00:00").status_code == 200
        assert market.api.post("/entity/counterparty", json={"name": "Лицо"}).status_code == 200
        later = order(market).json()["id"]
        back = market.api.put(f"/entity/customerorder/{later}", json={"moment": "2026-01-01 00:00:00"})
        assert code(back) == 17009
    finally:
        calm.control.put(f"{market.path}/settings", json={"closedBefore": ""})
    assert market.api.get(path).json()["positions"]["meta"]["size"] == 0
    assert market.api.put(path, json={"description": "x"}).status_code == 200


def test_codes_are_unique_where_the_account_wants_it(market: Customer, calm: Emulator) -> None:
    calm.control.put(f"{market.path}/settings", json={"checkUniqueCode": True})
    try:
        product = {"name": "Товар", "code": str(uuid4())}
        made = market.api.post("/entity/product", json=product).json()
        for kind in ("product", "service"):
            again = market.api.post(f"/entity/{kind}", json=product)
            assert (again.status_code, code(again)) == (412, 3006)
        assert market.api.put(f"/entity/product/{made['id']}", json={"name": "Иначе"}).status_code == 200
        rules = market.api.get("/entity/assortment/settings").json()["uniqueCodeRules"]
        assert rules["checkUniqueCode"]
    finally:
        calm.control.put(f"{market.path}/settings", json={"checkUniqueCode": False})
    assert market.api.post("/entity/product", json=product).status_code == 200


@pytest.mark.parametrize(("ignores", "found"), [(False, 1), (True, 2)])
def test_equality_may_heed_case_or_not(market: Customer, calm: Emulator, ignores: bool, found: int) -> None:
    calm.post("/settings", {"equalityIgnoresCase": ignores})
    word = uuid4().hex
    for one in (f"я{word}", f"Я{word}"):
        market.api.post("/entity/product", json={"name": "Товар", "code": one, "barcodes": [{"code128": one}]})
    for field in ("code", "barcode"):
        answer = market.api.get("/entity/product", params={"filter": f"{field}=я{word}"})
        assert answer.json()["meta"]["size"] == found


def test_links_into_another_account_lead_nowhere(market: Customer, calm: Emulator) -> None:
    other = calm.account()
    other.seed(orders=1)
    body = market.order(agent=other.first("counterparty"))
    answer = market.api.post("/entity/customerorder", json=body)
    assert (answer.status_code, code(answer)) == (404, 1021)


def test_a_request_takes_a_thousand_positions_and_a_document_more(market: Customer, calm: Emulator) -> None:
    line = {"assortment": market.first("product"), "quantity": 1.0, "price": 100.0}
    assert order(market, positions=[line] * 1001).status_code == 413
    made = order(market, positions=[line] * 1000).json()
    path = f"/entity/customerorder/{made['id']}/positions"
    assert market.api.post(path, json=[line] * 1001).status_code == 413
    assert len(market.api.post(path, json=[line] * 500).json()) == 500
    last = market.api.get(path, params={"limit": 1000, "offset": 1000}).json()
    assert (len(last["rows"]), last["meta"]["size"]) == (500, 1500)
    assert market.api.get(f"/entity/customerorder/{made['id']}").json()["sum"] == 150_000.0
    assert (
        code(market.api.put(f"/entity/customerorder/{made['id']}", json={"positions": [{**line, "id": made["id"]}]}))
        == 1046
    )


def test_discounts_and_taxes_count(market: Customer, calm: Emulator) -> None:
    line = {"assortment": market.first("product"), "quantity": 3.0, "price": 1000.0, "discount": 10.0, "vat": 20}
    included = order(market, positions=[line], vatEnabled=True, vatIncluded=True).json()
    added = order(market, positions=[line], vatEnabled=True, vatIncluded=False).json()
    without = order(market, positions=[line], vatEnabled=False).json()
    assert (included["sum"], included["vatSum"]) == (2700.0, 450.0)
    assert (added["sum"], added["vatSum"]) == (3240.0, 540.0)
    assert (without["sum"], without.get("vatSum")) == (2700.0, None)


@pytest.mark.parametrize("kind", ["supply", "purchaseorder"])
def test_bundles_are_refused_line_by_line_too(market: Customer, calm: Emulator, kind: str) -> None:
    store = market.first("store")
    made = market.api.post(f"/entity/{kind}", json=market.order(store=store)).json()
    line = {"assortment": {"meta": of(market, "bundle")}, "quantity": 1.0}
    for answer in (
        market.api.post(f"/entity/{kind}", json=market.order(store=store, positions=[line])),
        market.api.post(f"/entity/{kind}/{made['id']}/positions", json=[line]),
        market.api.put(f"/entity/{kind}/{made['id']}", json={"positions": [line]}),
    ):
        assert (answer.status_code, code(answer)) == (412, 17016)
