"""Values as replies give them: FORMATTED_VALUE, UNFORMATTED_VALUE and FORMULA."""

from collections.abc import Callable
from typing import Any

from emulators.google import layers
from emulators.google.cells import Cell, Formula, Row
from emulators.google.formulas import evaluate
from emulators.google.number_formats import DATES, formatter
from emulators.google.rect import Rect
from emulators.google.tab import Tab
from emulators.google.workbook import Workbook

FORMATTED, UNFORMATTED, FORMULA = "FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"
Look = Callable[[Any], str]


def rows(book: Workbook, tab: Tab, rect: Rect, render: str, dates: str) -> list[list[Any]]:
    """Rows of the rectangle with trailing blanks and trailing blank rows left out, blanks inside as ""."""
    block = tab.block(rect)
    found = []
    looks = _looks(book, tab, rect, dates) if render == FORMATTED or dates == "FORMATTED_STRING" else None
    for place, cells in enumerate(block, rect.top):
        row: list[Any] = _settled(book, tab, cells, render)
        while row and row[-1] is None:
            row = row[:-1]
        if looks is not None and row:
            row = _looking(row, looks, place, everything=render == FORMATTED)
        elif None in row:
            row = ["" if cell is None else cell for cell in row]
        found.append(row)
    while found and not found[-1]:
        found.pop()
    return found


def _settled(book: Workbook, tab: Tab, cells: Row, render: str) -> list[Any]:
    if Formula not in set(map(type, cells)):
        return cells
    if render == FORMULA:
        return [cell.text if isinstance(cell, Formula) else cell for cell in cells]
    return [evaluate(book, tab, cell) if isinstance(cell, Formula) else cell for cell in cells]


class _ColumnLooks:
    """The looks of one column's cells, run by run."""

    def __init__(self, found: list[tuple[int, Look | None]]) -> None:
        self._found = found
        self._at = 0

    def at(self, row: int) -> Look | None:
        """Rows are asked for in rising order."""
        while row >= self._found[self._at][0]:
            self._at += 1
        return self._found[self._at][1]


def _looks(book: Workbook, tab: Tab, rect: Rect, dates: str) -> list[_ColumnLooks]:
    """For each column: where each run of rows ends and the function that gives its values their look."""
    named = [layer for layer in tab.layers if any(path[0] in {"userEnteredFormat", "*"} for path in layer.paths)]
    columns = []
    for column in range(rect.left, rect.right):
        found: list[tuple[int, Look | None]] = []
        for _, end, cell in layers.runs(named, column, rect.top, rect.bottom):
            shape = cell.get("userEnteredFormat", {}).get("numberFormat", {})
            kind, pattern = shape.get("type", ""), shape.get("pattern", "")
            only_dates = dates == "FORMATTED_STRING" and kind not in DATES
            found.append((end, None if only_dates else formatter(kind, pattern, book.locale)))
        columns.append(_ColumnLooks(found))
    return columns


def _looking(row: list[Any], looks: list[_ColumnLooks], place: int, *, everything: bool) -> list[Any]:
    shown = []
    for value, column in zip(row, looks, strict=False):
        if value is None:
            shown.append("")
            continue
        look = None if isinstance(value, str) else column.at(place)
        if look is not None and (everything or not isinstance(value, bool)):
            shown.append(look(value))
        else:
            shown.append(value)
    return shown


def transposed(block: list[list[Any]], blank: Any) -> list[list[Any]]:
    """Columns of a block of rows, or rows of a block of columns, without trailing blanks."""
    width = max(map(len, block), default=0)
    columns = []
    for place in range(width):
        column = [row[place] if place < len(row) else blank for row in block]
        while column and column[-1] == blank:
            column.pop()
        columns.append(column)
    return columns


def value_range(book: Workbook, tab: Tab, rect: Rect, echoed: str, options: dict[str, str]) -> dict[str, Any]:
    """ValueRange; `values` is absent when there is no data at all."""
    major = options.get("majorDimension", "ROWS")
    render = options.get("valueRenderOption", FORMATTED)
    dates = options.get("dateTimeRenderOption", "SERIAL_NUMBER") if render == UNFORMATTED else "SERIAL_NUMBER"
    block = rows(book, tab, rect, render, dates)
    if major == "COLUMNS":
        block = transposed(block, "")
    body: dict[str, Any] = {"range": echoed, "majorDimension": major}
    if block:
        body["values"] = block
    return body


def look_of(book: Workbook, cell: dict[str, Any], value: Cell) -> str:
    """The look of one settled value under one cell's format."""
    if value is None or isinstance(value, Formula):
        return ""
    shape = cell.get("userEnteredFormat", {}).get("numberFormat", {})
    return formatter(shape.get("type", ""), shape.get("pattern", ""), book.locale)(value)
