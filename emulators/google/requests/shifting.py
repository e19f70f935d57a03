"""insertRange and deleteRange: cells beside the range move, and the grid keeps its size."""

from collections.abc import Callable
from typing import Any

from emulators.google.cells import Row
from emulators.google.errors import Refused
from emulators.google.rect import Axis, Rect
from emulators.google.requests.actor import Actor
from emulators.google.requests.common import area, check_protection
from emulators.google.tab import Tab
from emulators.google.workbook import Workbook


def _span(book: Workbook, body: dict[str, Any], actor: Actor) -> tuple[Tab, Rect, Rect, Axis]:
    """The tab, the range, everything that moves with it, and along which axis."""
    tab, rect = area(book, body.get("range"))
    axis: Axis = "COLUMNS" if body.get("shiftDimension") == "COLUMNS" else "ROWS"
    if body.get("shiftDimension") not in {"ROWS", "COLUMNS"}:
        raise Refused("shiftDimension is required: ROWS or COLUMNS.")
    end = tab.row_count if axis == "ROWS" else tab.column_count
    band = rect.with_side(axis, rect.side(axis)[0], end)
    check_protection(book, tab, band, actor)
    if any(merge.touches(band) and not band.covers(merge) for merge in tab.merges):
        raise Refused("You can't shift cells that are merged with others.")
    return tab, rect, band, axis


def _cells(tab: Tab, rect: Rect) -> list[Row]:
    """The whole block, blanks as the empty text, which is what empties a cell when it is written."""
    found: list[Row] = []
    for row in range(rect.top, rect.bottom):
        cells = (tab.cell(row, column) for column in range(rect.left, rect.right))
        found.append(["" if cell is None else cell for cell in cells])
    return found


def _move(tab: Tab, band: Rect, change: Callable[[Rect], Rect | None]) -> None:
    """Formats, notes and merges inside the band go where its cells go."""
    layers = []
    for layer in tab.layers:
        if not layer.rect.touches(band):
            layers.append(layer)
            continue
        layers += [layer._replace(rect=part) for part in layer.rect.without(band)]
        moved = change(layer.rect.common(band))
        layers += [layer._replace(rect=moved)] if moved is not None else []
    tab.layers = layers
    changed = (change(rect) if band.covers(rect) else rect for rect in tab.merges)
    tab.merges = [rect for rect in changed if rect is not None]


def delete_range(book: Workbook, body: dict[str, Any], actor: Actor) -> None:
    """What lies behind the range moves into it."""
    tab, rect, band, axis = _span(book, body, actor)
    first, last = rect.side(axis)
    stay = band._replace(bottom=min(band.bottom, max(tab.data_rows(), rect.bottom)))
    block = _cells(tab, stay)
    if axis == "ROWS":
        block = block[last - first :] + [[""] * rect.width] * (min(last, stay.bottom) - first)
    else:
        block = [row[last - first :] + [""] * (last - first) for row in block]
    tab.write(stay.top, stay.left, block)
    _move(tab, band, lambda one: one.after_delete(axis, first, last))
    book.cells_changed += rect.height * rect.width


def insert_range(book: Workbook, body: dict[str, Any], actor: Actor) -> None:
    """Blank cells; what stood there moves on, and must not be pushed off the grid."""
    tab, rect, band, axis = _span(book, body, actor)
    first, last = rect.side(axis)
    kept_end = band.side(axis)[1] - (last - first)
    if any(
        cell != ""
        for row in _cells(tab, band.with_side(axis, max(first, kept_end), band.side(axis)[1]))
        for cell in row
    ):
        raise Refused("Cells with contents would be pushed off the grid.")
    moving = _cells(tab, band.with_side(axis, first, max(first, kept_end)))
    blank: list[Row] = [[""] * rect.width for _ in range(rect.height)]
    block = blank + moving if axis == "ROWS" else [[*blank[0], *row] for row in moving]
    tab.write(band.top, band.left, block)
    _move(tab, band, lambda one: _clipped(one.after_insert(axis, first, last - first, from_before=True), tab))
    book.cells_changed += rect.height * rect.width


def _clipped(rect: Rect, tab: Tab) -> Rect | None:
    kept = rect.clamp(tab.row_count, tab.column_count)
    return kept if kept.height > 0 and kept.width > 0 else None


HANDLERS = {"insertRange": insert_range, "deleteRange": delete_range}
