"""Requests of spreadsheets.batchUpdate that lay a table out. Rows and columns are counted from 0 here, as Google does.

Every request that is repeated leads to the same sheet: the grid is set to a size, not extended by a number.
That rests on the tab being as large as it is said to be: a grid that somebody else has made larger meanwhile would be
cut to the size asked for. Inspect before laying out or growing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from adapters.google.answers import ANCHOR_PREFIX
from application.exports.sheets import Layout, Tab
from domain.shared.cells import DATE_PATTERN, DATE_TIME_PATTERN, MONEY_PATTERN, CellKind

Request = dict[str, Any]
PairT = TypeVar("PairT")

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
FORMAT_FIELDS = "userEnteredFormat(numberFormat,hyperlinkDisplayType)"
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


def format_of(kind: CellKind) -> dict[str, Any]:
    """How cells of that kind are shown: what FORMAT_FIELDS names."""
    return _FORMATS[kind]


def new_tab(title: str, *, hidden: bool = False) -> dict[str, Any]:
    """Properties of a tab that is as small as it can be; laying out makes it grow."""
    properties = {"title": title, "gridProperties": {"rowCount": NEW_ROWS, "columnCount": NEW_COLUMNS}}
    return {**properties, "hidden": True} if hidden else properties


def set_up(first: Tab, title: str, locale: str, time_zone: str) -> list[Request]:
    """Requests that make of a spreadsheet as Google makes them one with a tab of that title, as small as it can be."""
    properties = {"sheetId": first.sheet_id, **new_tab(title)}
    return [
        {
            "updateSpreadsheetProperties": {
                "properties": {"locale": locale, "timeZone": time_zone},
                "fields": "locale,timeZone",
            }
        },
        {
            "updateSheetProperties": {
                "properties": properties,
                "fields": "title,gridProperties(rowCount,columnCount)",
            }
        },
    ]


def laid_out(tab: Tab, layout: Layout, rows: int, fresh: Sequence[int]) -> tuple[list[Request], Tab]:
    """Requests that make the `fresh` columns of the table and anchor all of them, and the tab as it will then be."""
    places = layout.places()
    larger = replace(
        tab,
        row_count=max(tab.row_count, rows, NEW_ROWS),
        column_count=max(tab.column_count, *[place + 1 for place in places]),
    )
    whole = len(fresh) == len(places)
    new = sorted((places[one], one) for one in fresh)
    requests = [
        *([_grid(tab, larger, frozen=whole)] if whole or larger != tab else []),
        *_header(tab, layout, new),
        *_formats(tab, [(column, layout.kinds[one]) for column, one in new], 1, None),
        *_widths(tab, [(column, layout.kinds[one]) for column, one in new]),
        *_anchors(tab, layout),
    ]
    return requests, larger


def grown(tab: Tab, layout: Layout, rows: int) -> tuple[list[Request], Tab]:
    """Requests that lengthen the grid, and the tab as it will then be; none when it is long enough."""
    if rows <= tab.row_count:
        return [], tab
    larger = replace(tab, row_count=rows)
    return [_grid(tab, larger, frozen=False), *_formats(tab, _kinds(layout), tab.row_count, rows)], larger


def inserted(tab: Tab, layout: Layout, first: int, count: int) -> tuple[list[Request], Tab]:
    """Requests that insert blank rows above row `first` (from 1), formatted like the columns, and the tab then."""
    span = {"sheetId": tab.sheet_id, "dimension": "ROWS", "startIndex": first - 1, "endIndex": first - 1 + count}
    requests: list[Request] = [{"insertDimension": {"range": span, "inheritFromBefore": first > NEW_ROWS}}]
    requests += _formats(tab, _kinds(layout), first - 1, first - 1 + count)
    return requests, replace(tab, row_count=tab.row_count + count)


def deleted(tab: Tab, spans: Sequence[tuple[int, int]]) -> tuple[list[Request], Tab]:
    """Requests that delete these spans of rows (counted from 1, both ends included), and the tab as it will then be.

    Google refuses to delete every row that is not frozen, so that the grid first gets a blank row at its end then. It
    is added, not set: the grid may have become longer since, and this is never repeated.
    """
    gone = sum(last - first + 1 for first, last in spans)
    larger = replace(tab, row_count=max(tab.row_count, gone + NEW_ROWS))
    more = {"sheetId": tab.sheet_id, "dimension": "ROWS", "length": larger.row_count - tab.row_count}
    requests: list[Request] = [] if larger == tab else [{"appendDimension": more}]
    for first, last in sorted(spans, reverse=True):
        span = {"sheetId": tab.sheet_id, "dimension": "ROWS", "startIndex": first - 1, "endIndex": last}
        requests.append({"deleteDimension": {"range": span}})
    return requests, replace(tab, row_count=larger.row_count - gone)


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


def _header(tab: Tab, layout: Layout, new: Sequence[tuple[int, int]]) -> Iterator[Request]:
    for block in _blocks(new):
        cells = [
            {
                "userEnteredValue": {"stringValue": layout.titles[one]},
                "userEnteredFormat": {"textFormat": {"bold": True}},
            }
            for _, one in block
        ]
        yield {
            "updateCells": {
                "range": area(tab, 0, 1, block[0][0], block[0][0] + len(cells)),
                "rows": [{"values": cells}],
                "fields": _HEADER_FIELDS,
            }
        }


def _formats(
    tab: Tab, kinds: Sequence[tuple[int, CellKind]], first_row: int, last_row: int | None
) -> Iterator[Request]:
    for kind, first, end in _runs(kinds):
        yield {
            "repeatCell": {
                "range": area(tab, first_row, last_row, first, end),
                "cell": {"userEnteredFormat": _FORMATS[kind]},
                "fields": FORMAT_FIELDS,
            }
        }


def _widths(tab: Tab, kinds: Sequence[tuple[int, CellKind]]) -> Iterator[Request]:
    # Only columns that are new to the grid: the width of any other may have been chosen by a person.
    known = 0 if tab.column_count <= NEW_COLUMNS else tab.column_count
    for kind, first, end in _runs([(column, kind) for column, kind in kinds if column >= known]):
        yield {
            "updateDimensionProperties": {
                "range": {"sheetId": tab.sheet_id, "dimension": "COLUMNS", "startIndex": first, "endIndex": end},
                "properties": {"pixelSize": _WIDTHS[kind]},
                "fields": "pixelSize",
            }
        }


def _anchors(tab: Tab, layout: Layout) -> Iterator[Request]:
    """Anchors are made anew, all of them, so that doing it twice leaves each once. Other apps may see them: an anchor
    for our project alone would be lost with it, and companies may be moved from one project to another.
    """
    if not layout.tag:
        return
    key = ANCHOR_PREFIX + layout.tag
    for tag in (layout.tag, *layout.former):
        lookup = {"metadataKey": ANCHOR_PREFIX + tag}
        yield {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}
    for name, column in zip(layout.names, layout.places(), strict=True):
        span = {"sheetId": tab.sheet_id, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1}
        entry = {
            "metadataKey": key,
            "metadataValue": name,
            "location": {"dimensionRange": span},
            "visibility": "DOCUMENT",
        }
        yield {"createDeveloperMetadata": {"developerMetadata": entry}}


def _kinds(layout: Layout) -> list[tuple[int, CellKind]]:
    return sorted(zip(layout.places(), layout.kinds, strict=True))


def _blocks(pairs: Sequence[tuple[int, PairT]]) -> list[list[tuple[int, PairT]]]:
    """Pairs whose first numbers follow one another, together."""
    blocks: list[list[tuple[int, PairT]]] = []
    for pair in pairs:
        if blocks and blocks[-1][-1][0] + 1 == pair[0]:
            blocks[-1].append(pair)
        else:
            blocks.append([pair])
    return blocks


def _runs(kinds: Sequence[tuple[int, CellKind]]) -> Iterator[tuple[CellKind, int, int]]:
    """Neighbouring columns of one kind, as the first of them and the one after the last."""
    for block in _blocks(kinds):
        for kind, run in groupby(block, key=itemgetter(1)):
            columns = [column for column, _ in run]
            yield kind, columns[0], columns[-1] + 1


def area(tab: Tab, first_row: int, end_row: int | None, first_column: int, end_column: int) -> dict[str, int]:
    """A GridRange; without `end_row` it reaches down to the end of the grid."""
    corners = {
        "sheetId": tab.sheet_id,
        "startRowIndex": first_row,
        "startColumnIndex": first_column,
        "endColumnIndex": end_column,
    }
    return corners if end_row is None else {**corners, "endRowIndex": end_row}
