"""Every kind of value, and every way in which an object can be unlike its documentation."""

import json
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.moysklad.exporters.customerorder import CustomerOrders
from adapters.moysklad.exporters.stock_by_store import StockByStore
from adapters.moysklad.mapping import Mapping
from adapters.moysklad.rowing import Mapped
from domain.exports.columns import Column, attribute_column, price_columns
from domain.exports.exporter import RowMode
from domain.exports.rows import RowUnreadable
from domain.shared.cells import Cell, CellKind
from domain.shared.errors import VendorFailed
from domain.shared.moments import from_moscow, sheet_serial

MOSCOW = ZoneInfo("Europe/Moscow")
OFFERED = CustomerOrders().offered(RowMode.DOCUMENT)
ORDER = {"id": "34efe2ee-015e-11e6-9464-e4de0000006b", "updated": "2026-04-14 12:03:05.123"}
ATTRIBUTE = UUID("c2ecd338-015e-11e6-9464-e4de0000008f")


def read(columns: tuple[Column, ...], fields: dict[str, Any] | str, zone: tzinfo = MOSCOW) -> tuple[Cell, ...]:
    mapping = Mapping(CustomerOrders(), columns, zone)
    row = fields if isinstance(fields, str) else json.dumps(ORDER | fields)
    decoded = mapping.decode_page(f'{{"context":{{}},"meta":{{"size":7}},"rows":[{row}]}}'.encode())
    assert decoded.size == 7
    mapped = mapping.rows(decoded.objects)
    if mapped.bad:
        raise RowUnreadable(**mapped.bad[0].details)
    return mapped.rows[0].cells


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
        (CellKind.MONEY, "111100.0", 1111.0),
        (CellKind.MONEY, "-0.0", 0.0),
        (CellKind.MONEY, "1999999999999.0", 19999999999.99),
        (CellKind.MONEY, "9999999999999", 99999999999.99),
        (CellKind.MONEY, "999999999999999", Decimal("9999999999999.99")),
        (CellKind.MONEY, "0.1", 0.001),
        (CellKind.MONEY, "1360790.67", 13607.9067),
        (CellKind.MONEY, "1360790.667", Decimal("13607.90667")),
        (CellKind.MONEY, "1250.5", 12.505),
        (CellKind.MONEY, "-10", -0.1),
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
    assert str(cell("x", CellKind.MONEY, "111100")) == str(cell("x", CellKind.MONEY, "1.111E5")) == "1111.0"


def written(found: Cell) -> Decimal:
    return Decimal(msgspec.json.Encoder(decimal_format="number").encode(found).decode())


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_whole_kopecks_are_written_out_to_the_last_digit(kopecks: int) -> None:
    expected = Decimal(kopecks).scaleb(-2)
    for literal in (str(kopecks), f"{kopecks}.0"):
        found = cell("x", CellKind.MONEY, literal)
        assert written(found) == expected


@given(st.decimals("-1000000000000", "1000000000000", places=3), st.integers(0, 3))
def test_fractions_of_a_kopeck_are_exact(thousandths: Decimal, places: int) -> None:
    kopecks = thousandths.quantize(Decimal(1).scaleb(-places))
    found = cell("x", CellKind.MONEY, str(kopecks))
    assert written(found) == kopecks.scaleb(-2)


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
    cells = read(OFFERED, {})
    assert [value for value in cells if value is not None] == [ORDER["id"], 46126.5021426273]


def test_nested_fields() -> None:
    columns = tuple(
        column
        for column in OFFERED
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


def test_the_wrong_rows_of_a_page_are_set_aside_and_the_others_are_kept() -> None:
    mapping = Mapping(CustomerOrders(), OFFERED, MOSCOW)
    rows: list[dict[str, Any]] = [ORDER | {"id": f"row-{number}", "agent": {"name": "A"}} for number in range(5)]
    rows[3]["agent"] = {"id": "1", "name": 42}
    rows[4] = {"updated": "2026-04-14 12:03:06"}
    decoded = mapping.decode_page(json.dumps({"meta": {"size": 5}, "rows": rows}).encode())
    assert [one.updated for one in decoded.objects] == [*[ORDER["updated"]] * 4, "2026-04-14 12:03:06"]
    mapped = mapping.rows(decoded.objects)
    assert [row.key for row in mapped.rows] == ["row-0", "row-1", "row-2"]
    assert [(bad.key, bad.details["field"]) for bad in mapped.bad] == [("row-3", "agent.name"), ("4", "id")]


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
        Mapping(CustomerOrders(), OFFERED, MOSCOW).decode_page(body)


def test_one_object_by_itself() -> None:
    mapping = Mapping(CustomerOrders(), OFFERED[:2], MOSCOW)
    one = mapping.decode_object(json.dumps(ORDER | {"name": "00001"}).encode())
    row = mapping.rows([one]).rows[0]
    assert (row.key, row.updated, row.cells) == (ORDER["id"], ORDER["updated"], (ORDER["id"], "00001"))


def test_only_the_links_that_the_columns_need_are_expanded() -> None:
    chosen = tuple(column for column in OFFERED if column.id in {"agent.name", "rate.currency.name", "sum"})
    assert Mapping(CustomerOrders(), chosen, MOSCOW).expand == "agent,rate.currency"
    assert Mapping(CustomerOrders(), OFFERED[:6], MOSCOW).expand == ""


def lines_of(mode: RowMode, ids: set[str], **fields: Any) -> Mapped:
    columns = tuple(column for column in CustomerOrders().offered(mode) if column.id in ids)
    mapping = Mapping(CustomerOrders(), columns, MOSCOW, mode)
    return mapping.rows([mapping.decode_object(json.dumps(ORDER | fields).encode())])


POSITIONS = {
    "meta": {"size": 2},
    "rows": [
        {"id": "p1", "quantity": 3.0, "price": 1050.5, "discount": 10.0, "assortment": {"id": "a", "name": "Чай"}},
        {"id": "p2", "quantity": 0.5, "price": 200, "assortment": {"id": "b", "name": "Кофе"}},
    ],
}


def test_a_row_for_each_position_with_the_documents_own_columns() -> None:
    ids = {"name", "position.id", "position.assortment.name", "position.sum"}
    mapped = lines_of(RowMode.POSITION, ids, name="00001", positions=POSITIONS)
    assert [row.cells for row in mapped.rows] == [
        ("00001", "p1", "Чай", 28.3635),
        ("00001", "p2", "Кофе", 1.0),
    ]
    assert [(row.key, row.parent) for row in mapped.rows] == [("p1", ORDER["id"]), ("p2", ORDER["id"])]
    assert mapped.parents == (ORDER["id"],)


def test_a_document_without_positions_has_no_rows_and_is_told_of_all_the_same() -> None:
    mapped = lines_of(RowMode.POSITION, {"position.id"}, positions={"meta": {"size": 0}, "rows": []})
    assert (mapped.rows, mapped.parents) == ((), (ORDER["id"],))


def test_a_wrong_position_sets_its_whole_document_aside() -> None:
    rows = [*POSITIONS["rows"], {"id": "p3", "quantity": 1, "price": 1e300, "discount": 0}]  # type: ignore[misc]
    mapped = lines_of(RowMode.POSITION, {"position.id", "position.sum"}, positions={"meta": {"size": 3}, "rows": rows})
    assert (mapped.rows, mapped.parents) == ((), ())
    assert [bad.key for bad in mapped.bad] == [ORDER["id"]]


def test_totals_of_positions() -> None:
    ids = {"id", "positions.quantity", "positions.sum", "positions.names"}
    mapped = lines_of(RowMode.TOTALS, ids, positions=POSITIONS)
    assert mapped.rows[0].cells == (ORDER["id"], Decimal("3.5"), 29.3635, "Чай, Кофе")


def test_lists_are_joined_and_amounts_in_lists_are_added_up() -> None:
    def shown(path: str, kind: CellKind, value: Any) -> Cell:
        return read((Column("x", "X", kind, path=path),), {"x": value})[0]

    assert shown("x[]", CellKind.LIST, ["a", "", None, "б"]) == "a, б"
    assert shown("x[]", CellKind.LIST, [{"ean13": "0042"}, {"code128": "A"}]) == "0042, A"
    assert shown("x[].name", CellKind.LIST, [{"name": "1"}, {}]) == "1"
    assert shown("x[]", CellKind.LIST, []) is None
    assert shown("x[].sum", CellKind.MONEY, [{"sum": 150.5}, {"sum": 50}]) == 2.005


def test_prices_are_found_by_their_type() -> None:
    retail, trade = UUID(int=1), UUID(int=2)
    prices = [
        {"value": 100.0, "priceType": {"id": str(retail)}, "currency": {"id": "r", "isoCode": "RUB"}},
        {"value": 7.0, "priceType": {"id": str(trade)}, "currency": {"id": "u", "isoCode": "USD"}},
    ]
    columns = (*price_columns(trade, "Опт"), *price_columns(UUID(int=3), "Иная"))
    assert read(columns, {"salePrices": prices}) == (0.07, "USD", None, None)


def test_links_are_made_of_addresses_and_keys_of_several_ids() -> None:
    exporter, mode = StockByStore(), RowMode.POSITION
    mapping = Mapping(exporter, exporter.offered(mode), MOSCOW, mode, tells_changes=False)
    product, store = UUID(int=7), UUID(int=8)
    row = {
        "meta": {"href": f"https://x/entity/product/{product}?expand=supplier"},
        "stockByStore": [{"meta": {"href": f"https://x/entity/store/{store}"}, "name": "Склад", "stock": 1.5}],
    }
    decoded = mapping.decode_page(json.dumps({"meta": {"size": 1}, "rows": [row]}).encode())
    assert decoded.objects[0].assortment.meta.href == row["meta"]["href"]  # type: ignore[index]
    rows = mapping.rows(decoded.objects).rows
    assert [(one.key, one.cells[-3]) for one in rows] == [(f"{product}/{store}", Decimal("1.5"))]
    assert mapping.expand == ""


def test_a_day_is_the_same_day_everywhere() -> None:
    literal = '"2026-04-14 00:00:00.000"'
    assert cell("x", CellKind.DATE, literal, ZoneInfo("America/New_York")) == 46126


def test_one_wrong_row_among_many_leaves_the_others_and_their_order() -> None:
    columns = tuple(column for column in OFFERED if column.id in {"id", "sum", "agent.name", "moment"})
    mapping = Mapping(CustomerOrders(), columns, MOSCOW)
    rows: list[dict[str, Any]] = [
        ORDER | {"id": f"row-{number}", "sum": number, "agent": {"name": f"A{number}"}} for number in range(250)
    ]
    rows[120]["sum"] = 1e300
    rows[121]["moment"] = "yesterday"
    mapped = mapping.rows(mapping.decode_page(json.dumps({"rows": rows}).encode()).objects)
    assert [row.key for row in mapped.rows] == [f"row-{number}" for number in range(250) if number not in {120, 121}]
    assert [(bad.key, bad.details["field"]) for bad in mapped.bad] == [("row-120", "sum"), ("row-121", "moment")]
    alone = [mapping.rows([mapping.decode_object(json.dumps(row).encode())]).rows for row in rows if row != rows[120]]
    assert [*mapped.rows] == [row for (row,) in (found for found in alone if found)]
