"""Preview: what an exporter would make of a saved MoySklad answer, without asking MoySklad anything."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from uuid import UUID

import msgspec

from adapters.moysklad.gateway import ATTRIBUTE_KINDS
from adapters.moysklad.mapping import Mapping
from adapters.moysklad.shapes import getter, path_of
from domain.exports.columns import Column, attribute_column
from domain.exports.exporter import BaseExporter
from domain.exports.rows import Row
from domain.shared.cells import CellKind
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


class _Meta(msgspec.Struct):
    type: str = ""


class _WithMeta(msgspec.Struct):
    meta: _Meta | None = None


class _Attribute(msgspec.Struct):
    id: UUID
    name: str = ""
    type: str = "string"


class _WithAttributes(msgspec.Struct):
    attributes: list[_Attribute] | None = None


class _List(msgspec.Struct):
    rows: list[msgspec.Raw]


def preview(
    exporter: BaseExporter, body: bytes, zone: tzinfo
) -> tuple[tuple[Column, ...], tuple[Row, ...], tuple[PreviewNote | StrangeNote, ...]]:
    """Columns, rows and notes of a saved list, array of objects, or single object.

    The columns are all that the exporter offers, and those of the custom attributes found in the file itself.
    Objects of another kind, such as the positions of an order, are shown as far as they share fields, with a note.
    Raises RowUnreadable, or VendorFailed when the file is no such answer.
    """
    objects = _objects(body)
    columns = (*exporter.columns, *_attribute_columns(objects))
    mapping = Mapping(exporter, columns, zone, partial=True)
    decoded = [mapping.decode_object(one, str(index)) for index, one in enumerate(objects)]
    notes: tuple[PreviewNote | StrangeNote, ...] = (*_strange(exporter, objects), *_notes(columns, decoded))
    return columns, mapping.rows(decoded), notes


def _strange(exporter: BaseExporter, objects: Sequence[bytes]) -> list[StrangeNote]:
    kinds: Counter[str] = Counter()
    for one in objects:
        try:
            meta = msgspec.json.decode(one, type=_WithMeta).meta
        except msgspec.DecodeError:
            continue  # what is wrong with the object is said when its row is read
        if meta is not None and meta.type not in {"", exporter.entity}:
            kinds[meta.type] += 1
    return [StrangeNote(kind, exporter.entity, rows) for kind, rows in kinds.items()]


def _objects(body: bytes) -> list[bytes]:
    try:
        if body.lstrip().startswith(b"["):
            found = msgspec.json.decode(body, type=list[msgspec.Raw])
        elif "rows" in msgspec.json.decode(body, type=dict[str, msgspec.Raw]):
            found = msgspec.json.decode(body, type=_List).rows
        else:
            return [body]
    except msgspec.DecodeError as wrong:
        raise VendorFailed(reason="malformed") from wrong
    return [bytes(one) for one in found]


def _attribute_columns(objects: Sequence[bytes]) -> list[Column]:
    found: dict[UUID, Column] = {}
    for one in objects:
        try:
            attributes = msgspec.json.decode(one, type=_WithAttributes).attributes
        except msgspec.DecodeError:
            continue  # what is wrong with the object is said when its row is read
        for attribute in attributes or ():
            kind = ATTRIBUTE_KINDS.get(attribute.type, CellKind.TEXT)
            found.setdefault(attribute.id, attribute_column(attribute.id, attribute.name, kind))
    return list(found.values())


def _notes(columns: Sequence[Column], objects: Sequence[Any]) -> tuple[PreviewNote, ...]:
    linked: Counter[str] = Counter()
    for reference in {column.reference for column in columns if column.reference}:
        get = getter(path_of(reference))
        for one in objects:
            link = get(one)
            linked[reference] += link is not None and link.id is None and link.meta is not None
    return tuple(
        PreviewNote(column.title, column.reference, linked[column.reference])
        for column in columns
        if column.reference and linked[column.reference]
    )
