"""Goods: the assortment, variants, prices, barcodes, ids of the web interface, custom dictionaries."""

from typing import Any

import pytest

from .conftest import Customer, Emulator, code

ASSORTMENT = "/entity/assortment"
FAST = {"X-Lognex-Remap-Beta-Feature": "assortmentWithoutStock"}
KINDS = ("product", "service", "bundle", "variant", "consignment")


@pytest.fixture
def store_of_goods(shop: Customer, calm: Emulator) -> Customer:
    for kind in KINDS:
        shop.post("/fill", {"type": kind, "count": 4})
    return shop


def goods(shop: Customer, *, fast: bool = True, **query: Any) -> list[dict[str, Any]]:
    client = shop.emulator.client(shop.token, **(FAST if fast else {}))
    answer = client.get(ASSORTMENT, params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["rows"])


def test_the_assortment_mixes_types(store_of_goods: Customer) -> None:
    body = store_of_goods.emulator.client(store_of_goods.token, **FAST).get(ASSORTMENT).json()
    assert body["meta"]["type"] == "assortment"
    assert {row["meta"]["type"] for row in body["rows"]} == {"product", "service", "bundle", "variant"}
    assert all(not {"stock", "reserve", "inTransit", "quantity"} & set(row) for row in body["rows"])
    everything = goods(store_of_goods, groupBy="consignment")
    assert {row["meta"]["type"] for row in everything} == set(KINDS)
    assert {row["meta"]["type"] for row in goods(store_of_goods, groupBy="product")} == {"product", "service", "bundle"}
    assert len({row["id"] for row in everything}) == len(everything)


def test_the_older_assortment_knows_the_stock(store_of_goods: Customer) -> None:
    product = next(row for row in goods(store_of_goods) if row["meta"]["type"] == "product")
    supply = {
        "organization": store_of_goods.first("organization"),
        "agent": store_of_goods.first("counterparty"),
        "store": store_of_goods.first("store"),
        "positions": [{"assortment": {"meta": product["meta"]}, "quantity": 7, "price": 100}],
    }
    assert store_of_goods.api.post("/entity/supply", json=supply).status_code == 200
    rows = {row["id"]: row for row in goods(store_of_goods, fast=False)}
    assert rows[product["id"]]["stock"] == 7
    assert all("stock" not in row for row in rows.values() if row["meta"]["type"] in {"service", "bundle"})
    positive = goods(store_of_goods, fast=False, filter="stockMode=positiveOnly")
    assert product["id"] in {row["id"] for row in positive}
    assert all(row["stock"] > 0 for row in positive)
    store_of_goods.post("/fill", {"type": "store", "count": 1})
    elsewhere = store_of_goods.objects("store")[1]["meta"]["href"]
    shown = {row["id"]: row for row in goods(store_of_goods, fast=False, filter=f"stockStore={elsewhere}")}
    assert shown[product["id"]]["stock"] == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"filter": "article=1"}, 1034),
        ({"filter": "stockMode=all"}, 1034),
        ({"filter": "updatedBy=1"}, 1034),
        ({"order": "updated"}, 1063),
        ({"expand": "supplier", "limit": 10}, 1089),
        ({"filter": "type=counterparty"}, 1014),
    ],
)
def test_the_new_assortment_refuses_what_it_does_not_know(
    store_of_goods: Customer, query: dict[str, Any], expected: int
) -> None:
    answer = store_of_goods.emulator.client(store_of_goods.token, **FAST).get(ASSORTMENT, params=query)
    assert (answer.status_code, code(answer)) == (400, expected)


def test_the_assortment_is_filtered_sorted_and_searched(store_of_goods: Customer) -> None:
    rows = goods(store_of_goods)
    names = [row["name"] for row in goods(store_of_goods, order="name")]
    assert names == sorted(names)
    assert {row["meta"]["type"] for row in goods(store_of_goods, filter="type=variant;type=service")} == {
        "variant",
        "service",
    }
    coded = next(row for row in rows if row.get("code"))
    assert coded["id"] in {row["id"] for row in goods(store_of_goods, filter=f"code={coded['code']}")}
    word = rows[0]["name"].split()[0].strip(",")
    assert rows[0]["id"] in {row["id"] for row in goods(store_of_goods, search=word)}
    shown = goods(store_of_goods, expand="product,images,components", limit=100)
    assert all("name" in row["product"] for row in shown if row["meta"]["type"] == "variant")
    old = goods(
        store_of_goods, fast=False, filter=f"article={next(row for row in rows if row.get('article'))['article']}"
    )
    assert old


def test_folders_stand_for_folders_inside_them(store_of_goods: Customer) -> None:
    api = store_of_goods.api
    outer = api.post("/entity/productfolder", json={"name": "Мебель"}).json()
    inner = api.post("/entity/productfolder", json={"name": "Стулья", "productFolder": {"meta": outer["meta"]}}).json()
    chair = api.post("/entity/product", json={"name": "Стул", "productFolder": {"meta": inner["meta"]}}).json()
    assert (inner["pathName"], chair["pathName"]) == ("Мебель", "Мебель/Стулья")
    href = outer["meta"]["href"]
    assert [row["id"] for row in goods(store_of_goods, filter=f"productFolder={href}")] == [chair["id"]]
    assert goods(store_of_goods, filter=f"productFolder={href};withSubFolders=false") == []


def test_variants_are_told_apart_by_their_characteristics(shop: Customer, calm: Emulator) -> None:
    product = shop.objects("product")[0]
    features = [{"name": "Цвет", "value": "синий"}, {"name": "Размер", "value": "M"}]
    body = {"product": {"meta": product["meta"]}, "characteristics": features}
    made = shop.api.post("/entity/variant", json=body).json()
    assert made["name"] == f"{product['name']} (синий, M)"
    assert [one["name"] for one in made["characteristics"]] == ["Цвет", "Размер"]
    assert code(shop.api.post("/entity/variant", json=body)) == 15000
    known = shop.api.get("/entity/variant/metadata").json()["characteristics"]
    by_id = [{"id": known[0]["id"], "value": "красный"}]
    other = shop.api.post("/entity/variant", json=body | {"characteristics": by_id}).json()
    assert other["characteristics"][0]["name"] == "Цвет"
    found = shop.api.get("/entity/variant", params={"filter": f"productid={product['id']}"}).json()["rows"]
    assert {row["id"] for row in found} == {made["id"], other["id"]}
    assert shop.api.get(f"/entity/product/{product['id']}").json()["variantsCount"] == 2
    shop.api.delete(f"/entity/variant/{other['id']}")
    assert shop.api.get(f"/entity/product/{product['id']}").json()["variantsCount"] == 1
    assert code(shop.api.post("/entity/variant", json={"product": {"meta": product["meta"]}})) == 3000


@pytest.mark.parametrize("kind", ["product", "service", "bundle", "variant"])
def test_ids_of_the_web_interface_lead_to_the_object(store_of_goods: Customer, kind: str) -> None:
    good = store_of_goods.objects(kind)[0]
    screen = good["meta"]["uuidHref"].rsplit("id=", 1)[1]
    assert screen != good["id"]
    answer = store_of_goods.api.get(f"/entity/{kind}/{screen}")
    assert (answer.status_code, answer.headers["Location"]) == (308, good["meta"]["href"])
    followed = store_of_goods.api.get(f"/entity/{kind}/{screen}", follow_redirects=True)
    assert followed.json()["id"] == good["id"]


def test_prices_name_their_type_and_currency(shop: Customer, calm: Emulator) -> None:
    price_type = shop.api.get("/context/companysettings/pricetype/default").json()
    made = shop.api.post(
        "/entity/product",
        json={
            "name": "Стол",
            "salePrices": [{"value": 100.5, "priceType": {"meta": price_type["meta"]}}],
            "buyPrice": {"value": 50},
            "barcodes": [{"ean13": "2000000000015"}],
        },
    ).json()
    price = made["salePrices"][0]
    assert (price["value"], price["priceType"]["name"]) == (100.5, price_type["name"])
    assert price["currency"]["meta"]["type"] == "currency"
    found = shop.api.get("/entity/product", params={"filter": "barcode=2000000000015"}).json()["rows"]
    assert [row["id"] for row in found] == [made["id"]]
    shown = shop.api.get(f"/entity/product/{made['id']}", params={"expand": "salePrices.currency"}).json()
    assert shown["salePrices"][0]["currency"]["isoCode"] == "RUB"
    foreign = {"meta": {"href": "https://example.com/api/remap/1.2/entity/currency/1", "type": "currency"}}
    wrong = {"name": "Стул", "salePrices": [{"value": 1, "currency": foreign}]}
    assert code(shop.api.post("/entity/product", json=wrong)) == 1059


def test_counterparties_have_accounts_people_and_notes(shop: Customer, calm: Emulator) -> None:
    body = {
        "name": "ООО «Лес»",
        "accounts": [{"accountNumber": "40702810100000000001", "bic": "044525225"}],
        "contactpersons": [{"name": "Пётр", "phone": "+7 900"}],
        "tags": ["опт"],
    }
    made = shop.api.post("/entity/counterparty", json=body).json()
    path = f"/entity/counterparty/{made['id']}"
    shown = shop.api.get(path, params={"expand": "accounts,contactpersons"}).json()
    account = shown["accounts"]["rows"][0]
    assert (account["accountNumber"], account["isDefault"]) == ("40702810100000000001", True)
    assert account["currency"]["meta"]["type"] == "currency"
    assert shown["contactpersons"]["rows"][0]["agent"]["meta"]["href"] == made["meta"]["href"]
    note = shop.api.post(f"{path}/notes", json={"description": "звонили"}).json()
    assert note[0]["author"]["meta"]["type"] == "employee"
    found = shop.api.get("/entity/counterparty", params={"filter": "accounts.accountnumber=40702810100000000001"})
    assert [row["id"] for row in found.json()["rows"]] == [made["id"]]
    assert code(shop.api.post(f"{path}/contactpersons", json={"phone": "1"})) == 3000


def test_custom_dictionaries_are_made_filled_and_renamed(shop: Customer, calm: Emulator) -> None:
    api = shop.api
    made = api.post("/entity/customentity", json={"name": "Бренды"}).json()
    path = f"/entity/customentity/{made['id']}"
    element = api.post(path, json={"name": "Ромашка", "code": "1"}).json()
    assert element["meta"]["type"] == "customentity"
    assert [row["name"] for row in api.get(path).json()["rows"]] == ["Ромашка"]
    assert api.put(path, json={"name": "Марки"}).json()["name"] == "Марки"
    names = [one["name"] for one in api.get("/context/companysettings/metadata").json()["customEntities"]]
    assert "Марки" in names
    assert code(api.post(path, json={"code": "2"})) == 3000
    assert api.delete(path).status_code == 200
    assert api.get(path).status_code == 404


def test_comments_to_tasks_come_in_small_pages(shop: Customer, calm: Emulator) -> None:
    (task,) = shop.post("/fill", {"type": "task", "count": 1})["ids"]
    path = f"/entity/task/{task}/notes"
    for number in range(30):
        assert shop.api.post(path, json={"text": f"{number}"}).status_code == 200
    assert len(shop.api.get(path).json()["rows"]) == 25
    assert shop.api.get(path, params={"limit": 101}).status_code == 400
    done = shop.api.put(f"/entity/task/{task}", json={"done": True}).json()
    assert done["completed"]
    assert "completed" not in shop.api.put(f"/entity/task/{task}", json={"done": False}).json()
