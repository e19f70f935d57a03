"""Charts and slicers, which lie over a grid. Nothing is drawn; what they speak of is kept and follows its cells."""

from collections.abc import Iterator
from typing import Any

from emulators.google import colors, masks
from emulators.google.attached import CHART, IDS, SLICER, Attached, answered
from emulators.google.errors import ApiError, Refused
from emulators.google.rect import from_grid_range, to_grid_range
from emulators.google.requests.actor import Actor
from emulators.google.requests.common import area, find_tab, mask
from emulators.google.workbook import Workbook

_SIZE = {"widthPixels": 600, "heightPixels": 371}
_CHARTS = (
    "basicChart",
    "pieChart",
    "bubbleChart",
    "candlestickChart",
    "orgChart",
    "histogramChart",
    "waterfallChart",
    "treemapChart",
    "scorecardChart",
)


def _placed(book: Workbook, position: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
    """The tab on which it lies, and where. Raises Refused."""
    wanted = position or {}
    if wanted.get("newSheet") or "sheetId" in wanted:
        raise Refused("objects on sheets of their own are not emulated")
    overlay = dict(wanted.get("overlayPosition") or {})
    cell = overlay.get("anchorCell") or {}
    tab = find_tab(book, cell.get("sheetId", 0))
    if cell.get("rowIndex", 0) >= tab.row_count or cell.get("columnIndex", 0) >= tab.column_count:
        raise Refused("The anchor cell must be on the grid.")
    shown = {name: value for name, value in cell.items() if value}  # answers leave zeros out
    return tab.sheet_id, {"overlayPosition": {**_SIZE, **overlay, "anchorCell": shown}}


def _numbered(book: Workbook, kind: str, wanted: dict[str, Any]) -> dict[str, Any]:
    number = wanted.get(IDS[kind])
    if number is not None and any(item.number == number for item in book.attached if item.kind in {CHART, SLICER}):
        raise Refused(f"An embedded object with id {number} already exists.")
    return {**wanted, IDS[kind]: book.free_id() if number is None else number}


def _sources(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _sources(one)
    elif isinstance(value, dict):
        yield from value.get("sources", [])
        for inner in value.values():
            yield from _sources(inner)


def _check_spec(book: Workbook, spec: dict[str, Any]) -> dict[str, Any]:
    """Exactly one kind of chart, whose sources lie on grids; one without series fails without words, as at Google."""
    kinds = [name for name in _CHARTS if spec.get(name) is not None]
    if len(kinds) != 1:
        raise Refused("Exactly one kind of chart must be set in the spec.")
    if kinds == ["basicChart"] and not spec["basicChart"].get("series"):
        raise ApiError(500, "Internal error encountered.")
    for source in _sources(spec):
        _, rect = area(book, source, strict=False)
        if min(rect.height, rect.width) != 1:
            raise Refused("Exactly one dimension of a source range must have a length of 1.")
    return answered(colors.settled(spec))


def add_chart(book: Workbook, body: dict[str, Any], _: Actor) -> dict[str, Any]:
    """Puts a chart over a grid; one without an id is given one."""
    wanted = _numbered(book, CHART, dict(body.get("chart") or {}))
    sheet_id, position = _placed(book, wanted.get("position"))
    made = {**wanted, "spec": _check_spec(book, wanted.get("spec") or {}), "position": position}
    book.attached = [*book.attached, Attached(CHART, sheet_id, made)]
    return {"chart": made}


def _slicer(book: Workbook, spec: dict[str, Any]) -> dict[str, Any]:
    if "dataRange" not in spec:
        return {**spec}
    tab, _ = area(book, spec["dataRange"])
    place = to_grid_range(tab.sheet_id, from_grid_range(spec["dataRange"]))
    return {"applyToPivotTables": True, **spec, "dataRange": place}


def add_slicer(book: Workbook, body: dict[str, Any], _: Actor) -> dict[str, Any]:
    """Puts a slicer over a grid. Its criteria are kept and hide nothing."""
    wanted = _numbered(book, SLICER, dict(body.get("slicer") or {}))
    spec = dict(wanted.get("spec") or {})
    if "dataRange" not in spec:
        raise Refused("A slicer must have a data range.")
    sheet_id, position = _placed(book, wanted.get("position"))
    made = {**wanted, "spec": colors.settled(_slicer(book, spec)), "position": position}
    book.attached = [*book.attached, Attached(SLICER, sheet_id, made)]
    return {"slicer": made}


def _found(book: Workbook, number: Any, kinds: tuple[str, ...] = (CHART, SLICER)) -> Attached:
    found = next((item for item in book.attached if item.kind in kinds and item.number == number), None)
    if found is None:
        raise Refused(f"No embedded object with id: {number}")
    return found


def _put(book: Workbook, old: Attached, **changed: Any) -> Attached:
    new = old._replace(body={**old.body, **changed})
    book.attached = [new if item is old else item for item in book.attached]
    return new


def update_chart_spec(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Takes the whole specification: this request has no mask."""
    old = _found(book, body.get("chartId"), (CHART,))
    _put(book, old, spec=_check_spec(book, body.get("spec") or {}))


def update_slicer_spec(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Changes the masked fields."""
    old = _found(book, body.get("slicerId"), (SLICER,))
    new = masks.merge(old.body["spec"], body.get("spec") or {}, colors.both(mask(body, "SlicerSpec")))
    _put(book, old, spec=colors.settled(_slicer(book, new)))


def update_position(book: Workbook, body: dict[str, Any], _: Actor) -> dict[str, Any]:
    """Moves or resizes an object; the mask counts from the overlay position."""
    old = _found(book, body.get("objectId"))
    wanted = body.get("newPosition") or {}
    if "overlayPosition" not in wanted:
        raise Refused("objects on sheets of their own are not emulated")
    merged = masks.merge(old.body["position"]["overlayPosition"], wanted["overlayPosition"], mask(body))
    sheet_id, position = _placed(book, {"overlayPosition": merged})
    new = _put(book, old, position=position)
    book.attached = [item._replace(sheet_id=sheet_id) if item is new else item for item in book.attached]
    return {"position": position}


def update_border(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Changes an object's border."""
    old = _found(book, body.get("objectId"))
    new = masks.merge(old.body.get("border", {}), body.get("border") or {}, colors.both(mask(body, "border")))
    _put(book, old, border=colors.settled(new))


def delete_object(book: Workbook, body: dict[str, Any], _: Actor) -> None:
    """Removes a chart or a slicer."""
    gone = _found(book, body.get("objectId"))
    book.attached = [item for item in book.attached if item is not gone]


HANDLERS = {
    "addChart": add_chart,
    "updateChartSpec": update_chart_spec,
    "addSlicer": add_slicer,
    "updateSlicerSpec": update_slicer_spec,
    "updateEmbeddedObjectPosition": update_position,
    "updateEmbeddedObjectBorder": update_border,
    "deleteEmbeddedObject": delete_object,
}
