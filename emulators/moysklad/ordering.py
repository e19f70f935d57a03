"""The `order` parameter (JSON API docs, workbook "sorting"), and the order of lists that ask for none."""

from typing import Any

from emulators.moysklad import errors
from emulators.moysklad.catalogue import Entity
from emulators.moysklad.records import Record

HIDDEN = {"version", "updatedBy"}
Order = tuple[tuple[str, bool], ...]
BY_INDEX: tuple[Order, ...] = ((("updated", False),), (("updated", False), ("id", False)))
BY_INDEX_BACKWARDS: tuple[Order, ...] = ((("updated", True),), (("updated", True), ("id", True)))


def parse(entity: Entity, text: str) -> Order:
    """Reads sorting keys as (field, descending)."""
    keys = []
    for piece in text.split(";"):
        if not piece.strip():
            continue
        name, _, direction = (part.strip() for part in piece.partition(","))
        if direction.lower() not in {"", "asc", "desc"}:
            raise errors.order_direction(direction, name)
        keys.append((_sortable(entity, name), direction.lower() == "desc"))
    return tuple(keys)


def _sortable(entity: Entity, name: str) -> str:
    """The field to sort by. The docs spell a few names in small letters and name two that answers do not show."""
    if name == "id" or (name in HIDDEN and "updated" in entity.by_name):
        return name
    known = entity.by_name.get(name) or next((one for one in entity.fields if one.name.lower() == name), None)
    if known is None or not known.sortable:
        raise errors.order_refused(name)
    return known.name


def arrange(records: list[Record], order: Order) -> list[Record]:
    """Sorts as asked. Without an order the result is stable but follows neither moments nor numbers: the vendor
    documents no default, and whoever forgets to ask for one must notice.
    """
    if not order:
        return sorted(records, key=_unordered)
    done = sorted(records, key=_identifier)
    for name, descending in reversed(order):
        done.sort(key=lambda record, name=name: _key(record, name), reverse=descending)  # type: ignore[misc]
    return done


def _unordered(record: Record) -> str:
    return record.id[::-1]


def _identifier(record: Record) -> str:
    return record.id


def _key(record: Record, name: str) -> tuple[bool, Any]:
    """Objects without a value come last when the order is ascending (JSON API docs, "sorting")."""
    value = record.id if name == "id" else record.fields.get(name)
    return (value is None, 0 if value is None else value)
