"""Saved filters: who sees them and what they do (reference 1.9)."""

from typing import Any

import pytest

from .conftest import API, Customer, Emulator, code
from .test_report_examples import EXAMPLES, load, shape


@pytest.fixture
def saved(shop: Customer, calm: Emulator) -> dict[str, Any]:
    """A filter for one counterparty by its name."""
    name = shop.objects("counterparty")[0]["name"]
    made = shop.post("/namedfilters", {"type": "counterparty", "name": "Один", "filter": f"name={name}"})
    return {**made, "who": name, "owner": f"{calm.base_url}{API}/entity/employee/{shop.account['employeeId']}"}


def test_a_saved_filter_selects_what_its_conditions_say(shop: Customer, saved: dict[str, Any]) -> None:
    found = shop.api.get("/entity/counterparty", params={"namedfilter": saved["href"]}).json()
    assert [row["name"] for row in found["rows"]] == [saved["who"]]


def test_pages_keep_the_saved_filter_and_do_not_tell_its_conditions(shop: Customer, calm: Emulator) -> None:
    made = shop.post("/namedfilters", {"type": "counterparty", "name": "Все", "filter": "name!=никто"})
    page = shop.api.get("/entity/counterparty", params={"namedfilter": made["href"], "limit": "4"}).json()
    assert "filter=" not in page["meta"]["nextHref"].replace("namedfilter=", "")
    rows = page["rows"]
    while "nextHref" in page["meta"]:
        page = shop.api.get(page["meta"]["nextHref"]).json()
        rows = rows + page["rows"]
    assert len({row["id"] for row in rows}) == len(shop.objects("counterparty")) == len(rows)


def test_solutions_name_the_owner(shop: Customer, saved: dict[str, Any]) -> None:
    assert code(shop.api.get("/entity/counterparty/namedfilter")) == 63005
    assert code(shop.api.get("/entity/counterparty/namedfilter", params={"owner": "me"})) == 63004
    (row,) = shop.api.get("/entity/counterparty/namedfilter", params={"owner": saved["owner"]}).json()["rows"]
    assert (row["id"], row["name"]) == (saved["id"], "Один")
    assert "filter" not in row
    assert shop.api.get(f"/entity/counterparty/namedfilter/{saved['id']}").json() == row
    assert shop.api.get("/entity/product/namedfilter", params={"owner": saved["owner"]}).json()["rows"] == []


def test_employees_see_their_own(shop: Customer, saved: dict[str, Any], calm: Emulator) -> None:
    with calm.client(shop.post("/tokens", {"kind": "user"})["token"]) as api:
        assert len(api.get("/entity/counterparty/namedfilter").json()["rows"]) == 1
    employee = shop.post("/employees", {"name": "Кладовщик"})
    with calm.client(shop.post("/tokens", {"kind": "user", **employee})["token"]) as api:
        assert api.get("/entity/counterparty/namedfilter").json()["rows"] == []
        assert code(api.get("/entity/counterparty/namedfilter", params={"owner": saved["owner"]})) == 1016
        assert code(api.get("/entity/counterparty", params={"namedfilter": saved["href"]})) == 1016


@pytest.mark.parametrize(
    ("path", "more", "known"),
    [
        ("/entity/counterparty", "&filter=name=a", 63000),
        ("/entity/counterparty", "&search=a", 63000),
        ("/entity/counterparty", "&order=name", 63000),
        ("/entity/counterparty", "&namedfilter={href}", 63000),
        ("/entity/product", "", 63001),
        ("/entity/assortment", "", 63001),
    ],
)
def test_a_saved_filter_stands_alone(shop: Customer, saved: dict[str, Any], path: str, more: str, known: int) -> None:
    asked = f"{path}?namedfilter={saved['href']}" + more.format(href=saved["href"])
    assert code(shop.api.get(asked)) == known


def test_wrong_addresses(shop: Customer, saved: dict[str, Any]) -> None:
    missing = saved["href"].replace(saved["id"], "00000000-0000-0000-0000-000000000000")
    for href, known in ((missing, 63003), (saved["id"], 63002), (saved["owner"], 63002)):
        assert code(shop.api.get("/entity/counterparty", params={"namedfilter": href})) == known


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the reference folder is absent")
def test_saved_filters_look_as_documented(shop: Customer, saved: dict[str, Any]) -> None:
    listed = shop.api.get("/entity/counterparty/namedfilter", params={"owner": saved["owner"]}).json()
    assert shape(listed).items() >= shape(load("product.namedfilter.json")).items()
    one = shop.api.get(f"/entity/counterparty/namedfilter/{saved['id']}").json()
    assert shape(one).items() >= shape(load("product.namedfilter.item.json")).items()
