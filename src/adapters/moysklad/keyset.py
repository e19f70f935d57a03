"""Keyset reading: how to walk through rows in the order of their last change while they go on changing.

After each page the reading starts anew from the last stamp it has seen, `updated>=stamp`. So a row that changes moves
to the end and comes again, and what leaves or enters among the rows already read shifts nothing. Only rows that share
one stamp to the millisecond have to be told apart by their ids, and only when they fill half a page is an offset
among them used. Such an offset reaches back to rows already seen: a page whose first row is one of them
can have skipped nothing, whatever was removed before it. If it is a stranger, the page is asked for again further back.
"""

from collections.abc import Sequence
from typing import Any

from domain.exports.cursor import Cursor
from domain.shared.errors import VendorFailed

_REACH_BACK = 10
_MOST_FRUITLESS = 100


class Keyset:
    """Where a reading stands. Objects bear `id` and `updated`, and come ordered by `updated`, then `id`."""

    def __init__(self, start: Cursor | None) -> None:
        # An offset from another process is not used: rows may have left the crowd since, and nobody knows which.
        self._stamp = start.updated if start is not None else None
        self._seen: set[str] = set()
        self._position = 0
        self._retreat: int | None = None
        self._fruitless = 0
        self.done = False

    @property
    def stamp(self) -> str | None:
        """Ask for rows whose `updated` is not before this; None for all."""
        return self._stamp

    @property
    def cursor(self) -> Cursor:
        """From where another process can go on without losing a row that was not delivered yet."""
        return Cursor(updated=self._stamp or "", offset=self._position)

    def offset(self, limit: int) -> int:
        """How many rows to pass over in the next request, which asks for `limit` rows."""
        if self._retreat is not None:
            return self._retreat
        if self._position < max(1, limit // 2):
            return 0
        return self._position - max(1, min(_REACH_BACK, limit // 2))

    def take(self, objects: Sequence[Any], offset: int, size: int) -> list[Any] | None:
        """The objects of a page that were not delivered before; None when the page must be asked for again.

        `size` is how many rows match the request in all. Sets `done` behind the last page. Raises VendorFailed when
        the rows are not in the order that was asked for, or page after page brings nothing new.
        """
        if offset and (not objects or not self._known(objects[0])):
            self._retreat = offset // 2
            self._count(fruitless=True)
            return None
        self._retreat = None
        stamp, seen = self._stamp, self._seen
        fresh = [one for one in objects if one.updated != stamp or one.id not in seen]
        self._advance(objects, offset)
        self.done = not objects or offset + len(objects) >= size
        self._count(fruitless=not fresh and not self.done)
        return fresh

    def _count(self, *, fruitless: bool) -> None:
        self._fruitless = self._fruitless + 1 if fruitless else 0
        if self._fruitless > _MOST_FRUITLESS:
            raise VendorFailed(reason="stuck")

    def _known(self, one: Any) -> bool:
        return one.updated == self._stamp and one.id in self._seen

    def _advance(self, objects: Sequence[Any], offset: int) -> None:
        if not objects:
            return
        last = objects[-1].updated
        first = _full(objects[0].updated)
        if first > _full(last) or (self._stamp is not None and first < _full(self._stamp)):
            raise VendorFailed(reason="unordered")
        tail = [one.id for one in objects if one.updated == last]
        if last == self._stamp:
            self._seen.update(tail)
            self._position = offset + len(objects)
        else:
            self._seen = set(tail)
            self._position = len(tail)
            self._stamp = last


def _full(stamp: str) -> str:
    """Stamps with and without milliseconds become comparable as texts."""
    return stamp if "." in stamp else f"{stamp}.000"
