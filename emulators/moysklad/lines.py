"""Rows of nested collections: reading them from requests, and counting sums (JSON API docs, "positions")."""

import uuid
from collections.abc import Sequence
from typing import Any

from emulators.moysklad import errors, reading
from emulators.moysklad.accounts import Account
from emulators.moysklad.catalogue import Collection
from emulators.moysklad.records import Position, Record, Row

MOST = 1000
SMALLEST = 0.0001
_CLEARED = {"quantity": 1.0, "price": 0.0, "discount": 0.0, "vat": 0, "vatEnabled": False, "reserve": 0.0}
NO_BUNDLES = {"supply", "purchasereturn", "purchaseorder", "invoicein", "enter", "loss", "inventory", "internalorder"}
"""Documents that take no bundles (reference 2.5, codes 17016 and 17022)."""


def read_all(account: Account, record: Record, collection: Collection, given: Any) -> list[Row]:
    """The new set of rows: rows with a known id stay themselves, the rest are new, missing ones are gone."""
    rows = given.get("rows") if isinstance(given, dict) else given
    if rows is None:
        return list(record.rows(collection.name))
    if not isinstance(rows, list):
        raise errors.bad_type(collection.name, "массив")
    check_amount(rows)
    known = {line.id: line for line in record.rows(collection.name)}
    return [_one(account, record, collection, known, row) for row in rows]


def read_new(account: Account, record: Record, collection: Collection, given: Any) -> list[Row]:
    """Rows to append: one or many."""
    rows = given if isinstance(given, list) else [given]
    check_amount(rows)
    return [read(account, record, collection, row, None) for row in rows]


def read(account: Account, record: Record, collection: Collection, given: Any, old: Row | None) -> Row:
    """One row; `old` supplies what the request leaves out. Raises ApiError when a value is missing or wrong."""
    if not isinstance(given, dict):
        raise errors.bad_type(collection.name, "объект")
    if old is None:
        for field in collection.fields:
            if field.required and given.get(field.name) in (None, ""):
                raise errors.required(field.name)
    row = _copy(collection, old)
    for field in collection.fields:
        if field.name in given and not field.read_only:
            value = reading.value(account, record.entity, field, given[field.name])
            row.set(field.name, _default(row, field.name) if value is None else value)
    if given.get("vat") and "vatEnabled" not in given and "vatEnabled" in collection.by_name:
        row.set("vatEnabled", True)
    derive(collection, row)
    _check(record, row)
    return row


def recount(record: Record) -> None:
    """Sums of a document from its lines, in kopecks."""
    collection = record.entity.lines
    if collection is None or record.positions is None:
        return
    if record.entity.name == "payroll":
        parts = ((row.get("baseSalary") or 0.0) + (row.get("pieceworkSalary") or 0.0) for row in record.positions)
        record.fields["sum"] = float(sum(parts))
    elif "sum" in record.entity.by_name and "price" in collection.by_name:
        _recount_priced(record, record.positions)
    if "commitentSum" in record.entity.by_name:
        rewards = sum((row.get("reward") or 0.0) * row.quantity for row in record.positions)
        record.fields["commitentSum"] = round(record.fields["sum"] - rewards, 2)
    if "waitSum" in record.entity.by_name:
        waited = sum(row.price * (row.get("inTransit") or 0.0) for row in record.positions)
        record.fields["waitSum"] = round(waited, 2)


def check_amount(rows: Sequence[Any]) -> None:
    """At most a thousand rows in one request."""
    if len(rows) > MOST:
        raise errors.ApiError(413, 2022, "Ошибка формата: слишком большое число элементов вложенной коллекции")


def blank(collection: Collection, identifier: str) -> Row:
    """A row of a collection before it has values."""
    if collection.name == "positions":
        return Position(identifier, None, 1.0, 0.0)
    return Row(identifier, {"quantity": 1.0} if "quantity" in collection.by_name else None)


def _recount_priced(record: Record, positions: list[Position]) -> None:
    fields = record.fields
    included = fields.get("vatIncluded", True)
    taxed = "vatEnabled" in record.entity.by_name and fields.get("vatEnabled", True)
    total = vat = reserved = 0.0
    for line in positions:
        amount = line.total()
        rate = line.vat if line.vat_enabled and taxed else 0
        part = amount * rate / (100 + rate) if included else amount * rate / 100
        total += amount if included else amount + part
        vat += part
        reserved += amount * line.reserve / line.quantity if line.quantity else 0.0
    fields["sum"] = round(total, 2)
    if "reservedSum" in record.entity.by_name:
        fields["reservedSum"] = round(reserved, 2)
    if "vatSum" in record.entity.by_name:
        if taxed:
            fields["vatSum"] = round(vat, 2)
        else:
            fields.pop("vatSum", None)


def _one(account: Account, record: Record, collection: Collection, known: dict[str, Row], row: Any) -> Row:
    identifier = row.get("id") if isinstance(row, dict) else None
    if identifier is not None and identifier not in known:
        raise errors.ApiError(412, 1046, "Дочерняя сущность не может изменять свою родительскую сущность")
    return read(account, record, collection, row, known.get(identifier) if identifier is not None else None)


def _copy(collection: Collection, old: Row | None) -> Row:
    row = blank(collection, str(uuid.uuid4()) if old is None else old.id)
    if old is not None:
        for field in collection.fields:
            row.set(field.name, old.get(field.name))
    return row


def _default(row: Row, name: str) -> Any:
    """What a cleared field holds: nothing, but for the numbers that every line has."""
    return _CLEARED.get(name) if isinstance(row, Position) else None


def derive(collection: Collection, row: Row) -> None:
    """Fields of a line that follow from others: what an inventory corrects."""
    if "correctionAmount" in collection.by_name:
        amount = (row.get("quantity") or 0.0) - (row.get("calculatedQuantity") or 0.0)
        row.set("correctionAmount", amount)
        row.set("correctionSum", amount * (row.get("price") or 0.0))


def _check(record: Record, row: Row) -> None:
    if not isinstance(row, Position):
        return
    least = 0.0 if record.entity.name == "inventory" else SMALLEST / 2
    if row.quantity < least:
        raise errors.not_positive("quantity")
    if row.reserve > row.quantity:
        text = "количество зарезервированных товаров не может превышать общее количество"
        raise errors.ApiError(412, 17003, f"Ошибка сохранения позиции документа: {text}", parameter="reserve")
    if row.assortment is not None and row.assortment.kind == "bundle" and record.entity.name in NO_BUNDLES:
        raise errors.no_bundles(record.entity.name)
