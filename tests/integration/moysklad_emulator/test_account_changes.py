"""What happens in an account without our doing, as the control surface stages it."""

import time
from typing import Any

import httpx
import pytest

from emulators.moysklad.catalogue import ENTITIES

from .conftest import Customer, Emulator, code

PLAIN = ("demand", "supply", "paymentin", "variant", "counterparty", "store", "task", "currency", "processingplan")


def filled(shop: Customer, kind: str, count: int = 4, **more: Any) -> list[str]:
    return list(shop.post("/fill", {"type": kind, "count": count, **more})["ids"])


def one(shop: Customer, kind: str, identifier: str) -> dict[str, Any]:
    return dict(shop.api.get(f"/entity/{kind}/{identifier}").json())


def listed(shop: Customer, kind: str, **query: Any) -> set[str]:
    answer = shop.api.get(f"/entity/{kind}", params=query)
    assert answer.status_code == 200, answer.text
    return {row["id"] for row in answer.json()["rows"]}


def test_filling_is_repeatable_but_for_ids(emulator: Emulator) -> None:
    first, second = emulator.account(), emulator.account()
    filled(first, "demand")
    filled(second, "demand")
    left, right = first.objects("demand"), second.objects("demand")
    assert [row["sum"] for row in left] == [row["sum"] for row in right]
    assert not {row["id"] for row in left} & {row["id"] for row in right}


@pytest.mark.alone
def test_filling_is_fast(emulator: Emulator) -> None:
    shop, started = emulator.account(), time.monotonic()
    assert len(filled(shop, "counterparty", 10_000)) == 10_000
    assert time.monotonic() - started < 6


def test_filled_documents_are_true_to_themselves(shop: Customer, calm: Emulator) -> None:
    filled(shop, "demand", 30)
    for demand in shop.objects("demand", "positions"):
        lines = demand["positions"]["rows"]
        total = sum(row["quantity"] * row["price"] * (1 - row["discount"] / 100) for row in lines)
        if demand.get("vatIncluded", True) or not demand["vatEnabled"]:
            assert demand["sum"] == pytest.approx(total, abs=0.02)
        orders = {row["id"]: row for row in shop.objects("customerorder")}
        link = demand.get("customerOrder")
        if link is not None:
            order = orders[link["meta"]["href"].rsplit("/", 1)[-1]]
            assert demand["meta"]["href"] in {each["meta"]["href"] for each in order["demands"]}


@pytest.mark.parametrize("kind", PLAIN)
def test_anything_can_be_touched(shop: Customer, calm: Emulator, kind: str) -> None:
    ids = filled(shop, kind)
    before = {row["id"]: row for row in shop.objects(kind)}
    touched = shop.post("/touch", {"type": kind, "ids": ids[:2]})["ids"]
    after = {row["id"]: row for row in shop.objects(kind)}
    assert touched == ids[:2]
    assert {key for key in after if after[key] != before[key]} == set(touched)
    if "updated" in ENTITIES[kind].by_name:
        assert all(after[key]["updated"] > before[key]["updated"] for key in touched)


def test_trash_and_restore_do_not_move_updated(shop: Customer, calm: Emulator) -> None:
    kept, gone = filled(shop, "supply", 2)
    before = one(shop, "supply", gone)["updated"]
    shop.post("/trash", {"type": "supply", "ids": [gone]})
    assert listed(shop, "supply") == {kept}
    assert listed(shop, "supply", filter="isDeleted=true") == {gone}
    assert listed(shop, "supply", filter="isDeleted=true;isDeleted=false") == {kept, gone}
    trashed = one(shop, "supply", gone)
    assert trashed["deleted"] >= before
    assert trashed["updated"] == before
    since = trashed["deleted"]
    assert listed(shop, "supply", filter=f"deleted>={since};isDeleted=true") == {gone}
    assert listed(shop, "supply", filter=f"deleted>={since}") == set()
    shop.post("/restore", {"type": "supply", "ids": [gone]})
    assert listed(shop, "supply") == {kept, gone}
    restored = one(shop, "supply", gone)
    assert (restored["updated"], restored["deleted"]) == (before, since)


def test_trash_and_restore_move_updated_when_told_to(shop: Customer, calm: Emulator) -> None:
    calm.post("/settings", {"trashBumpsUpdated": True, "restoreBumpsUpdated": True})
    (gone,) = filled(shop, "enter", 1)
    seen = [one(shop, "enter", gone)["updated"]]
    for act in ("trash", "restore"):
        time.sleep(0.002)
        shop.post(f"/{act}", {"type": "enter", "ids": [gone]})
        seen.append(one(shop, "enter", gone)["updated"])
    assert seen == sorted(set(seen))


def test_purged_objects_are_gone(shop: Customer, calm: Emulator) -> None:
    (gone,) = filled(shop, "move", 1)
    shop.post("/trash", {"type": "move", "ids": [gone]})
    shop.post("/purge", {"type": "move", "ids": [gone]})
    answer = shop.api.get(f"/entity/move/{gone}")
    assert (answer.status_code, code(answer)) == (404, 1021)
    assert listed(shop, "move", filter="isDeleted=true;isDeleted=false") == set()


def test_the_archive_hides_and_counts_as_a_change(shop: Customer, calm: Emulator) -> None:
    ids = filled(shop, "store", 3)
    before = one(shop, "store", ids[0])["updated"]
    time.sleep(0.002)
    shop.post("/archive", {"type": "store", "ids": [ids[0]]})
    assert ids[0] not in listed(shop, "store")
    assert ids[0] in listed(shop, "store", filter="archived=true")
    assert ids[0] not in listed(shop, "store", filter=f"id={ids[0]}")
    assert one(shop, "store", ids[0])["updated"] > before
    shop.post("/unarchive", {"type": "store", "ids": [ids[0]]})
    assert ids[0] in listed(shop, "store")
    assert shop.emulator.control.post(f"{shop.path}/archive", json={"type": "demand", "ids": []}).status_code == 400


def test_an_id_finds_an_archived_product(shop: Customer, calm: Emulator) -> None:
    (product,) = filled(shop, "product", 1)
    shop.post("/archive", {"type": "product", "ids": [product]})
    assert listed(shop, "product", filter=f"id={product}") == {product}


def test_settling_changes_sums_but_not_updated(shop: Customer, calm: Emulator) -> None:
    order = shop.objects("customerorder")[0]
    shop.post("/settle", {"type": "customerorder", "ids": [order["id"]]})
    paid = one(shop, "customerorder", order["id"])
    assert (paid["payedSum"], paid["shippedSum"], paid["invoicedSum"]) == (order["sum"],) * 3
    shop.post("/settle", {"type": "customerorder", "ids": [order["id"]], "fields": {"payedSum": 1.5}})
    paid = one(shop, "customerorder", order["id"])
    assert (paid["payedSum"], paid["updated"]) == (1.5, order["updated"])
    wrong = {"type": "customerorder", "ids": [order["id"]], "fields": {"nothing": 1}}
    assert shop.emulator.control.post(f"{shop.path}/settle", json=wrong).status_code == 400


def test_distorted_objects_are_shown_as_they_are(shop: Customer, calm: Emulator) -> None:
    agent = shop.objects("counterparty")[0]["id"]
    odd = {
        "companyType": "spaceship",
        "name": None,
        "tags": "not a list",
        "description": "я" * 50_001,
        "salesAmount": 1e15,
    }
    shop.post("/distort", {"type": "counterparty", "id": agent, "fields": odd})
    assert {key: one(shop, "counterparty", agent)[key] for key in odd} == odd
    row = next(each for each in shop.api.get("/entity/counterparty").json()["rows"] if each["id"] == agent)
    assert row["companyType"] == "spaceship"
    shop.post("/distort", {"type": "counterparty", "id": agent, "fields": {}})
    assert one(shop, "counterparty", agent)["companyType"] != "spaceship"


def test_custom_fields_can_be_defined_and_removed(shop: Customer, calm: Emulator) -> None:
    made = shop.post("/attributes/define", {"type": "demand"})
    assert len({each["type"] for each in made}) == 15
    shop.post("/attributes/define", {"type": "demand", "kind": "long", "name": "Мест", "required": True})
    shown = shop.api.get("/entity/demand/metadata/attributes").json()["rows"]
    assert [each["required"] for each in shown if each["name"] == "Мест"] == [True]
    (demand,) = filled(shop, "demand", 1, attributes=True)
    text = next(each for each in shown if each["type"] == "string")
    assert text["id"] in {each["id"] for each in one(shop, "demand", demand)["attributes"]}
    shop.post("/attributes/remove", {"type": "demand", "id": text["id"]})
    assert text["id"] not in {each["id"] for each in one(shop, "demand", demand)["attributes"]}
    nothing = {"type": "variant", "kind": "string"}
    assert shop.emulator.control.post(f"{shop.path}/attributes/define", json=nothing).status_code == 400


def test_goods_share_their_custom_fields(shop: Customer, calm: Emulator) -> None:
    for kind in ("product", "service", "bundle"):
        filled(shop, kind, 1, attributes=True)
    owners = {
        each["meta"]["href"].split("/entity/")[1].split("/")[0]
        for kind in ("product", "service", "bundle")
        for good in shop.objects(kind)
        for each in good.get("attributes", ())
    }
    assert owners == {"product"}
    assert shop.api.get("/entity/variant/metadata/attributes").status_code == 404
    assert shop.api.get("/entity/productfolder/metadata/attributes").status_code == 404


@pytest.mark.parametrize(
    ("resource", "path", "expected"),
    [
        ("processing", "/entity/processing", 1070),
        ("task", "/entity/task", 37000),
        ("report/counterparty", "/report/counterparty", 1043),
    ],
)
def test_a_tariff_may_lack_an_option(shop: Customer, resource: str, path: str, expected: int) -> None:
    shop.post("/options", {"options": {resource: False}})
    answer = shop.api.get(path)
    assert (answer.status_code, code(answer)) == (403, expected)
    assert shop.api.get("/entity/processingplan").status_code == 200
    assert shop.post("/options", {"options": {resource: True}}) == {}
    assert shop.api.get(path).status_code == 200


def test_a_tariff_limit_has_a_code_of_choice(shop: Customer) -> None:
    shop.post("/options", {"options": {"productiontask": False}, "code": 47000})
    assert code(shop.api.get("/entity/productiontask")) == 47000


def test_permissions_are_taken_away_type_by_type(shop: Customer) -> None:
    shop.post("/permissions", {"appId": shop.app["appId"], "permissions": {"supply": {"view": False}}})
    answer = shop.api.get("/entity/supply")
    assert (answer.status_code, code(answer)) == (403, 1016)
    assert shop.api.get("/entity/demand").status_code == 200


def test_a_share_of_requests_fails_until_faults_are_cleared(shop: Customer, calm: Emulator) -> None:
    calm.post("/faults", {"action": "status", "status": 503, "share": 0.3, "seed": 7, "path": "/entity/store"})
    seen = [shop.api.get("/entity/store").status_code for _ in range(60)]
    assert 8 <= seen.count(503) <= 30
    assert shop.api.get("/entity/uom").status_code == 200
    calm.control.delete("/faults")
    calm.post("/faults", {"action": "status", "status": 503, "share": 0.3, "seed": 7, "path": "/entity/store"})
    assert [shop.api.get("/entity/store").status_code for _ in range(60)] == seen
    calm.control.delete("/faults")
    assert {shop.api.get("/entity/store").status_code for _ in range(20)} == {200}


def test_random_faults_are_of_many_kinds(shop: Customer, calm: Emulator) -> None:
    calm.post("/faults", {"action": "random", "share": 0.7, "seed": 3, "seconds": 0.01})
    seen = set()
    for _ in range(60):
        try:
            answer = shop.api.get("/entity/uom")
            seen.add((answer.status_code, answer.headers["Content-Type"].split(";")[0]))
        except (httpx.TransportError, httpx.DecodingError) as broken:
            seen.add((type(broken).__name__, ""))
    assert (200, "application/json") in seen
    assert {500, 502, 503, 504} <= {each[0] for each in seen}
    assert len({each[1] for each in seen}) == 3
    assert calm.control.post("/faults", json={"action": "random", "share": 2}).status_code == 400


def test_links_to_what_the_caller_may_not_see_stay_links(shop: Customer, calm: Emulator) -> None:
    query = {"limit": 5, "expand": "agent,organization"}
    shop.post("/permissions", {"appId": shop.app["appId"], "permissions": {"counterparty": {"view": False}}})
    row = shop.api.get("/entity/customerorder", params=query).json()["rows"][0]
    assert (set(row["agent"]), row["agent"]["meta"]["permitted"]) == ({"meta"}, False)
    assert row["organization"]["name"]
    shop.post("/permissions", {"appId": shop.app["appId"], "permissions": {"counterparty": {"view": True}}})
    assert shop.api.get("/entity/customerorder", params=query).json()["rows"][0]["agent"]["name"]
