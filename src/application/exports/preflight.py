"""What is checked before the first write, so that a run fails with words instead of in the middle."""

from collections.abc import Sequence

from application.exports.sheets import Obstacle, Tab
from domain.exports.config import ExportConfig, WriteStrategy
from domain.exports.exporter import RowMode
from domain.exports.spreadsheet import (
    CELLS_LIMIT,
    GRID_COLUMNS_LIMIT,
    TABS_LIMIT,
    CellsMerged,
    ObstacleKind,
    RangeProtected,
    SpreadsheetFull,
    TooManyColumns,
    TooManyTabs,
)


def check_obstacles(tab: Tab, columns: Sequence[int], header_row: int) -> None:
    """Raises RangeProtected or CellsMerged where rows below the header could not be written."""
    for obstacle in tab.obstacles:
        first, last = obstacle.columns
        if obstacle.rows[1] > header_row and any(first <= column <= last for column in columns):
            raise _refusal(tab, obstacle)


def check_end(tab: Tab, columns: Sequence[int]) -> None:
    """Raises RangeProtected where rows could not be added below the last one: what is protected further up is not in
    their way.
    """
    for obstacle in tab.obstacles:
        first, last = obstacle.columns
        below = obstacle.kind is ObstacleKind.PROTECTED and obstacle.rows[1] >= tab.row_count
        if below and any(first <= column <= last for column in columns):
            raise _refusal(tab, obstacle)


def check_cell(tab: Tab, row: int, column: int) -> None:
    """Raises RangeProtected or CellsMerged where one cell could not be written. Merged cells show their first one."""
    for obstacle in tab.obstacles:
        (top, bottom), (left, right) = obstacle.rows, obstacle.columns
        first = obstacle.kind is ObstacleKind.MERGED and (row, column) == (top, left)
        if top <= row <= bottom and left <= column <= right and not first:
            raise _refusal(tab, obstacle)


def _refusal(tab: Tab, obstacle: Obstacle) -> RangeProtected | CellsMerged:
    if obstacle.kind is ObstacleKind.PROTECTED:
        return RangeProtected(tab=tab.title, range=obstacle.name)
    return CellsMerged(tab=tab.title, range=obstacle.name)


def check_space(tabs: Sequence[Tab], planned: Sequence[tuple[Tab | None, int, int]]) -> None:
    """Raises TooManyTabs, TooManyColumns or SpreadsheetFull where grids cannot become so large: a tab, or None for one
    yet to be made, its rows, its columns. `tabs` are all that the spreadsheet has. What need not grow always fits.
    """
    check_tabs(tabs, sum(1 for tab, _, _ in planned if tab is None))
    present = sum(tab.row_count * tab.column_count for tab in tabs)
    needed = 0
    for tab, rows, columns in planned:
        if tab is None:
            needed += rows * columns
        else:
            _check_columns(tab, columns)
            size = max(tab.row_count, rows) * max(tab.column_count, columns)
            needed += size - tab.row_count * tab.column_count
    if needed and present + needed > CELLS_LIMIT:
        raise SpreadsheetFull(cells=present, needed=needed, limit=CELLS_LIMIT)


def check_tabs(tabs: Sequence[Tab], more: int) -> None:
    """Raises TooManyTabs where so many more cannot be made."""
    if more and len(tabs) + more > TABS_LIMIT:
        raise TooManyTabs(tabs=len(tabs), needed=more, limit=TABS_LIMIT)


def _check_columns(tab: Tab, columns: int) -> None:
    if columns > max(tab.column_count, GRID_COLUMNS_LIMIT):
        raise TooManyColumns(tab=tab.title, columns=tab.column_count, needed=columns, limit=GRID_COLUMNS_LIMIT)


def room_for(others: Sequence[Tab], columns: int) -> int:
    """How many rows of so many columns fit into a spreadsheet beside its other tabs."""
    return max(CELLS_LIMIT - sum(tab.row_count * tab.column_count for tab in others), 0) // columns


def room_to_gather(grid: Tab, others: Sequence[Tab], columns: int, standing: int, certain: int) -> int:
    """How many rows of so many columns may wait in a hidden tab, beside a grid of which `standing` rows are in use and
    that has to take in `certain` more, whatever is gathered included.
    """
    width = max(grid.column_count, columns)
    left = CELLS_LIMIT - sum(tab.row_count * tab.column_count for tab in others)
    beside_all = (left - max(grid.row_count, standing + certain) * width) // columns
    beside_itself = (left - standing * width) // (width + columns)
    return max(min(beside_all, beside_itself), 0)


def certain_rows(config: ExportConfig, rows_to_come: int) -> int:
    """How many of the rows that may follow will have a row of their own for certain: nothing is refused for a guess.

    How many lines a document has is not known, nor how many objects share a key of the company's own; and once a table
    has been filled, insert and append leave out most of what they read.
    """
    if config.mode is RowMode.POSITION or config.key_columns:
        return 0
    if config.cursor is not None and config.strategy in {WriteStrategy.INSERT, WriteStrategy.APPEND}:
        return 0
    return rows_to_come
