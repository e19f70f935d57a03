"""Rectangles of cells and what becomes of them when rows or columns are inserted, deleted or moved."""

from typing import Any, Literal, NamedTuple

END = 1 << 31
"""The end of a side that has no bound."""

Axis = Literal["ROWS", "COLUMNS"]


class Rect(NamedTuple):
    """Half-open on both axes, counted from zero."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        """Rows inside."""
        return max(0, self.bottom - self.top)

    @property
    def width(self) -> int:
        """Columns inside."""
        return max(0, self.right - self.left)

    def clamp(self, rows: int, columns: int) -> "Rect":
        """The part that lies on a grid of that size."""
        return Rect(min(self.top, rows), min(self.bottom, rows), min(self.left, columns), min(self.right, columns))

    def covers(self, other: "Rect") -> bool:
        """Whether every cell of the other is inside."""
        return (
            self.top <= other.top
            and other.bottom <= self.bottom
            and self.left <= other.left
            and other.right <= self.right
        )

    def touches(self, other: "Rect") -> bool:
        """Whether the two have a cell in common."""
        return (
            self.top < other.bottom and other.top < self.bottom and self.left < other.right and other.left < self.right
        )

    def common(self, other: "Rect") -> "Rect":
        """What two rectangles that touch have in common."""
        return Rect(
            max(self.top, other.top),
            min(self.bottom, other.bottom),
            max(self.left, other.left),
            min(self.right, other.right),
        )

    def without(self, other: "Rect") -> "list[Rect]":
        """What is left of it when the other is cut out."""
        if not self.touches(other):
            return [self]
        cut = self.common(other)
        parts = [
            self._replace(bottom=cut.top),
            self._replace(top=cut.bottom),
            cut._replace(left=self.left, right=cut.left),
            cut._replace(left=cut.right, right=self.right),
        ]
        return [part for part in parts if part.height and part.width]

    def side(self, axis: Axis) -> tuple[int, int]:
        """Start and end on one axis."""
        return (self.top, self.bottom) if axis == "ROWS" else (self.left, self.right)

    def with_side(self, axis: Axis, start: int, end: int) -> "Rect":
        """The same rectangle with another start and end on one axis."""
        if axis == "ROWS":
            return self._replace(top=start, bottom=end)
        return self._replace(left=start, right=end)

    def after_insert(self, axis: Axis, at: int, count: int, *, from_before: bool) -> "Rect":
        """Insertion inside widens; at an edge it widens the neighbour that the new cells inherit from."""
        start, end = self.side(axis)
        if at < start or (at == start and from_before):
            start += count
        if end != END and (at < end or (at == end and from_before)):
            end += count
        return self.with_side(axis, start, end)

    def pushed(self, axis: Axis, at: int, count: int) -> "Rect":
        """The same for a reference, such as a named range: what is inserted at its edges stays outside."""
        start, end = self.side(axis)
        if at <= start and (start, end) != (0, END):
            start += count
        if end != END and at < end:
            end += count
        return self.with_side(axis, start, end)

    def after_delete(self, axis: Axis, first: int, last: int) -> "Rect | None":
        """None when nothing is left of it."""
        start, end = self.side(axis)
        new_start = start - max(0, min(start, last) - first) if start > first else start
        new_end = end if end == END else end - max(0, min(end, last) - first) if end > first else end
        return None if new_start >= new_end else self.with_side(axis, new_start, new_end)


def from_grid_range(body: dict[str, Any]) -> Rect:
    """A GridRange's sides; missing ones are unbounded."""
    return Rect(
        body.get("startRowIndex", 0),
        body.get("endRowIndex", END),
        body.get("startColumnIndex", 0),
        body.get("endColumnIndex", END),
    )


def to_grid_range(sheet_id: int, rect: Rect) -> dict[str, Any]:
    """A GridRange as replies have it: sheetId 0 is omitted, and so is an axis without bounds."""
    body: dict[str, Any] = {"sheetId": sheet_id} if sheet_id else {}
    if rect.bottom != END or rect.top:
        body["startRowIndex"] = rect.top
    if rect.bottom != END:
        body["endRowIndex"] = rect.bottom
    if rect.right != END or rect.left:
        body["startColumnIndex"] = rect.left
    if rect.right != END:
        body["endColumnIndex"] = rect.right
    return body
