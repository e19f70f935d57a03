"""Spreadsheets as grids of plain values. Rows count from 1, columns from 0, as in the ports."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field

import msgspec

from application.exports.sheets import NamedCells, Obstacle, Sign, Spreadsheet, Tab, TabRole
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import Cell, CellKind
from domain.shared.errors import VendorFailed


@dataclass(slots=True)
class MemoryTab:
    """One tab. A test plays the people who work in it by calling its methods."""

    sheet_id: int
    title: str
    row_count: int
    column_count: int
    kinds: tuple[CellKind, ...] = ()
    frozen_rows: int = 0
    hidden: bool = False
    anchors: dict[tuple[str, str], int] = field(default_factory=dict)
    obstacles: list[Obstacle] = field(default_factory=list)
    names: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Named cells: the row and the column of each."""
    signs: tuple[Sign, ...] = ()

    _rows: dict[int, list[Cell]] = field(default_factory=dict)

    def tab(self) -> Tab:
        """The tab in the words of the port."""
        anchors = tuple((tag, name, place) for (tag, name), place in self.anchors.items())
        return Tab(
            self.sheet_id,
            self.title,
            self.row_count,
            self.column_count,
            self.hidden,
            anchors,
            tuple(self.obstacles),
            self.signs,
        )

    def values(self) -> list[list[Cell]]:
        """All rows down to the last that is not blank, each without its trailing blanks."""
        rows = [self.row(number) for number in range(1, max(self._rows, default=0) + 1)]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def row(self, number: int) -> list[Cell]:
        """One row without its trailing blanks."""
        cells = list(self._rows.get(number, ()))
        while cells and cells[-1] in {None, ""}:
            cells.pop()
        return cells

    def column(self, number: int) -> list[Cell]:
        """One column from row 2 down to the last row that is not blank."""
        return [row[number] if number < len(row) else None for row in self.values()[1:]]

    def put_row(self, number: int, cells: Sequence[Cell]) -> None:
        """Writes the row from column A on; cells beyond those given stay as they are."""
        known = self._rows.get(number, [])
        self._rows[number] = [*cells, *known[len(cells) :]]

    def put_cell(self, number: int, column: int, cell: Cell) -> None:
        """Writes one cell. An empty text leaves it blank, as at Google."""
        row = self._rows.setdefault(number, [])
        row.extend([None] * (column + 1 - len(row)))
        row[column] = None if cell == "" else cell

    def put_rows(self, operations: Sequence[PutRows[bytes]], columns: Sequence[int]) -> None:
        """Writes rows into these columns, all of them or, beyond the grid, none. Raises VendorFailed."""
        placed: dict[int, list[Cell]] = {}
        for operation in operations:
            for number, row in enumerate(operation.rows, start=operation.first_row):
                cells: list[Cell] = msgspec.json.decode(row)
                if len(cells) != len(columns) or number < 1:
                    raise AssertionError(f"row {number} has {len(cells)} cells, and the table {len(columns)}")
                placed[number] = cells
        self.require_inside(max(placed, default=0), columns)
        for number, cells in placed.items():
            for column, cell in zip(columns, cells, strict=True):
                self.put_cell(number, column, cell)

    def require_inside(self, last_row: int, columns: Sequence[int]) -> None:
        """Raises VendorFailed where the grid ends before these cells."""
        if max(columns) >= self.column_count or last_row > self.row_count:
            raise VendorFailed(vendor="google", reason="outside_grid")

    def insert_row(self, number: int) -> None:
        """Inserts a blank row above row `number`; the grid grows by one."""
        self._rows = {place + (place >= number): cells for place, cells in self._rows.items()}
        self.names = {name: (row + (row >= number), column) for name, (row, column) in self.names.items()}
        self.row_count += 1

    def delete_row(self, number: int) -> None:
        """Deletes the row; the grid shrinks by one."""
        self._rows = {place - (place > number): cells for place, cells in self._rows.items() if place != number}
        left = {name: place for name, place in self.names.items() if place[0] != number}
        self.names = {name: (row - (row > number), column) for name, (row, column) in left.items()}
        self.row_count -= 1

    def insert_column(self, place: int) -> None:
        """Inserts a blank column before column `place`; the grid grows by one."""
        for row in self._rows.values():
            row.extend([None] * (place - len(row)))
            row.insert(place, None)
        self.anchors = {one: at + (at >= place) for one, at in self.anchors.items()}
        self.names = {name: (row, column + (column >= place)) for name, (row, column) in self.names.items()}
        self.column_count += 1

    def move_column(self, place: int, to: int) -> None:
        """Moves the column with its anchors, so that it then stands at `to`."""
        order = list(range(self.column_count))
        order.insert(to, order.pop(place))
        for row in self._rows.values():
            row.extend([None] * (self.column_count - len(row)))
            row[:] = [row[old] for old in order]
        self.anchors = {one: order.index(at) for one, at in self.anchors.items()}
        self.names = {name: (row, order.index(column)) for name, (row, column) in self.names.items()}

    def delete_column(self, place: int) -> None:
        """Deletes the column with its anchors; the grid shrinks by one."""
        for row in self._rows.values():
            del row[place : place + 1]
        self.anchors = {one: at - (at > place) for one, at in self.anchors.items() if at != place}
        left = {name: at for name, at in self.names.items() if at[1] != place}
        self.names = {name: (row, column - (column > place)) for name, (row, column) in left.items()}
        self.column_count -= 1

    def clear(self, first_row: int, last_row: int, columns: Sequence[int]) -> None:
        """Empties these cells."""
        for number in range(first_row, last_row + 1):
            for column in columns:
                if number in self._rows:
                    self.put_cell(number, column, None)

    def insert_rows(self, number: int, count: int) -> None:
        """Inserts blank rows above row `number`."""
        for _ in range(count):
            self.insert_row(number)

    def sort_by(self, column: int) -> None:
        """Sorts everything below the header by one column, as a person would."""
        rows = self.values()[1:]
        rows.sort(key=lambda row: str(row[column] if column < len(row) else ""))
        self._rows = {1: self._rows.get(1, []), **dict(enumerate(rows, start=2))}


@dataclass(slots=True)
class MemorySpreadsheet:
    """One spreadsheet."""

    spreadsheet_id: str
    title: str
    time_zone: str
    tabs: list[MemoryTab] = field(default_factory=list)
    markers: set[int] = field(default_factory=set)
    owner: str = ""
    origin: str = ""
    """Whose it is and for what it was made, if we made it."""

    def spreadsheet(self) -> Spreadsheet:
        """The spreadsheet in the words of the port."""
        named = [
            NamedCells(f"range-{name}", name, tab.sheet_id, (row, row), (column, column))
            for tab in self.tabs
            for name, (row, column) in tab.names.items()
        ]
        return Spreadsheet(self.spreadsheet_id, self.title, tuple(tab.tab() for tab in self.tabs), tuple(named))

    def tab_titled(self, title: str) -> MemoryTab:
        """The tab of that title. Raises KeyError."""
        for tab in self.tabs:
            if tab.title == title:
                return tab
        raise KeyError(title)

    def forget(self, tags: Container[str]) -> None:
        """Takes away the anchors and signs of tables of these tags, wherever they are."""
        for tab in self.tabs:
            tab.anchors = {anchor: at for anchor, at in tab.anchors.items() if anchor[0] not in tags}
            tab.signs = tuple(one for one in tab.signs if one.role is not TabRole.TABLE or one.tag not in tags)

    def cells(self) -> int:
        """How many cells the grids have, blank ones included."""
        return sum(tab.row_count * tab.column_count for tab in self.tabs)


def cell_of(row: Sequence[Cell], column: int) -> Cell:
    """One cell of a row, None where it is blank or beyond the row."""
    cell = row[column] if column < len(row) else None
    return None if cell == "" else cell


def trimmed(texts: list[str]) -> tuple[str, ...]:
    """The texts without the trailing blanks."""
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)
