"""Preview: what an exporter would make of a saved MoySklad answer, without asking MoySklad anything."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from uuid import UUID

import msgspec

from adapters.moysklad.custom import attribute_kind
from adapters.moysklad.links import unresolved
from adapters.moysklad.mapping import Mapping
from adapters.moysklad.shapes import links_of, path_of
from domain.exports.columns import Column, attribute_column, characteristic_column, price_columns
from domain.exports.exporter import Answer, BaseExporter, Lines, RowMode
from domain.exports.rows import Row, RowUnreadable
from domain.shared.errors import VendorFailed


@dataclass(frozen=True, slots=True)
class PreviewNote:
    """A column that stays empty in `rows` rows because the file only has a link at `reference`."""

    column: str
    reference: str
    rows: int

    def __str__(self) -> str:
        """In words."""
        return f"{self.column}: empty in {self.rows} rows, because {self.reference} is not expanded in the file"


@dataclass(frozen=True, slots=True)
class StrangeNote:
    """`rows` objects in the file are of another `kind` than the exporter reads."""

    kind: str
    expected: str
    rows: int

    def __str__(self) -> str:
        """In words."""
        return f"{self.rows} objects are {self.kind}, not {self.expected}: only the fields that they share are shown"


@dataclass(frozen=True, slots=True)
class LinesNote:
    """The file holds `rows` lines by themselves, so what rows show of their document stays empty."""

    rows: int

    def __str__(self) -> str:
        """In words."""
        return f"{self.rows} objects are lines by themselves: columns of the document around them are empty"


class _Meta(msgspec.Struct):
    type: str = ""
    href: str = ""


class _WithMeta(msgspec.Struct):
    meta: _Meta | None = None


class _Named(msgspec.Struct):
    id: UUID
    name: str = ""
    type: str = "string"


class _Price(msgspec.Struct):
    price_type: _Named | None = msgspec.field(name="priceType", default=None)


class _Custom(msgspec.Struct):
    """What an object shows of its company's own metadata."""

    attributes: list[_Named] | None = None
    sale_prices: list[_Price] | None = msgspec.field(name="salePrices", default=None)
    characteristics: list[_Named] | None = None


class _List(msgspec.Struct):
    rows: list[msgspec.Raw]


Notes = tuple[PreviewNote | StrangeNote | LinesNote, ...]


def preview(
    exporter: BaseExporter, body: bytes, zone: tzinfo, mode: RowMode | None = None
) -> tuple[tuple[Column, ...], tuple[Row, ...], Notes]:
    """Columns, rows and notes of a saved list, array of objects, or single object.

    The columns are all that the exporter offers for rows of the mode, and those of the custom attributes, prices and
    characteristics found in the file itself. The lines of a document that stand in the file by themselves are shown as
    the rows that they would make of it, whatever the mode, and objects of another kind as far as they share fields,
    both with a note. Raises RowUnreadable, or VendorFailed when the file is no such answer.
    """
    objects = _objects(exporter, body)
    bare_lines = 0
    if exporter.lines is not None and _are_lines(exporter.lines, objects):
        mode, bare_lines = RowMode.POSITION, len(objects)
        objects = [_around(exporter.lines, objects)]
    mode = mode or exporter.row_modes[0]
    columns = (*exporter.offered(mode), *_custom_columns(exporter, objects))
    mapping = Mapping(exporter, columns, zone, mode, partial=True)
    decoded = [mapping.decode_object(one, str(index)) for index, one in enumerate(objects)]
    notes: Notes = (*_strange(exporter, objects), *_notes(columns, decoded, mapping))
    if bare_lines:
        notes = (LinesNote(bare_lines), *notes)
    mapped = mapping.rows(decoded)
    if mapped.bad:
        raise RowUnreadable(**mapped.bad[0].details)
    return columns, mapped.rows, notes


def _are_lines(lines: Lines, objects: Sequence[bytes]) -> bool:
    """Whether all objects say by their address that they are from the collection that the lines are kept in."""
    inside = re.compile(rf"/{re.escape(lines.path)}/[^/]+$", re.IGNORECASE)
    hrefs = [meta.href.partition("?")[0] if (meta := _meta(one)) is not None else "" for one in objects]
    return lines.nested and bool(hrefs) and all(inside.search(href) for href in hrefs)


def _around(lines: Lines, objects: Sequence[bytes]) -> bytes:
    """A document of which nothing is known but its lines."""
    return msgspec.json.encode({lines.path: {"rows": [msgspec.Raw(one) for one in objects]}})


def _meta(one: bytes) -> _Meta | None:
    try:
        return msgspec.json.decode(one, type=_WithMeta).meta
    except msgspec.DecodeError:
        return None  # what is wrong with the object is said when its row is read


def _strange(exporter: BaseExporter, objects: Sequence[bytes]) -> list[StrangeNote]:
    expected = exporter.entity.partition("/")[0]
    if not expected or expected == "assortment":
        return []
    kinds: Counter[str] = Counter()
    for one in objects:
        meta = _meta(one)
        if meta is not None and meta.type not in {"", expected}:
            kinds[meta.type] += 1
    return [StrangeNote(kind, expected, rows) for kind, rows in kinds.items()]


def _objects(exporter: BaseExporter, body: bytes) -> list[bytes]:
    try:
        if body.lstrip().startswith(b"["):
            found = msgspec.json.decode(body, type=list[msgspec.Raw])
        elif exporter.answer is not Answer.OBJECT and "rows" in msgspec.json.decode(body, type=dict[str, msgspec.Raw]):
            found = msgspec.json.decode(body, type=_List).rows
        else:
            msgspec.json.decode(body, type=dict[str, msgspec.Raw])
            return [body]
    except msgspec.DecodeError as wrong:
        raise VendorFailed(reason="malformed") from wrong
    return [bytes(one) for one in found]


def _custom_columns(exporter: BaseExporter, objects: Sequence[bytes]) -> list[Column]:
    found: dict[str, Column] = {}
    for one in objects:
        try:
            custom = msgspec.json.decode(one, type=_Custom)
        except msgspec.DecodeError:
            continue  # what is wrong with the object is said when its row is read
        columns = [
            attribute_column(attribute.id, attribute.name, attribute_kind(attribute.type))
            for attribute in custom.attributes or ()
        ]
        if exporter.prices:
            for price in custom.sale_prices or ():
                if price.price_type is not None:
                    columns += price_columns(price.price_type.id, price.price_type.name)
        if exporter.characteristics:
            columns += [characteristic_column(one.id, one.name) for one in custom.characteristics or ()]
        for column in columns:
            found.setdefault(column.id, column)
    return list(found.values())


def _notes(columns: Sequence[Column], objects: Sequence[Any], mapping: Mapping) -> tuple[PreviewNote, ...]:
    notes = []
    for column in columns:
        if column.reference is None:
            continue
        path = next(reversed(links_of(column, mapping.lines)), path_of(column.reference))
        linked = len({id(holder) for holder, _, _ in unresolved(objects, path)})
        if linked:
            notes.append(PreviewNote(column.title, column.reference, linked))
    return tuple(notes)
