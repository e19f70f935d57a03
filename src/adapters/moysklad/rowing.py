"""Rowing: from decoded objects to rows of cells.

Where one object is one row, cells are read column by column, many rows at once, which saves a function call for most
cells. Rows among which anything is wrong are read again one by one, which tells which one it is and why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import repeat
from typing import Any

import msgspec

from adapters.moysklad.extracting import extractor, filler, is_mixed
from adapters.moysklad.shapes import getter, path_of
from domain.exports.columns import Column, Level
from domain.exports.exporter import BaseExporter, RowMode
from domain.exports.rows import BadRow, Row, RowUnreadable

_WRONG = (ValueError, TypeError, msgspec.DecodeError, OverflowError, ArithmeticError)
_AT_ONCE = 100
"""Rows that are read column by column: few enough to stay in a processor's cache from one column to the next."""


class Unreadable(msgspec.Struct):
    """What stands for an object that could not be decoded: where it is in the order, and what is wrong with it."""

    id: str
    updated: str
    error: RowUnreadable


@dataclass(frozen=True, slots=True)
class Mapped:
    """Rows, the rows that could not be made, and the ids of the objects all of whose lines are among the rows."""

    rows: tuple[Row, ...]
    bad: tuple[BadRow, ...]
    parents: tuple[str, ...]


class Rowing:
    """Makes rows of the objects of one exporter; see Mapping."""

    def __init__(
        self,
        exporter: BaseExporter,
        columns: Sequence[Column],
        key_column: Column,
        zone: tzinfo,
        mode: RowMode,
        *,
        partial: bool,
    ) -> None:
        self._columns = tuple(columns)
        self._key_name = exporter.key_column_of(mode)
        self._object_key_name = exporter.key_column
        self._mode = mode
        self._partial = partial
        lines = exporter.lines if mode is not RowMode.DOCUMENT else None
        self._has_attributes = any(column.attribute is not None for column in columns)
        self._extractors = tuple(extractor(column, zone, lines) for column in columns)
        self._reads = tuple(_reader(column) for column in columns)
        self._key, self._key_reads = extractor(key_column, zone, lines), _reader(key_column)
        self._each_line = getter(path_of(lines.rows_path)) if lines is not None else None
        self._fillers = tuple(filler(column, zone, lines) for column in columns)
        self._fill_keys = filler(key_column, zone, lines)

    def rows(self, objects: Sequence[Any]) -> Mapped:
        """The rows of the objects; Unreadable ones and those whose cells cannot be made come as bad rows."""
        rows: list[Row] = []
        bad: list[BadRow] = []
        parents: list[str] = []
        for start in range(0, len(objects), _AT_ONCE):
            few = objects[start : start + _AT_ONCE]
            together = self._together(few)
            if together is not None:
                rows += together
            else:
                self._one_by_one(few, rows, bad, parents)
        return Mapped(tuple(rows), tuple(bad), tuple(parents))

    def _together(self, objects: Sequence[Any]) -> list[Row] | None:
        """The rows of objects that are a row each; None where one of them may be wrong, or where rows are lines."""
        if self._mode is RowMode.POSITION or Unreadable in set(map(type, objects)):
            return None
        try:
            self._index_attributes(objects)
            columns = [fill(objects) for fill in self._fillers]
            keys = list(self._fill_keys(objects))
            if not all(keys) and not self._partial:
                return None
            fields = zip(
                [str(key or "") for key in keys],
                zip(*columns, strict=True),
                [one.updated or "" for one in objects],
                repeat("", len(objects)),
                strict=True,
            )
            return list(map(tuple.__new__, repeat(Row), fields))  # as Row(…) does, without a call of Python's for each
        except _WRONG:
            return None

    def _one_by_one(self, objects: Sequence[Any], rows: list[Row], bad: list[BadRow], parents: list[str]) -> None:
        for one in objects:
            try:
                if type(one) is Unreadable:
                    raise one.error
                self._index_attributes((one,))
                if self._mode is RowMode.POSITION:
                    rows.extend(self._lines(one))
                    parents.append(one.id or "")
                else:
                    rows.append(self._row(one))
            except RowUnreadable as wrong:
                bad.append(BadRow(str(wrong.details["key"]), wrong.code, wrong.details))

    def _index_attributes(self, objects: Sequence[Any]) -> None:
        """Custom attributes come as a list and are looked up by their ids."""
        if self._has_attributes:
            for one in objects:
                if type(one.attributes) is list:
                    one.attributes = {value.id: value.value for value in one.attributes}

    def _row(self, one: Any) -> Row:
        try:
            cells = tuple([extract(one) for extract in self._extractors])
            key = self._key(one)
        except _WRONG:
            raise self._misfit(one) from None  # the cause may quote the value
        if not key and not self._partial:
            raise RowUnreadable(key=one.id or "?", field=self._object_key_name, problem="no key")
        return Row(str(key or ""), cells, one.updated or "")

    def _lines(self, one: Any) -> Iterator[Row]:
        get = self._each_line
        made: list[Row] = []
        try:
            of_object = [
                None if reads is not Level.OBJECT else extract(one)
                for extract, reads in zip(self._extractors, self._reads, strict=True)
            ]
            for line in (get(one) if get is not None else None) or ():
                cells = tuple(
                    [
                        cell if reads is Level.OBJECT else extract(_given(reads, one, line))
                        for cell, extract, reads in zip(of_object, self._extractors, self._reads, strict=True)
                    ]
                )
                key = self._key(_given(self._key_reads, one, line))
                if not key:
                    raise RowUnreadable(key=one.id or "?", field=self._key_name, problem="no key")
                made.append(Row(str(key), cells, one.updated or "", one.id or ""))
        except _WRONG:
            raise self._misfit(one) from None
        return iter(made)

    def _misfit(self, one: Any) -> RowUnreadable:
        lines = (self._each_line(one) if self._each_line is not None else None) or ()
        for column, extract, reads in zip(self._columns, self._extractors, self._reads, strict=True):
            given = [one] if reads is Level.OBJECT else [_given(reads, one, line) for line in lines]
            try:
                for value in given:
                    extract(value)
            except _WRONG:
                problem = f"not a {column.kind.value}"
                return RowUnreadable(key=one.id or "?", field=column.path or column.id, problem=problem)
        return RowUnreadable(key=one.id or "?", field=self._object_key_name, problem="not a key")


def _reader(column: Column) -> Level | None:
    """From what the column is read in an export of lines: the object, the line, or (None) both."""
    if is_mixed(column):
        return None
    if column.parts:
        return _reader(column.parts[0])
    return Level.LINE if column.level is Level.LINE else Level.OBJECT


def _given(reads: Level | None, one: Any, line: Any) -> Any:
    if reads is None:
        return (one, line)
    return line if reads is Level.LINE else one
