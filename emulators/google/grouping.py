"""Groups of rows and columns, as the depths of each row and column: a group is a run at least so deep."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from emulators.google.rect import Axis

DEEPEST = 8


class Group(NamedTuple):
    """A run of rows or columns that can be collapsed."""

    axis: Axis
    start: int
    end: int
    depth: int
    collapsed: bool

    def resource(self, sheet_id: int) -> dict[str, Any]:
        """DimensionGroup; the id of the first tab is left out, as in all ranges of answers."""
        of_tab = {"sheetId": sheet_id} if sheet_id else {}
        body: dict[str, Any] = {
            "range": {**of_tab, "dimension": self.axis, "startIndex": self.start, "endIndex": self.end},
            "depth": self.depth,
        }
        return {**body, "collapsed": True} if self.collapsed else body


class Depths(NamedTuple):
    """How deep each row or column lies in groups, as far as any does, and which groups are collapsed."""

    depths: tuple[int, ...] = ()
    collapsed: frozenset[tuple[int, int, int]] = frozenset()

    def shifted(self, first: int, last: int, by: int) -> "Depths":
        """One group more or less over the range."""
        padded = self.depths + (0,) * (last - len(self.depths))
        moved = [max(0, depth + by) if first <= place < last else depth for place, depth in enumerate(padded)]
        return self._of(moved)

    def after_insert(self, at: int, count: int) -> "Depths":
        """What is inserted inside a group belongs to it."""
        if not 0 < at < len(self.depths):
            return self if at else self._of([0] * count + [*self.depths])
        inside = min(self.depths[at - 1], self.depths[at])
        return self._of([*self.depths[:at], *[inside] * count, *self.depths[at:]])

    def after_delete(self, first: int, last: int) -> "Depths":
        """Groups shrink, and vanish with their last row or column."""
        return self._of([*self.depths[:first], *self.depths[last:]])

    def folded(self, group: Group, *, collapsed: bool) -> "Depths":
        """The group closed or opened."""
        one = frozenset({(group.start, group.end, group.depth)})
        return self._replace(collapsed=self.collapsed | one if collapsed else self.collapsed - one)

    def groups(self, axis: Axis) -> list[Group]:
        """All groups, the outer ones of a place first."""
        return sorted(self._found(axis), key=lambda group: (group.start, group.depth))

    def _found(self, axis: Axis) -> Iterator[Group]:
        for depth in range(1, max(self.depths, default=0) + 1):
            start: int | None = None
            for place, deep in enumerate((*self.depths, 0)):
                if deep >= depth and start is None:
                    start = place
                elif deep < depth and start is not None:
                    yield Group(axis, start, place, depth, (start, place, depth) in self.collapsed)
                    start = None

    def _of(self, depths: list[int]) -> "Depths":
        while depths and not depths[-1]:
            depths.pop()
        made = Depths(tuple(depths))
        known = {(group.start, group.end, group.depth) for group in made.groups("ROWS")}
        return made._replace(collapsed=self.collapsed & known)
