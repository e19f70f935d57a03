"""What a sheet of customer orders should show, worked out from MoySklad's objects by a second, independent hand."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

Order = dict[str, Any]
EXPAND = "agent,state,organization"


def _name(field: str) -> Callable[[Order], Any]:
    return lambda order: order.get(field, {}).get("name")


def _text(field: str) -> Callable[[Order], Any]:
    return lambda order: order.get(field)


def _roubles(field: str) -> Callable[[Order], Any]:
    return lambda order: float(Decimal(str(order[field])) / 100) if field in order else None


def _serial(field: str) -> Callable[[Order], Any]:
    def read(order: Order) -> float | None:
        if field not in order:
            return None
        since = datetime.fromisoformat(order[field]) - datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock
        return since.days + since.seconds / 86_400 + since.microseconds / 86_400_000_000

    return read


def _attribute(name: str) -> Callable[[Order], Any]:
    def read(order: Order) -> Any:
        for attribute in order.get("attributes", []):
            if attribute["name"] == name:
                return attribute["value"]
        return None

    return read


CUSTOM_ATTRIBUTE = "Вес, кг"
READERS: dict[str, Callable[[Order], Any]] = {
    "id": _text("id"),
    "name": _text("name"),
    "moment": _serial("moment"),
    "updated": _serial("updated"),
    "agent.name": _name("agent"),
    "organization.name": _name("organization"),
    "state.name": _name("state"),
    "sum": _roubles("sum"),
    "applicable": _text("applicable"),
    "positions.meta.size": lambda order: order["positions"]["meta"]["size"],
    "description": _text("description"),
    "meta.uuidHref": lambda order: order["meta"].get("uuidHref"),
    CUSTOM_ATTRIBUTE: _attribute(CUSTOM_ATTRIBUTE),
}


def expected_rows(orders: list[Order], columns: list[str]) -> dict[str, list[Any]]:
    """The cells of each order by its id."""
    return {order["id"]: [READERS[column](order) for column in columns] for order in orders}


def differences(
    values: list[list[Any]], titles: list[str], expected: dict[str, list[Any]], most: int = 10
) -> list[str]:
    """What the sheet shows otherwise than expected; empty when every cell is right and every row is there once.

    `values` are the tab's unformatted cells, header first; the first column holds the id. Serials and amounts may
    differ by a rounding of their last binary digit.
    """
    found: list[str] = []
    header = _padded(values[0] if values else [], len(titles))
    if header != titles:
        found.append(f"the header is {header}, not {titles}")
    seen: set[str] = set()
    for number, row in enumerate(values[1:], start=2):
        cells = _padded(row, len(titles))
        key = cells[0]
        if key in seen:
            found.append(f"row {number}: {key} stands there twice")
        seen.add(key)
        if key not in expected:
            found.append(f"row {number}: {key!r} is no order")
            continue
        for title, cell, right in zip(titles, cells, expected[key], strict=True):
            if not _same(cell, right):
                found.append(f"row {number}, {title}: {cell!r} instead of {right!r}")
        if len(found) >= most:
            return found
    found += [f"{key} is missing" for key in expected if key not in seen]
    return found[:most]


def _padded(row: list[Any], width: int) -> list[Any]:
    cells = [None if cell == "" else cell for cell in row]
    return cells + [None] * (width - len(cells))


def _same(cell: Any, right: Any) -> bool:
    if right in {"", None}:
        return cell is None
    if isinstance(right, bool) or isinstance(cell, bool):
        return cell is right
    if isinstance(right, int | float) and isinstance(cell, int | float):
        return abs(cell - right) <= max(1e-8, abs(right) * 1e-15)
    return type(cell) is type(right) and cell == right
