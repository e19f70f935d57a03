"""Alternating colours and tables: kept around their cells, whose values and formats they do not touch here."""

import random
from typing import Any

from emulators.google import colors, masks
from emulators.google.attached import BANDING, TABLE, Attached
from emulators.google.errors import Refused
from emulators.google.rect import Rect, from_grid_range, to_grid_range
from emulators.google.requests.actor import Actor
from emulators.google.requests.common import area, mask
from emulators.google.workbook import Workbook

BANDED = "You cannot add alternating background colors to a range that already has alternating background colors."
_TABLED = "You cannot create a table over a range that already has a table."


def _range_of(book: Workbook, body: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
    tab, rect = area(book, body)
    return tab.sheet_id, to_grid_range(tab.sheet_id, Rect(*rect))


def _check_free(
    book: Workbook, sheet_id: int, body: dict[str, Any], own: Attached | None, words: dict[str, str]
) -> None:
    """A table brings alternating colours of its own, so that neither may lie over the other."""
    rect = from_grid_range(body)
    for item in book.attached:
        if item is own or item.sheet_id != sheet_id or item.kind not in words:
            continue
        if from_grid_range(item.body["range"]).touches(rect):
            raise Refused(words[item.kind])


def _banding(book: Workbook, wanted: dict[str, Any], own: Attached | None = None) -> tuple[int, dict[str, Any]]:
    sheet_id, place = _range_of(book, wanted.get("range"))
    if not wanted.get("rowProperties") and not wanted.get("columnProperties"):
        raise Refused("At least one of rowProperties or columnProperties must be specified.")
    _check_free(book, sheet_id, place, own, {BANDING: BANDED, TABLE: BANDED})
    return sheet_id, dict(colors.settled({**wanted, "range": place}))


def add_banding(book: Workbook, body: dict[str, Any], _: Actor) -> dict[str, Any]:
    """Gives a range alternating colours; one without an id is given one."""
    wanted = dict(body.get("bandedRange") or {})
    number = wanted.setdefault("bandedRangeId", book.free_id())
    if any(item.kind == BANDING and item.number == number for item in book.attached):
        raise Refused(f"A banded range with id {number} already exists.")
    sheet_id, made = _banding(book, wanted)
    book.attached = [*book.attached, Attached(BANDING, sheet_id, made)]
    return {"bandedRange": made}


def _found(book: Workbook, kind: str, number: Any, words: str) -> Attached:
    found = next((item for item in book.attached if item.kind == kind and item.number == number), None)
    if found is None:
        raise Refused(f"{words}: {number}")
    return found


def update_banding(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Changes the masked properties."""
    wanted = body.get("bandedRange") or {}
    old = _found(book, BANDING, wanted.get("bandedRangeId"), "No banded range with id")
    merged = masks.merge(old.body, wanted, colors.both(mask(body, "bandedRange")))
    sheet_id, made = _banding(book, {**merged, "bandedRangeId": old.number}, old)
    new = Attached(BANDING, sheet_id, made)
    book.attached = [new if item is old else item for item in book.attached]


def delete_banding(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Takes alternating colours away."""
    gone = _found(book, BANDING, body.get("bandedRangeId"), "No banded range with id")
    book.attached = [item for item in book.attached if item is not gone]


def _table(book: Workbook, wanted: dict[str, Any], own: Attached | None = None) -> tuple[int, dict[str, Any]]:
    sheet_id, place = _range_of(book, wanted.get("range"))
    name = wanted.get("name", "")
    if not name:
        raise Refused("The table name is required.")
    tables = [item for item in book.attached if item.kind == TABLE and item is not own]
    if any(item.body["name"].lower() == name.lower() for item in tables):
        raise Refused(f"A table with the name '{name}' already exists.")
    _check_free(book, sheet_id, place, own, {TABLE: _TABLED, BANDING: BANDED})
    width = place["endColumnIndex"] - place["startColumnIndex"]
    columns = [{**one, "columnIndex": one.get("columnIndex", 0)} for one in wanted.get("columnProperties") or []]
    if any(one["columnIndex"] >= width for one in columns):
        raise Refused("A column of the table lies outside of its range.")
    more = {"columnProperties": columns} if columns else {}
    return sheet_id, dict(colors.settled({**wanted, "range": place, **more}))


def add_table(book: Workbook, body: dict[str, Any], _: Actor) -> dict[str, Any]:
    """Makes a table of a range; one without an id is given one."""
    wanted = dict(body.get("table") or {})
    number = wanted.setdefault("tableId", str(random.randrange(10**9, 10**10)))
    if any(item.kind == TABLE and item.number == number for item in book.attached):
        raise Refused(f"A table with id {number} already exists.")
    sheet_id, made = _table(book, wanted)
    book.attached = [*book.attached, Attached(TABLE, sheet_id, made)]
    return {"table": made}


def update_table(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Changes the masked properties."""
    wanted = body.get("table") or {}
    old = _found(book, TABLE, wanted.get("tableId"), "No table with id")
    merged = masks.merge(old.body, wanted, colors.both(mask(body, "table")))
    sheet_id, made = _table(book, {**merged, "tableId": old.number}, old)
    new = Attached(TABLE, sheet_id, made)
    book.attached = [new if item is old else item for item in book.attached]


def delete_table(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Removes a table with what it holds; conditional formats over it go as well (seen at Google)."""
    gone = _found(book, TABLE, body.get("tableId"), "No table with id")
    tab, rect = area(book, gone.body["range"])
    tab.empty(rect)
    rules = tab.conditional_formats
    kept = (rule._replace(rects=tuple(one for one in rule.rects if not rect.covers(one))) for rule in rules)
    tab.conditional_formats = [rule for rule in kept if rule.rects]
    book.cells_changed += rect.height * rect.width
    book.attached = [item for item in book.attached if item is not gone]


HANDLERS = {
    "addBanding": add_banding,
    "updateBanding": update_banding,
    "deleteBanding": delete_banding,
    "addTable": add_table,
    "updateTable": update_table,
    "deleteTable": delete_table,
}
