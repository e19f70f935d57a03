"""Positions on their way to another account: what each is about, and bundles taken apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.automations.matching import MatchKind, Wanted
from domain.automations.reading import listed, members, number, positions_of, reference_id, reference_type
from domain.automations.recipes.recipe import Recipe
from domain.shared.errors import RuleViolated

BUNDLE = "bundle"
_PLACES = Decimal("0.01")


class LineUnreadable(RuleViolated):
    """A position of the source document cannot be carried over: it names nothing that could be looked for."""

    code = "automations.line_unreadable"


@dataclass(frozen=True, slots=True)
class Line:
    """A position. `key` tells it from the others of its document, for good: its id, and that of the bundle's component
    where it was taken apart. `price` is in hundredths; `source` is the position as MoySklad has it.
    """

    key: str
    wanted: Wanted
    quantity: Decimal
    price: Decimal
    discount: Decimal
    vat: Decimal | None
    vat_enabled: bool
    source: Mapping[str, Any]


def bundles_in(recipe: Recipe, document: Mapping[str, Any]) -> list[str]:
    """Ids of the bundles whose components have to be known."""
    if recipe.bundles or not recipe.positions:
        return []
    found = (one.get("assortment") for one in positions_of(document))
    return sorted({reference_id(one) or "" for one in found if reference_type(one) == BUNDLE} - {""})


def lines_of(recipe: Recipe, document: Mapping[str, Any], bundles: Mapping[str, Mapping[str, Any]]) -> list[Line]:
    """The document's positions in their order. `bundles` are those that have to be taken apart, each with its
    `components`. Raises LineUnreadable.
    """
    lines: list[Line] = []
    if not recipe.positions:
        return lines
    for place, position in enumerate(positions_of(document), start=1):
        goods = position.get("assortment")
        if reference_type(goods) == BUNDLE and not recipe.bundles:
            lines += _components(place, position, bundles.get(reference_id(goods) or ""))
        else:
            lines.append(_line(place, str(position.get("id", place)), position, goods, position))
    return lines


def wanted_of(goods: Mapping[str, Any]) -> Wanted:
    """What is looked for in the other account; of a consignment, what it is of."""
    kind, called = reference_type(goods), _text(goods, "name")
    if kind == "consignment" and isinstance(goods.get("assortment"), Mapping):
        goods = goods["assortment"]
        kind = reference_type(goods)
    return Wanted(
        kind=MatchKind.GOODS,
        source_id=reference_id(goods) or "",
        type=kind,
        name=_text(goods, "name") or called,
        external_code=_text(goods, "externalCode"),
        code=_text(goods, "code"),
        article=_text(goods, "article"),
        barcodes=tuple(str(code) for one in members(goods.get("barcodes")) for code in one.values()),
    )


def _line(place: int, key: str, position: Mapping[str, Any], goods: object, figures: Mapping[str, Any]) -> Line:
    if not isinstance(goods, Mapping) or not goods.get("name"):
        raise LineUnreadable(position=place)
    wanted, quantity = wanted_of(goods), number(figures.get("quantity"))
    if not wanted.source_id or not wanted.type or quantity is None or quantity <= 0:
        raise LineUnreadable(position=place)
    return Line(
        key=key,
        wanted=wanted,
        quantity=quantity,
        price=number(figures.get("price")) or Decimal(0),
        discount=number(position.get("discount")) or Decimal(0),
        vat=number(position.get("vat")),
        vat_enabled=bool(position.get("vatEnabled", number(position.get("vat")) not in (None, 0))),
        source=position,
    )


def _components(place: int, position: Mapping[str, Any], bundle: Mapping[str, Any] | None) -> list[Line]:
    """The bundle's price is shared out by its components' sale prices, or by their quantities where there are none.
    The last one takes what rounding leaves, so that the sum is off by less than a hundredth of a kopeck for each of it.
    """
    found = _rows(bundle)
    if not found:
        raise LineUnreadable(position=place)
    times = number(position.get("quantity")) or Decimal(0)
    price = number(position.get("price")) or Decimal(0)
    counts = [number(one.get("quantity")) or Decimal(0) for one in found]
    weights = [count * _sale_price(one.get("assortment")) for count, one in zip(counts, found, strict=True)]
    if not all(weights):
        weights = counts
    whole, left = sum(weights, Decimal(0)), price
    lines = []
    for index, (component, count, weight) in enumerate(zip(found, counts, weights, strict=True)):
        if not count or not whole:
            raise LineUnreadable(position=place)
        last = index == len(found) - 1
        each = (left / count if last else price * weight / whole / count).quantize(_PLACES)
        left -= each * count
        key = f"{position.get('id', place)}:{component.get('id', index)}"
        figures = {"quantity": count * times, "price": each}
        lines.append(_line(place, key, position, component.get("assortment"), figures))
    return lines


def _rows(bundle: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
    """All components or none: a bundle of which only a part is known is not taken apart."""
    components = bundle.get("components") if bundle else None
    rows = listed(components)
    meta = components.get("meta") if isinstance(components, Mapping) else None
    size = number(meta.get("size")) if isinstance(meta, Mapping) else None
    return rows if size is None or len(rows) >= size else ()


def _sale_price(goods: object) -> Decimal:
    prices = members(goods.get("salePrices")) if isinstance(goods, Mapping) else []
    return (number(prices[0].get("value")) if prices else None) or Decimal(0)


def _text(goods: Mapping[str, Any], name: str) -> str:
    return str(goods.get(name) or "")
