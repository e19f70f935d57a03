"""Mapping: from the bytes of a MoySklad answer to objects, and to rows. Pure and compiled once for each run."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

import msgspec

from adapters.moysklad.rowing import Mapped, Rowing, Unreadable
from adapters.moysklad.shapes import (
    LIST,
    Path,
    Shape,
    bare,
    getter,
    links_of,
    path_of,
    prefix_of,
    want_column,
    want_size,
)
from domain.exports.columns import Column, Level
from domain.exports.exporter import Answer, BaseExporter, RowMode
from domain.exports.rows import RowUnreadable
from domain.shared.cells import CellKind
from domain.shared.errors import VendorFailed

_PLACE = re.compile(r"^(?P<problem>.*?)(?: - at `\$\.?(?P<field>.*)`)?$", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<field>.*)`")
_KEY = re.compile(r"[0-9A-Za-z-]{1,64}")


class _Meta(msgspec.Struct):
    size: int = 0


class _RawPage(msgspec.Struct):
    rows: list[msgspec.Raw]
    meta: _Meta = msgspec.field(default_factory=_Meta)


class _Keyed(msgspec.Struct):
    id: Any = None
    updated: Any = None


@dataclass(frozen=True, slots=True)
class Decoded:
    """The objects of one answer in their order, and how many match in all. Every object has `id` and `updated`."""

    objects: list[Any]
    size: int


class Mapping:
    """Reads answers for one exporter, its resolved columns and a company's time zone.

    `references` are the links that the columns lead through, the outermost first; `expand` is what to ask MoySklad
    to put in place of them, `fields` what else to ask it for. A `partial` mapping takes objects without an id, a stamp
    or a key too, which no run may write. `tells_changes` says that every object must bear both.
    """

    def __init__(
        self,
        exporter: BaseExporter,
        columns: Sequence[Column],
        zone: tzinfo,
        mode: RowMode = RowMode.DOCUMENT,
        *,
        partial: bool = False,
        tells_changes: bool = True,
    ) -> None:
        self.exporter = exporter
        self._columns = tuple(columns)
        self._mode = mode
        self.lines = exporter.lines if mode is not RowMode.DOCUMENT else None
        key_column = next(column for column in exporter.columns if column.id == exporter.key_column_of(mode))
        wanted = (*columns, key_column)
        self.shape = Shape()
        self.shape.want(("id",), CellKind.TEXT)
        self.shape.want(("updated",), CellKind.DATE_TIME)
        for column in wanted:
            want_column(self.shape, column, self.lines)
        if self.lines is not None:
            want_size(self.shape, self.lines)
        self._by_id = [link for link in exporter.by_id if link.name in self.shape.objects]
        for link in self._by_id:
            self.shape.want_link((link.name,))
            self.shape.want(path_of(link.at), CellKind.TEXT)
        required = ("id", "updated") if tells_changes and not partial else ()
        attributes = any(column.attribute is not None for column in columns)
        row: Any = self.shape.struct("Row", required, attributes=attributes)
        self._object = msgspec.json.Decoder(row)
        self._page: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
            list[row]
            if exporter.answer is Answer.ARRAY
            else msgspec.defstruct("Page", [("rows", list[row]), ("meta", _Meta, msgspec.field(default_factory=_Meta))])
        )
        self._rowing = Rowing(exporter, self._columns, key_column, zone, mode, partial=partial)
        self.references: tuple[Path, ...] = tuple(
            sorted(
                {link for column in wanted for link in links_of(column, self.lines)}, key=lambda path: (len(path), path)
            )
        )
        expandable = [column for column in wanted if self._can_expand(column)]
        expanded = {link for column in expandable for link in links_of(column, self.lines)}
        self.joined_only = frozenset(self.references) - expanded
        self.expand = self._expansion(expandable)
        self.fields = ",".join(sorted({column.fields for column in columns if column.fields}))

    @property
    def needs_expansion(self) -> bool:
        """Whether the rows cannot be made from plain pages at all, because their lines come with expansion only."""
        return self.lines is not None and self.lines.nested and (self._mode is RowMode.POSITION or self._reads_lines())

    def decode_page(self, body: bytes) -> Decoded:
        """Decodes an answer. An object of a wrong form becomes Unreadable. Raises VendorFailed for no list at all."""
        try:
            if self.exporter.answer is Answer.OBJECT:
                objects, size = [self._object.decode(body)], 1
            else:
                page: Any = self._page.decode(body)
                bare_list = isinstance(page, list)
                objects, size = (page, len(page)) if bare_list else (page.rows, page.meta.size or len(page.rows))
        except msgspec.ValidationError:
            return self._decode_each(body)
        except msgspec.DecodeError as wrong:
            raise VendorFailed(reason="malformed") from wrong
        self._link(objects)
        return Decoded(objects, size)

    def decode_object(self, body: bytes, place: str = "0") -> Any:
        """Decodes one object. Raises RowUnreadable, which names it by its id or else by `place`, or VendorFailed."""
        try:
            one = self._object.decode(body)
        except msgspec.ValidationError as wrong:
            raise _unreadable(body, place, wrong) from wrong
        except msgspec.DecodeError as wrong:
            raise VendorFailed(reason="malformed") from wrong
        self._link([one])
        return one

    def rows(self, objects: Sequence[Any]) -> Mapped:
        """The rows of decoded objects."""
        return self._rowing.rows(objects)

    def _link(self, objects: Sequence[Any]) -> None:
        """Makes links of the ids and addresses by which rows name objects (see ById)."""
        for link in self._by_id:
            shape = self.shape.objects[link.name]
            make, make_meta = shape.cls, shape.objects["meta"].cls
            get = getter(path_of(link.at))
            for one in objects:
                value = None if type(one) is Unreadable else get(one)
                if value and make is not None and make_meta is not None:
                    href = f"/entity/{link.kind}/{value}" if link.kind else value
                    setattr(one, link.name, make(id=None, meta=make_meta(href=href)))

    def _decode_each(self, body: bytes) -> Decoded:
        try:
            if self.exporter.answer is Answer.OBJECT:
                raws, size = [msgspec.Raw(body)], 1
            elif self.exporter.answer is Answer.ARRAY:
                raws = msgspec.json.decode(body, type=list[msgspec.Raw])
                size = len(raws)
            else:
                page = msgspec.json.decode(body, type=_RawPage)
                raws, size = page.rows, page.meta.size or len(page.rows)
        except msgspec.DecodeError as wrong:
            raise VendorFailed(reason="malformed") from wrong
        objects: list[Any] = []
        for index, raw in enumerate(raws):
            try:
                objects.append(self.decode_object(bytes(raw), str(index)))
            except RowUnreadable as wrong:
                objects.append(_stand_in(bytes(raw), index, wrong, objects[-1].updated if objects else ""))
        return Decoded(objects, size)

    def _reads_lines(self) -> bool:
        return any(column.level is Level.TOTAL for column in self._columns)

    def _expansion(self, columns: Sequence[Column]) -> str:
        wanted = {
            _as_expansion((*prefix_of(column, self.lines), *path_of(column.reference)))
            for column in columns
            if column.reference is not None
        }
        if self.needs_expansion and self.lines is not None:
            wanted.add(self.lines.path)
        longest = {path for path in wanted if not any(other.startswith(f"{path}.") for other in wanted)}
        return ",".join(sorted(longest))

    def _can_expand(self, column: Column) -> bool:
        """Whether MoySklad can put objects in place of the column's links. Links of our making it does not know."""
        if column.reference is None or column.pick is not None or not column.expandable:
            return False
        return path_of(column.reference)[0] not in {link.name for link in self._by_id}


def _as_expansion(path: Path) -> str:
    """The path as `expand` wants it: lists are not marked, and a collection's `rows` is not named."""
    return ".".join(bare(step) for step in path if step != f"rows{LIST}")


def _stand_in(body: bytes, index: int, wrong: RowUnreadable, before: str) -> Unreadable:
    try:
        keyed = msgspec.json.decode(body, type=_Keyed)
    except msgspec.DecodeError:
        keyed = _Keyed()
    identifier = keyed.id if isinstance(keyed.id, str) else f"#{index}"
    return Unreadable(identifier, keyed.updated if isinstance(keyed.updated, str) else before, wrong)


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
    return key if isinstance(key, str) and _KEY.fullmatch(key) else None
