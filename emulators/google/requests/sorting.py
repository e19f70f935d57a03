"""sortRange and findReplace."""

import re
from typing import Any

from emulators.google import layers
from emulators.google.cells import BLANK, Cell, Formula, Row, replaced
from emulators.google.errors import Refused
from emulators.google.formulas import evaluate
from emulators.google.rect import Rect
from emulators.google.requests.actor import Actor
from emulators.google.requests.common import area, check_protection, find_tab
from emulators.google.tab import Tab
from emulators.google.workbook import Workbook


def _key(value: Any) -> tuple[int, Any]:
    """Numbers come before texts, texts before booleans; blanks are kept apart by the caller."""
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, str):
        return 1, value.lower()
    return 0, value


def sort_range(book: Workbook, body: dict[str, Any], actor: Actor) -> None:
    """Sorts rows of the range; `dimensionIndex` is the tab's own column index. Blanks come last both ways."""
    tab, rect = area(book, body.get("range"), strict=False)
    specs = body.get("sortSpecs") or []
    if not specs:
        raise Refused("At least one sort spec is required.")
    check_protection(book, tab, rect, actor)
    bottom = min(rect.bottom, tab.data_rows())
    order = list(range(rect.top, max(bottom, rect.top)))
    for spec in reversed(specs):
        column = spec.get("dimensionIndex", 0)
        if not rect.left <= column < rect.right:
            raise Refused(f"The sort column {column} is outside of the range.")
        keys = {row: _settled(book, tab, tab.cell(row, column)) for row in order}
        filled = [row for row in order if keys[row] is not None]
        blank = [row for row in order if keys[row] is None]
        filled.sort(key=lambda row: _key(keys[row]), reverse=spec.get("sortOrder") == "DESCENDING")
        order = [*filled, *blank]
    book.cells_changed += len(order) * rect.width
    if rect.width >= tab.column_count:
        book.rearrange(tab, "ROWS", rect.top, order)
        return
    moved: list[Row] = [
        replaced(tab.rows[row], rect.left, _part(tab, source, rect))
        for row, source in zip(range(rect.top, bottom), order, strict=True)
    ]
    where = {old: new for new, old in enumerate(order, rect.top)}
    tab.layers = layers.permuted(tab.layers, "ROWS", (rect.top, bottom), where.__getitem__, rect)
    tab.undo.keep(tab.rows, rect.top, bottom)
    tab.rows[rect.top : bottom] = moved


def _part(tab: Tab, row: int, rect: Rect) -> Row:
    cells = (tab.rows[row] if row < len(tab.rows) else BLANK)[rect.left : rect.right]
    return [*cells, *[None] * (rect.width - len(cells))]


def _settled(book: Workbook, tab: Tab, cell: Cell) -> Cell:
    return evaluate(book, tab, cell) if isinstance(cell, Formula) else cell


def find_replace(book: Workbook, body: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Replaces text in texts (and in formulas, if asked to)."""
    find = body.get("find", "")
    if not find:
        raise Refused("find must not be empty.")
    try:
        pattern = re.compile(
            find if body.get("searchByRegex") else re.escape(find), 0 if body.get("matchCase") else re.IGNORECASE
        )
    except re.error as wrong:
        raise Refused(f"The regular expression is invalid: {wrong}") from wrong
    replacement = body.get("replacement", "")
    replacement = replacement.replace("\\", r"\\")
    if body.get("searchByRegex"):
        replacement = re.sub(
            r"\$([1-9])", lambda match: rf"\g<{match[1]}>" if int(match[1]) <= pattern.groups else "", replacement
        )
    counts = {"valuesChanged": 0, "formulasChanged": 0, "rowsChanged": 0, "sheetsChanged": 0, "occurrencesChanged": 0}
    for tab, rect in _places(book, body):
        check_protection(book, tab, rect, actor)
        before = counts["rowsChanged"]
        for row, cells in enumerate(tab.block(rect), rect.top):
            new: Row = [_substituted(cell, pattern, replacement, body, counts) for cell in cells]
            if any(cell is not None for cell in new):
                counts["rowsChanged"] += 1
                tab.write(row, rect.left, [new])
        counts["sheetsChanged"] += counts["rowsChanged"] > before
    book.cells_changed += counts["valuesChanged"] + counts["formulasChanged"]
    return {name: count for name, count in counts.items() if count}


def _places(book: Workbook, body: dict[str, Any]) -> list[tuple[Tab, Rect]]:
    if body.get("allSheets"):
        return [(tab, tab.area) for tab in book.tabs]
    if "range" in body:
        return [area(book, body["range"])]
    tab = find_tab(book, body.get("sheetId", 0))
    return [(tab, tab.area)]


def _substituted(
    cell: Cell, pattern: re.Pattern[str], replacement: str, body: dict[str, Any], counts: dict[str, int]
) -> Cell:
    if isinstance(cell, Formula):
        if not body.get("includeFormulas"):
            return None
    elif not isinstance(cell, str):
        return None
    text = cell.text if isinstance(cell, Formula) else cell
    if body.get("matchEntireCell") and not pattern.fullmatch(text):
        return None
    new, times = pattern.subn(replacement, text)
    if not times:
        return None
    counts["occurrencesChanged"] += times
    if isinstance(cell, Formula):
        counts["formulasChanged"] += 1
        return Formula(new)
    counts["valuesChanged"] += 1
    return new


HANDLERS = {"sortRange": sort_range, "findReplace": find_replace}
