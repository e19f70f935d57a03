"""DataFilter: choosing metadata entries, and ranges, by A1 text, by grid range or by metadata."""

from typing import Any

from emulators.google.errors import Refused, invalid
from emulators.google.metadata import Metadata, matches
from emulators.google.rect import END, Rect, from_grid_range
from emulators.google.tab import Tab
from emulators.google.workbook import Workbook


def visible(book: Workbook, project: str) -> list[Metadata]:
    """Entries that a Cloud project may see: all DOCUMENT ones and its own PROJECT ones."""
    return [x for x in book.metadata.values() if x.visibility == "DOCUMENT" or x.project == project]


def entries(book: Workbook, filters: list[dict[str, Any]], project: str) -> list[Metadata]:
    """Entries that at least one filter chooses."""
    if not filters:
        raise Refused("At least one data filter must be specified.")
    return [item for item in visible(book, project) if any(_chooses(book, one, item) for one in filters)]


def _chooses(book: Workbook, one: dict[str, Any], item: Metadata) -> bool:
    if "developerMetadataLookup" in one:
        return matches(item, one["developerMetadataLookup"])
    tab, rect = area(book, one)
    if item.sheet_id != tab.sheet_id or item.axis is None:
        return False
    start, end = rect.side(item.axis)
    return start <= item.place < end


def area(book: Workbook, one: dict[str, Any]) -> tuple[Tab, Rect]:
    """The range that an A1 or grid range filter means, as far as it lies on the grid."""
    if "a1Range" in one:
        tab, reference = book.resolve(one["a1Range"])
        return tab, book.on_grid(tab, reference.rect)
    if "gridRange" in one:
        sheet_id = one["gridRange"].get("sheetId", 0)
        found = book.tab(sheet_id)
        if found is None:
            raise invalid(f"No grid with id: {sheet_id}")
        return found, book.on_grid(found, from_grid_range(one["gridRange"]))
    raise invalid("Must specify a data filter.")


def areas(book: Workbook, one: dict[str, Any], project: str) -> list[tuple[Tab, Rect]]:
    """Every range that the filter chooses; a metadata entry stands for its row, column or tab."""
    if "developerMetadataLookup" not in one:
        return [area(book, one)]
    found = []
    for item in visible(book, project):
        tab = book.tab(item.sheet_id) if item.sheet_id is not None else None
        if tab is None or not matches(item, one["developerMetadataLookup"]):
            continue
        rect = Rect(0, END, 0, END)
        if item.axis is not None:
            rect = rect.with_side(item.axis, item.place, item.place + 1)
        found.append((tab, rect.clamp(tab.row_count, tab.column_count)))
    return found
