"""Rows and columns: append, insert, delete, move, properties."""

from typing import Any

from emulators.google.errors import Refused, invalid
from emulators.google.layers import Layer, added
from emulators.google.rect import Axis, Rect
from emulators.google.requests.actor import Actor
from emulators.google.requests.common import check_protection, find_tab, mask, span
from emulators.google.tab import Tab
from emulators.google.workbook import Workbook


def _check_growth(book: Workbook, tab: Tab, axis: Axis, count: int) -> None:
    more = count * (tab.column_count if axis == "ROWS" else tab.row_count)
    refused = book.check_size(more, tab.column_count + count if axis == "COLUMNS" else 0)
    if refused:
        raise invalid(refused)


def append_dimension(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Adds rows or columns, without formats, at the end."""
    tab = find_tab(book, body.get("sheetId", 0))
    length = body.get("length", 0)
    axis: Axis = "COLUMNS" if body.get("dimension") == "COLUMNS" else "ROWS"
    if body.get("dimension") not in {"ROWS", "COLUMNS"} or length <= 0:
        raise Refused("dimension and a positive length are required.")
    _check_growth(book, tab, axis, length)
    end = tab.row_count if axis == "ROWS" else tab.column_count
    book.insert(tab, axis, end, length, from_before=False)


def insert_dimension(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Inserts before `startIndex`, which must be on the grid."""
    tab, axis, first, last = span(book, body.get("range"), to_end=False)
    size = tab.row_count if axis == "ROWS" else tab.column_count
    from_before = bool(body.get("inheritFromBefore"))
    if first >= size:
        raise Refused(
            f"range.startIndex[{first}] must be less than the grid size[{size}]. Use AppendDimension to add at the end."
        )
    if from_before and first == 0:
        raise Refused("inheritFromBefore cannot be true when inserting at the start of the grid.")
    _check_growth(book, tab, axis, last - first)
    book.insert(tab, axis, first, last - first, from_before=from_before)


def delete_dimension(book: Workbook, body: dict[str, Any], actor: Actor) -> None:
    """Deletes rows or columns; at least one unfrozen one stays."""
    tab, axis, first, last = span(book, body.get("range"))
    size = tab.row_count if axis == "ROWS" else tab.column_count
    if first >= size:
        raise Refused(f"Cannot delete a {axis[:-1].lower()} that doesn't exist. Tried to delete index {first}")
    last = min(last, size)
    frozen = tab.frozen_rows if axis == "ROWS" else tab.frozen_columns
    left_frozen = frozen - max(0, min(last, frozen) - first)
    name = axis.lower()
    if last - first >= size:
        raise Refused(f"You can't delete all the {name} on the sheet.")
    if size - (last - first) <= left_frozen:
        raise Refused(f"Sorry, it is not possible to delete all non-frozen {name}.")
    check_protection(book, tab, tab.area.with_side(axis, first, last), actor)
    book.cells_changed += sum(map(len, tab.block(tab.area.with_side(axis, first, last))))
    book.delete(tab, axis, first, last)


def move_dimension(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Moves rows or columns; `destinationIndex` is counted before the source is taken out."""
    tab, axis, first, last = span(book, body.get("source"))
    size = tab.row_count if axis == "ROWS" else tab.column_count
    to = body.get("destinationIndex", 0)
    if last > size or to > size or to < 0:
        raise Refused("source and destinationIndex must lie on the grid.")
    if first < to < last:
        raise Refused("destinationIndex must not lie inside source.")
    moving = list(range(first, last))
    if to <= first:
        book.move(tab, axis, to, [*moving, *range(to, first)])
    else:
        book.move(tab, axis, first, [*range(last, to), *moving])


def update_dimension_properties(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Sets widths, heights and visibility."""
    tab, axis, first, last = span(book, body.get("range"))
    paths = mask(body)
    allowed = {"pixelSize", "hiddenByUser", "hiddenByFilter", "*"}
    if any(path[0] not in allowed for path in paths):
        raise Refused("only pixelSize and hiddenByUser can be updated here")
    size = tab.row_count if axis == "ROWS" else tab.column_count
    if last > size:
        raise Refused(f"Dimension range end {last} is beyond the grid size {size}.")
    _set_properties(tab, axis, Rect(0, 1, 0, 1).with_side(axis, first, last), paths, body.get("properties") or {})


def _set_properties(tab: Tab, axis: Axis, rect: Rect, paths: Any, properties: dict[str, Any]) -> None:
    if ("*",) in paths:
        paths = (("pixelSize",), ("hiddenByUser",))
    layer = Layer(rect, paths, {name: value for name, value in properties.items() if (name,) in paths})
    if axis == "ROWS":
        tab.row_layers = added(tab.row_layers, [layer])
    else:
        tab.column_layers = added(tab.column_layers, [layer])


def auto_resize(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Sets each column's width by its longest text among the first 1,000 rows; rows get the usual height."""
    tab, axis, first, last = span(book, body.get("dimensions"))
    size = tab.row_count if axis == "ROWS" else tab.column_count
    if axis == "ROWS":
        _set_properties(tab, axis, Rect(first, min(last, size), 0, 1), (("pixelSize",),), {"pixelSize": 21})
        return
    for column in range(first, min(last, size)):
        longest = max((len(str(row[column])) for row in tab.rows[:1000] if column < len(row)), default=0)
        pixels = {"pixelSize": min(600, max(20, 7 * longest + 8))} if longest else {"pixelSize": 100}
        _set_properties(tab, axis, Rect(0, 1, column, column + 1), (("pixelSize",),), pixels)


HANDLERS = {
    "appendDimension": append_dimension,
    "insertDimension": insert_dimension,
    "deleteDimension": delete_dimension,
    "moveDimension": move_dimension,
    "updateDimensionProperties": update_dimension_properties,
    "autoResizeDimensions": auto_resize,
}
