"""Extracting: for each column the functions that read its cells out of decoded objects. Compiled once for a run."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any

from adapters.moysklad.cells import attribute_converter, converter, exact, listed, money, moneys, shows_moscow_time
from adapters.moysklad.shapes import LIST, Path, getter, path_of
from domain.exports.columns import Column, Computed, Level, Pick
from domain.exports.exporter import Lines
from domain.shared.cells import Cell, CellKind
from domain.shared.moments import wall_clock_serials

Extract = Callable[[Any], Cell]
Fill = Callable[[Sequence[Any]], Iterable[Cell]]

KEY_SEPARATOR = "/"
_SUMMED = frozenset({CellKind.MONEY, CellKind.NUMBER, CellKind.INTEGER})
_HUNDRED = Decimal(100)


def extractor(column: Column, zone: tzinfo, lines: Lines | None) -> Extract:
    """Reads the column's cell: from a line for a column of Level.LINE, from the object for any other.

    The function raises ValueError, TypeError, OverflowError or msgspec.DecodeError for a value of a wrong form.
    """
    extract = _plain(path_of(column.path), column, zone) if column.path else _constant(column.constant)
    if column.parts:
        extract = _joined(column.parts, zone, lines)
    elif column.attribute is not None:
        extract = _attribute(str(column.attribute), attribute_converter(column.kind, zone))
    elif column.level is Level.TOTAL and lines is not None:
        extract = _total(column, zone, lines)
    elif column.computed is Computed.LINE_SUM:
        extract = _line_sum
    elif column.pick is not None:
        extract = _picked(column, zone, column.pick)
    return extract


def filler(column: Column, zone: tzinfo, lines: Lines | None) -> Fill:
    """Reads the column's cells from many objects: what the extractor reads from each, at a fraction of the price.

    Most columns are a field, or a field of a linked object. They are read without calling a function of ours for each
    cell.
    """
    path = path_of(column.path)
    if not _is_field(column) or any(step.endswith(LIST) for step in path):
        return partial(map, extractor(column, zone, lines))
    values = _values(path)
    if column.kind is CellKind.MONEY:
        return lambda objects: moneys(values(objects))
    if column.kind is CellKind.DATE_TIME and shows_moscow_time(zone):
        return lambda objects: wall_clock_serials(values(objects))
    convert = id_in if column.href_id else converter(column.kind, zone)
    return values if convert is None else _all_converted(values, convert)


def _is_field(column: Column) -> bool:
    """Whether the cell is what stands at the column's path, with nothing picked, looked up or worked out."""
    made = column.parts or column.attribute is not None or column.computed is not None or column.pick is not None
    return bool(column.path) and not made and column.level is Level.OBJECT


def _values(path: Path) -> Callable[[Iterable[Any]], Iterable[Any]]:
    """What stands at `path` in each of the objects; None where a step is missing, which few are."""
    straight = attrgetter(".".join(path))
    if len(path) == 1:
        return partial(map, straight)
    careful = getter(path)

    def values(objects: Iterable[Any]) -> Iterable[Any]:
        try:
            return list(map(straight, objects))
        except AttributeError:  # None has no fields
            return map(careful, objects)

    return values


def _all_converted(values: Callable[[Iterable[Any]], Iterable[Any]], convert: Callable[[Any], Cell]) -> Fill:
    return lambda objects: [None if value is None else convert(value) for value in values(objects)]


def line_sum(line: Any) -> Decimal:
    """Kopecks: quantity times price less the discount, which is a percentage and may be negative."""
    discount = line.discount or 0
    return Decimal((line.quantity or 0) * (line.price or 0) * (_HUNDRED - discount) / _HUNDRED)


def id_in(address: str) -> str:
    """The id at the end of an address, without parameters: `…/entity/product/<id>?expand=supplier`."""
    return address.partition("?")[0].rstrip("/").rpartition("/")[2]


def _plain(path: Path, column: Column, zone: tzinfo) -> Extract:
    get = getter(path)
    if column.href_id:
        return _converted(get, id_in)
    if any(step.endswith(LIST) for step in path):
        return _many(get, column, zone)
    convert = converter(column.kind, zone)
    return get if convert is None else _converted(get, convert)


def _converted(get: Callable[[Any], Any], convert: Callable[[Any], Cell]) -> Extract:
    def extract(row: Any) -> Cell:
        value = get(row)
        return None if value is None else convert(value)

    return extract


def _many(get: Callable[[Any], Any], column: Column, zone: tzinfo) -> Extract:
    """The values of a list: numbers and money are added up, everything else is joined."""
    if column.computed is Computed.PRICES:
        return lambda row: listed([money(exact(one)) for one in _flat(get(row))])
    if column.kind not in _SUMMED:
        return lambda row: listed(get(row))
    convert = converter(column.kind, zone) or (lambda value: value)

    def extract(row: Any) -> Cell:
        values = list(_flat(get(row)))
        return convert(sum(map(exact, values), Decimal())) if values else None

    return extract


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield from _flat(one)
    elif value is not None:
        yield value


def _constant(text: str | None) -> Extract:
    return lambda _: text


def _line_sum(line: Any) -> Cell:
    return money(line_sum(line))


def _joined(parts: Iterable[Column], zone: tzinfo, lines: Lines | None) -> Extract:
    """Parts of one level are read from what is given; a key of both levels is read from a pair (object, line)."""
    pairs = [(extractor(part, zone, lines), part.level) for part in parts]
    mixed = len({level for _, level in pairs}) > 1

    def extract(row: Any) -> Cell:
        if mixed:
            one, line = row
            found = [get(line if level is Level.LINE else one) for get, level in pairs]
        else:
            found = [get(row) for get, _ in pairs]
        return KEY_SEPARATOR.join("" if part is None else str(part) for part in found)

    return extract


def is_mixed(column: Column) -> bool:
    """Whether the column's parts stand partly in the object and partly in the line."""
    return len({part.level for part in column.parts}) > 1


def _attribute(attribute_id: str, convert: Callable[[Any], Cell]) -> Extract:
    def extract(row: Any) -> Cell:
        values = row.attributes
        raw = values.get(attribute_id) if values else None
        return None if raw is None else convert(raw)

    return extract


def _picked(column: Column, zone: tzinfo, pick: Pick) -> Extract:
    elements, tell = getter(path_of(pick.path)), getter(path_of(pick.by))
    show = _plain(path_of(column.path), column, zone)

    def extract(row: Any) -> Cell:
        for element in elements(row) or ():
            if tell(element) == pick.equals:
                return show(element)
        return None

    return extract


def _total(column: Column, zone: tzinfo, lines: Lines) -> Extract:
    rows = getter(path_of(lines.rows_path))
    if column.computed is Computed.LINE_SUMS:
        return _converted(rows, lambda found: money(sum((line_sum(line) for line in found), Decimal())))
    get = getter(path_of(column.path))
    if column.computed is Computed.EACH:
        return _converted(rows, lambda found: listed(list(dict.fromkeys(_flat([get(line) for line in found])))))
    convert = converter(column.kind, zone) or (lambda value: value)
    return _converted(rows, lambda found: convert(sum(map(exact, _flat([get(line) for line in found])), Decimal())))
