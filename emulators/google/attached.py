"""What lies on a tab, or is laid around cells of it, besides the cells: charts, slicers, alternating colours, tables.

Each is kept as the API tells it. Cells that it speaks of go with insertions and deletions as references do, and are
forgotten when they are deleted: a chart over deleted columns stays, empty (seen at Google); colours and tables go with
the last of their cells. That a chart's sources go with a column that is moved by hand, as formulas do, is taken for
granted here; the documentation says nothing of it.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from emulators.google.rect import END, Rect, from_grid_range, to_grid_range

Change = Callable[[Rect], Rect | None]
CHART, SLICER, BANDING, TABLE = "charts", "slicers", "bandedRanges", "tables"
IDS = {CHART: "chartId", SLICER: "slicerId", BANDING: "bandedRangeId", TABLE: "tableId"}
_RANGES = {"range", "dataRange", "source"}


class Attached(NamedTuple):
    """One of them. `kind` is the field of Sheet in which it is told, `sheet_id` the tab on which it lies."""

    kind: str
    sheet_id: int
    body: dict[str, Any]

    @property
    def number(self) -> Any:
        """By what it is known."""
        return self.body[IDS[self.kind]]

    def after(self, sheet_id: int, change: Change) -> "Attached | None":
        """The same after cells of that tab have moved; None where there is no more of it."""
        body = _after(self.body, sheet_id, change)
        if self.kind in {BANDING, TABLE} and "range" not in body:
            return None
        return self._replace(body=body)

    def on(self, sheet_id: int, number: Any) -> "Attached":
        """A copy on a tab that was copied: what it told of the one now tells of the other."""
        body = {**_renamed(self.body, self.sheet_id, sheet_id), IDS[self.kind]: number}
        return self._replace(sheet_id=sheet_id, body=body)


def told(items: Iterable[Attached], sheet_id: int) -> dict[str, list[dict[str, Any]]]:
    """What a Sheet tells of that tab."""
    found: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        if item.sheet_id == sheet_id:
            found.setdefault(item.kind, []).append(item.body)
    return found


def answered(body: dict[str, Any]) -> dict[str, Any]:
    """A message with ranges in it as answers have it."""
    return dict(_after(body, 0, lambda rect: rect))


def moved_source(body: dict[str, Any], sheet_id: int, change: Change) -> dict[str, Any]:
    """A message with ranges in it, after cells of that tab have moved."""
    return dict(_after(body, sheet_id, change))


def _after(value: Any, sheet_id: int, change: Change) -> Any:
    if isinstance(value, list):
        return [_after(one, sheet_id, change) for one in value]
    if not isinstance(value, dict):
        return value
    body: dict[str, Any] = {}
    for name, inner in value.items():
        if name == "anchorCell":
            body[name] = _anchor(inner, change) if inner.get("sheetId", 0) == sheet_id else inner
        elif name == "sources":
            moved = [_range(one, sheet_id, change) for one in inner]
            body[name] = [one for one in moved if one is not None]
        elif name in _RANGES:
            kept = _range(inner, sheet_id, change)
            body |= {name: kept} if kept is not None else {}
        else:
            body[name] = _after(inner, sheet_id, change)
    return body


def _range(body: dict[str, Any], sheet_id: int, change: Change) -> dict[str, Any] | None:
    if body.get("sheetId", 0) != sheet_id:
        return body
    rect = change(from_grid_range(body))
    return None if rect is None else to_grid_range(sheet_id, rect)


def _anchor(body: dict[str, Any], change: Change) -> dict[str, Any]:
    """Where its cell is gone, the object stays at the place of the first cell behind."""
    row, column = body.get("rowIndex", 0), body.get("columnIndex", 0)
    cell = change(Rect(row, row + 1, column, column + 1))
    if cell is None:
        above, before = (change(Rect(0, row, 0, END)), change(Rect(0, END, 0, column)))
        cell = Rect(above.bottom if row and above else 0, END, before.right if column and before else 0, END)
    kept = {name: inner for name, inner in body.items() if name == "sheetId"}
    placed = {"rowIndex": cell.top, "columnIndex": cell.left}
    return kept | {name: place for name, place in placed.items() if place}


def _renamed(value: Any, old: int, new: int) -> Any:
    if isinstance(value, list):
        return [_renamed(one, old, new) for one in value]
    if not isinstance(value, dict):
        return value
    body: dict[str, Any] = {}
    for name, inner in value.items():
        if name == "sources":
            body[name] = [_on(one, old, new) for one in inner]
        elif name in _RANGES or name == "anchorCell":
            body[name] = _on(inner, old, new)
        else:
            body[name] = _renamed(inner, old, new)
    return body


def _on(body: dict[str, Any], old: int, new: int) -> dict[str, Any]:
    if body.get("sheetId", 0) != old:
        return body
    return {"sheetId": new, **{name: inner for name, inner in body.items() if name != "sheetId"}}
