"""One tab: rows of values, and layers of everything else.

Rows are kept only as far as something was written, so that growing the grid costs nothing. Every change to `rows`
either replaces the list or is recorded in the undo log; every other attribute is replaced, never changed in place: that
is what makes a batch all-or-nothing at the price of the rows it touches.
"""

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any, NamedTuple

from emulators.google import layers
from emulators.google.cells import BLANK, Cell, Row, overlay
from emulators.google.grouping import Depths, Group
from emulators.google.layers import Layer
from emulators.google.rect import Axis, Rect, to_grid_range

DEFAULT_ROWS = 1000
DEFAULT_COLUMNS = 26


class Rule(NamedTuple):
    """A conditional format: where it applies, and the rest of it."""

    rects: tuple[Rect, ...]
    body: dict[str, Any]

    def moved(self, change: Callable[[Rect], Rect | None]) -> "Rule":
        """The same with other rectangles; those that are gone fall away."""
        return self._replace(rects=tuple(rect for one in self.rects if (rect := change(one)) is not None))

    def resource(self, sheet_id: int) -> dict[str, Any]:
        """ConditionalFormatRule."""
        return {"ranges": [to_grid_range(sheet_id, rect) for rect in self.rects], **self.body}


class UndoLog:
    """How to take back the row writes of the batch under way."""

    def __init__(self) -> None:
        self._steps: list[tuple[list[Row], int, list[Row], int]] = []

    def keep(self, rows: list[Row], start: int, end: int) -> None:
        """Remembers the rows that are about to be written."""
        self._steps.append((rows, start, rows[start:end], len(rows)))

    def clear(self) -> None:
        """The batch succeeded."""
        self._steps.clear()

    def undo(self) -> None:
        """The batch failed: row lists become what they were."""
        for rows, start, kept, length in reversed(self._steps):
            rows.extend(repeat(BLANK, start - len(rows)))
            rows[start : start + len(kept)] = kept
            del rows[length:]
        self._steps.clear()


class Tab:
    """A grid and its contents. Bounds are checked by callers."""

    def __init__(self, sheet_id: int, title: str, rows: int, columns: int, undo: UndoLog) -> None:
        self.sheet_id = sheet_id
        self.title = title
        self.row_count = rows
        self.column_count = columns
        self.hidden = False
        self.frozen_rows = 0
        self.frozen_columns = 0
        self.extra: dict[str, Any] = {}
        self.grid_extra: dict[str, Any] = {}
        self.rows: list[Row] = []
        self.layers: list[Layer] = []
        self.row_layers: list[Layer] = []
        self.column_layers: list[Layer] = []
        self.merges: list[Rect] = []
        self.basic_filter: dict[str, Any] | None = None
        self.conditional_formats: list[Rule] = []
        self.depths: dict[Axis, Depths] = {}
        self.undo = undo

    @property
    def area(self) -> Rect:
        """The whole grid."""
        return Rect(0, self.row_count, 0, self.column_count)

    @property
    def size(self) -> int:
        """Cells on the grid, filled or not."""
        return self.row_count * self.column_count

    def copy(self, sheet_id: int, title: str, undo: UndoLog) -> "Tab":
        """Another tab with the same contents. Rows are shared: nobody changes one in place."""
        twin = Tab(sheet_id, title, self.row_count, self.column_count, undo)
        twin.__dict__.update({**vars(self), "sheet_id": sheet_id, "title": title, "undo": undo})
        twin.rows = list(self.rows)
        return twin

    def groups(self) -> list[Group]:
        """Groups of rows, then of columns."""
        return [group for axis in ("ROWS", "COLUMNS") for group in self.depths.get(axis, Depths()).groups(axis)]

    def cell(self, row: int, column: int) -> Cell:
        """One value."""
        if row >= len(self.rows):
            return None
        cells = self.rows[row]
        return cells[column] if column < len(cells) else None

    def block(self, rect: Rect) -> list[Row]:
        """Rows of the rectangle as far as they hold anything; each may be shorter than the rectangle is wide."""
        rows = self.rows[rect.top : rect.bottom]
        if rect.left == 0 and rect.right >= self.column_count:
            return rows
        return [row[rect.left : rect.right] for row in rows]

    def write(self, top: int, left: int, block: list[Row]) -> None:
        """Lays cells over the grid: None keeps what is there, "" empties. Takes the rows of the block for itself."""
        rows, bottom = self.rows, top + len(block)
        self.undo.keep(rows, top, bottom)
        if len(rows) < bottom:
            rows.extend(repeat(BLANK, bottom - len(rows)))
        for place, new in enumerate(block, top):
            rows[place] = overlay(rows[place], left, new)
        while rows and not rows[-1]:
            rows.pop()

    def empty(self, rect: Rect) -> int:
        """Empties a rectangle's values; answers how many cells had one."""
        bottom = min(rect.bottom, len(self.rows))
        if rect.top >= bottom:
            return 0
        found = sum(len(row) - row.count(None) for row in self.block(rect._replace(bottom=bottom)))
        width = min(rect.right, self.column_count) - rect.left
        if rect.left == 0 and width >= self.column_count:
            self.undo.keep(self.rows, rect.top, bottom)
            self.rows[rect.top : bottom] = repeat(BLANK, bottom - rect.top)
            while self.rows and not self.rows[-1]:
                self.rows.pop()
        else:
            self.write(rect.top, rect.left, [[""] * width for _ in range(bottom - rect.top)])
        return found

    def lay(self, new: Iterable[Layer]) -> None:
        """Sets what cells have besides values."""
        self.layers = layers.added(self.layers, new)

    def data_rows(self) -> int:
        """Rows from the top to the last one that holds something."""
        return len(self.rows)

    def data_columns(self) -> int:
        """Columns from the left to the last one that holds something."""
        return max(map(len, self.rows), default=0)

    def insert(self, axis: Axis, at: int, count: int, *, from_before: bool) -> None:
        """Inserts blank rows or columns."""
        if axis == "ROWS":
            self.row_count += count
            self.frozen_rows += count if at < self.frozen_rows else 0
            if at < len(self.rows):
                self.rows = [*self.rows[:at], *repeat(BLANK, count), *self.rows[at:]]
        else:
            self.column_count += count
            self.frozen_columns += count if at < self.frozen_columns else 0
            gap = [None] * count
            self.rows = [[*row[:at], *gap, *row[at:]] if at < len(row) else row for row in self.rows]
        self._reshape(lambda old: layers.inserted(old, axis, at, count, from_before=from_before), axis)
        self._move_bound(lambda rect: rect.pushed(axis, at, count))
        self.depths = {**self.depths, axis: self.depths.get(axis, Depths()).after_insert(at, count)}
        self.merges = [rect.pushed(axis, at, count) for rect in self.merges]

    def delete(self, axis: Axis, first: int, last: int) -> None:
        """Removes rows or columns with everything on them."""
        count = last - first
        if axis == "ROWS":
            self.row_count -= count
            self.frozen_rows -= max(0, min(last, self.frozen_rows) - first)
            self.rows = [*self.rows[:first], *self.rows[last:]]
            while self.rows and not self.rows[-1]:
                self.rows.pop()
        else:
            self.column_count -= count
            self.frozen_columns -= max(0, min(last, self.frozen_columns) - first)
            self.rows = [trimmed([*row[:first], *row[last:]]) if first < len(row) else row for row in self.rows]
        self._reshape(lambda old: layers.deleted(old, axis, first, last), axis)
        self._move_bound(lambda rect: rect.after_delete(axis, first, last))
        self.depths = {**self.depths, axis: self.depths.get(axis, Depths()).after_delete(first, last)}
        self.merges = [kept for rect in self.merges if (kept := rect.after_delete(axis, first, last)) is not None]

    def rearrange(self, axis: Axis, first: int, order: list[int]) -> None:
        """Puts the row (or column) `order[i]` at `first + i`, with all it has."""
        last = first + len(order)
        if axis == "ROWS":
            padded = self.rows + [BLANK] * (last - len(self.rows))
            self.rows = [*padded[:first], *(padded[place] for place in order), *padded[last:]]
            while self.rows and not self.rows[-1]:
                self.rows.pop()
        else:
            self.rows = [self._rearranged(row, first, last, order) if first < len(row) else row for row in self.rows]
        where = {old: new for new, old in enumerate(order, first)}
        across = self.area.with_side(axis, first, last)
        self._reshape(lambda old: layers.permuted(old, axis, (first, last), where.__getitem__, across), axis)

    @staticmethod
    def _rearranged(row: Row, first: int, last: int, order: list[int]) -> Row:
        padded = row + [None] * (last - len(row))
        return trimmed([*padded[:first], *(padded[place] for place in order), *padded[last:]])

    def _move_bound(self, change: Callable[[Rect], Rect | None]) -> None:
        moved = (rule.moved(change) for rule in self.conditional_formats)
        self.conditional_formats = [rule for rule in moved if rule.rects]

    def _reshape(self, change: Callable[[list[Layer]], list[Layer]], axis: Axis) -> None:
        self.layers = change(self.layers)
        if axis == "ROWS":
            self.row_layers = change(self.row_layers)
        else:
            self.column_layers = change(self.column_layers)


def trimmed(row: Row) -> Row:
    """The same row without trailing blanks."""
    while row and row[-1] is None:
        row.pop()
    return row or BLANK
