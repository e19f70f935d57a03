"""Values inside a formula: None, truth values, texts, lists, and numbers, which are exact decimals, all of them."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow

from adapters.formulas.reasons import Unworkable
from domain.shared.cells import TEXT_LIMIT, Cell

Value = bool | Decimal | str | tuple["Value", ...] | None
Read = Callable[[Mapping[str, Cell]], Value]
"""A compiled part of a formula: its value for the cells of a row."""

ARITHMETIC = Context(
    prec=34, rounding=ROUND_HALF_UP, Emin=-40, Emax=40, traps=[InvalidOperation, DivisionByZero, Overflow]
)
"""Thirty-four digits, as in decimal128; what leaves the range is a failure, so that no number becomes a long text."""


def from_cell(cell: Cell) -> Value:
    """The value of a cell. A float is taken by its shortest decimal form, the one that people see."""
    if cell is None or isinstance(cell, (Decimal, str, bool)):  # a tuple is told apart faster than a union
        return cell
    return Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)


def kind_of(value: Value) -> str:
    """What a value is called in a reason."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, Decimal):
        return "number"
    return "string" if isinstance(value, str) else "list"


def numbered(value: Value, use: str) -> Decimal:
    """The value, which has to be a number there."""
    if isinstance(value, Decimal):
        return value
    raise Unworkable(f"{use}: {kind_of(value)} is not a number")


def texted(value: Value, use: str) -> str:
    """The value, which has to be a text there."""
    if isinstance(value, str):
        return value
    raise Unworkable(f"{use}: {kind_of(value)} is not a string")


def truth(value: Value, use: str) -> bool:
    """The value, which has to be true or false there."""
    if isinstance(value, bool):
        return value
    raise Unworkable(f"{use}: {kind_of(value)} is not true or false")


def plain(number: Decimal) -> str:
    """The number in digits, without an exponent and without zeros after its last decimal."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def parsed(text: str, use: str) -> Decimal:
    """The number that a text shows."""
    try:
        number = ARITHMETIC.create_decimal(text.strip().replace(",", ".", 1))
    except DecimalException:
        raise Unworkable(f"{use}: the text is not a number") from None
    if not number.is_finite():
        raise Unworkable(f"{use}: the text is not a number")
    return number


def add(left: Value, right: Value) -> Value:
    """The sum of two numbers, or two texts or lists one after the other."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return ARITHMETIC.add(left, right)
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > TEXT_LIMIT:
            raise Unworkable(f"the text is longer than {TEXT_LIMIT} characters")
        return left + right
    if isinstance(left, tuple) and isinstance(right, tuple):
        return left + right
    raise Unworkable(f"{kind_of(left)} + {kind_of(right)}")


def _arithmetic(sign: str, work: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Value, Value], Value]:
    def apply(left: Value, right: Value) -> Value:
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return work(left, right)
        raise Unworkable(f"{kind_of(left)} {sign} {kind_of(right)}")

    return apply


def _divided(work: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Decimal, Decimal], Decimal]:
    def apply(left: Decimal, right: Decimal) -> Decimal:
        if not right:
            raise Unworkable("division by zero")
        return work(left, right)

    return apply


def _order(sign: str, holds: Callable[[int], bool]) -> Callable[[Value, Value], Value]:
    def apply(left: Value, right: Value) -> Value:
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return holds((left > right) - (left < right))
        if isinstance(left, str) and isinstance(right, str):
            return holds((left > right) - (left < right))
        raise Unworkable(f"{kind_of(left)} {sign} {kind_of(right)}")

    return apply


def same(left: Value, right: Value) -> bool:
    """Whether two values are equal; values of different kinds never are."""
    return isinstance(left, bool) is isinstance(right, bool) and left == right


def _within(left: Value, right: Value) -> Value:
    if not isinstance(right, tuple):
        raise Unworkable(f"in: {kind_of(right)} is not a list")
    return any(same(left, one) for one in right)


OPERATORS: dict[str, Callable[[Value, Value], Value]] = {
    "addition_add": add,
    "addition_sub": _arithmetic("-", ARITHMETIC.subtract),
    "multiplication_mul": _arithmetic("*", ARITHMETIC.multiply),
    "multiplication_div": _arithmetic("/", _divided(ARITHMETIC.divide)),
    "multiplication_mod": _arithmetic("%", _divided(ARITHMETIC.remainder)),
    "relation_lt": _order("<", lambda order: order < 0),
    "relation_le": _order("<=", lambda order: order <= 0),
    "relation_gt": _order(">", lambda order: order > 0),
    "relation_ge": _order(">=", lambda order: order >= 0),
    "relation_eq": same,
    "relation_ne": lambda left, right: not same(left, right),
    "relation_in": _within,
}
"""What the grammar's binary rules do."""
