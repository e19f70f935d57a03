"""The functions that a formula may call. Each takes time linear in the size of what it is given."""

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from adapters.formulas.reasons import Unworkable
from adapters.formulas.values import Value, kind_of, numbered, parsed, plain, texted
from domain.shared.cells import TEXT_LIMIT

_MOST_DIGITS = 10


class Function(NamedTuple):
    """How many arguments a function takes, and what it does. Of a method the first one stands before the dot."""

    least: int
    most: int
    work: Callable[..., Value]


def number(value: Value) -> Value:
    """An empty cell counts as 0, a text as the number that it shows."""
    if value is None:
        return Decimal(0)
    return parsed(value, "number()") if isinstance(value, str) else numbered(value, "number()")


def text(value: Value) -> str:
    """An empty cell counts as an empty text."""
    return "" if value is None else _string(value)


def _string(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if isinstance(value, Decimal) else texted(value, "string()")


def _double(value: Value) -> Value:
    return parsed(value, "double()") if isinstance(value, str) else numbered(value, "double()")


def _int(value: Value) -> Value:
    whole = parsed(value, "int()") if isinstance(value, str) else numbered(value, "int()")
    return whole.to_integral_value(ROUND_DOWN)


def _size(value: Value) -> Value:
    if isinstance(value, str | tuple):
        return Decimal(len(value))
    raise Unworkable(f"size(): {kind_of(value)} has no size")


def _round(value: Value, digits: Value = None) -> Value:
    """Half away from zero, to so many decimals."""
    places = Decimal(0) if digits is None else numbered(digits, "round()")
    if places != int(places) or not 0 <= places <= _MOST_DIGITS:
        raise Unworkable(f"round(): digits are a whole number from 0 to {_MOST_DIGITS}")
    return numbered(value, "round()").quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


def _to_whole(name: str, rounding: str) -> Function:
    return Function(1, 1, lambda value: numbered(value, name).to_integral_value(rounding))


def _extreme(name: str, choose: Callable[..., Decimal]) -> Function:
    return Function(1, 100, lambda *values: choose(numbered(value, name) for value in values))


def _question(name: str, ask: Callable[[str, str], bool]) -> Function:
    return Function(2, 2, lambda whole, part: ask(texted(whole, name), texted(part, name)))


def _change(name: str, work: Callable[[str], str]) -> Function:
    def apply(value: Value) -> str:
        made = work(texted(value, name))
        if len(made) > TEXT_LIMIT:
            raise Unworkable(f"the text is longer than {TEXT_LIMIT} characters")
        return made

    return Function(1, 1, apply)


def _substring(value: Value, start: Value, end: Value = None) -> Value:
    whole = texted(value, "substring()")
    first = numbered(start, "substring()")
    last = Decimal(len(whole)) if end is None else numbered(end, "substring()")
    if first != int(first) or last != int(last) or not 0 <= first <= last <= len(whole):
        raise Unworkable("substring(): the place is outside of the text")
    return whole[int(first) : int(last)]


FUNCTIONS: dict[str, Function] = {
    "number": Function(1, 1, number),
    "text": Function(1, 1, text),
    "has": Function(1, 1, lambda value: value is not None),
    "string": Function(1, 1, _string),
    "double": Function(1, 1, _double),
    "int": Function(1, 1, _int),
    "uint": Function(1, 1, _int),
    "size": Function(1, 1, _size),
    "round": Function(1, 2, _round),
}
"""Functions by their names. `number`, `text`, `round` and a `has` of any value are additions to the language's own."""

METHODS: dict[str, Function] = {
    "size": FUNCTIONS["size"],
    "contains": _question("contains()", lambda whole, part: part in whole),
    "startsWith": _question("startsWith()", str.startswith),
    "endsWith": _question("endsWith()", str.endswith),
    "lowerAscii": _change("lowerAscii()", str.lower),
    "upperAscii": _change("upperAscii()", str.upper),
    "trim": _change("trim()", str.strip),
    "substring": Function(2, 3, _substring),
}
"""Functions that follow a value and a dot. Letters of every alphabet change their case, unlike in the extension."""

MATHEMATICS: dict[str, Function] = {
    "greatest": _extreme("math.greatest()", max),
    "least": _extreme("math.least()", min),
    "abs": Function(1, 1, lambda value: abs(numbered(value, "math.abs()"))),
    "ceil": _to_whole("math.ceil()", ROUND_CEILING),
    "floor": _to_whole("math.floor()", ROUND_FLOOR),
    "trunc": _to_whole("math.trunc()", ROUND_DOWN),
    "round": _to_whole("math.round()", ROUND_HALF_UP),
}
"""Functions after `math.`, as in the language's mathematical extension."""
