"""The audit: what every change leaves behind (reference 3.2)."""

from typing import Any

import pytest

from .conftest import Customer, Emulator, code
from .test_report_examples import EXAMPLES, load, shape


@pytest.fixture
def admin(shop: Customer, calm: Emulator) -> Any:
    with calm.client(shop.post("/tokens", {"kind": "user"})["token"]) as api:
        yield api


def events(api: Any, text: str = "") -> list[dict[str, Any]]:
    """Events of the matching contexts, the newest first, fetched as a client has to."""
    contexts = api.get("/audit", params={"filter": text} if text else {}).json()["rows"]
    return [event for one in contexts for event in api.get(f"/audit/{one['id']}/events").json()["rows"]]


def test_every_change_is_told(shop: Customer, admin: Any) -> None:
    made = admin.post("/entity/counterparty", json={"name": "Новый"}).json()
    path = f"/entity/counterparty/{made['id']}"
    admin.put(path, json={"name": "Старый", "phone": "1"})
    admin.put(path, json={"archived": True})
    admin.put(path, json={"archived": False})
    admin.delete(path)
    order = admin.post("/entity/customerorder", json=shop.order()).json()
    admin.delete(f"/entity/customerorder/{order['id']}")
    shop.post("/trash", {"type": "customerorder", "ids": [shop.objects("customerorder")[0]["id"]]})
    kinds = [(event["entityType"], event["eventType"]) for event in events(admin)]
    assert kinds == [
        ("customerorder", "puttorecyclebin"),
        ("customerorder", "puttorecyclebin"),
        ("customerorder", "create"),
        ("counterparty", "delete"),
        ("counterparty", "restorefromarchive"),
        ("counterparty", "puttoarchive"),
        ("counterparty", "update"),
        ("counterparty", "create"),
    ]
    update = events(admin, "eventType=update")[0]
    assert update["diff"] == {"name": {"oldValue": "Новый", "newValue": "Старый"}, "phone": {"newValue": "1"}}
    assert (update["name"], update["uid"], update["source"]) == ("Старый", shop.account["login"], "remap-1.2")
    assert update["entity"]["meta"]["href"] == made["meta"]["href"]
    assert "diff" not in events(admin, "eventType=create")[0]


def test_a_change_of_lines_is_a_change_of_the_order(shop: Customer, admin: Any) -> None:
    order = shop.objects("customerorder")[0]["id"]
    line = admin.get(f"/entity/customerorder/{order}/positions").json()["rows"][0]["id"]
    admin.delete(f"/entity/customerorder/{order}/positions/{line}")
    history = admin.get(f"/entity/customerorder/{order}/audit").json()
    assert [event["eventType"] for event in history["rows"]] == ["update"]
    assert history["meta"]["limit"] == 25


def test_one_request_is_one_context(shop: Customer, admin: Any) -> None:
    admin.post("/entity/counterparty", json=[{"name": "Первый"}, {"name": "Второй"}])
    (context,) = admin.get("/audit").json()["rows"]
    assert (context["objectCount"], context["eventType"], context["entityType"]) == (2, "create", "counterparty")
    assert {event["name"] for event in events(admin)} == {"Первый", "Второй"}


def test_conditions(shop: Customer, admin: Any, calm: Emulator) -> None:
    admin.post("/entity/counterparty", json={"name": "Администратора"})
    shop.api.post("/entity/project", json={"name": "Решения"})
    first = admin.get("/audit").json()["rows"][-1]["moment"]
    assert [event["name"] for event in events(admin, "entityType=project")] == ["Решения"]
    assert [event["name"] for event in events(admin, f"uid={shop.account['login']}")] == ["Администратора"]
    assert len(events(admin, "source=jsonapi")) == 2
    assert events(admin, "eventType=delete") == []
    assert len(events(admin, f"moment>={first}")) == 2
    assert events(admin, "moment<=2020-01-01 00:00:00") == []
    employee = f"{calm.base_url}/api/remap/1.2/entity/employee/{shop.account['employeeId']}"
    assert len(events(admin, f"employee={employee}")) == 1
    for wrong, known in (("moment=2020-01-01 00:00:00", 1034), ("eventType=burn", 1014), ("nothing=1", 1034)):
        assert code(admin.get("/audit", params={"filter": wrong})) == known


def test_pages_are_of_25_and_of_100_at_most(shop: Customer, admin: Any) -> None:
    for number in range(27):
        admin.post("/entity/project", json={"name": str(number)})
    first = admin.get("/audit").json()
    assert (len(first["rows"]), first["meta"]["size"], first["meta"]["limit"]) == (25, 27, 25)
    assert len(admin.get(first["meta"]["nextHref"]).json()["rows"]) == 2
    assert code(admin.get("/audit", params={"limit": 101})) == 1040
    moments = [one["moment"] for one in admin.get("/audit", params={"limit": 100}).json()["rows"]]
    assert moments == sorted(moments, reverse=True)


def test_the_audit_is_for_administrators(shop: Customer, calm: Emulator, admin: Any) -> None:
    employee = shop.post("/employees", {"name": "Кладовщик"})
    token = shop.post("/tokens", {"kind": "user", "employeeId": employee["employeeId"]})["token"]
    with calm.client(token) as api:
        assert code(api.get("/audit")) == 38000
    assert shop.api.get("/audit").status_code == 200
    shop.post("/permissions", {"permissions": {"viewAudit": {"view": False}}, "appId": shop.app["appId"]})
    refused = shop.api.get("/audit")
    assert (refused.status_code, code(refused)) == (403, 38000)


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the reference folder is absent")
def test_the_audit_looks_as_documented(shop: Customer, admin: Any) -> None:
    product = shop.objects("product")[0]["id"]
    admin.put(f"/entity/product/{product}", json={"weighed": True})
    context = admin.get("/audit").json()
    pairs = {
        "audit.json": context,
        "audit.id.events.json": admin.get(f"/audit/{context['rows'][0]['id']}/events").json(),
        "product.audit.list.json": admin.get(f"/entity/product/{product}/audit").json(),
        "audit.metadata.filters.json": admin.get("/audit/metadata/filters").json(),
    }
    for name, shown in pairs.items():
        known, found = shape(load(name)), shape(shown)
        wrong = {path: kind for path, kind in known.items() if path in found and found[path] != kind}
        assert wrong == {}
        absent = {path for path in known if path not in found and ".diff." not in path and not path.endswith(".info")}
        assert absent == set(), name


def test_what_people_do_in_the_interface_is_told_too(shop: Customer, admin: Any) -> None:
    product, order = shop.objects("product")[0]["id"], shop.objects("customerorder")[0]["id"]
    shop.post("/touch", {"type": "product", "ids": [product]})
    shop.post("/archive", {"type": "product", "ids": [product]})
    shop.post("/unarchive", {"type": "product", "ids": [product]})
    shop.post("/trash", {"type": "customerorder", "ids": [order]})
    shop.post("/restore", {"type": "customerorder", "ids": [order]})
    shop.post("/purge", {"type": "customerorder", "ids": [order]})
    told = [(event["eventType"], event["source"]) for event in events(admin)]
    kinds = ("delete", "restorefromrecyclebin", "puttorecyclebin", "restorefromarchive", "puttoarchive", "update")
    assert told == [(kind, "app") for kind in kinds]
