"""Rows on their way from MoySklad to a sheet."""

from dataclasses import dataclass

from domain.shared.cells import TEXT_LIMIT, Cell
from domain.shared.errors import RuleViolated


class RowUnreadable(RuleViolated):
    """MoySklad sent an object that does not have the form its documentation promises."""

    code = "exports.row_unreadable"


class CellTooLong(RuleViolated):
    """A text is longer than a Google Sheets cell can hold. It is not cut, because that would lose it silently."""

    code = "exports.cell_too_long"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its key, its cells in the order of the columns, and MoySklad's stamp of its last change."""

    key: str
    cells: tuple[Cell, ...]
    updated: str


def check_row(row: Row, titles: tuple[str, ...]) -> None:
    """Raises CellTooLong for a row that no sheet can hold."""
    for title, cell in zip(titles, row.cells, strict=True):
        if isinstance(cell, str) and len(cell) > TEXT_LIMIT:
            raise CellTooLong(key=row.key, column=title, length=len(cell), limit=TEXT_LIMIT)
