"""Reading a document of MoySklad's: what expressions see of it, and what limits are held against."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from domain.shared.cells import Cell

PLAIN = ("id", "name", "moment", "created", "updated", "description", "externalCode", "code", "incomingNumber")
FLAGS = ("applicable", "vatEnabled", "vatIncluded")
SUMS = ("sum", "vatSum", "payedSum", "shippedSum", "invoicedSum")
LINKED = ("agent", "organization", "store", "state", "project", "contract", "salesChannel", "owner", "group")
LINKED_FIELDS = ("id", "name", "externalCode", "code", "inn")
ATTRIBUTE = "attribute:"
DOCUMENT = "document."

NAMES: tuple[str, ...] = (
    *PLAIN,
    *FLAGS,
    *SUMS,
    "currency",
    "positions",
    "paymentPurpose",
    "deliveryPlannedMoment",
    *(f"{link}.{one}" for link in LINKED for one in LINKED_FIELDS),
)
"""What expressions may read of a document, beside `attribute:` and the name of an attribute. Sums are in units of the
document's currency; `positions` is how many there are.
"""

LINE_NAMES: tuple[str, ...] = (
    "quantity",
    "price",
    "discount",
    "vat",
    "assortment.name",
    "assortment.code",
    "assortment.article",
    "assortment.externalCode",
    *(f"{DOCUMENT}{name}" for name in NAMES),
)
"""What expressions may read of a position; of its document with `document.` before the name."""


def cells_of(document: Mapping[str, Any]) -> dict[str, Cell]:
    """Every name with its value; what the document does not have is empty."""
    cells: dict[str, Cell] = {name: _plain(document.get(name)) for name in (*PLAIN, *FLAGS)}
    cells |= {name: amount(document.get(name)) for name in SUMS}
    for name in ("paymentPurpose", "deliveryPlannedMoment"):
        cells[name] = _plain(document.get(name))
    for link in LINKED:
        target = document.get(link)
        for one in LINKED_FIELDS:
            cells[f"{link}.{one}"] = _plain(target.get(one)) if isinstance(target, Mapping) else None
        cells[f"{link}.id"] = reference_id(target)
    cells["currency"] = currency_of(document)
    cells["positions"] = _size(document.get("positions"))
    for attribute in members(document.get("attributes")):
        cells[f"{ATTRIBUTE}{attribute.get('name', '')}"] = _attribute(attribute.get("value"))
    return cells


def line_cells(line: Mapping[str, Any], document: Mapping[str, Cell]) -> dict[str, Cell]:
    """Of a position, as `cells_of` has it of a document."""
    goods = line.get("assortment")
    goods = goods if isinstance(goods, Mapping) else {}
    cells: dict[str, Cell] = {
        "quantity": number(line.get("quantity")),
        "price": amount(line.get("price")),
        "discount": number(line.get("discount")),
        "vat": number(line.get("vat")),
    }
    cells |= {f"assortment.{one}": _plain(goods.get(one)) for one in ("name", "code", "article", "externalCode")}
    return cells | {f"{DOCUMENT}{name}": value for name, value in document.items()}


def positions_of(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The positions, where they were read as a list."""
    return members(document.get("positions"))


def members(found: object) -> list[Mapping[str, Any]]:
    """The objects of a list; of anything else nothing."""
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def listed(collection: object) -> list[Mapping[str, Any]]:
    """A collection's members, whether it is a list or has them as `rows`: metadata come in both forms."""
    return members(collection.get("rows") if isinstance(collection, Mapping) else collection)


def reference_id(reference: object) -> str | None:
    """The id of what a link leads to, expanded or not."""
    if not isinstance(reference, Mapping):
        return None
    if reference.get("id"):
        return str(reference["id"])
    meta = reference.get("meta")
    href = str(meta.get("href", "")) if isinstance(meta, Mapping) else ""
    return href.partition("?")[0].rstrip("/").rpartition("/")[2] or None


def reference_type(reference: object) -> str:
    """The type of what a link leads to."""
    meta = reference.get("meta") if isinstance(reference, Mapping) else None
    return str(meta.get("type", "")) if isinstance(meta, Mapping) else ""


def currency_of(document: Mapping[str, Any]) -> str | None:
    """The ISO code of the document's currency, None where it says nothing of one."""
    rate = document.get("rate")
    currency = rate.get("currency") if isinstance(rate, Mapping) else None
    return str(currency["isoCode"]) if isinstance(currency, Mapping) and currency.get("isoCode") else None


def total_of(document: Mapping[str, Any]) -> Decimal:
    """The sum in units of the document's currency (JSON API 1.2 has it in hundredths)."""
    return amount(document.get("sum")) or Decimal(0)


def number(value: object) -> Decimal | None:
    """A number of JSON by the digits that it is written with; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    found = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return found if found.is_finite() else None


def amount(value: object) -> Decimal | None:
    """Hundredths as units."""
    found = number(value)
    return None if found is None else found / 100


def _size(positions: object) -> int:
    if isinstance(positions, list):
        return len(positions)
    meta = positions.get("meta") if isinstance(positions, Mapping) else None
    size = number(meta.get("size")) if isinstance(meta, Mapping) else None
    return int(size or 0)


def _plain(value: object) -> Cell:
    if value is None or isinstance(value, str | bool):
        return value
    return number(value)


def _attribute(value: object) -> Cell:
    return str(value.get("name", "")) if isinstance(value, Mapping) else _plain(value)
