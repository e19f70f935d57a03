"""From a formula's value to a cell of the kind that the company chose."""

from collections.abc import Callable
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from adapters.formulas.functions import text
from adapters.formulas.reasons import Unworkable
from adapters.formulas.values import Value, numbered, texted, truth
from domain.shared.cells import LIST_SEPARATOR, TEXT_LIMIT, Cell, CellKind, whole

_CENT = Decimal("0.01")
_SHEET_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)
"""A sheet holds numbers as doubles, which are exact to fifteen digits."""

_SERIAL_PLACES = Decimal("1e-10")


def as_cell(value: Value, kind: CellKind) -> Cell:
    """The cell; null is an empty one. Raises Unworkable for a value of another kind.

    Money is rounded to two decimals, half away from zero; a number to fifteen digits; a date to its day; a date with
    its time to the precision of other dates. An integer has to be whole. A text may also be a number or a truth value.
    """
    if value is None:
        return None
    if kind is CellKind.BOOLEAN:
        return truth(value, "boolean")
    if kind in _TEXTS:
        return _text(value, kind)
    return _NUMBERS[kind](numbered(value, kind.value))


_TEXTS = frozenset({CellKind.TEXT, CellKind.LINK, CellKind.LIST})


def _text(value: Value, kind: CellKind) -> str | None:
    if isinstance(value, tuple):
        if kind is not CellKind.LIST:
            raise Unworkable(f"{kind.value}: a list is not a string")
        made = LIST_SEPARATOR.join(text(one) for one in value)
    else:
        made = texted(value, kind.value) if kind is CellKind.LINK else text(value)
    if len(made) > TEXT_LIMIT:
        raise Unworkable(f"the text is longer than {TEXT_LIMIT} characters")
    return made


def _whole(number: Decimal) -> Cell:
    made = int(number)
    if made != number:
        raise Unworkable("integer: the number is not whole; round() makes it so")
    return whole(made)


_NUMBERS: dict[CellKind, Callable[[Decimal], Cell]] = {
    CellKind.MONEY: lambda number: number.quantize(_CENT, ROUND_HALF_UP),
    CellKind.NUMBER: _SHEET_DIGITS.plus,
    CellKind.INTEGER: _whole,
    CellKind.DATE: lambda number: int(number.to_integral_value(ROUND_FLOOR)),
    CellKind.DATE_TIME: lambda number: float(number.quantize(_SERIAL_PLACES, ROUND_HALF_UP)),
}
