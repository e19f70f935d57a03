"""Groups of rows and columns."""

from typing import Any

from emulators.google.errors import Refused
from emulators.google.grouping import DEEPEST, Depths, Group
from emulators.google.rect import Axis
from emulators.google.requests.actor import Actor
from emulators.google.requests.common import mask, span
from emulators.google.tab import Tab
from emulators.google.workbook import Workbook


def _on_grid(book: Workbook, body: dict[str, Any]) -> tuple[Tab, Axis, int, int]:
    tab, axis, first, last = span(book, body.get("range"))
    size = tab.row_count if axis == "ROWS" else tab.column_count
    if last > size:
        raise Refused(f"Dimension range end {last} is beyond the grid size {size}.")
    return tab, axis, first, last


def _groups(tab: Tab, axis: Axis) -> list[Group]:
    return tab.depths.get(axis, Depths()).groups(axis)


def _answer(tab: Tab, axis: Axis) -> dict[str, Any]:
    found = [group.resource(tab.sheet_id) for group in _groups(tab, axis)]
    return {"dimensionGroups": found} if found else {}


def add_group(book: Workbook, body: dict[str, Any], _: Actor) -> dict[str, Any]:
    """One group more over the range; answers all groups of that dimension."""
    tab, axis, first, last = _on_grid(book, body)
    made = tab.depths.get(axis, Depths()).shifted(first, last, 1)
    if max(made.depths) > DEEPEST:
        raise Refused(f"Groups can be nested at most {DEEPEST} deep.")
    tab.depths = {**tab.depths, axis: made}
    # The first group of a dimension settles where its control stands; that stays when the group goes.
    control = "rowGroupControlAfter" if axis == "ROWS" else "columnGroupControlAfter"
    tab.grid_extra = {**tab.grid_extra, control: True}
    return _answer(tab, axis)


def delete_group(book: Workbook, body: dict[str, Any], _: Actor) -> dict[str, Any]:
    """One group less over the range; answers the groups that are left."""
    tab, axis, first, last = _on_grid(book, body)
    if not any(group.start < last and first < group.end for group in _groups(tab, axis)):
        raise Refused("There is no group in the range.")
    tab.depths = {**tab.depths, axis: tab.depths[axis].shifted(first, last, -1)}
    return _answer(tab, axis)


def update_group(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Closes or opens a group: nothing else of one can change."""
    wanted = body.get("dimensionGroup") or {}
    tab, axis, first, last = _on_grid(book, wanted)
    paths = mask(body, "dimensionGroup")
    known = (first, last, wanted.get("depth", 0))
    found = next((group for group in _groups(tab, axis) if group[1:4] == known), None)
    if found is None:
        raise Refused("There is no group with that range and depth.")
    if any(path[0] in {"collapsed", "*"} for path in paths):
        made = tab.depths[axis].folded(found, collapsed=bool(wanted.get("collapsed")))
        tab.depths = {**tab.depths, axis: made}


HANDLERS = {
    "addDimensionGroup": add_group,
    "updateDimensionGroup": update_group,
    "deleteDimensionGroup": delete_group,
}
