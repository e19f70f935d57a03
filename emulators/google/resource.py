"""The Spreadsheet resource: properties, tabs, and grid data as far as a mask asks for it."""

from typing import Any

from emulators.google import attached, layers, rendering
from emulators.google.cells import Cell, Formula
from emulators.google.data_filters import visible
from emulators.google.formulas import evaluate
from emulators.google.masks import Mask
from emulators.google.protection import shown
from emulators.google.rect import Axis, Rect, to_grid_range
from emulators.google.requests.actor import Actor
from emulators.google.tab import Tab
from emulators.google.theme import THEME
from emulators.google.workbook import Workbook

ROW_PIXELS, COLUMN_PIXELS = 21, 100
_ERRORS = {"#DIV/0!": "DIVIDE_BY_ZERO", "#NAME?": "NAME", "#REF!": "REF", "#VALUE!": "VALUE", "#ERROR!": "ERROR"}
_DEFAULT_FORMAT: dict[str, Any] = {
    "backgroundColor": {"red": 1, "green": 1, "blue": 1},
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": {"red": 1, "green": 1, "blue": 1}},
}


def wants(mask: Mask, *names: str) -> Mask | None:
    """The mask below a path; None when the mask leaves the path out."""
    for name in names:
        if not mask or "*" in mask:
            return {}
        if name not in mask:
            return None
        mask = mask[name]
    return mask


def sheet_properties(book: Workbook, tab: Tab) -> dict[str, Any]:
    """SheetProperties: sheetId and index are given even when zero, as recorded answers have them."""
    grid: dict[str, Any] = {"rowCount": tab.row_count, "columnCount": tab.column_count}
    if tab.frozen_rows:
        grid["frozenRowCount"] = tab.frozen_rows
    if tab.frozen_columns:
        grid["frozenColumnCount"] = tab.frozen_columns
    body: dict[str, Any] = {
        "sheetId": tab.sheet_id,
        "title": tab.title,
        "index": book.tabs.index(tab),
        "sheetType": "GRID",
        "gridProperties": grid | tab.grid_extra,
    }
    if tab.hidden:
        body["hidden"] = True
    return body | tab.extra


def spreadsheet(
    book: Workbook, url: str, actor: Actor, mask: Mask, areas: list[tuple[Tab, Rect]] | None, *, grid_data: bool
) -> dict[str, Any]:
    """The resource before the mask is applied; grid data is built only where the mask wants it.

    With `areas`, only their tabs are given, and only those parts of the grids.
    """
    data_mask = wants(mask, "sheets", "data")
    with_data = data_mask is not None if mask else grid_data
    if mask and ("*" in mask or (wants(mask, "sheets") == {})):
        with_data = grid_data
    entries = visible(book, actor.project)
    sheets = []
    for tab in book.tabs:
        if areas is not None and not any(one is tab for one, _ in areas):
            continue
        rects = [rect for one, rect in areas if one is tab] if areas is not None else [tab.area]
        body: dict[str, Any] = {"properties": sheet_properties(book, tab)}
        if with_data:
            body["data"] = [grid(book, tab, rect, data_mask or {}, actor.project) for rect in rects]
        if tab.merges:
            body["merges"] = [to_grid_range(tab.sheet_id, rect) for rect in tab.merges]
        protected = [shown(x, actor) for x in book.protected_ranges if x["range"].get("sheetId", 0) == tab.sheet_id]
        if protected:
            body["protectedRanges"] = protected
        if tab.basic_filter is not None:
            body["basicFilter"] = tab.basic_filter
        views = [view for view in book.filter_views if view["range"].get("sheetId", 0) == tab.sheet_id]
        if views:
            body["filterViews"] = views
        if tab.conditional_formats:
            body["conditionalFormats"] = [rule.resource(tab.sheet_id) for rule in tab.conditional_formats]
        body |= attached.told(book.attached, tab.sheet_id)
        for name, axis in (("rowGroups", "ROWS"), ("columnGroups", "COLUMNS")):
            groups = [group.resource(tab.sheet_id) for group in tab.groups() if group.axis == axis]
            if groups:
                body[name] = groups
        own = [item.resource() for item in entries if item.sheet_id == tab.sheet_id and item.axis is None]
        if own:
            body["developerMetadata"] = own
        sheets.append(body)
    result: dict[str, Any] = {
        "spreadsheetId": book.spreadsheet_id,
        "properties": {**book.properties, "defaultFormat": _DEFAULT_FORMAT, "spreadsheetTheme": THEME},
        "sheets": sheets,
        "spreadsheetUrl": url,
    }
    if book.named_ranges:
        result["namedRanges"] = book.named_ranges
    own = [item.resource() for item in entries if item.sheet_id is None]
    if own:
        result["developerMetadata"] = own
    return result


def grid(book: Workbook, tab: Tab, rect: Rect, mask: Mask, project: str) -> dict[str, Any]:
    """GridData of a rectangle."""
    body: dict[str, Any] = {}
    if rect.top:
        body["startRow"] = rect.top
    if rect.left:
        body["startColumn"] = rect.left
    cell_mask = wants(mask, "rowData", "values")
    if cell_mask is not None:
        rows = _row_data(book, tab, rect, cell_mask)
        if rows:
            body["rowData"] = rows
    if wants(mask, "rowMetadata") is not None:
        body["rowMetadata"] = _dimensions(book, tab, "ROWS", rect.side("ROWS"), project)
    if wants(mask, "columnMetadata") is not None:
        body["columnMetadata"] = _dimensions(book, tab, "COLUMNS", rect.side("COLUMNS"), project)
    return body


def _dimensions(book: Workbook, tab: Tab, axis: Axis, side: tuple[int, int], project: str) -> list[dict[str, Any]]:
    held = tab.row_layers if axis == "ROWS" else tab.column_layers
    pixels = ROW_PIXELS if axis == "ROWS" else COLUMN_PIXELS
    placed: dict[int, list[dict[str, Any]]] = {}
    for item in visible(book, project):
        if item.sheet_id == tab.sheet_id and item.axis == axis:
            placed.setdefault(item.place, []).append(item.resource())
    found = []
    for place in range(*side):
        body: dict[str, Any] = {"pixelSize": pixels}
        if held:
            body |= layers.at(held, place, 0) if axis == "ROWS" else layers.at(held, 0, place)
        if place in placed:
            body["developerMetadata"] = placed[place]
        found.append(body)
    return found


def _row_data(book: Workbook, tab: Tab, rect: Rect, mask: Mask) -> list[dict[str, Any]]:
    shaped = max((min(x.rect.bottom, rect.bottom) for x in tab.layers if x.rect.touches(rect)), default=0)
    bottom = min(rect.bottom, max(tab.data_rows(), shaped))
    width = max(
        min(tab.data_columns(), rect.right),
        max((min(x.rect.right, rect.right) for x in tab.layers if x.rect.touches(rect)), default=0),
    )
    columns = [layers.runs(tab.layers, column, rect.top, bottom) for column in range(rect.left, width)]
    if not columns or bottom <= rect.top:
        return []
    at = [0] * len(columns)
    found: list[dict[str, Any]] = []
    for row in range(rect.top, bottom):
        cells = []
        for place, runs in enumerate(columns):
            while runs[at[place]][1] <= row:
                at[place] += 1
            cells.append(_cell_data(book, tab, tab.cell(row, rect.left + place), runs[at[place]][2], mask))
        while cells and not cells[-1]:
            cells.pop()
        found.append({"values": cells} if cells else {})
    while found and not found[-1]:
        found.pop()
    return found


def _cell_data(book: Workbook, tab: Tab, cell: Cell, laid: dict[str, Any], mask: Mask) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if cell is not None:
        settled = evaluate(book, tab, cell) if isinstance(cell, Formula) else cell
        if wants(mask, "userEnteredValue") is not None:
            body["userEnteredValue"] = {"formulaValue": cell.text} if isinstance(cell, Formula) else extended(settled)
        if wants(mask, "effectiveValue") is not None:
            body["effectiveValue"] = extended(settled, formula=isinstance(cell, Formula))
        if wants(mask, "formattedValue") is not None:
            body["formattedValue"] = rendering.look_of(book, laid, settled)
    body |= {name: value for name, value in laid.items() if wants(mask, name) is not None}
    if wants(mask, "effectiveFormat") is not None and (cell is not None or "userEnteredFormat" in laid):
        effective = {**_DEFAULT_FORMAT, **laid.get("userEnteredFormat", {})}
        if "textFormat" in laid.get("userEnteredFormat", {}):
            effective["textFormat"] = {**_DEFAULT_FORMAT["textFormat"], **laid["userEnteredFormat"]["textFormat"]}
        body["effectiveFormat"] = effective
    return body


def extended(value: Cell, *, formula: bool = False) -> dict[str, Any]:
    """ExtendedValue of a settled value."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        if formula and value in _ERRORS:
            return {"errorValue": {"type": _ERRORS[value], "message": value}}
        return {"stringValue": value}
    return {"numberValue": value}
