"""The shape of the emulator's objects against the vendor's documented examples."""

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Customer, Emulator

EXAMPLES = Path(__file__).parents[4] / "shared" / "reference" / "moysklad" / "examples"
NOT_EMULATED = {
    "customerorder": {"contract", "organizationAccount", "agentAccount", "shipmentAddressFull"},
    "counterparty": {"legalAddressFull", "actualAddressFull", "bonusProgram", "legalAddress", "priceType"},
    "organization": {"bonusProgram", "bonusPoints"},
    "store": {"addressFull", "parent"},
    "product": {"alcoholic", "minPrice", "buyPrice", "packs", "supplier", "country", "productFolder"},
    "employee": {"retailStore"},
}
pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the reference folder is absent")


def load(name: str) -> Any:
    return json.loads((EXAMPLES / name).read_text(encoding="utf-8"))


def kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__


@pytest.mark.parametrize("name", ["customerorder", "counterparty", "organization", "store", "product", "employee"])
def test_fields_have_documented_types(shop: Customer, calm: Emulator, name: str) -> None:
    example = load(f"{name}.item.json")
    shown: dict[str, Any] = {}
    for one in shop.objects(name):
        shown |= one
    for key in set(example) & set(shown):
        assert kind(shown[key]) == kind(example[key]), key
    for key in (key for key, value in example.items() if isinstance(value, dict) and "meta" in value and key in shown):
        missing = set(example[key]["meta"]) - set(shown[key]["meta"])
        assert not missing, (key, missing)
    optional = {"syncId", "code", "description", "attributes", "phone", "fax", "inn", "article", "position", "address"}
    rare = {"trackingContractNumber", "trackingContractDate", "certificateNumber", "certificateDate", "director"}
    rare |= {"chiefAccountant", "utmUrl", "fsrarId", "okpo", "ogrn", "ogrnip", "kpp", "legalTitle", "legalAddress"}
    rare |= {"actualAddress", "actualAddressFull", "legalAddressFull", "email"}
    absent = set(example) - set(shown) - NOT_EMULATED[name] - optional - rare
    assert absent <= {"minimumBalance", "isEgaisEnable", "barcodes", "weight", "volume", "things"}, absent


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("context.application.json", "/context/application"),
        ("context.companysettings.json", "/context/companysettings"),
        ("customerorder.metadata.json", "/entity/customerorder/metadata"),
        ("currency.list.json", "/entity/currency"),
    ],
)
def test_top_level_keys_match(shop: Customer, file: str, path: str) -> None:
    shown = shop.api.get(path).json()
    assert set(load(file)) - set(shown) <= {"companyAddress"}


def test_employee_context_matches(shop: Customer, calm: Emulator) -> None:
    user = calm.client(shop.post("/tokens", {"kind": "user"})["token"])
    shown, example = user.get("/context/employee").json(), load("context.employee.json")
    assert set(example) - set(shown) == set()
    assert set(load("vendor.ms.context.response.json")) - set(shown) == set()


def test_positions_match(shop: Customer) -> None:
    order = shop.objects("customerorder")[0]["id"]
    shown = shop.api.get(f"/entity/customerorder/{order}/positions").json()
    example = load("customerorder.positions.list.json")
    assert set(example) <= set(shown)
    assert set(example["rows"][0]) <= set(shown["rows"][0])
    assert set(example["rows"][0]["meta"]) <= set(shown["rows"][0]["meta"])


def test_errors_match(shop: Customer) -> None:
    example = load("error.workbook-first-steps.json")["errors"][0]
    shown = shop.api.post("/entity/counterparty", json={}).json()["errors"][0]
    assert shown["error"] == example["error"]
    assert set(example) - set(shown) <= {"line", "column"}
