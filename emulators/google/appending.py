"""values.append: the table around a range, and the rows below it.

A table is the block of adjacent non-empty cells that the range touches; blank rows and columns bound it.
"""

from typing import Any

from emulators.google import a1, values
from emulators.google.cells import Row
from emulators.google.errors import invalid
from emulators.google.rect import END, Rect
from emulators.google.tab import Tab
from emulators.google.workbook import Workbook


def append(book: Workbook, text: str, block: list[Row], input_option: str, insert_option: str) -> dict[str, Any]:
    """Writes below the table; the grid grows as needed. Answers AppendValuesResponse without `updatedData`."""
    tab, reference = book.resolve(text)
    rect = reference.rect
    if rect.top >= tab.row_count or rect.left >= tab.column_count:
        raise book.beyond(tab, rect)
    table = find_table(tab, rect.clamp(tab.row_count, tab.column_count), whole=rect == Rect(0, END, 0, END))
    top, left = (table.bottom, table.left) if table else (rect.top, rect.left)
    width = max(map(len, block), default=0)
    target = Rect(top, top + len(block), left, left + width)
    grow_columns = max(0, target.right - tab.column_count)
    if insert_option == "INSERT_ROWS" and top < tab.row_count:
        grow_rows = len(block)
    else:
        grow_rows = max(0, target.bottom - tab.row_count)
    refused = book.check_size(
        (tab.row_count + grow_rows) * (tab.column_count + grow_columns) - tab.size,
        tab.column_count + grow_columns,
    )
    if refused:
        raise invalid(refused)
    if grow_columns:
        book.insert(tab, "COLUMNS", tab.column_count, grow_columns, from_before=False)
    if grow_rows:
        at = top if insert_option == "INSERT_ROWS" and top < tab.row_count else tab.row_count
        book.insert(tab, "ROWS", at, grow_rows, from_before=at == top)
    reply: dict[str, Any] = {"spreadsheetId": book.spreadsheet_id}
    if table:
        reply["tableRange"] = a1.echo(tab.title, table)
    return {**reply, "updates": values.write(book, tab, target, block, input_option)}


def find_table(tab: Tab, around: Rect, *, whole: bool) -> Rect | None:
    """The table that the range touches; of several the last one. A single blank cell is in no table, even beside one
    (guide "Append values", recorded answers): rows that were just inserted are filled where they are.
    """
    if whole or around.height > 1 or around.width > 1:
        start = _last_filled(tab, around)
        return None if start is None else _grown(tab, Rect(start[0], start[0] + 1, start[1], start[1] + 1))
    if tab.cell(around.top, around.left) is None:
        return None
    return _grown(tab, Rect(around.top, around.top + 1, around.left, around.left + 1))


def _last_filled(tab: Tab, inside: Rect) -> tuple[int, int] | None:
    for row in range(min(inside.bottom, tab.data_rows()) - 1, inside.top - 1, -1):
        cells = tab.rows[row]
        for column in reversed(range(inside.left, min(inside.right, len(cells)))):
            if cells[column] is not None:
                return row, column
    return None


def _grown(tab: Tab, rect: Rect) -> Rect:
    """Widens a rectangle as long as a filled cell lies right beside it."""
    while True:
        wider = rect
        while wider.bottom < tab.data_rows() and _filled(tab, wider.bottom, wider.left, wider.right):
            wider = wider._replace(bottom=wider.bottom + 1)
        while wider.top > 0 and _filled(tab, wider.top - 1, wider.left, wider.right):
            wider = wider._replace(top=wider.top - 1)
        if wider.left > 0 and _any_in_column(tab, wider, wider.left - 1):
            wider = wider._replace(left=wider.left - 1)
        if wider.right < tab.column_count and _any_in_column(tab, wider, wider.right):
            wider = wider._replace(right=wider.right + 1)
        if wider == rect:
            return _without_blank_edges(tab, rect)
        rect = wider


def _without_blank_edges(tab: Tab, rect: Rect) -> Rect:
    while rect.height > 1 and not _filled(tab, rect.top, rect.left, rect.right):
        rect = rect._replace(top=rect.top + 1)
    while rect.height > 1 and not _filled(tab, rect.bottom - 1, rect.left, rect.right):
        rect = rect._replace(bottom=rect.bottom - 1)
    while rect.width > 1 and not _any_in_column(tab, rect, rect.left):
        rect = rect._replace(left=rect.left + 1)
    return rect


def _filled(tab: Tab, row: int, left: int, right: int) -> bool:
    cells = tab.rows[row] if row < tab.data_rows() else []
    return any(cell is not None for cell in cells[left:right])


def _any_in_column(tab: Tab, rect: Rect, column: int) -> bool:
    return any(column < len(cells) and cells[column] is not None for cells in tab.rows[rect.top : rect.bottom])
