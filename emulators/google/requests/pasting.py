"""copyPaste and cutPaste."""

from typing import Any

from emulators.google import layers
from emulators.google.cells import Formula, Row
from emulators.google.errors import Refused
from emulators.google.formulas import evaluate
from emulators.google.layers import Layer
from emulators.google.rect import Rect
from emulators.google.requests.actor import Actor
from emulators.google.requests.common import area, beyond_grid, check_protection, find_tab
from emulators.google.tab import Tab
from emulators.google.workbook import Workbook

_VALUES = {"PASTE_NORMAL", "PASTE_VALUES", "PASTE_FORMULA", "PASTE_NO_BORDERS"}
_LAYERS: dict[str, tuple[str, ...]] = {
    "PASTE_NORMAL": ("userEnteredFormat", "note", "textFormatRuns", "dataValidation", "chipRuns"),
    "PASTE_NO_BORDERS": ("userEnteredFormat", "note", "textFormatRuns", "dataValidation", "chipRuns"),
    "PASTE_FORMAT": ("userEnteredFormat",),
    "PASTE_DATA_VALIDATION": ("dataValidation",),
}


def _taken(book: Workbook, tab: Tab, rect: Rect, how: str) -> list[Row]:
    """A full rectangle of cells, blanks as ""; under PASTE_VALUES formulas become their results."""
    block: list[Row] = []
    for row in range(rect.top, rect.bottom):
        cells = tab.rows[row][rect.left : rect.right] if row < tab.data_rows() else []
        made: Row = ["" if cell is None else cell for cell in cells]
        if how == "PASTE_VALUES" and Formula in set(map(type, made)):
            made = [evaluate(book, tab, cell) if isinstance(cell, Formula) else cell for cell in made]
        made.extend([""] * (rect.width - len(made)))
        block.append(made)
    return block


def _kept_paths(found: list[Layer], names: tuple[str, ...]) -> list[Layer]:
    result = []
    for layer in found:
        paths = tuple(path for path in layer.paths if path[0] in names)
        if paths:
            result.append(layer._replace(paths=paths))
    return result


def _paste_layers(source: Tab, rect: Rect, target: Tab, top: int, left: int, names: tuple[str, ...]) -> None:
    if not names:
        return
    found = layers.copied(source.layers, rect, top - rect.top, left - rect.left)
    wiped = Layer(Rect(top, top + rect.height, left, left + rect.width), tuple((name,) for name in names), {})
    if found or target.layers:
        target.lay([wiped, *_kept_paths(found, names)])


def copy_paste(book: Workbook, body: dict[str, Any], actor: Actor) -> None:
    """Copies; a destination that is a multiple of the source is filled, a smaller one is overrun."""
    source, rect = area(book, body.get("source"))
    target, wanted = area(book, body.get("destination"))
    how = body.get("pasteType", "PASTE_NORMAL")
    if how == "PASTE_CONDITIONAL_FORMATTING":
        raise Refused("PASTE_CONDITIONAL_FORMATTING is not emulated")
    block = _taken(book, source, rect, how) if how in _VALUES else []
    height, width = rect.height, rect.width
    transpose = body.get("pasteOrientation") == "TRANSPOSE"
    if transpose:
        if how not in {"PASTE_VALUES", "PASTE_FORMULA"}:
            raise Refused("TRANSPOSE is emulated for PASTE_VALUES and PASTE_FORMULA only")
        block = [list(row) for row in zip(*block, strict=True)]
        height, width = width, height
    down = wanted.height // height if wanted.height % height == 0 else 1
    across = wanted.width // width if wanted.width % width == 0 else 1
    whole = Rect(wanted.top, wanted.top + height * max(down, 1), wanted.left, wanted.left + width * max(across, 1))
    if whole.bottom > target.row_count or whole.right > target.column_count:
        raise beyond_grid(target, whole)
    check_protection(book, target, whole, actor)
    for top in range(whole.top, whole.bottom, height):
        for left in range(whole.left, whole.right, width):
            if block:
                target.write(top, left, [list(row) for row in block])
                book.cells_changed += height * width
            if not transpose:
                _paste_layers(source, rect, target, top, left, _LAYERS.get(how, ()))


def cut_paste(book: Workbook, body: dict[str, Any], actor: Actor) -> None:
    """Moves cells with all they have to another place of the same spreadsheet."""
    source, rect = area(book, body.get("source"))
    to = body.get("destination") or {}
    target = find_tab(book, to.get("sheetId", 0))
    top, left = to.get("rowIndex", 0), to.get("columnIndex", 0)
    whole = Rect(top, top + rect.height, left, left + rect.width)
    if whole.bottom > target.row_count or whole.right > target.column_count:
        raise beyond_grid(target, whole)
    check_protection(book, source, rect, actor)
    check_protection(book, target, whole, actor)
    how = body.get("pasteType", "PASTE_NORMAL")
    block = _taken(book, source, rect, how) if how in _VALUES else []
    names = _LAYERS.get(how, ())
    found = _kept_paths(layers.copied(source.layers, rect, top - rect.top, left - rect.left), names)
    if block:
        source.empty(rect)
        target.write(top, left, block)
        book.cells_changed += 2 * rect.height * rect.width
    if names:
        paths = tuple((name,) for name in names)
        source.lay([Layer(rect, paths, {})])
        target.lay([Layer(whole, paths, {}), *found])


HANDLERS = {"copyPaste": copy_paste, "cutPaste": cut_paste}
