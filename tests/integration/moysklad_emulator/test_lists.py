"""Lists: paging, order, filters, search (reference 1.5, 1.7, 1.8, 1.9)."""

from typing import Any

import httpx
import pytest

from .conftest import Customer, Emulator, code

ORDER = "updated,asc;id,asc"


def rows(api: httpx.Client, path: str = "/entity/customerorder", **query: Any) -> list[dict[str, Any]]:
    answer = api.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["rows"])


def size(api: httpx.Client, **query: Any) -> int:
    answer = api.get("/entity/customerorder", params=query)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["meta"]["size"])


@pytest.fixture
def api(big_shop: Customer, calm: Emulator) -> httpx.Client:
    return big_shop.api


def test_list_has_the_documented_shape(api: httpx.Client) -> None:
    body = api.get("/entity/customerorder").json()
    assert set(body) == {"context", "meta", "rows"}
    assert body["context"]["employee"]["meta"]["href"].endswith("/context/employee")
    assert (body["meta"]["size"], body["meta"]["limit"], body["meta"]["offset"]) == (2500, 1000, 0)
    assert len(body["rows"]) == 1000
    assert "previousHref" not in body["meta"]


def test_hrefs_of_pages_lead_through_the_whole_list(api: httpx.Client) -> None:
    seen, address, pages = [], "/entity/customerorder?limit=900&order=updated,asc;id,asc", 0
    while address:
        body = api.get(address).json()
        seen += [row["id"] for row in body["rows"]]
        address, pages = body["meta"].get("nextHref"), pages + 1
    assert (len(seen), len(set(seen)), pages) == (2500, 2500, 3)
    assert body["meta"]["previousHref"].startswith(str(api.base_url).rstrip("/"))


def test_offset_past_the_end_is_an_empty_page(api: httpx.Client) -> None:
    body = api.get("/entity/customerorder?offset=9000&order=updated,asc").json()
    assert (body["rows"], body["meta"]["size"]) == ([], 2500)
    body = api.get("/entity/customerorder?offset=9000").json()
    assert (body["rows"], body["meta"]["size"]) == ([], 2500)


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "offset=-1"])
def test_impossible_pages_are_refused(api: httpx.Client, query: str) -> None:
    answer = api.get(f"/entity/customerorder?{query}")
    assert (answer.status_code, code(answer)) == (400, 1040)


def test_order_by_updated_and_id_breaks_ties(api: httpx.Client) -> None:
    found = rows(api, order=ORDER)
    keys = [(row["updated"], row["id"]) for row in found]
    assert keys == sorted(keys)
    assert len({row["updated"] for row in found}) < len(found)


def test_order_descending(api: httpx.Client) -> None:
    keys = [row["updated"] for row in rows(api, order="updated,desc", limit=50, offset=10)]
    assert keys == sorted(keys, reverse=True)
    everything = [row["updated"] for row in rows(api, order="updated,desc", limit=60)]
    assert everything[10:] == keys


def test_default_order_is_stable_but_follows_nothing(api: httpx.Client) -> None:
    first, again = rows(api), rows(api)
    assert [row["id"] for row in first] == [row["id"] for row in again]
    assert [row["updated"] for row in first] != sorted(row["updated"] for row in first)
    assert [row["name"] for row in first] != sorted(row["name"] for row in first)


@pytest.mark.parametrize("key", ["name,desc", "sum,asc;name,desc", "moment,asc", "id,desc", "created"])
def test_other_orders(api: httpx.Client, key: str) -> None:
    name, _, direction = key.split(";", maxsplit=1)[0].partition(",")
    values = [row[name] for row in rows(api, order=key)]
    assert values == sorted(values, reverse=direction == "desc")


@pytest.mark.parametrize(("order", "expected"), [("nothing,asc", 1063), ("agent", 1063), ("name,up", 1042)])
def test_wrong_orders_are_refused(api: httpx.Client, order: str, expected: int) -> None:
    answer = api.get("/entity/customerorder", params={"order": order})
    assert (answer.status_code, code(answer)) == (400, expected)


def test_filter_by_updated_uses_milliseconds(api: httpx.Client) -> None:
    every = rows(api, order=ORDER)
    edge = every[500]["updated"]
    since = size(api, filter=f"updated>={edge}", order=ORDER)
    after = size(api, filter=f"updated>{edge}", order=ORDER)
    exact = size(api, filter=f"updated={edge}")
    before = size(api, filter=f"updated<{edge}", order=ORDER)
    upto = size(api, filter=f"updated<={edge}")
    assert since - after == exact
    assert upto - before == exact
    assert before + since == 2500
    assert rows(api, filter=f"updated>={edge}", order=ORDER, limit=1)[0]["updated"] == edge
    assert size(api, filter=f"updated>={edge};updated<={edge}") == exact


def test_many_orders_may_share_one_stamp(api: httpx.Client) -> None:
    stamps: dict[str, int] = {}
    for offset in (0, 1000, 2000):
        for row in rows(api, order=ORDER, offset=offset):
            stamps[row["updated"]] = stamps.get(row["updated"], 0) + 1
    assert max(stamps.values()) >= 30
    assert sum(1 for count in stamps.values() if count == 5) > 10


def test_equals_is_or_and_not_equals_is_and(api: httpx.Client) -> None:
    names = [row["name"] for row in rows(api, limit=3)]
    assert {row["name"] for row in rows(api, filter=f"name={names[0]};name={names[1]}")} == set(names[:2])
    assert size(api, filter=f"name!={names[0]};name!={names[1]}") == 2498
    assert size(api, filter=f"name={names[0]};sum>=0") == 1
    assert size(api, filter=f"name={names[0]};sum<0") == 0


def test_text_operators(api: httpx.Client) -> None:
    everyone = [row.get("description", "") for page in (0, 1000, 2000) for row in rows(api, offset=page)]
    assert size(api, filter="description~СЧЁТУ") == sum("счёту" in one for one in everyone)
    assert size(api, filter="description~=оплата") == sum(one.startswith("Оплата") for one in everyone)
    assert size(api, filter="description=~карте") == sum(one.endswith("карте") for one in everyone)
    assert size(api, filter="description=") == sum(one == "" for one in everyone)
    assert size(api, filter="description!=") == sum(one != "" for one in everyone)


def test_semicolon_is_escaped(api: httpx.Client) -> None:
    text = "Кавычки \"двойные\" и 'одинарные'; точка с запятой"
    found = rows(api, filter="description=" + text.replace(";", "\\;"))
    assert found
    assert {row["description"] for row in found} == {text}


def test_references_are_filtered_by_href(api: httpx.Client) -> None:
    row = rows(api, limit=1)[0]
    agent = row["agent"]["meta"]["href"]
    assert {one["agent"]["meta"]["href"] for one in rows(api, filter=f"agent={agent}")} == {agent}
    assert size(api, filter=f"agent={agent}") + size(api, filter=f"agent!={agent}") == 2500
    assert size(api, filter="store=") + size(api, filter="store!=") == 2500
    state = row["state"]["meta"]["href"]
    assert {one["state"]["meta"]["href"] for one in rows(api, filter=f"state={state}")} == {state}


def test_states_are_filtered_by_name(api: httpx.Client) -> None:
    states = {one["name"]: one["id"] for one in api.get("/entity/customerorder/metadata").json()["states"]}
    found = rows(api, filter="state.name=Новый;state.name=Собран")
    ids = {row["state"]["meta"]["href"].rsplit("/", 1)[-1] for row in found}
    assert ids == {states["Новый"], states["Собран"]}


def test_ids_are_read_in_one_request(api: httpx.Client) -> None:
    wanted = [row["id"] for row in rows(api, limit=120)]
    found = rows(api, filter=";".join(f"id={one}" for one in wanted))
    assert {row["id"] for row in found} == set(wanted)


def test_attributes_are_filtered_by_href(api: httpx.Client) -> None:
    known = {one["name"]: one for one in api.get("/entity/customerorder/metadata/attributes").json()["rows"]}
    weight = known["Вес, кг"]["meta"]["href"]
    heavy = rows(api, filter=f"{weight}>=150;{weight}<=200")
    assert heavy
    for row in heavy:
        assert 150 <= {one["name"]: one["value"] for one in row["attributes"]}["Вес, кг"] <= 200
    urgent = known["Срочно"]["meta"]["href"]
    assert 0 < size(api, filter=f"{urgent}=true") < 2500
    manager = known["Менеджер доставки"]["meta"]["href"]
    assert size(api, filter=f"{manager}=") + size(api, filter=f"{manager}!=") == 2500
    carrier = known["Перевозчик"]["meta"]["href"]
    used = next(row for row in rows(api, filter=f"{carrier}!=", limit=1))
    target = {one["name"]: one["value"] for one in used["attributes"]}["Перевозчик"]
    assert target["name"]
    assert size(api, filter=f"{carrier}={target['meta']['href']}") >= 1


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("nonsense=1", 1034),
        ("payedSum=1", 1034),
        ("sum~1", 1034),
        ("agent>1", 1034),
        ("sum=100;sum>99", 1034),
        ("just words", 1034),
        ("sum=abc", 1014),
        ("applicable=yes", 1014),
        ("id=1", 1014),
        ("agent=Иванов", 1014),
        ("updated>=2026-13-01 00:00:00", 1035),
        ("updated>=yesterday", 1035),
        ("moment>1960-01-01 00:00:00", 1035),
        ("agent=https://elsewhere.example/api/remap/1.2/entity/counterparty/x", 1059),
    ],
)
def test_wrong_filters_are_refused(api: httpx.Client, condition: str, expected: int) -> None:
    answer = api.get("/entity/customerorder", params={"filter": condition})
    assert (answer.status_code, code(answer)) == (400, expected)


def test_links_may_name_moysklads_own_address(api: httpx.Client) -> None:
    order = rows(api, limit=1)[0]
    agent = order["agent"]["meta"]["href"].rpartition("/")[2]
    official = f"https://api.moysklad.ru/api/remap/1.2/entity/counterparty/{agent}"
    assert size(api, filter=f"agent={official}") == size(api, filter=f"agent={order['agent']['meta']['href']}") > 0


def test_trash_is_shown_on_demand(shop: Customer, calm: Emulator) -> None:
    api = shop.api
    ids = [row["id"] for row in rows(api, order=ORDER, limit=3)]
    shop.post("/trash", {"type": "customerorder", "ids": ids})
    assert size(api) == 27
    assert size(api, order=ORDER) == 27
    assert {row["id"] for row in rows(api, filter="isDeleted=true")} == set(ids)
    assert size(api, filter="isDeleted=true;isDeleted=false") == 30
    trashed = api.get(f"/entity/customerorder/{ids[0]}").json()
    assert size(api, filter=f"deleted>={trashed['deleted']};isDeleted=true") >= 1


def test_archived_objects_are_shown_on_demand(shop: Customer, calm: Emulator) -> None:
    api = shop.api
    person = rows(api, "/entity/counterparty", limit=1)[0]
    assert api.put(f"/entity/counterparty/{person['id']}", json={"archived": True}).status_code == 200
    assert person["id"] not in {row["id"] for row in rows(api, "/entity/counterparty")}
    assert len(rows(api, "/entity/counterparty", filter="archived=true")) == 1
    assert len(rows(api, "/entity/counterparty", filter="archived=true;archived=false")) == 10


def test_search_matches_beginnings_of_words(shop: Customer, calm: Emulator) -> None:
    api = shop.api
    made = api.post("/entity/counterparty", json={"name": "Зелёный попугай"}).json()
    assert [row["id"] for row in rows(api, "/entity/counterparty", search="попуг")] == [made["id"]]
    assert rows(api, "/entity/counterparty", search="угай") == []


def test_page_reflects_a_change_at_once(shop: Customer, calm: Emulator) -> None:
    api = shop.api
    last = rows(api, order="updated,desc", limit=1)[0]["updated"]
    ids = shop.post("/touch", {"type": "customerorder", "count": 4})["ids"]
    fresh = rows(api, filter=f"updated>{last}", order=ORDER)
    assert sorted(ids) == sorted(row["id"] for row in fresh)
