"""Merges, named ranges, protected ranges and the basic filter."""

import random
import re
from typing import Any

from emulators.google import a1, masks
from emulators.google.errors import Refused
from emulators.google.protection import may_edit, shown
from emulators.google.rect import Rect, from_grid_range, to_grid_range
from emulators.google.requests.actor import Actor
from emulators.google.requests.common import PROTECTED, area, find_tab, mask
from emulators.google.workbook import Workbook

_NAME = re.compile(r"[^\W\d]\w{0,249}")


def merge_cells(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Merges; the value of the first cell stays and the others' go."""
    tab, rect = area(book, body.get("range"))
    how = body.get("mergeType", "MERGE_ALL")
    if how == "MERGE_ROWS":
        parts = [rect._replace(top=row, bottom=row + 1) for row in range(rect.top, rect.bottom)]
    elif how == "MERGE_COLUMNS":
        parts = [rect._replace(left=column, right=column + 1) for column in range(rect.left, rect.right)]
    else:
        parts = [rect]
    for part in parts:
        if any(old.touches(part) and not part.covers(old) for old in tab.merges):
            raise Refused("You must select all cells in a merged range to merge or unmerge them.")
        tab.merges = [old for old in tab.merges if not part.covers(old)]
        if part.height * part.width > 1:
            tab.merges = [*tab.merges, part]
            kept = tab.cell(part.top, part.left)
            tab.empty(part)
            if kept is not None:
                tab.write(part.top, part.left, [[kept]])


def unmerge_cells(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Undoes merges that lie inside the range."""
    tab, rect = area(book, body.get("range"))
    if any(old.touches(rect) and not rect.covers(old) for old in tab.merges):
        raise Refused("You must select all cells in a merged range to merge or unmerge them.")
    tab.merges = [old for old in tab.merges if not rect.covers(old)]


def _range_of(book: Workbook, body: dict[str, Any]) -> dict[str, Any]:
    tab, _ = area(book, body)
    return to_grid_range(tab.sheet_id, from_grid_range(body))


def _check_name(book: Workbook, name: str, own: str = "") -> None:
    looks_like_cells = a1.parse_cells(name) is not None
    if not _NAME.fullmatch(name) or looks_like_cells or name.lower() in {"true", "false"}:
        raise Refused(f"The name '{name}' is not valid for a named range.")
    if any(x["name"].lower() == name.lower() and x["namedRangeId"] != own for x in book.named_ranges):
        raise Refused(f"A named range with the name '{name}' already exists.")


def add_named_range(book: Workbook, body: dict[str, Any], _: Actor) -> dict[str, Any]:
    """Adds a name for a range."""
    wanted = body.get("namedRange") or {}
    name = wanted.get("name", "")
    _check_name(book, name)
    number = wanted.get("namedRangeId") or str(random.randrange(10**9, 10**10))
    if any(x["namedRangeId"] == number for x in book.named_ranges):
        raise Refused(f"A named range with id {number} already exists.")
    made = {"namedRangeId": number, "name": name, "range": _range_of(book, wanted.get("range") or {})}
    book.named_ranges = [*book.named_ranges, made]
    return {"namedRange": made}


def update_named_range(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Renames or moves a named range."""
    wanted = body.get("namedRange") or {}
    number = wanted.get("namedRangeId")
    old = next((x for x in book.named_ranges if x["namedRangeId"] == number), None)
    if old is None:
        raise Refused(f"No named range with id: {number}")
    new = masks.merge(old, wanted, mask(body, "namedRange"))
    _check_name(book, new.get("name", ""), own=str(number))
    new |= {"namedRangeId": number, "range": _range_of(book, new.get("range") or {})}
    book.named_ranges = [new if x is old else x for x in book.named_ranges]


def delete_named_range(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Forgets a name."""
    number = body.get("namedRangeId", "")
    kept = [x for x in book.named_ranges if x["namedRangeId"] != number]
    if len(kept) == len(book.named_ranges):
        raise Refused(f"No named range with id: {number}")
    book.named_ranges = kept


def add_protected_range(book: Workbook, body: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Protects a range or a tab: hard, with editors, or with a warning only."""
    wanted = dict(body.get("protectedRange") or {})
    number = wanted.pop("protectedRangeId", None)
    if number is None:
        number = book.free_id()
    elif any(item["protectedRangeId"] == number for item in book.protected_ranges):
        raise Refused(f"A protected range with id {number} already exists.")
    named = next((x for x in book.named_ranges if x["namedRangeId"] == wanted.get("namedRangeId")), None)
    target = named["range"] if named is not None else wanted.get("range")
    if target is None:
        raise Refused("A protected range must have a range or a namedRangeId.")
    if wanted.get("warningOnly") and wanted.get("editors"):
        raise Refused("warningOnly and editors cannot both be set.")
    made = {"protectedRangeId": number, **_without_nothing(wanted), "range": _range_of(book, target)}
    _check_unprotected(made)
    editors = _without_nothing(dict(wanted.get("editors") or {}))
    users = [*editors.get("users", [])]
    kept = {**made, "editors": {**editors, "users": users if actor.email in users else [*users, actor.email]}}
    book.protected_ranges = [*book.protected_ranges, kept]
    # The answer tells the editors that were asked for; that whoever protects is one of them shows when it is read.
    return {"protectedRange": shown({**made, "editors": editors}, actor) | {"requestingUserCanEdit": True}}


def _without_nothing(body: dict[str, Any]) -> dict[str, Any]:
    """What an answer leaves out: false, empty texts and lists."""
    return {name: value for name, value in body.items() if value not in (False, "", [])}


def _check_unprotected(item: dict[str, Any]) -> None:
    """Only a tab that is protected whole may have unprotected ranges (reference of ProtectedRange)."""
    if item.get("unprotectedRanges") and set(item["range"]) - {"sheetId"}:
        raise Refused("Unprotected ranges are only supported on protected sheets.")


def _protected(book: Workbook, number: int | None, actor: Actor) -> dict[str, Any]:
    found = next((item for item in book.protected_ranges if item["protectedRangeId"] == number), None)
    if found is None:
        raise Refused(f"No protected range with ID: {number}")
    if not may_edit(found, actor):
        raise Refused(PROTECTED)
    return found


def update_protected_range(book: Workbook, body: dict[str, Any], actor: Actor) -> None:
    """Changes the masked properties of a protection."""
    wanted = body.get("protectedRange") or {}
    old = _protected(book, wanted.get("protectedRangeId"), actor)
    new = masks.merge(old, wanted, mask(body, "protectedRange"))
    new = _without_nothing(new)
    new |= {"protectedRangeId": old["protectedRangeId"], "range": _range_of(book, new.get("range") or {})}
    _check_unprotected(new)
    book.protected_ranges = [new if item is old else item for item in book.protected_ranges]


def delete_protected_range(book: Workbook, body: dict[str, Any], actor: Actor) -> None:
    """Removes a protection."""
    gone = _protected(book, body.get("protectedRangeId"), actor)
    book.protected_ranges = [item for item in book.protected_ranges if item is not gone]


def set_basic_filter(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Keeps the filter; rows are not hidden by its criteria here."""
    wanted = body.get("filter") or {}
    tab, rect = area(book, wanted.get("range") or {})
    tab.basic_filter = {**wanted, "range": to_grid_range(tab.sheet_id, Rect(*rect))}


def clear_basic_filter(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Removes the filter, if any."""
    find_tab(book, body.get("sheetId", 0)).basic_filter = None


HANDLERS = {
    "mergeCells": merge_cells,
    "unmergeCells": unmerge_cells,
    "addNamedRange": add_named_range,
    "updateNamedRange": update_named_range,
    "deleteNamedRange": delete_named_range,
    "addProtectedRange": add_protected_range,
    "updateProtectedRange": update_protected_range,
    "deleteProtectedRange": delete_protected_range,
    "setBasicFilter": set_basic_filter,
    "clearBasicFilter": clear_basic_filter,
}
