"""Requests of spreadsheets.batchUpdate that lay a table out. Rows and columns are counted from 0 here, as Google does.

Every request leads to the same sheet when it is made twice: the grid is set to a size, never extended by a number.
That rests on the tab being as large as it is said to be: a grid that somebody else has made larger meanwhile would be
cut to the size asked for. Inspect before laying out or growing.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from application.exports.vendor_ports import Layout, Tab
from domain.shared.cells import DATE_PATTERN, DATE_TIME_PATTERN, MONEY_PATTERN, CellKind

Request = dict[str, Any]

_FORMATS: dict[CellKind, dict[str, Any]] = {
    CellKind.TEXT: {"numberFormat": {"type": "TEXT", "pattern": "@"}},
    CellKind.NUMBER: {},
    CellKind.INTEGER: {"numberFormat": {"type": "NUMBER", "pattern": "0"}},
    CellKind.MONEY: {"numberFormat": {"type": "NUMBER", "pattern": MONEY_PATTERN}},
    CellKind.BOOLEAN: {},
    CellKind.DATE_TIME: {"numberFormat": {"type": "DATE_TIME", "pattern": DATE_TIME_PATTERN}},
    CellKind.LINK: {"hyperlinkDisplayType": "LINKED"},
    CellKind.DATE: {"numberFormat": {"type": "DATE", "pattern": DATE_PATTERN}},
    CellKind.LIST: {"numberFormat": {"type": "TEXT", "pattern": "@"}},
}
_FORMAT_FIELDS = "userEnteredFormat(numberFormat,hyperlinkDisplayType)"
"""A field of the mask that the cell lacks goes back to its default, so a kind is described whole."""

_HEADER_FIELDS = "userEnteredValue,userEnteredFormat.textFormat.bold"
_WIDTHS: dict[CellKind, int] = {
    CellKind.TEXT: 180,
    CellKind.NUMBER: 110,
    CellKind.INTEGER: 90,
    CellKind.MONEY: 120,
    CellKind.BOOLEAN: 90,
    CellKind.DATE_TIME: 150,
    CellKind.LINK: 200,
    CellKind.DATE: 100,
    CellKind.LIST: 240,
}
"""Pixels."""

NEW_ROWS = 2
NEW_COLUMNS = 1
"""The grid of a tab that we make. A new tab of the usual size would cost 26,000 of the spreadsheet's 10,000,000 cells;
two rows are the fewest that leave one to scroll under a frozen header.
"""


def new_tab(title: str) -> dict[str, Any]:
    """Properties of a tab that is as small as it can be; laying out makes it grow."""
    return {"title": title, "gridProperties": {"rowCount": NEW_ROWS, "columnCount": NEW_COLUMNS}}


def laid_out(tab: Tab, layout: Layout, rows: int) -> tuple[list[Request], Tab]:
    """Requests that make the table, and the tab as it will then be."""
    columns = len(layout.titles)
    larger = Tab(tab.sheet_id, tab.title, max(tab.row_count, rows, NEW_ROWS), max(tab.column_count, columns))
    requests = [
        _grid(tab, larger, frozen=True),
        _header(tab, layout),
        *_formats(tab, layout, first_row=1, last_row=None),
        *_widths(tab, layout),
    ]
    return requests, larger


def grown(tab: Tab, layout: Layout, rows: int) -> tuple[list[Request], Tab]:
    """Requests that lengthen the grid, and the tab as it will then be; none when it is long enough."""
    if rows <= tab.row_count:
        return [], tab
    larger = Tab(tab.sheet_id, tab.title, rows, tab.column_count)
    return [_grid(tab, larger, frozen=False), *_formats(tab, layout, tab.row_count, rows)], larger


def deleted(tab: Tab, spans: Sequence[tuple[int, int]]) -> tuple[list[Request], Tab]:
    """Requests that delete these spans of rows (counted from 1, both ends included), and the tab as it will then be.

    Google refuses to delete every row that is not frozen, so that the grid first gets a blank row at its end then.
    """
    gone = sum(last - first + 1 for first, last in spans)
    larger = Tab(tab.sheet_id, tab.title, max(tab.row_count, gone + NEW_ROWS), tab.column_count)
    requests = [] if larger == tab else [_grid(tab, larger, frozen=False)]
    for first, last in sorted(spans, reverse=True):
        span = {"sheetId": tab.sheet_id, "dimension": "ROWS", "startIndex": first - 1, "endIndex": last}
        requests.append({"deleteDimension": {"range": span}})
    return requests, Tab(tab.sheet_id, tab.title, larger.row_count - gone, tab.column_count)


def _grid(tab: Tab, larger: Tab, *, frozen: bool) -> Request:
    size: dict[str, int] = {}
    if larger.row_count > tab.row_count:
        size["rowCount"] = larger.row_count
    if larger.column_count > tab.column_count:
        size["columnCount"] = larger.column_count
    if frozen:
        size["frozenRowCount"] = 1
    return {
        "updateSheetProperties": {
            "properties": {"sheetId": tab.sheet_id, "gridProperties": size},
            "fields": ",".join(f"gridProperties.{name}" for name in size),
        }
    }


def _header(tab: Tab, layout: Layout) -> Request:
    cells = [
        {"userEnteredValue": {"stringValue": title}, "userEnteredFormat": {"textFormat": {"bold": True}}}
        for title in layout.titles
    ]
    return {
        "updateCells": {
            "range": _range(tab, 0, 1, 0, len(cells)),
            "rows": [{"values": cells}],
            "fields": _HEADER_FIELDS,
        }
    }


def _formats(tab: Tab, layout: Layout, first_row: int, last_row: int | None) -> Iterator[Request]:
    for kind, first, end in _runs(layout.kinds):
        yield {
            "repeatCell": {
                "range": _range(tab, first_row, last_row, first, end),
                "cell": {"userEnteredFormat": _FORMATS[kind]},
                "fields": _FORMAT_FIELDS,
            }
        }


def _widths(tab: Tab, layout: Layout) -> Iterator[Request]:
    # Only columns that are new to the grid: the width of any other may have been chosen by a person.
    known = 0 if tab.column_count <= NEW_COLUMNS else tab.column_count
    for kind, first, end in _runs(layout.kinds[known:]):
        yield {
            "updateDimensionProperties": {
                "range": {
                    "sheetId": tab.sheet_id,
                    "dimension": "COLUMNS",
                    "startIndex": known + first,
                    "endIndex": known + end,
                },
                "properties": {"pixelSize": _WIDTHS[kind]},
                "fields": "pixelSize",
            }
        }


def _runs(kinds: tuple[CellKind, ...]) -> Iterator[tuple[CellKind, int, int]]:
    """Neighbouring columns of one kind, as the first of them and the one after the last."""
    first = 0
    for number in range(1, len(kinds) + 1):
        if number == len(kinds) or kinds[number] is not kinds[first]:
            yield kinds[first], first, number
            first = number


def _range(tab: Tab, first_row: int, end_row: int | None, first_column: int, end_column: int) -> dict[str, int]:
    corners = {
        "sheetId": tab.sheet_id,
        "startRowIndex": first_row,
        "startColumnIndex": first_column,
        "endColumnIndex": end_column,
    }
    return corners if end_row is None else {**corners, "endRowIndex": end_row}
