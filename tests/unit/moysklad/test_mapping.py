"""Every kind of value, and every way in which an object can be unlike its documentation."""

import json
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from adapters.moysklad.exporters.customerorder import CustomerOrders
from adapters.moysklad.mapping import Mapping
from domain.exports.columns import Column, attribute_column
from domain.exports.rows import RowUnreadable
from domain.shared.cells import Cell, CellKind
from domain.shared.errors import VendorFailed
from domain.shared.moments import from_moscow, sheet_serial

MOSCOW = ZoneInfo("Europe/Moscow")
ORDER = {"id": "34efe2ee-015e-11e6-9464-e4de0000006b", "updated": "2026-04-14 12:03:05.123"}
ATTRIBUTE = UUID("c2ecd338-015e-11e6-9464-e4de0000008f")


def read(columns: tuple[Column, ...], fields: dict[str, Any] | str, zone: tzinfo = MOSCOW) -> tuple[Cell, ...]:
    mapping = Mapping(CustomerOrders(), columns, zone)
    row = fields if isinstance(fields, str) else json.dumps(ORDER | fields)
    decoded = mapping.decode_page(f'{{"context":{{}},"meta":{{"size":7}},"rows":[{row}]}}'.encode())
    assert decoded.size == 7
    return mapping.rows(decoded.objects)[0].cells


def cell(path: str, kind: CellKind, literal: str, zone: tzinfo = MOSCOW) -> Cell:
    row = f'{{"id":"{ORDER["id"]}","updated":"{ORDER["updated"]}","x":{literal}}}'
    return read((Column("x", "X", kind, path=path),), row, zone)[0]


@pytest.mark.parametrize(
    ("kind", "literal", "expected"),
    [
        (CellKind.TEXT, '"00042"', "00042"),
        (CellKind.TEXT, '"+79990001122"', "+79990001122"),
        (CellKind.TEXT, '""', ""),
        (CellKind.TEXT, "null", None),
        (CellKind.LINK, '"https://online.moysklad.ru/app/#x"', "https://online.moysklad.ru/app/#x"),
        (CellKind.MONEY, "111100.0", Decimal("1111.00")),
        (CellKind.MONEY, "0.1", Decimal("0.001")),
        (CellKind.MONEY, "1250.5", Decimal("12.505")),
        (CellKind.MONEY, "-10", Decimal("-0.10")),
        (CellKind.MONEY, "1000000000000000", Decimal("10000000000000.00")),
        (CellKind.MONEY, "1E15", Decimal("10000000000000.00")),
        (CellKind.MONEY, "123456789012345.67", Decimal("1234567890123.4567")),
        (CellKind.MONEY, "null", None),
        (CellKind.NUMBER, "0.30000000000000004", Decimal("0.30000000000000004")),
        (CellKind.NUMBER, "214", Decimal(214)),
        (CellKind.INTEGER, "4", 4),
        (CellKind.INTEGER, "4.0", 4),
        (CellKind.INTEGER, "null", None),
        (CellKind.BOOLEAN, "true", True),
        (CellKind.BOOLEAN, "false", False),
        (CellKind.BOOLEAN, "null", None),
        (CellKind.DATE_TIME, "null", None),
    ],
)
def test_each_kind_comes_out_exactly(kind: CellKind, literal: str, expected: Cell) -> None:
    found = cell("x", kind, literal)
    assert found == expected
    assert type(found) is type(expected)


def test_money_looks_the_same_however_it_was_written() -> None:
    assert str(cell("x", CellKind.MONEY, "111100")) == str(cell("x", CellKind.MONEY, "1.111E5")) == "1111.00"


@pytest.mark.parametrize(
    "zone",
    [
        MOSCOW,
        ZoneInfo("Asia/Vladivostok"),
        ZoneInfo("Europe/Kaliningrad"),
        ZoneInfo("America/New_York"),
        ZoneInfo("Asia/Kathmandu"),
        timezone(timedelta(hours=3)),
        UTC,
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        "2026-04-14 12:03:05.123",
        "2026-04-14 12:03:05",
        "2026-03-08 09:59:59.999",
        "2026-03-08 10:00:00",
        "2026-12-31 23:59",
    ],
)
def test_a_moment_stands_on_the_companys_wall_clock(text: str, zone: tzinfo) -> None:
    assert cell("x", CellKind.DATE_TIME, f'"{text}"', zone) == sheet_serial(from_moscow(text), zone)


def test_moscow_sees_what_moysklad_wrote_also_before_2014() -> None:
    noon = cell("x", CellKind.DATE_TIME, '"2012-07-01 12:00:00"')
    assert noon == sheet_serial(datetime(2012, 7, 1, 12, tzinfo=UTC), UTC)


def test_absent_fields_and_absent_steps_of_a_path_are_empty() -> None:
    exporter = CustomerOrders()
    cells = read(exporter.columns, {})
    assert [value for value in cells if value is not None] == [ORDER["id"], 46126.5021426273]


def test_nested_fields() -> None:
    columns = tuple(
        column
        for column in CustomerOrders.columns
        if column.id in {"agent.name", "agent.inn", "rate.currency.name", "rate.value", "positions.meta.size"}
    )
    fields = {
        "agent": {"meta": {"href": "h"}, "id": "1", "name": "ООО", "inn": "0123456789", "unknown": [1, {"a": 2}]},
        "rate": {"currency": {"id": "2", "name": "евро"}, "value": 98.5},
        "positions": {"meta": {"size": 3}},
    }
    assert read(columns, fields) == ("ООО", "0123456789", "евро", Decimal("98.5"), 3)
    assert read(columns, {"agent": None, "rate": {"currency": None}}) == (None, None, None, None, None)
    no_right = {"agent": {"meta": {"href": "h", "permitted": False}}}
    assert read(columns, no_right) == (None, None, None, None, None)


@pytest.mark.parametrize(
    ("kind", "literal", "expected"),
    [
        (CellKind.TEXT, '"1251252"', "1251252"),
        (CellKind.TEXT, '{"meta":{},"name":"Курьер"}', "Курьер"),
        (CellKind.TEXT, '{"filename":"scan.pdf"}', "scan.pdf"),
        (CellKind.TEXT, '{"meta":{}}', None),
        (CellKind.TEXT, "null", None),
        (CellKind.LINK, '"https://example.com"', "https://example.com"),
        (CellKind.INTEGER, "12", 12),
        (CellKind.INTEGER, '"1251252"', 1251252),
        (CellKind.INTEGER, "null", None),
        (CellKind.NUMBER, "0.4", Decimal("0.4")),
        (CellKind.NUMBER, "null", None),
        (CellKind.BOOLEAN, "false", False),
        (CellKind.DATE_TIME, '"2026-02-22 02:12:00.000"', 46075.0916666667),
        (CellKind.DATE_TIME, "null", None),
    ],
)
def test_attributes_of_every_type(kind: CellKind, literal: str, expected: Cell) -> None:
    columns = (attribute_column(ATTRIBUTE, "A", kind),)
    other = '{"id":"0","type":"new-type","value":[{"deep":1}]}'
    row = (
        f'{{"id":"1","updated":"2026-04-14 12:03:05","attributes":[{other},{{"id":"{ATTRIBUTE}","value":{literal}}}]}}'
    )
    assert read(columns, row) == (expected,)


def test_an_attribute_that_is_not_filled_is_empty() -> None:
    columns = (attribute_column(ATTRIBUTE, "A", CellKind.TEXT),)
    assert read(columns, {"attributes": []}) == (None,)
    assert read(columns, {"attributes": [{"id": str(ATTRIBUTE)}]}) == (None,)
    assert read(columns, {}) == (None,)


@pytest.mark.parametrize(
    ("kind", "literal"),
    [
        (CellKind.TEXT, "12345"),
        (CellKind.TEXT, '["secret"]'),
        (CellKind.MONEY, '"secret"'),
        (CellKind.MONEY, '"NaN"'),
        (CellKind.MONEY, "1e300"),
        (CellKind.MONEY, "true"),
        (CellKind.NUMBER, '"Infinity"'),
        (CellKind.INTEGER, "4.5"),
        (CellKind.INTEGER, '"secret"'),
        (CellKind.BOOLEAN, '"secret"'),
        (CellKind.DATE_TIME, '"secret"'),
        (CellKind.DATE_TIME, '"2026-04-14T12:00:00+05:00"'),
        (CellKind.DATE_TIME, '"9999-99-99 00:00:00"'),
    ],
)
def test_a_wrong_value_names_its_row_and_place_and_keeps_quiet_about_itself(kind: CellKind, literal: str) -> None:
    with pytest.raises(RowUnreadable) as caught:
        cell("x", kind, literal, ZoneInfo("Asia/Omsk"))
    assert caught.value.details["key"] == ORDER["id"]
    assert caught.value.details["field"] == "x"
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None or "secret" not in str(caught.value.__cause__)


@pytest.mark.parametrize(("kind", "literal"), [(CellKind.TEXT, "5"), (CellKind.BOOLEAN, "5"), (CellKind.NUMBER, "{}")])
def test_a_wrong_attribute_names_its_column(kind: CellKind, literal: str) -> None:
    column = attribute_column(ATTRIBUTE, "A", kind)
    with pytest.raises(RowUnreadable) as caught:
        read(
            (column,),
            f'{{"id":"1","updated":"2026-04-14 12:03:05","attributes":[{{"id":"{ATTRIBUTE}","value":{literal}}}]}}',
        )
    assert caught.value.details["field"] == column.id


def test_the_wrong_row_of_a_page_is_found() -> None:
    mapping = Mapping(CustomerOrders(), CustomerOrders.columns, MOSCOW)
    rows = [ORDER | {"id": f"row-{number}", "agent": {"name": "A"}} for number in range(5)]
    rows[3]["agent"] = {"id": "1", "name": 42}
    with pytest.raises(RowUnreadable) as caught:
        mapping.decode_page(json.dumps({"meta": {"size": 5}, "rows": rows}).encode())
    assert caught.value.details["key"] == "row-3"
    assert caught.value.details["field"] == "agent.name"
    rows[3] = {"updated": "2026-04-14 12:03:05"}
    with pytest.raises(RowUnreadable) as caught:
        mapping.decode_page(json.dumps({"meta": {"size": 5}, "rows": rows}).encode())
    assert (caught.value.details["key"], caught.value.details["field"]) == ("3", "id")


@pytest.mark.parametrize(
    "body",
    [
        b"<html></html>",
        b"",
        b'{"meta":{"size":1},"rows":[{"id":',
        b"{}",
        b"[]",
        b'{"rows":5}',
        b'{"rows":[],"meta":[]}',
    ],
)
def test_what_is_no_list_is_the_vendors_failure(body: bytes) -> None:
    with pytest.raises(VendorFailed):
        Mapping(CustomerOrders(), CustomerOrders.columns, MOSCOW).decode_page(body)


def test_one_object_by_itself() -> None:
    mapping = Mapping(CustomerOrders(), CustomerOrders.columns[:2], MOSCOW)
    one = mapping.decode_object(json.dumps(ORDER | {"name": "00001"}).encode())
    row = mapping.rows([one])[0]
    assert (row.key, row.updated, row.cells) == (ORDER["id"], ORDER["updated"], (ORDER["id"], "00001"))


def test_only_the_links_that_the_columns_need_are_expanded() -> None:
    chosen = tuple(
        column for column in CustomerOrders.columns if column.id in {"agent.name", "rate.currency.name", "sum"}
    )
    assert Mapping(CustomerOrders(), chosen, MOSCOW).expand == "agent,rate.currency"
    assert Mapping(CustomerOrders(), CustomerOrders.columns[:6], MOSCOW).expand == ""
