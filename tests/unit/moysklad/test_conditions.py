"""Conditions in MoySklad's terms."""

from datetime import tzinfo
from zoneinfo import ZoneInfo

import pytest

from adapters.moysklad.conditions import filter_terms
from adapters.moysklad.exporters.customerorder import CustomerOrders
from domain.exports.filters import Condition

BASE = "https://api.moysklad.ru/api/remap/1.2"
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
    assert filter_terms(CustomerOrders(), conditions, ZoneInfo("Europe/Moscow"), BASE) == (term,)


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
    assert filter_terms(CustomerOrders(), [Condition("moment", "<", written)], zone, BASE) == (f"moment<{told}",)
