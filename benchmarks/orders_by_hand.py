"""A row of 20 cells out of an order, as one would write it by hand for this one sheet."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

_EPOCH, _DAY = datetime(1899, 12, 30), timedelta(days=1)  # noqa: DTZ001 - a wall clock, as sheets count it

MOMENTS = ("moment", "updated", "created", "deliveryPlannedMoment")
MONEY = ("sum", "vatSum", "payedSum", "shippedSum", "invoicedSum", "reservedSum")

Order = dict[str, Any]
NameOf = Callable[[Order | None], str]


def expanded_name(link: Order | None) -> str:
    """The name of a linked object that came with the order."""
    return link["name"] if link else ""


def row_of(order: Order, name_of: NameOf = expanded_name) -> list[Any]:
    """The cells of full_export.COLUMNS: roubles, and moments as Sheets counts them."""
    return [
        order["id"],
        order["name"],
        serial(order["moment"]),
        serial(order["updated"]),
        serial(order["created"]),
        name_of(order.get("state")),
        name_of(order["agent"]),
        name_of(order["organization"]),
        order["sum"] / 100,
        order["vatSum"] / 100,
        order["payedSum"] / 100,
        order["shippedSum"] / 100,
        order["invoicedSum"] / 100,
        order["reservedSum"] / 100,
        order["applicable"],
        order["positions"]["meta"]["size"],
        order.get("description", ""),
        order.get("shipmentAddress", ""),
        serial(order.get("deliveryPlannedMoment")),
        order["meta"]["uuidHref"],
    ]


def serial(moment: str | None) -> float | str:
    """Days since 30.12.1899."""
    return (datetime.fromisoformat(moment) - _EPOCH) / _DAY if moment else ""
