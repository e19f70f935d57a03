"""A table in a tab: which row is whose, and rows written, read and deleted there."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from application.exports.sheet_calls import SheetCalls
from application.exports.sheets import Layout, Shown, Spreadsheet, Tab
from domain.exports.placement import KeyColumnDeleted, find_header
from domain.exports.spreadsheet import CELLS_LIMIT, ColumnsMoved, LayoutChanged, RowsMoved, TableCut, TabMissing
from domain.exports.write_strategies.operations import PutRows, SheetView
from domain.shared.cells import KEY_PARTING, Cell, as_key, joined_key

_ROWS_AT_ONCE = 5_000
"""Rows that are read back in one request when a tab is compared with its source."""

_LOOKS = 3
"""How often rows are looked for that people move at the same moment."""

_WITNESSES = 2_000
"""How many rows are looked at after a run: those of a thousand batches, which no spreadsheet has room for."""

ROWS_AHEAD = 200_000
"""How many rows at most a grid is lengthened beyond what is written now; blank rows count against Google's limit."""


class Grid:
    """One run's knowledge of one table. `key_places` are the numbers, within the layout, of the columns whose texts
    together are a row's key; in a `log` a key may stand any number of times, and elsewhere once if they are `unique`.

    `batches` counts requests that have written rows; `strayed` says that columns were found elsewhere after some of
    them, `disturbed` that they were at all, or that the grid had another number of rows than was known. `headless` is
    what stands where the title of the keys should, if that title stands nowhere.
    """

    def __init__(
        self,
        calls: SheetCalls,
        spreadsheet_id: str,
        tab: Tab,
        layout: Layout,
        key_places: tuple[int, ...],
        *,
        log: bool = False,
        unique: bool = True,
    ) -> None:
        self.calls = calls
        self.spreadsheet_id = spreadsheet_id
        self.tab = tab
        self.layout = layout
        self.header_row = 1
        self._key_places = key_places
        self._log = log
        self._unique = unique
        self.batches = 0
        self.strayed = False
        self.disturbed = False
        self.headless = ""
        self._view: SheetView | None = None
        self._foreign_row: int | None = None
        self._tail_known = False
        self._witnesses: dict[int, str] = {}
        self._keyed = 0
        self._header: tuple[str, ...] | None = None

    @property
    def columns(self) -> tuple[int, ...]:
        """Where the columns stand in the grid."""
        return self.layout.places()

    @property
    def known(self) -> bool:
        """Whether the keys have been read."""
        return self._view is not None

    @property
    def retitled(self) -> bool:
        """Whether the first row showed anything but our titles when it was read last."""
        return self._header not in {None, self.layout.titles}

    async def show(self) -> Shown:
        """The first row and the columns of keys as they are now. One read."""
        places = self.columns
        columns = [places[place] for place in self._key_places]
        return await self.calls.read(
            lambda key: self.calls.spreadsheets.show(key, self.spreadsheet_id, self.tab, columns)
        )

    async def view(self) -> SheetView:
        """Which row is whose, read once, and once more where columns seem to have been moved since they were found.

        Raises DuplicateKeys, and KeyColumnDeleted or LayoutChanged where columns have gone.
        """
        if self._view is None:
            shown = await self.show()
            if self._seems_moved(shown) and await self.follow():
                shown = await self.show()
            self.learn(shown)
        assert self._view is not None  # noqa: S101 - learnt above
        return self._view

    async def keys(self) -> list[str]:
        """The keys below the first row, from row 2 down, a blank where a row has none. One read."""
        shown = await self.show()
        self._header = shown.header
        return _joined(shown, 1)

    def learn(self, shown: Shown) -> None:
        """Takes in what the tab shows. Raises DuplicateKeys."""
        title, keys = self.layout.titles[self._key_places[0]], shown.columns[0]
        self._header = shown.header
        self.header_row = find_header(title, keys)
        below = _joined(shown, self.header_row)
        self._keyed = len(below) - below.count("")
        self.headless = joined_key([column[0] if column else "" for column in shown.columns])
        if keys and title in {keys[0], keys[self.header_row - 1]}:
            self.headless = ""
        first = self.header_row + 1
        if self._log:
            self._view = SheetView.of_log(below, first)
        else:
            self._view = SheetView.of_key_column(below, first, unique=self._unique)
        self._tail_known = False

    async def follow(self) -> bool:
        """Looks where the columns stand now, and goes on there; answers whether they were moved. One read.

        Raises TabMissing, and KeyColumnDeleted or LayoutChanged where columns have gone.
        """
        found = await self.calls.read(lambda key: self.calls.spreadsheets.inspect(key, self.spreadsheet_id))
        return self._follow(found)

    def _follow(self, found: Spreadsheet) -> bool:
        now = next((known for known in found.tabs if known.sheet_id == self.tab.sheet_id), None)
        if now is None:
            raise TabMissing(tab=self.tab.title, spreadsheet=self.spreadsheet_id)
        self.disturbed |= now.row_count != self.tab.row_count
        self.tab = now
        anchors = {name: place for tag, name, place in now.anchors if tag == self.layout.tag}
        if not anchors:
            return False
        lost = [place for place, name in enumerate(self.layout.names) if name not in anchors]
        if lost:
            titles = " | ".join(self.layout.titles[place] for place in lost)
            if any(place in self._key_places for place in lost):
                raise KeyColumnDeleted(tab=now.title, column=titles)
            raise LayoutChanged(tab=now.title, columns=titles)
        before, columns = self.columns, tuple(anchors[name] for name in self.layout.names)
        self.layout = replace(self.layout, columns=columns)
        self.strayed |= columns != before and self.batches > 0
        self.disturbed |= columns != before
        return columns != before

    def _seems_moved(self, shown: Shown) -> bool:
        """Whether a title of ours stands somewhere else than it should: cheaper than looking at the anchors."""
        places = dict(zip(self.columns, self.layout.titles, strict=True))
        header = shown.header
        here = {title for place, title in places.items() if place < len(header) and header[place] == title}
        missing = set(self.layout.titles) - here
        return bool(self.layout.tag) and any(text in missing for text in header)

    def look_again(self) -> None:
        """Forgets where the keys stand: before rows are deleted, it has to be known as well as it can be."""
        self._view = None

    def begin(self) -> None:
        """Nothing but a header stands in the tab: somebody has just made it."""
        self._view = SheetView(next_row=self.header_row + 1)
        self._foreign_row, self._tail_known = None, True

    async def make_room(self, new_rows: int, rows_to_come: int) -> None:
        """Makes sure that as many rows fit below the last one, moving down what people wrote there.

        When the grid has to grow it grows for the rows to come as well, within reason.
        """
        view = await self.view()
        last = view.next_row + new_rows - 1
        if new_rows and not self._tail_known:
            await self._look_below(view.next_row)
        if self._foreign_row is not None:
            await self._push_down(view.next_row, new_rows)
        elif last > self.tab.row_count:
            await self._grow(last, last + min(rows_to_come, ROWS_AHEAD))

    async def write(self, operations: Sequence[PutRows[bytes]]) -> None:
        """Writes rows that lie inside the grid."""
        if operations:
            self.batches += 1
            await self.calls.write(
                lambda key: self.calls.spreadsheets.write(key, self.spreadsheet_id, self.tab, operations, self.columns)
            )

    async def contents(self) -> AsyncIterator[tuple[int, tuple[Cell, ...]]]:
        """The rows below the header, with their numbers. One read for each 5,000."""
        view = await self.view()
        for first in range(self.header_row + 1, view.next_row, _ROWS_AT_ONCE):
            rows = await self.read_rows([(first, min(first + _ROWS_AT_ONCE, view.next_row) - 1)])
            for number, row in enumerate(rows, start=first):
                yield number, row

    async def read_rows(self, spans: Sequence[tuple[int, int]]) -> tuple[tuple[Cell, ...], ...]:
        """The rows of these spans. One read."""
        return await self.calls.read(
            lambda key: self.calls.spreadsheets.contents(key, self.spreadsheet_id, self.tab, spans, self.columns)
        )

    def wrote(self, row: int, key: str, new: int = 0) -> None:
        """Notes a row as a witness of a batch that was written, with so many `new` rows in a log. One whose key holds
        line breaks or the like is none: whether Google keeps such texts to the letter is not documented.
        """
        self._keyed += new
        if not key.replace(KEY_PARTING, "").isprintable():
            return
        self._witnesses.pop(row, None)
        self._witnesses[row] = key
        if len(self._witnesses) > _WITNESSES:
            self._witnesses.pop(next(iter(self._witnesses)))

    async def still(self) -> bool:
        """Whether the last row that was noted stands where it was put. One read."""
        return await self._stand(list(self._witnesses)[-1:])

    async def require_unmoved(self, *, rows: bool) -> None:
        """Raises ColumnsMoved where columns were found elsewhere after some rows were written. With `rows` each row
        that was noted has to stand where it was put, or anywhere: one that others were written over does not. In a log,
        where keys come again, rows are counted. One read, and another where a row stands elsewhere. Raises RowsMoved
        and DuplicateKeys.
        """
        if self.strayed:
            raise ColumnsMoved(tab=self.tab.title)
        if not rows or await self._stand(sorted(self._witnesses)):
            return
        shown, expected = await self.show(), self._keyed
        self.learn(shown)
        missing = set(self._witnesses.values()) - set(_joined(shown, self.header_row))
        if missing or (self._log and self._keyed < expected):
            raise RowsMoved(tab=self.tab.title)

    async def _stand(self, numbers: Sequence[int]) -> bool:
        if not numbers:
            return True
        columns = [self.columns[place] for place in self._key_places]
        spans = [(number, number) for number in numbers]
        rows = await self.calls.read(
            lambda key: self.calls.spreadsheets.contents(key, self.spreadsheet_id, self.tab, spans, columns)
        )
        found = [joined_key([as_key(cell) for cell in row]) for row in rows]
        return found == [self._witnesses[number] for number in numbers]

    async def rows_of(self, keys: Sequence[str]) -> list[tuple[str, tuple[Cell, ...]]]:
        """The rows of these keys, as far as they stand in the tab. One read, and two more each time that people have
        sorted since the keys were read. Raises TableCut where they do not stop.
        """
        for _ in range(_LOOKS):
            view = await self.view()
            spans = view.spans_of(keys)
            rows = await self.read_rows(spans) if spans else ()
            found = [(self.key_of(row), row) for row in rows]
            if {key for key, _ in found} == {key for key in keys if key in view.rows}:
                return found
            self.look_again()
        raise TableCut(tab=self.tab.title)

    def key_of(self, cells: Sequence[Cell]) -> str:
        """The key that such a row bears, as the view knows keys; empty for a row without one."""
        return joined_key([as_key(cells[place]) for place in self._key_places])

    async def delete(self, keys: Sequence[str]) -> int:
        """Deletes the rows of these keys; answers how many there were. If the answer is lost, the tab is looked at anew
        before anything else is done with it.
        """
        view = await self.view()
        spans = view.spans_of(keys)
        if not spans:
            return 0
        self._witnesses.clear()
        self._view = None
        self.tab = await self.calls.write(
            lambda key: self.calls.spreadsheets.delete_rows(key, self.spreadsheet_id, self.tab, spans)
        )
        view.drop(keys)
        self._view = view
        gone = sum(last - first + 1 for first, last in spans)
        if self._foreign_row is not None:
            self._foreign_row -= gone
        return gone

    async def still_ends(self) -> bool:
        """Whether the last key is known, and nothing stands below it now. One read, where it is known."""
        if self._view is not None:
            await self._look_below(self._view.next_row)
        return self._view is not None and self._foreign_row is None

    async def _look_below(self, next_row: int) -> None:
        """Whether people have written into our columns below the table, where a row without a key is not seen."""
        self._foreign_row = await self.first_filled(next_row)
        self._tail_known = True

    async def first_filled(self, first_row: int) -> int | None:
        """The first row from there down that shows anything in our columns. One read."""
        if first_row > self.tab.row_count:
            return None
        return await self.calls.read(
            lambda key: self.calls.spreadsheets.first_filled(
                key, self.spreadsheet_id, self.tab, first_row, self.columns
            )
        )

    async def _push_down(self, next_row: int, new_rows: int) -> None:
        foreign = self._foreign_row or next_row
        missing = next_row + new_rows - foreign
        if missing <= 0:
            return
        self._tail_known = False
        self.tab = await self.calls.write(
            lambda key: self.calls.spreadsheets.insert_rows(
                key, self.spreadsheet_id, self.tab, self.layout, foreign, missing
            )
        )
        self._foreign_row, self._tail_known = foreign + missing, True

    async def _grow(self, last_row: int, likely_last_row: int) -> None:
        """Looks again first: somebody may have lengthened the tab meanwhile, and growing sets an absolute size. Columns
        that were moved are followed along the way.
        """
        found = await self.calls.read(lambda key: self.calls.spreadsheets.inspect(key, self.spreadsheet_id))
        self._follow(found)
        if last_row > self.tab.row_count:
            spare = max(CELLS_LIMIT - found.cells(), 0) // max(self.tab.column_count, 1)
            likely_last_row = max(last_row, min(likely_last_row, self.tab.row_count + spare))
            self.tab = await self.calls.write(
                lambda key: self.calls.spreadsheets.grow(
                    key, self.spreadsheet_id, self.tab, self.layout, likely_last_row
                )
            )


def _joined(shown: Shown, above: int) -> list[str]:
    """The keys below so many rows."""
    depth = max(len(column) for column in shown.columns)
    return [
        joined_key([column[row] if row < len(column) else "" for column in shown.columns])
        for row in range(above, depth)
    ]
