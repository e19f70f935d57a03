"""Mapping: from the bytes of a MoySklad answer to rows of cells. Pure and compiled once for each run."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import msgspec

from adapters.moysklad.cells import attribute_converter, converter
from adapters.moysklad.shapes import Path, Shape, getter, links_of, path_of, row_shape
from domain.exports.columns import Column
from domain.exports.exporter import BaseExporter
from domain.exports.rows import Row, RowUnreadable
from domain.shared.cells import Cell, CellKind
from domain.shared.errors import VendorFailed

Extract = Callable[[Any], Cell]

_PLACE = re.compile(r"^(?P<problem>.*?)(?: - at `\$\.?(?P<field>.*)`)?$", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<field>.*)`")
_KEY = re.compile(r"[0-9A-Za-z-]{1,64}")


class _Meta(msgspec.Struct):
    size: int = 0


class _RawPage(msgspec.Struct):
    rows: list[msgspec.Raw]


class _Keyed(msgspec.Struct):
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Decoded:
    """The objects of one answer in their order, and how many match in all. Every object has `id` and `updated`."""

    objects: list[Any]
    size: int


class Mapping:
    """Reads answers for one exporter, its resolved columns and a company's time zone.

    `references` are the links that the columns lead through, the outermost first; `expand` is what to ask MoySklad
    to put in place of them. A `partial` mapping takes objects without an id or a stamp too, which no run may write.
    """

    def __init__(
        self, exporter: BaseExporter, columns: Sequence[Column], zone: tzinfo, *, partial: bool = False
    ) -> None:
        key_column = next(column for column in exporter.columns if column.id == exporter.key_column)
        self._columns = tuple(columns)
        self._has_attributes = any(column.attribute is not None for column in columns)
        self.shape: Shape = row_shape((*columns, key_column))
        self.shape.leaves.setdefault("updated", CellKind.DATE_TIME)
        required = () if partial else ("id", "updated")
        row = self.shape.struct("Row", required, attributes=self._has_attributes)
        page = msgspec.defstruct("Page", [("rows", list[row]), ("meta", _Meta)])  # type: ignore[valid-type]
        self._object = msgspec.json.Decoder(row)
        self._page = msgspec.json.Decoder(page)
        self._extractors = tuple(_extractor(column, zone) for column in columns)
        self._key = _extractor(key_column, zone)
        self.references: tuple[Path, ...] = tuple(
            sorted({link for column in columns for link in links_of(column)}, key=lambda path: (len(path), path))
        )
        self.expand = ",".join(sorted({column.reference for column in columns if column.reference}))

    def decode_page(self, body: bytes) -> Decoded:
        """Decodes a list answer. Raises RowUnreadable for a row of a wrong form, VendorFailed for no list at all."""
        try:
            page: Any = self._page.decode(body)
        except msgspec.ValidationError:
            return self._decode_each(body)
        except msgspec.DecodeError as wrong:
            raise VendorFailed(reason="malformed") from wrong
        return Decoded(page.rows, page.meta.size)

    def decode_object(self, body: bytes, place: str = "0") -> Any:
        """Decodes one object. Raises RowUnreadable, which names it by its id or else by `place`, or VendorFailed."""
        try:
            return self._object.decode(body)
        except msgspec.ValidationError as wrong:
            raise _unreadable(body, place, wrong) from wrong
        except msgspec.DecodeError as wrong:
            raise VendorFailed(reason="malformed") from wrong

    def rows(self, objects: Sequence[Any]) -> tuple[Row, ...]:
        """The rows of decoded objects. Raises RowUnreadable."""
        return tuple([self._row(one) for one in objects])

    def _row(self, one: Any) -> Row:
        if self._has_attributes and type(one.attributes) is list:
            one.attributes = {value.id: value.value for value in one.attributes}
        try:
            cells = tuple([extract(one) for extract in self._extractors])
            return Row(str(self._key(one) or ""), cells, one.updated or "")
        except (ValueError, TypeError, msgspec.DecodeError, OverflowError):
            raise self._misfit(one) from None  # the cause may quote the value

    def _misfit(self, one: Any) -> RowUnreadable:
        for column, extract in zip(self._columns, self._extractors, strict=True):
            try:
                extract(one)
            except (ValueError, TypeError, msgspec.DecodeError, OverflowError):
                return RowUnreadable(key=one.id, field=column.path or column.id, problem=f"not a {column.kind.value}")
        return RowUnreadable(key=one.id, field="id", problem="not a key")

    def _decode_each(self, body: bytes) -> Decoded:
        try:
            rows = msgspec.json.decode(body, type=_RawPage).rows
        except msgspec.DecodeError as wrong:
            raise VendorFailed(reason="malformed") from wrong
        for index, raw in enumerate(rows):
            self.decode_object(bytes(raw), str(index))
        raise VendorFailed(reason="malformed")


def _unreadable(body: bytes, place: str, wrong: msgspec.ValidationError) -> RowUnreadable:
    found = _PLACE.match(str(wrong))
    problem = found["problem"] if found else "unexpected form"
    missing = _MISSING.fullmatch(problem)
    steps = [found["field"] if found else None, missing["field"] if missing else None]
    field = ".".join(step for step in steps if step)
    return RowUnreadable(key=_key_of(body) or place, field=field[:100], problem=problem[:100])


def _key_of(body: bytes) -> str | None:
    try:
        key = msgspec.json.decode(body, type=_Keyed).id
    except msgspec.DecodeError:
        return None
    return key if key is not None and _KEY.fullmatch(key) else None


def _extractor(column: Column, zone: tzinfo) -> Extract:
    if column.attribute is not None:
        return _attribute_extractor(str(column.attribute), attribute_converter(column.kind, zone))
    get = getter(path_of(column.path))
    convert = converter(column.kind, zone)
    if convert is None:
        return get

    def extract(row: Any) -> Cell:
        value = get(row)
        return None if value is None else convert(value)

    return extract


def _attribute_extractor(attribute_id: str, convert: Callable[[Any], Cell]) -> Extract:
    def extract(row: Any) -> Cell:
        values = row.attributes
        raw = values.get(attribute_id) if values else None
        return None if raw is None else convert(raw)

    return extract
