"""Cells: from values as MoySklad writes them to values as a sheet shows them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from domain.shared.cells import LIST_SEPARATOR, Cell, CellKind
from domain.shared.cells import whole as as_whole_cell
from domain.shared.moments import MOSCOW, from_moscow, from_sheet_serial, sheet_serial, wall_clock_serial

Convert = Callable[[Any], Cell]

_EPOCH = from_sheet_serial(0.0)
_CENT = Decimal("0.01")
_PLAIN = 1e13
"""Kopecks below which roubles with four decimals are exact in a double, which holds 15 digits."""
_NOBODY_HAS = 10**26
"""Roubles that can only be a mistake."""
_MOSCOW_NAMES = frozenset({"Europe/Moscow", "W-SU", "MSK"})


class _Named(msgspec.Struct, gc=False):
    name: str | None = None
    filename: str | None = None


_TEXT_VALUE = msgspec.json.Decoder(str | _Named | None)
_WHOLE_VALUE = msgspec.json.Decoder(int | float | None, strict=False)
_NUMBER_VALUE = msgspec.json.Decoder(Decimal | None)
_BOOLEAN_VALUE = msgspec.json.Decoder(bool | None, strict=False)


def shows_moscow_time(zone: tzinfo) -> bool:
    """Whether clocks in `zone` show what MoySklad writes, so that nothing has to be converted."""
    return zone.utcoffset(None) == MOSCOW.utcoffset(None) or getattr(zone, "key", "") in _MOSCOW_NAMES


def converter(kind: CellKind, zone: tzinfo) -> Convert | None:
    """How a decoded value of this kind becomes a cell; None when it is one already."""
    if kind is CellKind.DATE_TIME:
        return _moscow_serial if shows_moscow_time(zone) else _serial_in(zone)
    converters: dict[CellKind, Convert] = {
        CellKind.MONEY: money,
        CellKind.NUMBER: _finite,
        CellKind.INTEGER: _whole,
        CellKind.DATE: _moscow_day,
        CellKind.LIST: listed,
    }
    return converters.get(kind)


def attribute_converter(kind: CellKind, zone: tzinfo) -> Convert:
    """How the raw JSON value of a custom attribute becomes a cell (JSON API docs, custom fields).

    Raises msgspec.ValidationError or ValueError for a value that is not of this kind.
    """
    if kind in {CellKind.NUMBER, CellKind.MONEY}:
        return lambda raw: _finite_or_none(_NUMBER_VALUE.decode(raw))
    if kind is CellKind.INTEGER:
        return lambda raw: _whole_or_none(_WHOLE_VALUE.decode(raw))
    if kind is CellKind.BOOLEAN:
        return _BOOLEAN_VALUE.decode
    if kind is CellKind.DATE_TIME:
        show = _moscow_serial if shows_moscow_time(zone) else _serial_in(zone)
        return lambda raw: _shown(show, _attribute_text(raw))
    return _attribute_text


def listed(values: Any) -> Cell:
    """The values of a list as one text; None for a list without any.

    An element that is an object, like a barcode `{"ean13": "…"}`, shows its values; the documents of a payment and the
    like show whatever the column's path leads to.
    """
    texts = list(_texts(values))
    return LIST_SEPARATOR.join(texts) if texts else None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
    elif isinstance(value, bool):
        yield "да" if value else "нет"
    elif isinstance(value, Decimal):
        yield format(value, "f")
    elif value is not None and value != "":
        yield str(value)


def money(kopecks: float | Decimal) -> Cell:
    """Kopecks as roubles, to the last digit. Equal sums give the same cell however they were written.

    Up to 13 digits with up to two decimals (taxes have fractions of a kopeck) become the binary number nearest to the
    roubles: its shortest form is just those roubles, which is how it is written out, and a sheet keeps it so too.
    Anything else stays a decimal.
    """
    number = exact(kopecks)
    if -_PLAIN < number < _PLAIN and (hundredths := round(number * 100)) == number * 100:
        return hundredths / 10_000
    roubles = number * _CENT
    if not abs(roubles) < _NOBODY_HAS:
        raise ValueError("not a sum of money")
    return roubles.normalize()


def moneys(values: Iterable[Any]) -> Iterable[Cell]:
    """What `money` makes of each of these decoded values, most of them without a call; None of None."""
    return [
        None
        if value is None
        else 0.0
        if not value  # most sums of a document: nothing paid yet, nothing shipped, nothing reserved
        else value / 100
        if (value.__class__ is int or (value.__class__ is float and value.is_integer())) and -_PLAIN < value < _PLAIN
        else hundredths / 10_000  # taxes have fractions of a kopeck
        if value.__class__ is float and -_PLAIN < value < _PLAIN and (hundredths := round(value * 100)) / 100 == value
        else money(value)
        for value in values
    ]


def exact(number: float | Decimal) -> Decimal:
    """The number as it was written: of a float the shortest decimal form."""
    return number if isinstance(number, Decimal) else Decimal(repr(number))


def _finite(number: Decimal) -> Cell:
    if not number.is_finite():
        raise ValueError("not a number")
    return number


def _finite_or_none(number: Decimal | None) -> Cell:
    return None if number is None else _finite(number)


def _whole(number: float) -> Cell:
    whole = int(number)
    if whole != number:
        raise ValueError("not a whole number")
    return as_whole_cell(whole)


def _whole_or_none(number: float | None) -> Cell:
    return None if number is None else _whole(number)


def _attribute_text(raw: msgspec.Raw) -> str | None:
    value = _TEXT_VALUE.decode(raw)
    return (value.name if value.name is not None else value.filename) if isinstance(value, _Named) else value


def _shown(show: Convert, text: str | None) -> Cell:
    return None if text is None else show(text)


def _moscow_serial(text: str) -> Cell:
    return wall_clock_serial(datetime.fromisoformat(text))


def _moscow_day(text: str) -> Cell:
    """A date is the same day everywhere: what MoySklad writes as a day is not moved by the company's clock."""
    return (datetime.fromisoformat(text) - _EPOCH).days


def _serial_in(zone: tzinfo) -> Convert:
    @lru_cache(maxsize=8192)
    def shift_on(day: str) -> timedelta | None:
        first = _ahead(from_moscow(day), zone)
        last = _ahead(from_moscow(day) + timedelta(days=1), zone)
        return first if first == last else None

    def show(text: str) -> Cell:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            raise ValueError("a date with an offset")
        shift = shift_on(text[:10])
        return sheet_serial(from_moscow(text), zone) if shift is None else wall_clock_serial(moment + shift)

    return show


def _ahead(moment: datetime, zone: tzinfo) -> timedelta:
    """How far the clocks of `zone` are ahead of Moscow's at that moment."""
    return (moment.astimezone(zone).utcoffset() or timedelta()) - (moment.utcoffset() or timedelta())
