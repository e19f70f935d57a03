"""Developer metadata through batchUpdate."""

from dataclasses import replace
from typing import Any

from emulators.google import data_filters
from emulators.google.errors import Refused
from emulators.google.metadata import Metadata, read_location, too_long
from emulators.google.rect import Axis
from emulators.google.requests.actor import Actor
from emulators.google.requests.common import find_tab, mask, named
from emulators.google.workbook import Workbook

TOO_MUCH = "Exceeds the maximum amount of developer metadata that can be stored at this location."


def _check_place(book: Workbook, place: tuple[int | None, Axis | None, int]) -> None:
    sheet_id, axis, index = place
    if sheet_id is None:
        return
    tab = find_tab(book, sheet_id)
    size = {None: 1, "ROWS": tab.row_count, "COLUMNS": tab.column_count}[axis]
    if not 0 <= index < size:
        raise Refused("Developer metadata location is beyond the grid.")


def create(book: Workbook, body: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Adds an entry; an id in use is refused, which is what makes a marker of a batch possible."""
    wanted = body.get("developerMetadata") or {}
    if not wanted.get("metadataKey"):
        raise Refused("developerMetadata.metadataKey is required.")
    if wanted.get("visibility") not in {"DOCUMENT", "PROJECT"}:
        raise Refused("developerMetadata.visibility is required: DOCUMENT or PROJECT.")
    if not wanted.get("location"):
        raise Refused("developerMetadata.location is required.")
    number = wanted.get("metadataId")
    if number is None:
        number = book.free_id()
    if number in book.metadata:
        raise Refused(f"Developer metadata with ID {number} already exists.")
    place = read_location(wanted["location"])
    _check_place(book, place)
    made = Metadata(
        number, wanted["metadataKey"], wanted.get("metadataValue"), wanted["visibility"], actor.project, *place
    )
    if too_long(book.metadata.values(), made):
        raise Refused(TOO_MUCH)
    book.metadata = {**book.metadata, number: made}
    return {"developerMetadata": made.resource()}


def update(book: Workbook, body: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Changes the masked properties of every entry that a filter chooses."""
    wanted, paths = body.get("developerMetadata") or {}, mask(body)
    changed = dict(book.metadata)
    found = data_filters.entries(book, body.get("dataFilters") or [], actor.project)
    for item in found:
        new = item
        if named(paths, "metadataKey"):
            new = replace(new, key=wanted.get("metadataKey", ""))
        if named(paths, "metadataValue"):
            new = replace(new, value=wanted.get("metadataValue"))
        if named(paths, "visibility"):
            new = replace(new, visibility=wanted.get("visibility", new.visibility))
        if named(paths, "location") and "location" in wanted:
            sheet_id, axis, place = read_location(wanted["location"])
            _check_place(book, (sheet_id, axis, place))
            new = replace(new, sheet_id=sheet_id, axis=axis, place=place)
        if not new.key:
            raise Refused("developerMetadata.metadataKey is required.")
        if too_long(changed.values(), new):
            raise Refused(TOO_MUCH)
        changed[item.number] = new
    book.metadata = changed
    return {"developerMetadata": [changed[item.number].resource() for item in found]}


def delete(book: Workbook, body: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Deletes every entry that the filter chooses; none at all is no error."""
    found = data_filters.entries(book, [body.get("dataFilter") or {}], actor.project)
    gone = {item.number for item in found}
    book.metadata = {number: item for number, item in book.metadata.items() if number not in gone}
    return {"deletedDeveloperMetadata": [item.resource() for item in found]}


HANDLERS = {
    "createDeveloperMetadata": create,
    "updateDeveloperMetadata": update,
    "deleteDeveloperMetadata": delete,
}
