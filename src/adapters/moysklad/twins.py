"""Twins: rows of one report that have the same key, told apart by a number at its end."""

from collections import Counter
from collections.abc import Sequence

from domain.exports.columns import Column
from domain.exports.rows import Row


class Twins:
    """Numbers the rows of a reading: the second of the same key becomes `key/2`, in its cells too."""

    def __init__(self, columns: Sequence[Column], key_column: str) -> None:
        self._places = [place for place, column in enumerate(columns) if column.id == key_column]
        self._met: Counter[str] = Counter()

    def apart(self, rows: Sequence[Row], *, first: bool) -> tuple[Row, ...]:
        """The rows of the next page; a `first` page begins the count anew."""
        if first:
            self._met.clear()
        return tuple(self._told_apart(row) for row in rows)

    def _told_apart(self, row: Row) -> Row:
        self._met[row.key] += 1
        number = self._met[row.key]
        if number == 1:
            return row
        key, cells = f"{row.key}/{number}", list(row.cells)
        for place in self._places:
            cells[place] = key
        return row._replace(key=key, cells=tuple(cells))
