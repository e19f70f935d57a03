"""Walks: in which order the pages of a list are asked for, and when all of them were there."""

from collections.abc import Sequence
from typing import Any, Protocol

from adapters.moysklad.conditions import escaped
from adapters.moysklad.keyset import Keyset
from domain.exports.cursor import Cursor

BY_CHANGE = "updated,asc;id,asc"
BY_ID = "id,asc"
MOST_IDS = 100
"""Ids asked for in one request. The address and the headers may not exceed 8 KB (JSON API docs, Restrictions)."""
MOST_PASSES = 3
"""How often a list that changes while it is read by offset is walked through again."""


class Walk(Protocol):
    """A way through a list. `done` behind the last page; `complete` once every object is known to have been seen."""

    @property
    def done(self) -> bool:
        """Whether the last page is behind."""
        ...

    @property
    def cursor(self) -> Cursor | None:
        """From where another process can go on; None where it has to begin anew."""
        ...

    @property
    def complete(self) -> bool:
        """Whether nothing that was in the list during the whole reading can have been missed."""
        ...

    def question(self, limit: int, terms: Sequence[str]) -> tuple[list[tuple[str, str]], int]:
        """Parameters of the next page, and its offset."""
        ...

    def take(self, objects: Sequence[Any], offset: int, size: int) -> list[Any] | None:
        """The objects of that page that are new; None when it must be asked for again."""
        ...


class ChangesWalk:
    """By `updated` from a cursor on (see adapters.moysklad.keyset)."""

    def __init__(self, start: Cursor | None) -> None:
        self._keyset = Keyset(start)

    @property
    def done(self) -> bool:
        """Whether the last page is behind."""
        return self._keyset.done

    @property
    def cursor(self) -> Cursor | None:
        """The last stamp seen."""
        return self._keyset.cursor if self._keyset.stamp else None

    @property
    def complete(self) -> bool:
        """A row that changes meanwhile comes again at the end, so that none is missed."""
        return self._keyset.done

    def question(self, limit: int, terms: Sequence[str]) -> tuple[list[tuple[str, str]], int]:
        """`updated>=` the last stamp, in the order of changes."""
        offset = self._keyset.offset(limit)
        if self._keyset.stamp is not None:
            terms = (*terms, f"updated>={escaped(self._keyset.stamp)}")
        return _page(limit, offset, BY_CHANGE, terms), offset

    def take(self, objects: Sequence[Any], offset: int, size: int) -> list[Any] | None:
        """See Keyset.take."""
        return self._keyset.take(objects, offset, size)


class WholeWalk:
    """By offset, for lists that do not tell what changed.

    A list that changes while it is read can shift under the offset, and one without an order may come in another one
    with each page. Sizes that do not agree betray that, and ids that come twice; then it is walked through once more,
    up to three times in all. A reading that never agreed is not `complete`, and nobody may take what is absent from it
    for deleted.
    """

    def __init__(self, order: str) -> None:
        self._order = order
        self._offset = 0
        self._size: int | None = None
        self._steady = True
        self._passes = 1
        self._met: set[str] = set()
        self.done = False

    @property
    def cursor(self) -> Cursor | None:
        """An offset is worth nothing to another process."""
        return None

    @property
    def complete(self) -> bool:
        """Whether all pages of the last pass agreed on the size, and no object came twice."""
        return self.done and self._steady

    def question(self, limit: int, terms: Sequence[str]) -> tuple[list[tuple[str, str]], int]:
        """By offset, in the walk's order."""
        return _page(limit, self._offset, self._order, terms), self._offset

    def take_all(self, objects: Sequence[Any], size: int) -> list[Any]:
        """Every object of an answer that was prepared in the background; with it the walk is over.

        While such an answer is prepared rows may be missed or doubled (JSON API docs, asynchronous exchange); that it
        holds as many as both it and the first page say is as good a proof as there is.
        """
        self._met = set()
        self._steady = self._steady and self._size in {None, size} and len(objects) == size and self._all_new(objects)
        self.done = True
        return list(objects)

    def take(self, objects: Sequence[Any], offset: int, size: int) -> list[Any] | None:
        """Every object of the page."""
        self._steady = self._all_new(objects) and self._steady and self._size in {None, size}
        self._size = size
        self._offset = offset + len(objects)
        if objects and self._offset < size:
            return list(objects)
        self._steady = self._steady and self._offset == size
        if self._steady or self._passes >= MOST_PASSES:
            self.done = True
        else:
            self._passes += 1
            self._offset, self._size, self._steady = 0, None, True
            self._met = set()
        return list(objects)

    def _all_new(self, objects: Sequence[Any]) -> bool:
        """Whether none of them was there before in this pass. Rows of reports bear no ids."""
        ids = [one.id for one in objects if one.id is not None]
        before = len(self._met)
        self._met.update(ids)
        return len(self._met) == before + len(ids)


class IdsWalk:
    """By ids, a hundred in a request. What is not answered does not exist, or does not meet the conditions."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids
        self._asked = 0
        self._place = 0
        self.done = not ids

    @property
    def cursor(self) -> Cursor | None:
        """Whoever goes on asks for all of them anew."""
        return None

    @property
    def complete(self) -> bool:
        """Nothing but the ids was asked for."""
        return False

    def question(self, limit: int, terms: Sequence[str]) -> tuple[list[tuple[str, str]], int]:
        """The next ids: several `id=` are an "or" (JSON API docs, Filtering)."""
        self._asked = min(limit, MOST_IDS)
        wanted = self._ids[self._place : self._place + self._asked]
        return _page(self._asked, 0, BY_CHANGE, (*terms, *(f"id={one}" for one in wanted))), self._place

    def take(self, objects: Sequence[Any], offset: int, size: int) -> list[Any] | None:
        """Every object of the answer."""
        del offset, size
        self._place += self._asked
        self.done = self._place >= len(self._ids)
        return list(objects)


def _page(limit: int, offset: int, order: str, terms: Sequence[str]) -> list[tuple[str, str]]:
    asked = [("limit", str(limit)), ("offset", str(offset))]
    if order:
        asked.append(("order", order))
    if terms:
        asked.append(("filter", ";".join(terms)))
    return asked
