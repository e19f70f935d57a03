"""Assembling: the columns that a company chose, its own ones among them, out of the columns that are read."""

from collections.abc import Callable
from dataclasses import dataclass

from application.exports.ports import Formula, Formulas
from domain.exports.columns import ChosenColumn, Column
from domain.exports.config import ExportConfig
from domain.exports.exporter import BaseExporter
from domain.exports.formulas import FormulaFailed
from domain.exports.rows import BadRow, Row
from domain.shared.cells import Cell, CellKind

_Fill = Callable[[dict[str, Cell]], Cell]


@dataclass(frozen=True, slots=True)
class Assembly:
    """What is read for an export, and how its rows are put together of that.

    `read` are the columns to read; `kinds` those of the columns in the sheet; `key_place` is where the key stands.
    """

    read: tuple[Column, ...]
    kinds: tuple[CellKind, ...]
    key_place: int
    _ids: tuple[str, ...]
    _fills: tuple[_Fill, ...] | None

    def assemble(self, row: Row) -> Row | BadRow:
        """The row as it stands in the sheet; a row whose formulas fail is a bad one."""
        if self._fills is None:
            return row
        cells = dict(zip(self._ids, row.cells, strict=True))
        try:
            return row._replace(cells=tuple([fill(cells) for fill in self._fills]))
        except FormulaFailed as failed:
            return BadRow(row.key, failed.code, {"key": row.key, **failed.details})


def assembly(exporter: BaseExporter, config: ExportConfig, custom: tuple[Column, ...], formulas: Formulas) -> Assembly:
    """Raises ColumnUnknown, ColumnOutOfPlace or FormulaInvalid."""
    read = exporter.resolve(config.columns, custom, config.mode)
    key_id = exporter.key_column_of(config.mode)
    key_place = [column.id for column in config.columns].index(key_id)
    if not any(_own(choice) for choice in config.columns):
        return Assembly(read, tuple(column.kind for column in read), key_place, (), None)
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
    return Assembly(read, kinds, key_place, tuple(column.id for column in read), fills)


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
