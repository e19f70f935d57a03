"""Conditions in MoySklad's terms."""

from datetime import UTC, datetime, tzinfo
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

import pytest

from adapters.moysklad.conditions import Surroundings, question
from adapters.moysklad.exporters.customentity import CustomDictionaries
from adapters.moysklad.exporters.customerorder import CustomerOrders
from adapters.moysklad.exporters.product import Products
from adapters.moysklad.exporters.stock_by_store import StockByStore
from domain.exports.columns import attribute_column
from domain.exports.filters import Condition, FilterUnknown
from domain.shared.cells import CellKind

BASE = "https://api.moysklad.ru/api/remap/1.2"
FIRST, SECOND = uuid5(NAMESPACE_OID, "1"), uuid5(NAMESPACE_OID, "2")
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
UUID = "9794d400-f689-11e5-8a84-bae500000078"


@pytest.mark.parametrize(
    ("condition", "term"),
    [
        (("sum", ">=", "1000.50"), "sum>=100050"),
        (("sum", "=", "0.001"), "sum=0.1"),
        (("sum", "<", "1e6"), "sum<100000000"),
        (("sum", "=", "-3"), "sum=-300"),
        (("agent", "=", UUID.upper()), f"agent={BASE}/entity/counterparty/{UUID}"),
        (("salesChannel", "!=", UUID), f"salesChannel!={BASE}/entity/saleschannel/{UUID}"),
        (("owner", "=", ""), "owner="),
        (("state", "=", "Новый; срочный"), "state.name=Новый\\; срочный"),
        (("name", "~=", "A;B"), "name~=A\\;B"),
        (("description", "!=", ""), "description!="),
        (("applicable", "=", "true"), "applicable=true"),
    ],
)
def test_terms(condition: tuple[str, str, str], term: str) -> None:
    conditions = (Condition(*condition),)
    CustomerOrders().check_conditions(conditions)
    around = Surroundings(ZoneInfo("Europe/Moscow"), NOW, BASE)
    assert question(CustomerOrders(), conditions, around).terms == (term,)


@pytest.mark.parametrize(
    ("zone", "written", "told"),
    [
        (ZoneInfo("Europe/Moscow"), "2026-01-01 10:00", "2026-01-01 10:00:00.000"),
        (ZoneInfo("Europe/Moscow"), "2012-07-01 10:00", "2012-07-01 10:00:00.000"),
        (ZoneInfo("Asia/Vladivostok"), "2026-01-01", "2025-12-31 17:00:00.000"),
        (ZoneInfo("Asia/Vladivostok"), "2026-01-01T10:00:00.5", "2026-01-01 03:00:00.500"),
        (ZoneInfo("Asia/Vladivostok"), "2026-01-01T10:00:00+00:00", "2026-01-01 13:00:00.000"),
    ],
)
def test_times_are_told_in_moscow(zone: tzinfo, written: str, told: str) -> None:
    asked = question(CustomerOrders(), [Condition("moment", "<", written)], Surroundings(zone, NOW, BASE))
    assert asked.terms == (f"moment<{told}",)


def test_a_period_is_counted_in_days_of_the_company() -> None:
    within = [Condition("moment", "within", "last_7_days")]
    late = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)  # already February in Moscow and Vladivostok
    asked = question(CustomerOrders(), within, Surroundings(ZoneInfo("Asia/Vladivostok"), late, BASE))
    assert asked.terms == ("moment>=2026-01-25 17:00:00.000", "moment<=2026-02-01 16:59:59.000")


def test_archived_objects_are_asked_for_unless_a_condition_is_about_them() -> None:
    around = Surroundings(ZoneInfo("Europe/Moscow"), NOW, BASE)
    assert question(Products(), [], around).terms == ("archived=true", "archived=false")
    assert question(Products(), [Condition("archived", "=", "false")], around).terms == ("archived=false",)


def test_attributes_are_named_by_their_address_and_their_values_by_theirs() -> None:
    number = attribute_column(FIRST, "Мест", CellKind.INTEGER)
    carrier = attribute_column(SECOND, "Перевозчик", CellKind.TEXT, entity="counterparty")
    conditions = (Condition(number.id, ">", "3"), Condition(carrier.id, "=", UUID))
    around = Surroundings(ZoneInfo("Europe/Moscow"), NOW, BASE)
    asked = question(CustomerOrders(), conditions, around, (number, carrier))
    attributes = f"{BASE}/entity/customerorder/metadata/attributes"
    assert asked.terms == (
        f"{attributes}/{FIRST}>3",
        f"{attributes}/{SECOND}={BASE}/entity/counterparty/{UUID}",
    )
    with pytest.raises(FilterUnknown):
        question(CustomerOrders(), conditions, around, (number,))


def test_a_saved_filter_is_a_parameter_of_its_own() -> None:
    around = Surroundings(ZoneInfo("Europe/Moscow"), NOW, BASE)
    asked = question(CustomerOrders(), [Condition("namedfilter", "=", UUID)], around)
    assert asked.parameters == (("namedfilter", f"{BASE}/entity/customerorder/namedfilter/{UUID}"),)
    assert asked.saved


def test_parameters_of_reports_stand_beside_the_filter_and_have_defaults() -> None:
    around = Surroundings(ZoneInfo("Europe/Moscow"), NOW, BASE)
    assert question(StockByStore(), [], around).parameters == (("groupBy", "variant"),)
    chosen = [Condition("groupBy", "=", "product"), Condition("store", "=", UUID)]
    asked = question(StockByStore(), chosen, around)
    assert asked.parameters == (("groupBy", "product"),)
    assert asked.terms == (f"store={BASE}/entity/store/{UUID}",)


def test_a_dictionary_of_ones_own_is_named_in_the_path_and_in_its_attributes() -> None:
    column = attribute_column(FIRST, "Цвет", CellKind.TEXT)
    chosen = (Condition(column.id, "=", "красный"), Condition("dictionary", "=", UUID))
    asked = question(CustomDictionaries(), chosen, Surroundings(ZoneInfo("Europe/Moscow"), NOW, BASE), (column,))
    assert asked.path == f"/entity/customentity/{UUID}"
    assert asked.terms == (f"{BASE}/entity/customentity/{UUID}/metadata/attributes/{FIRST}=красный",)
