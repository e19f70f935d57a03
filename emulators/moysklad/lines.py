"""Lines of an order: reading them from requests and counting the order's sums (JSON API docs, customer order)."""

import uuid
from typing import Any

from emulators.moysklad import errors, reading
from emulators.moysklad.accounts import Account
from emulators.moysklad.records import Position, Record

MOST = 1000
SMALLEST = 0.0001


def read_all(account: Account, record: Record, given: Any) -> list[Position]:
    """The new set of lines: lines with a known id stay themselves, the rest are new, missing ones are gone."""
    rows = given.get("rows") if isinstance(given, dict) else given
    if rows is None:
        return record.positions or []
    if not isinstance(rows, list):
        raise errors.bad_type("positions", "массив")
    check_amount(rows)
    known = {line.id: line for line in record.positions or ()}
    return [_one(account, record, known, row) for row in rows]


def read_new(account: Account, record: Record, given: Any) -> list[Position]:
    """Lines to append: one or many."""
    rows = given if isinstance(given, list) else [given]
    check_amount(rows)
    return [read(account, record, row, None) for row in rows]


def read(account: Account, record: Record, given: Any, old: Position | None) -> Position:
    """One line; `old` supplies what the request leaves out. Raises ApiError when a value is missing or wrong."""
    if not isinstance(given, dict):
        raise errors.bad_type("positions", "объект")
    if old is None and "assortment" not in given:
        raise errors.required("assortment")
    assortment = (
        reading.link(account, record.entity.name, "assortment", given["assortment"], ("product",))
        if "assortment" in given
        else None
    )
    base = old if old is not None else Position(str(uuid.uuid4()), assortment or account.group, 1.0, 0.0)
    line = Position(
        base.id,
        assortment or base.assortment,
        reading.number("quantity", given.get("quantity", base.quantity)),
        reading.number("price", given.get("price", base.price)),
        reading.number("discount", given.get("discount", base.discount)),
        int(reading.number("vat", given.get("vat", base.vat), whole=True)),
        bool(given.get("vatEnabled", base.vat_enabled or bool(given.get("vat")))),
        reading.number("reserve", given.get("reserve", base.reserve)),
        base.shipped,
    )
    if line.quantity < SMALLEST / 2:
        raise errors.not_positive("quantity")
    if line.reserve > line.quantity:
        text = "количество зарезервированных товаров не может превышать общее количество"
        raise errors.ApiError(412, 17003, f"Ошибка сохранения позиции документа: {text}", parameter="reserve")
    return line


def recount(record: Record) -> None:
    """Sums of the order from its lines, in kopecks."""
    fields, positions = record.fields, record.positions or []
    included = fields.get("vatIncluded", True)
    total = vat = reserved = 0.0
    for line in positions:
        amount = line.total()
        rate = line.vat if line.vat_enabled and fields.get("vatEnabled", True) else 0
        part = amount * rate / (100 + rate) if included else amount * rate / 100
        total += amount if included else amount + part
        vat += part
        reserved += amount * line.reserve / line.quantity
    fields["sum"] = round(total, 2)
    fields["reservedSum"] = round(reserved, 2)
    if fields.get("vatEnabled", True):
        fields["vatSum"] = round(vat, 2)
    else:
        fields.pop("vatSum", None)


def check_amount(rows: list[Any]) -> None:
    """At most a thousand lines in one request."""
    if len(rows) > MOST:
        raise errors.ApiError(413, 2022, "Ошибка формата: слишком большое число элементов вложенной коллекции")


def _one(account: Account, record: Record, known: dict[str, Position], row: Any) -> Position:
    identifier = row.get("id") if isinstance(row, dict) else None
    if identifier is not None and identifier not in known:
        raise errors.ApiError(412, 1046, "Дочерняя сущность не может изменять свою родительскую сущность")
    return read(account, record, row, known.get(identifier) if identifier is not None else None)
