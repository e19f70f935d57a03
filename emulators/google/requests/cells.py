"""updateCells, appendCells, repeatCell, setDataValidation."""

from typing import Any

from emulators.google import colors
from emulators.google.cells import Cell, Row
from emulators.google.errors import Refused, invalid
from emulators.google.layers import Layer
from emulators.google.masks import Paths
from emulators.google.rect import Rect
from emulators.google.requests.actor import Actor
from emulators.google.requests.common import area, beyond_grid, check_protection, find_tab, mask, named, stored
from emulators.google.tab import Tab
from emulators.google.workbook import Workbook

_READ_ONLY = {"effectiveValue", "effectiveFormat", "formattedValue", "hyperlink"}
_LAID = ("userEnteredFormat", "note", "textFormatRuns", "dataValidation", "chipRuns")


def _cell_paths(paths: Paths) -> tuple[bool, Paths]:
    """Whether the mask names the value, and the paths of everything else that it names."""
    others: list[tuple[str, ...]] = []
    for path in paths:
        if path == ("*",):
            others += [(name,) for name in _LAID]
        elif path[0] != "userEnteredValue" and path[0] not in _READ_ONLY:
            others.append(path)
    writes_values = named(paths, "userEnteredValue") or any(path[0] == "userEnteredValue" for path in paths)
    return writes_values, colors.both(tuple(others))


def _kept(cell: dict[str, Any], paths: Paths) -> dict[str, Any]:
    """What of the cell is laid; an empty note is none."""
    found = {path[0]: cell[path[0]] for path in paths if cell.get(path[0], "") != ""}
    return dict(colors.settled(found))


def _check_format(cell: dict[str, Any]) -> None:
    shape = cell.get("userEnteredFormat", {}).get("numberFormat")
    if shape is not None and not shape.get("type"):
        raise Refused("numberFormat.type is required.")


def _lay_rows(tab: Tab, rows: list[dict[str, Any]], rect: Rect, paths: Paths) -> None:
    """Lays cells' formats and notes: equal neighbours down a column, then across, become one layer."""
    columns: list[list[tuple[int, int, dict[str, Any]]]] = []
    for place in range(rect.width):
        runs: list[tuple[int, int, dict[str, Any]]] = []
        for number in range(rect.height):
            cells = rows[number].get("values", []) if number < len(rows) else []
            cell = (cells[place] if place < len(cells) else None) or {}
            _check_format(cell)
            kept = _kept(cell, paths)
            if runs and runs[-1][2] == kept:
                runs[-1] = (runs[-1][0], rect.top + number + 1, kept)
            else:
                runs.append((rect.top + number, rect.top + number + 1, kept))
        columns.append(runs)
    laid: list[Layer] = []
    start = 0
    for place in range(1, rect.width + 1):
        if place == rect.width or columns[place] != columns[start]:
            left, right = rect.left + start, rect.left + place
            laid += [Layer(Rect(top, bottom, left, right), paths, cell) for top, bottom, cell in columns[start]]
            start = place
    tab.lay(laid)


def _values(rows: list[dict[str, Any]]) -> list[Row]:
    return [
        [_blank_if_none(stored((cell or {}).get("userEnteredValue"))) for cell in row.get("values") or []]
        for row in rows
    ]


def _blank_if_none(cell: Cell) -> Cell:
    return "" if cell is None else cell


def update_cells(book: Workbook, body: dict[str, Any], actor: Actor) -> None:
    """Writes rows of CellData; cells of `range` that the rows do not reach lose the listed fields."""
    paths = mask(body)
    writes_values, others = _cell_paths(paths)
    rows = body.get("rows", [])
    width = max((len(row.get("values") or []) for row in rows), default=0)
    if "range" in body:
        tab, rect = area(book, body["range"])
        if len(rows) > rect.height or width > rect.width:
            raise Refused("Attempting to write more rows or columns than the range has.")
    elif "start" in body:
        start = body["start"]
        tab = find_tab(book, start.get("sheetId", 0))
        top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
        rect = Rect(top, top + len(rows), left, left + width)
        if rect.bottom > tab.row_count or rect.right > tab.column_count:
            raise beyond_grid(tab, rect)
    else:
        raise Refused("One of 'start' or 'range' must be set.")
    check_protection(book, tab, rect, actor)
    if writes_values:
        _write_values(book, tab, rect, _values(rows), exact="range" in body)
    if others and rect.height and rect.width:
        _lay_rows(tab, rows, rect, others)


def _write_values(book: Workbook, tab: Tab, rect: Rect, block: list[Row], *, exact: bool) -> None:
    book.cells_changed += sum(map(len, block))
    if exact:
        for row in block:
            row.extend([""] * (rect.width - len(row)))
        rest = rect._replace(top=rect.top + len(block))
        if rest.height:
            book.cells_changed += tab.empty(rest)
    if block:
        tab.write(rect.top, rect.left, block)


def append_cells(book: Workbook, body: dict[str, Any], actor: Actor) -> None:
    """Writes below the last row that holds data, growing the grid as needed."""
    if body.get("tableId"):
        raise Refused("tables are not emulated")
    writes_values, others = _cell_paths(mask(body))
    tab = find_tab(book, body.get("sheetId", 0))
    rows = body.get("rows", [])
    top = tab.data_rows()
    width = max((len(row.get("values") or []) for row in rows), default=0)
    rect = Rect(top, top + len(rows), 0, width)
    more_rows, more_columns = max(0, rect.bottom - tab.row_count), max(0, rect.right - tab.column_count)
    grown = (tab.row_count + more_rows) * (tab.column_count + more_columns)
    refused = book.check_size(grown - tab.size, tab.column_count + more_columns)
    if refused:
        raise invalid(refused)
    check_protection(book, tab, rect, actor)
    if more_columns:
        book.insert(tab, "COLUMNS", tab.column_count, more_columns, from_before=False)
    if more_rows:
        book.insert(tab, "ROWS", tab.row_count, more_rows, from_before=False)
    if writes_values:
        _write_values(book, tab, rect, _values(rows), exact=False)
    if others and rect.height and rect.width:
        _lay_rows(tab, rows, rect, others)


def repeat_cell(book: Workbook, body: dict[str, Any], actor: Actor) -> None:
    """Gives every cell of the range the listed fields of one cell."""
    writes_values, others = _cell_paths(mask(body))
    tab, rect = area(book, body.get("range"))
    cell = body.get("cell") or {}
    _check_format(cell)
    check_protection(book, tab, rect, actor)
    if writes_values:
        value = stored(cell.get("userEnteredValue"))
        if value is None:
            book.cells_changed += tab.empty(rect)
        else:
            _write_values(book, tab, rect, [[value] * rect.width for _ in range(rect.height)], exact=True)
    tab.lay([Layer(rect, others, _kept(cell, others))])


def set_data_validation(book: Workbook, body: dict[str, Any], actor: Actor) -> None:
    """Sets, or without a rule clears, validation in the range."""
    tab, rect = area(book, body.get("range"))
    check_protection(book, tab, rect, actor)
    rule = body.get("rule")
    if rule is not None and not rule.get("condition", {}).get("type"):
        raise Refused("rule.condition.type is required.")
    tab.lay([Layer(rect, (("dataValidation",),), {"dataValidation": rule} if rule else {})])


HANDLERS = {
    "updateCells": update_cells,
    "appendCells": append_cells,
    "repeatCell": repeat_cell,
    "setDataValidation": set_data_validation,
}
