"""Tabs and the spreadsheet's own properties."""

from typing import Any

from emulators.google import colors, masks
from emulators.google.errors import Refused, invalid
from emulators.google.locales import conventions
from emulators.google.requests.actor import Actor
from emulators.google.requests.common import find_tab, mask, named
from emulators.google.resource import sheet_properties
from emulators.google.tab import DEFAULT_COLUMNS, DEFAULT_ROWS, Tab
from emulators.google.workbook import Workbook

HIDES_ALL = "You can't hide all the sheets in a document."
_EXTRA = ("tabColor", "tabColorStyle", "rightToLeft")
_GRID_EXTRA = ("hideGridlines", "rowGroupControlAfter", "columnGroupControlAfter")
_LONGEST_TITLE = 100


def _check_title(book: Workbook, title: str, own: Tab | None = None) -> None:
    if not title:
        raise Refused("Sheet title cannot be empty.")
    if len(title) > _LONGEST_TITLE:
        raise Refused(f"Sheet title cannot be longer than {_LONGEST_TITLE} characters.")
    same = next((tab for tab in book.tabs if tab.title.lower() == title.lower() and tab is not own), None)
    if same is not None:
        raise Refused(f'A sheet with the name "{title}" already exists. Please enter another name.')


def _check_id(book: Workbook, sheet_id: int) -> int:
    if sheet_id < 0:
        raise Refused("Sheet id must not be negative.")
    if book.tab(sheet_id) is not None:
        raise Refused(f"Sheet with id {sheet_id} already exists")
    return sheet_id


def free_title(book: Workbook, stem: str) -> str:
    """`Sheet2`, `Sheet3`, ..., whichever is free first."""
    number = len(book.tabs) + 1
    while book.tab_titled(f"{stem}{number}") is not None:
        number += 1
    return f"{stem}{number}"


def build_tab(book: Workbook, properties: dict[str, Any]) -> Tab:
    """A new tab, not yet in the workbook."""
    if properties.get("sheetType", "GRID") != "GRID":
        raise Refused("only GRID sheets can be added here")
    grid = properties.get("gridProperties") or {}
    title = properties.get("title") or free_title(book, conventions(book.locale).first_tab)
    _check_title(book, title)
    given = properties.get("sheetId")
    sheet_id = book.free_id() if given is None else _check_id(book, given)
    rows, columns = grid.get("rowCount", DEFAULT_ROWS), grid.get("columnCount", DEFAULT_COLUMNS)
    if rows <= 0 or columns <= 0:
        raise Refused("A grid has at least one row and one column.")
    refused = book.check_size(rows * columns, columns, tabs=1)
    if refused:
        raise invalid(refused)
    tab = Tab(sheet_id, title, rows, columns, book.undo)
    tab.hidden = bool(properties.get("hidden"))
    _set_frozen(tab, grid.get("frozenRowCount", 0), grid.get("frozenColumnCount", 0))
    tab.extra = colors.settled({name: properties[name] for name in _EXTRA if properties.get(name)})
    tab.grid_extra = {name: grid[name] for name in _GRID_EXTRA if grid.get(name)}
    return tab


def _set_frozen(tab: Tab, rows: int, columns: int) -> None:
    if rows and rows >= tab.row_count:
        raise Refused("You can't freeze all visible rows on the sheet.")
    if columns and columns >= tab.column_count:
        raise Refused("You can't freeze all visible columns on the sheet.")
    tab.frozen_rows, tab.frozen_columns = rows, columns


def _place(book: Workbook, tab: Tab, index: int | None) -> None:
    others = [other for other in book.tabs if other is not tab]
    at = len(others) if index is None else index
    if not 0 <= at <= len(others):
        raise Refused(f"Sheet index {index} is out of bounds.")
    book.tabs = [*others[:at], tab, *others[at:]]


def add_sheet(book: Workbook, body: dict[str, Any], _: Actor) -> dict[str, Any]:
    """Adds a tab; an id that is taken is refused."""
    properties = body.get("properties") or {}
    tab = build_tab(book, properties)
    _place(book, tab, properties.get("index"))
    return {"properties": sheet_properties(book, tab)}


def delete_sheet(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Deletes a tab; one visible tab must stay."""
    tab = find_tab(book, body.get("sheetId", 0))
    if not [other for other in book.tabs if other is not tab and not other.hidden]:
        raise Refused("You can't remove all the visible sheets in a document.")
    book.forget_tab(tab)


def duplicate_sheet(book: Workbook, body: dict[str, Any], _: Actor) -> dict[str, Any]:
    """Copies a tab with what lies on it; metadata, names and protections are not copied."""
    source = find_tab(book, body.get("sourceSheetId", 0))
    title = body.get("newSheetName") or f"Copy of {source.title}"
    if not body.get("newSheetName"):
        number = 2
        while book.tab_titled(title) is not None:
            title, number = f"Copy of {source.title} {number}", number + 1
    _check_title(book, title)
    given = body.get("newSheetId")
    sheet_id = book.free_id() if given is None else _check_id(book, given)
    refused = book.check_size(source.size, tabs=1)
    if refused:
        raise invalid(refused)
    tab = source.copy(sheet_id, title, book.undo)
    tab.basic_filter = None
    book.take_over([item for item in book.attached if item.sheet_id == source.sheet_id], sheet_id)
    _place(book, tab, body.get("insertSheetIndex", 0))
    return {"properties": sheet_properties(book, tab)}


def update_sheet_properties(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Sets the masked properties; the row count is applied, and the cell limit checked, before the column count."""
    properties = body.get("properties") or {}
    tab = find_tab(book, properties.get("sheetId", 0))
    paths = mask(body, "properties")
    if named(paths, "title"):
        _check_title(book, properties.get("title", ""), tab)
        tab.title = properties["title"]
    _resize(book, tab, properties.get("gridProperties") or {}, paths)
    if named(paths, "hidden"):
        tab.hidden = bool(properties.get("hidden"))
        if all(other.hidden for other in book.tabs):
            raise Refused(HIDES_ALL)
    if named(paths, "index") and "index" in properties:
        before = book.tabs.index(tab)
        index = properties["index"]
        _place(book, tab, min(index - 1 if index > before else index, len(book.tabs) - 1))
    tab.extra = _masked(tab.extra, colors.settled(properties), colors.both(paths), _EXTRA, ())


def _resize(book: Workbook, tab: Tab, grid: dict[str, Any], paths: masks.Paths) -> None:
    whole = ("gridProperties",) in paths or ("*",) in paths
    for axis, name in (("ROWS", "rowCount"), ("COLUMNS", "columnCount")):
        if not named(paths, "gridProperties", name) or (whole and name not in grid):
            continue
        size, wanted = (tab.row_count if axis == "ROWS" else tab.column_count), grid.get(name, 0)
        frozen = tab.frozen_rows if axis == "ROWS" else tab.frozen_columns
        if wanted <= 0:
            raise Refused(f"gridProperties.{name} must be positive.")
        if wanted > size:
            across = tab.column_count if axis == "ROWS" else tab.row_count
            refused = book.check_size((wanted - size) * across, wanted if axis == "COLUMNS" else 0)
            if refused:
                raise invalid(refused)
            book.insert(tab, "ROWS" if axis == "ROWS" else "COLUMNS", size, wanted - size, from_before=False)
        elif wanted < size:
            if wanted <= frozen:
                raise Refused(f"Sorry, it is not possible to delete all non-frozen {axis.lower()}.")
            book.delete(tab, "ROWS" if axis == "ROWS" else "COLUMNS", wanted, size)
    rows, columns = tab.frozen_rows, tab.frozen_columns
    if named(paths, "gridProperties", "frozenRowCount"):
        rows = grid.get("frozenRowCount", 0)
    if named(paths, "gridProperties", "frozenColumnCount"):
        columns = grid.get("frozenColumnCount", 0)
    _set_frozen(tab, rows, columns)
    tab.grid_extra = _masked(tab.grid_extra, grid, paths, _GRID_EXTRA, ("gridProperties",))


def _masked(
    old: dict[str, Any], new: dict[str, Any], paths: masks.Paths, names: tuple[str, ...], above: tuple[str, ...]
) -> dict[str, Any]:
    result = dict(old)
    for name in names:
        deeper = any(path[: len(above) + 1] == (*above, name) for path in paths)
        if deeper or named(paths, *above, name):
            result.pop(name, None)
            if new.get(name):
                result[name] = new[name]
    return result


def update_spreadsheet_properties(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Sets the masked properties of the file."""
    paths = mask(body, "properties")
    properties = masks.merge(book.properties, body.get("properties") or {}, paths)
    if not properties.get("title"):
        raise Refused("The title cannot be empty.")
    book.properties = {**properties, "locale": properties.get("locale") or book.locale}
    book.properties.setdefault("timeZone", "Etc/GMT")


HANDLERS = {
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "duplicateSheet": duplicate_sheet,
    "updateSheetProperties": update_sheet_properties,
    "updateSpreadsheetProperties": update_spreadsheet_properties,
}
