"""Filter views: what people look through without hiding rows from others. Criteria and orders are kept, not applied."""

from typing import Any

from emulators.google import masks
from emulators.google.errors import Refused
from emulators.google.rect import Rect, to_grid_range
from emulators.google.requests.actor import Actor
from emulators.google.requests.common import area, mask
from emulators.google.workbook import Workbook


def _settled(book: Workbook, wanted: dict[str, Any]) -> dict[str, Any]:
    """With the range that it means. Raises Refused for one that has none, or more than one."""
    if sum(name in wanted for name in ("range", "namedRangeId")) != 1:
        raise Refused("A filter view must have either a range or a namedRangeId.")
    target = wanted.get("range")
    if target is None:
        named = next((one for one in book.named_ranges if one["namedRangeId"] == wanted["namedRangeId"]), None)
        if named is None:
            raise Refused(f"No named range with ID: {wanted['namedRangeId']}")
        target = named["range"]
    tab, rect = area(book, target)
    return {**wanted, "range": to_grid_range(tab.sheet_id, Rect(*rect))}


def _titled(book: Workbook) -> str:
    taken = {view.get("title") for view in book.filter_views}
    number = 1
    while f"Filter {number}" in taken:
        number += 1
    return f"Filter {number}"


def _found(book: Workbook, number: Any) -> dict[str, Any]:
    found = next((view for view in book.filter_views if view["filterViewId"] == number), None)
    if found is None:
        raise Refused(f"No filter view with ID: {number}")
    return found


def add_view(book: Workbook, body: dict[str, Any], _: Actor) -> dict[str, Any]:
    """Keeps a view; one without an id or a title is given them."""
    wanted = dict(body.get("filter") or {})
    number = wanted.setdefault("filterViewId", book.free_id())
    if any(view["filterViewId"] == number for view in book.filter_views):
        raise Refused(f"A filter view with id {number} already exists.")
    wanted.setdefault("title", _titled(book))
    made = _settled(book, wanted)
    book.filter_views = [*book.filter_views, made]
    return {"filter": made}


def update_view(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Changes the masked properties."""
    wanted = body.get("filter") or {}
    old = _found(book, wanted.get("filterViewId"))
    paths = mask(body, "filter")
    backed = old if "namedRangeId" not in old else {name: old[name] for name in old if name != "range"}
    new = _settled(book, masks.merge(backed, wanted, paths) | {"filterViewId": old["filterViewId"]})
    book.filter_views = [new if view is old else view for view in book.filter_views]


def delete_view(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Removes a view."""
    gone = _found(book, body.get("filterId"))
    book.filter_views = [view for view in book.filter_views if view is not gone]


def duplicate_view(book: Workbook, body: dict[str, Any], _: Actor) -> dict[str, Any]:
    """Another view of the same range, under a title of its own."""
    found = _found(book, body.get("filterId"))
    made = {**found, "filterViewId": book.free_id(), "title": f"Copy of {found['title']}"}
    book.filter_views = [*book.filter_views, made]
    return {"filter": made}


HANDLERS = {
    "addFilterView": add_view,
    "updateFilterView": update_view,
    "deleteFilterView": delete_view,
    "duplicateFilterView": duplicate_view,
}
