"""Rows of a table, from whatever form it came in."""

from collections.abc import Iterable
from typing import NamedTuple

from entrypoints.rest.tabular.refusals import MOST_CELLS, MOST_COLUMNS, MOST_EMPTY, MOST_ROWS, too_large


class TableRow(NamedTuple):
    """`number` counts from 1 as spreadsheets count, empty rows included. `broken` are places of cells whose formulas
    have no value.
    """

    number: int
    cells: tuple[str, ...]
    broken: frozenset[int] = frozenset()


def bounded(rows: Iterable[TableRow]) -> list[TableRow]:
    """Rows in which anything stands, without empty cells at their ends. Raises TableTooLarge as soon as there is more
    than is taken in.
    """
    found: list[TableRow] = []
    cells = 0
    for row in rows:
        filled = max((place + 1 for place, cell in enumerate(row.cells) if cell or place in row.broken), default=0)
        cells += filled
        beyond = MOST_ROWS + 1 if filled else MOST_EMPTY
        if row.number > beyond or filled > MOST_COLUMNS or cells > MOST_CELLS:
            raise too_large()
        if filled:
            found.append(TableRow(row.number, row.cells[:filled], row.broken))
    return found
