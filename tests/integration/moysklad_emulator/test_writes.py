"""Creating, changing and deleting (reference 1.4, 1.12, 2.6, 7.1, 7.3)."""

import uuid
from typing import Any

import httpx
import pytest

from .conftest import Customer, Emulator, code

ORDERS = "/entity/customerorder"


@pytest.fixture
def api(shop: Customer, calm: Emulator) -> httpx.Client:
    return shop.api


def made(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_minimal_order_gets_its_defaults(shop: Customer, api: httpx.Client) -> None:
    order = made(api.post(ORDERS, json=shop.order()))
    assert order["name"] == "00031"
    assert order["applicable"] is True
    assert order["sum"] == 0.0
    assert order["moment"].endswith(":00.000")
    assert order["state"]["meta"]["type"] == "state"
    assert len(order["externalCode"]) == 22
    assert len(order["updated"]) == 23
    assert "description" not in order
    assert order["positions"]["meta"]["size"] == 0


@pytest.mark.parametrize("name", ["organization", "agent"])
def test_required_fields(shop: Customer, api: httpx.Client, name: str) -> None:
    body = shop.order()
    del body[name]
    answer = api.post(ORDERS, json=body)
    assert (answer.status_code, code(answer)) == (412, 3000)
    assert answer.json()["errors"][0]["parameter"] == name


def test_sums_follow_positions(shop: Customer, api: httpx.Client) -> None:
    product = shop.first("product")
    lines = [
        {"assortment": product, "quantity": 2, "price": 10050.5, "discount": 10, "vat": 20, "vatEnabled": True},
        {"assortment": product, "quantity": 0.5, "price": 100, "reserve": 0.5},
    ]
    order = made(api.post(ORDERS, json=shop.order(positions=lines)))
    assert order["sum"] == pytest.approx(18140.9)
    assert order["reservedSum"] == 50.0
    assert order["vatSum"] == pytest.approx(3015.15)
    assert isinstance(order["sum"], float)


def test_put_changes_only_what_it_names_and_null_clears(shop: Customer, api: httpx.Client) -> None:
    order = made(api.post(ORDERS, json=shop.order(description="первое", store=shop.first("store"))))
    href = f"{ORDERS}/{order['id']}"
    changed = made(api.put(href, json={"deliveryPlannedMoment": "2026-12-31 10:11:12"}))
    assert changed["description"] == "первое"
    assert changed["deliveryPlannedMoment"] == "2026-12-31 10:11:00.000"
    assert changed["updated"] >= order["updated"]
    cleared = made(api.put(href, json={"description": None, "store": None}))
    assert not {"description", "store"} & set(cleared)


def test_put_of_positions_replaces_the_set(shop: Customer, api: httpx.Client) -> None:
    line = {"assortment": shop.first("product"), "quantity": 1, "price": 100.0}
    order = made(api.post(f"{ORDERS}?expand=positions", json=shop.order(positions=[line, line])))
    kept = order["positions"]["rows"][1]
    href = f"{ORDERS}/{order['id']}"
    changed = made(api.put(f"{href}?expand=positions", json={"positions": [{"id": kept["id"], "quantity": 7}, line]}))
    ids = [row["id"] for row in changed["positions"]["rows"]]
    assert ids[0] == kept["id"]
    assert order["positions"]["rows"][0]["id"] not in ids
    assert changed["sum"] == 800.0
    answer = api.put(href, json={"positions": [{**line, "id": str(uuid.uuid4())}]})
    assert code(answer) == 1046


def test_positions_as_a_collection(shop: Customer, api: httpx.Client) -> None:
    order = made(api.post(ORDERS, json=shop.order()))
    href = f"{ORDERS}/{order['id']}/positions"
    line = {"assortment": shop.first("product"), "quantity": 2, "price": 300.0}
    first = api.post(href, json=line).json()
    assert [one["price"] for one in first] == [300.0]
    api.post(href, json=[line, line, line])
    listed = api.get(f"{href}?limit=2&expand=assortment").json()
    assert (listed["meta"]["size"], len(listed["rows"])) == (4, 2)
    assert listed["rows"][0]["assortment"]["name"]
    one = made(api.put(f"{href}/{first[0]['id']}", json={"quantity": 5}))
    assert (one["quantity"], one["price"]) == (5.0, 300.0)
    assert made(api.get(f"{href}/{one['id']}")) == one
    assert api.get(f"{ORDERS}/{order['id']}").json()["sum"] == 3300.0
    assert api.delete(f"{href}/{one['id']}").status_code == 200
    rest = api.get(href).json()["rows"]
    outcome = api.post(f"{href}/delete", json=[{"meta": row["meta"]} for row in rest[:2]]).json()
    assert all("info" in each for each in outcome)
    assert api.get(href).json()["meta"]["size"] == 1
    after = api.get(f"{ORDERS}/{order['id']}").json()
    assert after["updated"] >= order["updated"]
    answer = api.post(href, json={"assortment": shop.first("product"), "quantity": 0})
    assert (answer.status_code, code(answer)) == (412, 3003)


def test_bulk_creates_updates_and_reports_failures_in_place(shop: Customer, api: httpx.Client) -> None:
    order = made(api.post(ORDERS, json=shop.order()))
    body = [shop.order(name="A-1"), {"name": "без юрлица"}, {"meta": order["meta"], "description": "изменён"}]
    answer = api.post(ORDERS, json=body)
    assert answer.status_code == 200
    created, failed, updated = answer.json()
    assert created["name"] == "A-1"
    assert failed["errors"][0]["code"] == 3000
    assert (updated["id"], updated["description"]) == (order["id"], "изменён")
    answer = api.post(ORDERS, json=[{}, {}])
    assert answer.status_code == 412
    assert [each["errors"][0]["code"] for each in answer.json()] == [3000, 3000]


def test_bulk_delete(shop: Customer, api: httpx.Client) -> None:
    orders = [made(api.post(ORDERS, json=shop.order())) for _ in range(2)]
    body = [{"meta": one["meta"]} for one in orders]
    outcome = api.post(f"{ORDERS}/delete", json=body).json()
    assert outcome[0]["info"] == f"Сущность 'customerorder' с UUID: {orders[0]['id']} успешно удалена"


def test_sync_id_makes_creation_repeatable(shop: Customer, api: httpx.Client) -> None:
    sync = str(uuid.uuid4())
    first = made(api.post(ORDERS, json=shop.order(syncId=sync, description="раз")))
    again = made(api.post(ORDERS, json=shop.order(syncId=sync, description="два")))
    assert again == first
    assert made(api.get(f"{ORDERS}/syncid/{sync}"))["id"] == first["id"]
    answer = api.put(f"{ORDERS}/{first['id']}", json={"syncId": str(uuid.uuid4())})
    assert (answer.status_code, code(answer)) == (412, 1047)
    assert api.put(f"{ORDERS}/{first['id']}", json={"syncId": sync}).status_code == 200
    assert api.delete(f"{ORDERS}/syncid/{sync}").status_code == 200
    listed = api.get(ORDERS, params={"filter": f"syncId={sync}"}).json()
    assert listed["rows"] == []


def test_trash_or_final_deletion(shop: Customer, api: httpx.Client) -> None:
    order = made(api.post(ORDERS, json=shop.order()))
    href = f"{ORDERS}/{order['id']}"
    answer = api.delete(href)
    assert (answer.status_code, answer.content) == (200, b"")
    assert api.get(href).json()["deleted"]
    assert api.delete(href).status_code == 200
    assert api.get(href).status_code == 404
    shop.emulator.control.put(f"{shop.path}/settings", json={"useRecycleBin": False})
    order = made(api.post(ORDERS, json=shop.order()))
    api.delete(f"{ORDERS}/{order['id']}")
    assert api.get(f"{ORDERS}/{order['id']}").status_code == 404


def test_used_dictionaries_cannot_be_deleted(shop: Customer, api: httpx.Client) -> None:
    agent = api.get(ORDERS).json()["rows"][0]["agent"]["meta"]["href"].rsplit("/", 1)[-1]
    answer = api.delete(f"/entity/counterparty/{agent}")
    assert (answer.status_code, code(answer)) == (409, 1028)
    assert answer.json()["errors"][0]["dependencies"][0]["type"] == "customerorder"
    free = made(api.post("/entity/counterparty", json={"name": "Никому не нужный"}))
    assert api.delete(f"/entity/counterparty/{free['id']}").status_code == 200


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ({}, 2014),
        ({"meta": {}}, 2010),
        ({"meta": {"href": "https://elsewhere.example/api/remap/1.2/entity/counterparty/1"}}, 1059),
        ({"meta": {"href": "{api}/entity/counterparty/1", "type": "counterparty"}}, 2013),
        ({"meta": {"href": "{api}/entity/counterparty/00000000-0000-4000-a000-000000000000"}}, 2011),
        ({"meta": {"href": "{api}/entity/store/00000000-0000-4000-a000-000000000000", "type": "store"}}, 2024),
        ({"meta": {"href": "{api}/entity/store/00000000-0000-4000-a000-000000000000", "type": "counterparty"}}, 1060),
        (
            {
                "meta": {
                    "href": "{api}/entity/counterparty/00000000-0000-4000-a000-000000000000",
                    "type": "counterparty",
                }
            },
            1021,
        ),
    ],
)
def test_bad_references(shop: Customer, api: httpx.Client, agent: dict[str, Any], expected: int) -> None:
    body = shop.order(agent=agent)
    if "href" in agent.get("meta", {}):
        root = str(api.base_url).rstrip("/")
        body["agent"] = {"meta": {**agent["meta"], "href": agent["meta"]["href"].format(api=root)}}
    assert code(api.post(ORDERS, json=body)) == expected


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("string", "текст", "текст"),
        ("text", "длинный", "длинный"),
        ("long", 42, 42),
        ("double", 1.25, 1.25),
        ("boolean", False, False),
        ("time", "2026-05-06 07:08:09", "2026-05-06 07:08:00.000"),
        ("link", "https://example.com", "https://example.com"),
    ],
)
def test_attribute_of_each_kind(shop: Customer, api: httpx.Client, kind: str, value: object, shown: object) -> None:
    path = f"{ORDERS}/metadata/attributes"
    attribute = made(api.post(path, json={"name": f"Поле {kind}", "type": kind}))
    assert made(api.get(f"{path}/{attribute['id']}")) == attribute
    order = made(api.post(ORDERS, json=shop.order(attributes=[{"meta": attribute["meta"], "value": value}])))
    stored = order["attributes"][0]
    assert (stored["id"], stored["name"], stored["type"]) == (attribute["id"], f"Поле {kind}", kind)
    assert stored["value"] == shown
    wrong = {"meta": attribute["meta"], "value": {"odd": 1}}
    assert code(api.put(f"{ORDERS}/{order['id']}", json={"attributes": [wrong]})) == 2016
    cleared = made(api.put(f"{ORDERS}/{order['id']}", json={"attributes": [{**wrong, "value": None}]}))
    assert "attributes" not in cleared
    assert api.delete(f"{path}/{attribute['id']}").status_code == 200
    assert api.get(f"{path}/{attribute['id']}").status_code == 404


def test_dictionary_attributes_show_names(shop: Customer, api: httpx.Client) -> None:
    path = f"{ORDERS}/metadata/attributes"
    attribute = made(api.post(path, json={"name": "Плательщик", "type": "counterparty"}))
    agent = shop.first("counterparty")
    order = made(api.post(ORDERS, json=shop.order(attributes=[{"meta": attribute["meta"], "value": agent}])))
    api.put(agent["meta"]["href"], json={"name": "Новое имя"})
    shown = made(api.get(f"{ORDERS}/{order['id']}"))["attributes"][0]["value"]
    assert shown == {"meta": agent["meta"], "name": "Новое имя"}


def test_only_named_attributes_change(shop: Customer, api: httpx.Client) -> None:
    path = f"{ORDERS}/metadata/attributes"
    one, two = (made(api.post(path, json={"name": name, "type": "string"})) for name in ("один", "два"))
    both = [{"meta": one["meta"], "value": "1"}, {"meta": two["meta"], "value": "2"}]
    order = made(api.post(ORDERS, json=shop.order(attributes=both)))
    changed = made(api.put(f"{ORDERS}/{order['id']}", json={"attributes": [{"meta": one["meta"], "value": "9"}]}))
    assert {each["name"]: each["value"] for each in changed["attributes"]} == {"один": "9", "два": "2"}
    made(api.put(f"{path}/{two['id']}", json={"name": "второй"}))
    renamed = made(api.get(f"{ORDERS}/{order['id']}"))
    assert {each["name"] for each in renamed["attributes"]} == {"один", "второй"}


def test_metadata_of_orders(api: httpx.Client) -> None:
    body = made(api.get(f"{ORDERS}/metadata"))
    names = [one["name"] for one in body["states"]]
    assert {"Новый", "Подтвержден", "Собран", "Отгружен", "Отменен"} <= set(names)
    assert set(body["states"][0]) == {"meta", "id", "accountId", "name", "color", "stateType", "entityType"}
    assert body["attributes"]["meta"]["size"] == 9
    made_state = made(api.post(f"{ORDERS}/metadata/states", json={"name": "Ждёт", "color": 1, "stateType": "Regular"}))
    assert made(api.get(f"{ORDERS}/metadata/states/{made_state['id']}")) == made_state
    assert made(api.put(f"{ORDERS}/metadata/states/{made_state['id']}", json={"name": "Ждёт!"}))["name"] == "Ждёт!"
    assert api.delete(f"{ORDERS}/metadata/states/{made_state['id']}").status_code == 200
    assert set(made(api.get("/entity/metadata?filter=type=product"))) == {"product"}
    assert len(api.get("/context/companysettings/metadata").json()["customEntities"]) == 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("project", {"name": "Проект"}),
        ("saleschannel", {"name": "Канал", "type": "ECOMMERCE"}),
        ("uom", {"name": "короб"}),
        ("group", {"name": "Отдел"}),
        ("store", {"name": "Второй склад"}),
        ("organization", {"name": "ООО Новое"}),
        ("product", {"name": "Товар", "salePrices": []}),
        ("employee", {"lastName": "Котов", "firstName": "Пётр"}),
        ("currency", {"name": "доллар", "code": "840", "isoCode": "USD"}),
    ],
)
def test_dictionaries_can_be_written(api: httpx.Client, kind: str, body: dict[str, Any]) -> None:
    one = made(api.post(f"/entity/{kind}", json=body))
    assert made(api.get(f"/entity/{kind}/{one['id']}")) == one
    assert one["id"] in {row["id"] for row in api.get(f"/entity/{kind}").json()["rows"]}
    assert made(api.get(f"/entity/{kind}/metadata"))["createShared"] is False
    field = "lastName" if kind == "employee" else "name"
    assert made(api.put(f"/entity/{kind}/{one['id']}", json={field: "Иначе"}))[field] == "Иначе"
    assert code(api.post(f"/entity/{kind}", json={})) == 3000
    assert api.delete(f"/entity/{kind}/{one['id']}").status_code == 200
