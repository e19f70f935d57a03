"""The control surface: data on demand, permissions, faults and the journal."""

import time

import httpx
import pytest

from .conftest import Customer, Emulator, code

ORDERS = "/entity/customerorder"


def test_the_page_is_for_people(shop: Customer) -> None:
    page = shop.emulator.control.get("")
    assert page.headers["Content-Type"].startswith("text/html")
    assert shop.account["accountName"] in page.text
    assert "/_control/accounts/{accountId}/seed" in page.text


def test_seed_is_repeatable_and_realistic(emulator: Emulator) -> None:
    first, second = emulator.account(), emulator.account()
    for one in (first, second):
        one.seed(orders=300)
    left, right = first.objects("customerorder"), second.objects("customerorder")
    assert [one["sum"] for one in left] == [one["sum"] for one in right]
    assert not {one["id"] for one in left} & {one["id"] for one in right}
    comments = [one.get("description", "") for one in left]
    assert {"=", "+", "-", "@"} <= {one[:1] for one in comments}
    assert any(one["sum"] != int(one["sum"]) for one in left)
    names = {each["name"] for one in left for each in one.get("attributes", ())}
    assert {"Менеджер доставки", "Вес, кг", "Срочно", "Дата звонка", "Ссылка на карту"} <= names


def test_seeding_is_fast(emulator: Emulator) -> None:
    shop, started = emulator.account(), time.monotonic()
    counts = shop.post("/seed", {"orders": 10_000})
    assert counts["customerorder"] == 10_000
    assert time.monotonic() - started < 5


def test_touch_and_add(shop: Customer) -> None:
    before = {one["id"]: one for one in shop.objects("customerorder")}
    ids = shop.post("/touch", {"type": "customerorder", "count": 5})["ids"]
    added = shop.post("/add", {"type": "customerorder", "count": 3})["ids"]
    after = {one["id"]: one for one in shop.objects("customerorder", "positions")}
    changed = {key for key, one in before.items() if after[key]["updated"] != one["updated"]}
    assert changed == set(ids)
    assert set(after) - set(before) == set(added)
    assert all(len(after[one]["positions"]["rows"]) == 3 for one in added)
    counts = shop.emulator.get(f"{shop.path}/objects/customerorder/count")
    assert counts == {"count": 33, "shown": 33, "hidden": 0}


@pytest.mark.parametrize(
    ("right", "method", "expected"),
    [("view", "GET", 1016), ("create", "POST", 1045), ("update", "PUT", 1017), ("delete", "DELETE", 1018)],
)
def test_permissions_can_be_taken_away(shop: Customer, right: str, method: str, expected: int) -> None:
    order = shop.objects("customerorder")[0]["id"]
    path = ORDERS if right in {"view", "create"} else f"{ORDERS}/{order}"
    app = {"appId": shop.app["appId"]}
    shop.post("/permissions", {**app, "permissions": {"customerorder": {right: False}}})
    answer = shop.api.request(method, path, json={} if method in {"POST", "PUT"} else None)
    assert (answer.status_code, code(answer)) == (403, expected)
    assert shop.api.get("/entity/store").status_code == 200
    shop.post("/permissions", {**app, "permissions": {"customerorder": {right: True}}})
    assert shop.api.get(ORDERS).status_code == 200


def test_faults_strike_as_planned(shop: Customer) -> None:
    emulator, api = shop.emulator, shop.api
    emulator.post("/faults", {"action": "status", "status": 503, "path": "customerorder", "skip": 1})
    assert [api.get(ORDERS).status_code for _ in range(3)] == [200, 503, 200]
    emulator.post("/faults", {"action": "html", "status": 502})
    assert api.get(ORDERS).headers["Content-Type"].startswith("text/html")
    emulator.post("/faults", {"action": "drop"})
    with pytest.raises(httpx.TransportError):
        api.get(ORDERS)
    emulator.post("/faults", {"action": "truncate"})
    with pytest.raises((httpx.TransportError, httpx.DecodingError)):
        api.get(ORDERS)
    emulator.post("/faults", {"action": "status", "when": "after", "method": "POST"})
    assert api.post(ORDERS, json=shop.order(name="после сбоя")).status_code == 500
    assert "после сбоя" in {one["name"] for one in shop.objects("customerorder")}


def test_the_journal_counts(shop: Customer) -> None:
    shop.emulator.control.delete("/journal")
    shop.api.get(ORDERS)
    shop.api.get(f"{ORDERS}/metadata")
    shop.api.get("/entity/none")
    body = shop.emulator.get("/journal?last=1")
    assert body["kinds"] == {"list": 1, "metadata": 1, "refused": 1}
    assert body["entries"][0]["status"] == 404


def test_moscow_clock_can_be_moved(shop: Customer, calm: Emulator) -> None:
    calm.post("/settings", {"clockOffsetSeconds": 86_400 * 400})
    order = shop.api.post(ORDERS, json=shop.order()).json()
    expected = time.strftime("%Y-%m-%d %H", time.gmtime(time.time() + 86_400 * 400 + 3 * 3600))
    assert order["created"].startswith(expected)


def test_bad_control_requests_explain_themselves(emulator: Emulator) -> None:
    assert emulator.control.post("/accounts", json={}).status_code == 400
    assert emulator.control.post("/accounts/none/seed", json={}).status_code == 404
    assert emulator.control.post("/faults", json={"action": "explode"}).status_code == 400
