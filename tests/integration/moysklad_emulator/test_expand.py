"""Expansion of links and hidden fields (reference 1.6, 1.9)."""

import httpx
import pytest

from .conftest import Customer, Emulator, code

PATH = "/entity/customerorder"


@pytest.fixture
def api(big_shop: Customer, calm: Emulator) -> httpx.Client:
    return big_shop.api


@pytest.mark.parametrize("query", ["", "&limit=101", "&limit=1000"])
def test_expand_is_ignored_without_a_small_limit(api: httpx.Client, query: str) -> None:
    row = api.get(f"{PATH}?expand=agent,positions{query}").json()["rows"][0]
    assert set(row["agent"]) == {"meta"}
    assert set(row["positions"]) == {"meta"}


def test_expand_replaces_links(api: httpx.Client) -> None:
    row = api.get(f"{PATH}?expand=agent,organization,state,owner,group,rate.currency&limit=1").json()["rows"][0]
    assert row["agent"]["name"]
    assert row["organization"]["name"]
    assert row["state"]["entityType"] == "customerorder"
    assert row["owner"]["uid"].startswith("admin@")
    assert row["group"]["name"] == "Основной"
    assert row["rate"]["currency"]["isoCode"] == "RUB"


def test_positions_expand_three_levels_deep(api: httpx.Client) -> None:
    row = api.get(f"{PATH}?expand=positions.assortment.uom&limit=1").json()["rows"][0]
    line = row["positions"]["rows"][0]
    assert line["assortment"]["uom"]["name"] == "шт"
    assert row["positions"]["meta"]["size"] == len(row["positions"]["rows"]) == 3


def test_a_single_object_expands_without_limit(api: httpx.Client) -> None:
    order = api.get(f"{PATH}?limit=1").json()["rows"][0]
    shown = api.get(f"{PATH}/{order['id']}?expand=agent,positions.assortment").json()
    assert shown["agent"]["name"]
    assert shown["positions"]["rows"][0]["assortment"]["name"]


@pytest.mark.parametrize(
    "path",
    ["nothing", "name", "positions.nothing", "agent.nothing", "rate", "state.owner", "positions.assortment.uom.owner"],
)
def test_impossible_paths_are_refused(api: httpx.Client, path: str) -> None:
    answer = api.get(f"{PATH}?limit=1&expand={path}")
    assert (answer.status_code, code(answer)) == (400, 1089)


def test_nested_positions_are_cut_and_the_tail_is_read_apart(big_shop: Customer, calm: Emulator) -> None:
    api = big_shop.api
    calm.post("/settings", {"nestedPositionsLimit": 2})
    row = api.get(f"{PATH}?limit=1&expand=positions").json()["rows"][0]
    assert (row["positions"]["meta"]["size"], len(row["positions"]["rows"])) == (3, 2)
    tail = api.get(f"{PATH}/{row['id']}/positions?offset=2").json()
    assert (tail["meta"]["size"], len(tail["rows"])) == (3, 1)
    assert tail["rows"][0]["meta"]["type"] == "customerorderposition"


def test_stock_is_a_hidden_field_of_positions(api: httpx.Client) -> None:
    row = api.get(f"{PATH}?limit=1&expand=positions&fields=stock").json()["rows"][0]
    assert set(row["positions"]["rows"][0]["stock"]) == {"cost", "quantity", "reserve", "intransit", "available"}


@pytest.mark.parametrize(("value", "expected"), [("all", 3043), ("stock,minimumStock", 3042)])
def test_unknown_hidden_fields_are_refused(api: httpx.Client, value: str, expected: int) -> None:
    answer = api.get(f"{PATH}?limit=1&expand=positions&fields={value}")
    assert (answer.status_code, code(answer)) == (400, expected)
