"""The descriptor asks for what exporters read, and for nothing else."""

from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from adapters.moysklad.catalogue import ScannedExporters
from adapters.moysklad.descriptor import descriptor
from adapters.moysklad.granting import (
    FREE,
    MAKING,
    NOT_ON_OFFER,
    RightsUnknown,
    entities_of,
    flags,
    made,
    reports_of,
    viewed,
)
from domain.automations.recipes import RECIPES
from domain.exports.exporter import BaseExporter
from entrypoints.cli.main import main

EXPORTERS = ScannedExporters().all()
SPACE = "{https://apps-api.moysklad.ru/xml/ns/appstore/app/v2}"
KNOWN_FLAGS = {
    "viewDashboard", "viewAudit", "viewSaleProfit", "viewProfitAndLoss", "viewProductCostAndProfit", "viewCompanyCRM",
    "viewTurnover", "viewMoneyDashboard", "viewStockReport", "viewCustomerBalanceList", "useOwnWebhooks",
    "useAllWebhooks", "useOwnAttributeMetadata", "useAllAttributeMetadata",
}  # fmt: skip
"""All that there are (Vendor API docs, 5.3)."""


@pytest.mark.parametrize("exporter", EXPORTERS, ids=lambda one: one.key)
def test_each_exporter_says_what_it_needs(exporter: BaseExporter) -> None:
    needs = [*entities_of(exporter), *reports_of(exporter)]
    assert bool(needs) is (exporter.key not in FREE | NOT_ON_OFFER)
    assert reports_of(exporter) <= KNOWN_FLAGS


def test_an_exporter_that_says_nothing_is_found_out() -> None:
    class New(type(EXPORTERS[0])):  # type: ignore[misc]
        key = "newthing"

    with pytest.raises(RightsUnknown, match="newthing"):
        entities_of(New())


def read(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own


def test_what_is_asked_for() -> None:
    root = read(descriptor(EXPORTERS, "https://sheets.example", "https://sheets.example/page", admin=False))
    assert root.tag == f"{SPACE}ServerApplication"
    assert root.findtext(f"{SPACE}vendorApi/{SPACE}endpointBase") == "https://sheets.example"
    assert root.find(f"{SPACE}vendorApi/{SPACE}additionalEvents/{SPACE}updatePermissions") is not None
    assert root.findtext(f"{SPACE}access/{SPACE}scope") == "custom"
    permissions = root.find(f"{SPACE}access/{SPACE}permissions")
    assert permissions is not None
    asked = {one.tag.removeprefix(SPACE): [level.tag.removeprefix(SPACE) for level in one] for one in permissions}
    assert {name for name, levels in asked.items() if not levels} == set(flags(EXPORTERS))
    making = {name: ["view", *MAKING] for name in made(RECIPES.values())}
    assert set(making) == {"customerOrder", "invoiceIn", "paymentIn", "purchaseOrder", "purchaseReturn", "supply"}
    wanted = {one: ["view"] for one in viewed(EXPORTERS)} | making
    assert {name: levels for name, levels in asked.items() if levels} == wanted
    assert asked["company"] == asked["warehouse"] == asked["myCompany"] == asked["good"] == ["view"]
    (iframe,) = root.iter(f"{SPACE}iframe")
    assert iframe.attrib == {"type": "main", "sourceUrl": "https://sheets.example/page"}
    assert [action.get("name") for action in root.iter(f"{SPACE}action")] == ["update_exports", "apply_rules"]


def test_fewer_exporters_ask_for_less() -> None:
    few = [one for one in EXPORTERS if one.key in {"customerorder", "stock.all"}]
    assert viewed(few) == ["customerOrder"]
    assert flags(few) == [
        "useAllAttributeMetadata", "useOwnWebhooks", "viewProductCostAndProfit", "viewStockReport"
    ]  # fmt: skip


def test_an_administrators_rights() -> None:
    root = read(descriptor(EXPORTERS, "https://sheets.example", None, admin=True))
    assert root.findtext(f"{SPACE}access/{SPACE}scope") == "admin"
    assert root.find(f"{SPACE}access/{SPACE}permissions") is None
    assert root.find(f"{SPACE}iframes") is None


def test_the_command() -> None:
    run = CliRunner().invoke(main, ["descriptor", "--base-url", "https://sheets.example/"])
    assert run.exit_code == 0
    assert read(run.stdout).findtext(f"{SPACE}vendorApi/{SPACE}endpointBase") == "https://sheets.example"
    assert "task" in run.stderr
    assert "emissionorder" in run.stderr
    whole = CliRunner().invoke(main, ["descriptor", "--base-url", "https://sheets.example", "--scope", "admin"])
    assert (whole.exit_code, whole.stderr) == (0, "")


@pytest.mark.parametrize(
    "address", ["http://sheets.example", "sheets.example", "https://", "https://a/?b", "https://a b"]
)
def test_addresses_that_moysklad_would_refuse(address: str) -> None:
    run = CliRunner().invoke(main, ["descriptor", "--base-url", address])
    assert run.exit_code == 1
    assert "https://" in run.stderr
