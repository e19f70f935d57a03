"""Developer metadata: small facts bound to a spreadsheet, a tab, a row or a column, which move with it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from emulators.google.errors import Refused
from emulators.google.rect import Axis

MAX_CHARACTERS = 30_000
"""For the spreadsheet, and again for each tab: keys and values counted."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """One entry. `project` is the Cloud project that made it: others do not see PROJECT entries."""

    number: int
    key: str
    value: str | None
    visibility: str
    project: str
    sheet_id: int | None = None
    axis: Axis | None = None
    place: int = 0

    @property
    def location_type(self) -> str:
        """ROW, COLUMN, SHEET or SPREADSHEET."""
        if self.sheet_id is None:
            return "SPREADSHEET"
        return {None: "SHEET", "ROWS": "ROW", "COLUMNS": "COLUMN"}[self.axis]

    def location(self) -> dict[str, Any]:
        """DeveloperMetadataLocation as replies have it."""
        body: dict[str, Any] = {"locationType": self.location_type}
        if self.sheet_id is None:
            return {**body, "spreadsheet": True}
        if self.axis is None:
            return {**body, "sheetId": self.sheet_id} if self.sheet_id else body
        span: dict[str, Any] = {"sheetId": self.sheet_id} if self.sheet_id else {}
        span |= {"dimension": self.axis, "startIndex": self.place, "endIndex": self.place + 1}
        return {**body, "dimensionRange": span}

    def resource(self) -> dict[str, Any]:
        """DeveloperMetadata."""
        body: dict[str, Any] = {"metadataId": self.number, "metadataKey": self.key}
        if self.value is not None:
            body["metadataValue"] = self.value
        return {**body, "location": self.location(), "visibility": self.visibility}

    def _on(self, sheet_id: int, axis: Axis) -> bool:
        return self.sheet_id == sheet_id and self.axis == axis

    def after_insert(self, sheet_id: int, axis: Axis, at: int, count: int) -> "Metadata":
        """The entry after rows or columns were inserted."""
        return replace(self, place=self.place + count) if self._on(sheet_id, axis) and at <= self.place else self

    def after_delete(self, sheet_id: int, axis: Axis, first: int, last: int) -> "Metadata | None":
        """The entry after a deletion; None when it went with its row or column."""
        if not self._on(sheet_id, axis) or self.place < first:
            return self
        return None if self.place < last else replace(self, place=self.place - (last - first))

    def after_moves(self, sheet_id: int, axis: Axis, where: dict[int, int]) -> "Metadata":
        """The entry after rows or columns changed places."""
        return replace(self, place=where.get(self.place, self.place)) if self._on(sheet_id, axis) else self


def read_location(body: dict[str, Any]) -> tuple[int | None, Axis | None, int]:
    """Sheet, axis and place of a DeveloperMetadataLocation. Raises Refused."""
    if body.get("spreadsheet"):
        return None, None, 0
    span = body.get("dimensionRange")
    if span is None:
        if "sheetId" not in body:
            raise Refused("A location must be specified for developer metadata.")
        return body["sheetId"], None, 0
    axis = span.get("dimension")
    if axis not in {"ROWS", "COLUMNS"}:
        raise Refused("dimensionRange.dimension must be ROWS or COLUMNS.")
    start = span.get("startIndex", 0)
    if span.get("endIndex") != start + 1:
        raise Refused("Developer metadata can only be associated with a single row or column.")
    return span.get("sheetId", 0), axis, start


def matches(item: Metadata, lookup: dict[str, Any]) -> bool:
    """Whether a DeveloperMetadataLookup chooses the entry: every field given must agree."""
    if "metadataId" in lookup and item.number != lookup["metadataId"]:
        return False
    if "metadataKey" in lookup and item.key != lookup["metadataKey"]:
        return False
    if "metadataValue" in lookup and item.value != lookup["metadataValue"]:
        return False
    if lookup.get("visibility", item.visibility) != item.visibility:
        return False
    if lookup.get("locationType", item.location_type) != item.location_type:
        return False
    return "metadataLocation" not in lookup or _located(item, lookup)


def _located(item: Metadata, lookup: dict[str, Any]) -> bool:
    where = lookup["metadataLocation"]
    sheet_id, axis, place = read_location(where)
    exact = (item.sheet_id, item.axis, item.place) == (sheet_id, axis, place)
    if lookup.get("locationMatchingStrategy", "EXACT_LOCATION") != "INTERSECTING_LOCATION" or exact:
        return exact
    if sheet_id is None:
        return True
    return item.sheet_id == sheet_id and (axis is None or item.axis is None or item.axis != axis)


def too_long(entries: Iterable[Metadata], new: Metadata) -> bool:
    """Whether the new entry would exceed the space that its spreadsheet, or its tab, has for metadata."""
    total = len(new.key) + len(new.value or "")
    for item in entries:
        if item.sheet_id == new.sheet_id and item.number != new.number:
            total += len(item.key) + len(item.value or "")
    return total > MAX_CHARACTERS
