"""Settings of the company and of an employee (reference 1.13)."""

from typing import Any

import pytest

from .conftest import Customer, Emulator, code
from .test_report_examples import EXAMPLES, load, shape


@pytest.fixture
def admin(shop: Customer, calm: Emulator) -> Any:
    with calm.client(shop.post("/tokens", {"kind": "user"})["token"]) as api:
        yield api


def test_price_types_become_the_list_that_is_sent(shop: Customer, admin: Any) -> None:
    (old,) = admin.get("/context/companysettings/pricetype").json()
    sent = [old | {"name": "Розничная"}, {"name": "Оптовая"}]
    made = admin.post("/context/companysettings/pricetype", json=sent).json()
    assert [(one["id"] == old["id"], one["name"]) for one in made] == [(True, "Розничная"), (False, "Оптовая")]
    assert admin.get(made[1]["meta"]["href"]).json() == made[1]
    assert shop.api.get("/context/companysettings").json()["priceTypes"] == made
    assert code(admin.post("/context/companysettings/pricetype", json=[])) == 42001
    assert admin.post("/context/companysettings/pricetype", json=[made[1]]).json() == [made[1]]
    assert admin.get(old["meta"]["href"]).status_code == 404


def test_dictionaries_are_listed_with_their_fields(shop: Customer, admin: Any) -> None:
    (one,) = admin.get("/context/companysettings/metadata").json()["customEntities"]
    assert one["name"] == "Способы доставки"
    assert admin.get(one["meta"]["href"]).json() == one
    assert admin.get(one["attributes"]["meta"]["href"]).status_code == 200
    assert admin.get("/context/companysettings/metadata/customEntities/nothing").status_code == 404


def test_an_employee_keeps_settings_of_the_interface(shop: Customer, admin: Any) -> None:
    organization = shop.first("organization")
    changed = admin.put("/context/usersettings", json={"fieldsPerRow": 2, "defaultCompany": organization}).json()
    assert (changed["fieldsPerRow"], changed["defaultCompany"]) == (2, organization)
    assert admin.get("/context/usersettings").json() == changed
    assert code(admin.put("/context/usersettings", json={"defaultPlace": organization})) == 2024
    assert code(shop.api.get("/context/usersettings")) == 55006


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the reference folder is absent")
def test_settings_look_as_documented(shop: Customer, admin: Any) -> None:
    for name, path in (
        ("context.companysettings.metadata.json", "/context/companysettings/metadata"),
        ("context.companysettings.pricetype.json", "/context/companysettings/pricetype"),
        ("context.companysettings.json", "/context/companysettings"),
    ):
        shown = shape(admin.get(path).json())
        documented = {key: kind for key, kind in shape(load(name)).items() if key != ".companyAddress"}
        assert documented.items() - shown.items() == set(), name
    shown = admin.get("/context/employee").json()["permissions"]
    known = load("context.employee.json")["permissions"]
    assert {name for name in known if name not in shown} <= {"tariff_crm"}
    for name in set(known) & set(shown):
        assert set(known[name]) <= set(shown[name]), name
