"""What several requests need: finding the tab, checking ranges, protection."""

from typing import Any

from emulators.google import a1, masks
from emulators.google.cells import MAX_CHARACTERS, TOO_LONG, Cell, Formula
from emulators.google.errors import Refused, invalid
from emulators.google.masks import Paths
from emulators.google.protection import hinders, may_edit
from emulators.google.rect import Axis, Rect, from_grid_range
from emulators.google.requests.actor import Actor
from emulators.google.tab import Tab
from emulators.google.workbook import Workbook

PROTECTED = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove protection "
    "if you need to edit."
)


def find_tab(book: Workbook, sheet_id: int) -> Tab:
    """The tab, or Refused."""
    tab = book.tab(int(sheet_id))
    if tab is None:
        raise Refused(f"No grid with id: {sheet_id}")
    return tab


def area(book: Workbook, body: dict[str, Any] | None, *, strict: bool = True) -> tuple[Tab, Rect]:
    """The tab and the bounded rectangle that a GridRange means."""
    if body is None:
        raise Refused("range is required.")
    tab = find_tab(book, body.get("sheetId", 0))
    rect = from_grid_range(body)
    if rect.bottom <= rect.top or rect.right <= rect.left or rect.top < 0 or rect.left < 0:
        raise Refused(f"GridRange start must be before its end: {body}")
    beyond = rect.top >= tab.row_count or rect.left >= tab.column_count
    past_end = ("endRowIndex" in body and rect.bottom > tab.row_count) or (
        "endColumnIndex" in body and rect.right > tab.column_count
    )
    if strict and (beyond or past_end):
        raise beyond_grid(tab, rect)
    return tab, rect.clamp(tab.row_count, tab.column_count)


def beyond_grid(tab: Tab, rect: Rect) -> Refused:
    """The refusal for a range outside the grid."""
    return Refused(
        f"Range ({a1.echo(tab.title, rect)}) exceeds grid limits. "
        f"Max rows: {tab.row_count}, max columns: {tab.column_count}"
    )


def span(book: Workbook, body: dict[str, Any] | None, *, to_end: bool = True) -> tuple[Tab, Axis, int, int]:
    """The tab, axis, start and end of a DimensionRange; sides left out are the grid's own."""
    body = body or {}
    tab = find_tab(book, body.get("sheetId", 0))
    axis: Axis | None = {"ROWS": "ROWS", "COLUMNS": "COLUMNS"}.get(body.get("dimension", ""))  # type: ignore[assignment]
    if axis is None:
        raise Refused("dimension is required: ROWS or COLUMNS.")
    size = tab.row_count if axis == "ROWS" else tab.column_count
    first, last = body.get("startIndex", 0), body.get("endIndex", size if to_end else 0)
    if first < 0 or last <= first:
        raise Refused(f"startIndex must be less than endIndex: {first}, {last}")
    return tab, axis, first, last


def mask(body: dict[str, Any], root: str = "") -> Paths:
    """The write mask's paths, or Refused: without a mask nothing would be written."""
    text = body.get("fields")
    if not text:
        raise Refused("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    try:
        return masks.paths(text, root)
    except masks.MaskRefused as wrong:
        raise Refused(f"Invalid field mask: {text}") from wrong


def named(paths: Paths, *names: str) -> bool:
    """Whether the mask names the path, something above it, or everything."""
    return any(
        path == ("*",) or path == names[: len(path)] or (path[-1] == "*" and path[:-1] == names[: len(path) - 1])
        for path in paths
    )


def check_protection(book: Workbook, tab: Tab, rect: Rect, actor: Actor) -> None:
    """Refuses when somebody else's hard protection covers a cell. The owner always may."""
    for item in book.protected_ranges:
        if item["range"].get("sheetId", 0) == tab.sheet_id and not may_edit(item, actor) and hinders(item, rect):
            raise invalid(PROTECTED)


def stored(value: dict[str, Any] | None) -> Cell:
    """The cell value that an ExtendedValue means."""
    if not value:
        return None
    if len(value) > 1:
        raise Refused("Only one of the fields of an ExtendedValue may be set.")
    kind, content = next(iter(value.items()))
    if isinstance(content, str) and len(content) > MAX_CHARACTERS:
        raise invalid(TOO_LONG)
    if kind == "formulaValue":
        return Formula(str(content)) if str(content).startswith("=") else str(content)
    if kind in {"stringValue", "numberValue", "boolValue"}:
        made: Cell = content
        return made if made != "" else None
    raise Refused("errorValue cannot be written.")
