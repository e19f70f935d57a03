"""Assembling: the columns that a company chose, its own ones among them, out of the columns that are read."""

from collections.abc import Callable
from dataclasses import dataclass

from application.exports.ports import Formula, Formulas
from domain.exports.columns import ChosenColumn, Column
from domain.exports.config import ExportConfig
from domain.exports.exporter import BaseExporter
from domain.exports.formulas import FormulaFailed
from domain.exports.rows import BadRow, KeyBlank, Row
from domain.shared.cells import Cell, CellKind, as_key, joined_key

_Fill = Callable[[dict[str, Cell]], Cell]


@dataclass(frozen=True, slots=True)
class Assembly:
    """What is read for an export, and how its rows are put together of that.

    `read` are the columns to read; `kinds` those of the columns in the sheet; `key_places` are where the key stands.
    With `own_keys` the company has chosen these columns, and a row's key is what stands there.
    """

    read: tuple[Column, ...]
    kinds: tuple[CellKind, ...]
    key_places: tuple[int, ...]
    own_keys: bool
    _ids: tuple[str, ...]
    _fills: tuple[_Fill, ...] | None

    @property
    def as_read(self) -> bool:
        """Whether rows stand in the sheet just as they are read, so that there is nothing to put together."""
        return self._fills is None and not self.own_keys

    def assemble(self, row: Row) -> Row | BadRow:
        """The row as it stands in the sheet; a row whose formulas fail is a bad one."""
        made = row if self._fills is None else self._filled(row, self._fills)
        return self._keyed(made) if self.own_keys and isinstance(made, Row) else made

    def _filled(self, row: Row, fills: tuple[_Fill, ...]) -> Row | BadRow:
        cells = dict(zip(self._ids, row.cells, strict=True))
        try:
            return row._replace(cells=tuple([fill(cells) for fill in fills]))
        except FormulaFailed as failed:
            return BadRow(row.key, failed.code, {"key": row.key, **failed.details})

    def _keyed(self, row: Row) -> Row | BadRow:
        """The row under the company's own key; the object that it stands for is its parent."""
        key = joined_key([as_key(row.cells[place]) for place in self.key_places])
        if not key:
            return BadRow(row.parent or row.key, KeyBlank.code, {"key": row.key})
        return row._replace(key=key, parent=row.parent or row.key)


def assembly(exporter: BaseExporter, config: ExportConfig, custom: tuple[Column, ...], formulas: Formulas) -> Assembly:
    """Raises ColumnUnknown, ColumnOutOfPlace or FormulaInvalid."""
    read = exporter.resolve(config.columns, custom, config.mode)
    ids = [column.id for column in config.columns]
    own_keys = bool(config.key_columns)
    key_places = tuple(ids.index(one) for one in config.key_columns or (exporter.key_column_of(config.mode),))
    if not any(_own(choice) for choice in config.columns):
        return Assembly(read, tuple(column.kind for column in read), key_places, own_keys, (), None)
    offered = {column.id: column for column in (*exporter.offered(config.mode), *custom)}
    compiled = {
        choice.id: formulas.compile(choice.expression, tuple(offered))
        for choice in config.columns
        if choice.expression is not None
    }
    chosen = {column.id for column in read}
    needed = {name for formula in compiled.values() for name in formula.names} - chosen
    read += tuple(offered[name] for name in sorted(needed))
    fills = tuple(_fill(choice, compiled) for choice in config.columns)
    kinds = tuple(_kind(choice, offered) for choice in config.columns)
    return Assembly(read, kinds, key_places, own_keys, tuple(column.id for column in read), fills)


def _own(choice: ChosenColumn) -> bool:
    return choice.constant is not None or choice.expression is not None


def _kind(choice: ChosenColumn, offered: dict[str, Column]) -> CellKind:
    if _own(choice):
        return choice.kind or CellKind.TEXT
    return offered[choice.id].kind


def _fill(choice: ChosenColumn, compiled: dict[str, Formula]) -> _Fill:
    if choice.constant is not None:
        constant = choice.constant
        return lambda _: constant
    formula = compiled.get(choice.id)
    if formula is not None:
        kind = choice.kind or CellKind.TEXT
        return lambda cells: formula(cells, kind)
    name = choice.id
    return lambda cells: cells[name]
