"""Many rows that shall go below a table: gathered in a hidden tab as plain values, then moved at once, exactly once."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from application.exports.grid import Grid
from application.exports.intents import MarkedBatches, new_number
from application.exports.limits import RunLimits
from application.exports.portions import EncodedRow
from application.exports.preflight import certain_rows, room_to_gather
from application.exports.sheets import AddTab, CopyRows, DropTab, Layout, Step, Tab, TabRole, Widen, WriteRows
from application.exports.table import SheetTable
from domain.exports.spreadsheet import TABS_LIMIT, TableCut, TabMissing
from domain.exports.write_strategies.append import append
from domain.exports.write_strategies.gathering import FIRST_ROW, Gathered, worth_gathering
from domain.exports.write_strategies.operations import PutRows, SheetView

_MOST_ROWS = 125_000
"""Their keys are read back in one request, which has to find room in a worker's memory."""
_SPARE = 200
"""Rows of a hidden tab beyond those that are expected: pages overlap where objects change while they are read."""


class Gathering:
    """One run's hidden tab, or that of a run before it which did not come to its end.

    Each batch has its place there by how many rows were noted before it, so that writing it again is writing it once,
    and one that nobody lived to note is written over. Nobody but us works in the tab; should somebody, the keys tell,
    and everything that was gathered is read anew. One marked batch moves the rows and deletes the tab.
    """

    def __init__(self, table: SheetTable, limits: RunLimits, batches: MarkedBatches) -> None:
        self._table = table
        self._limits = limits
        self._batches = batches
        self._hidden: Grid | None = None
        self._noted: Gathered | None = None
        self._usual = 0
        self.put: Gathered | None = None

    @property
    def roomy(self) -> bool:
        """Whether the next batch will find room as well, so that it need not wait until this one is noted."""
        return self.put is not None and self.fits(2 * self._usual)

    def fits(self, rows: int) -> bool:
        """Whether so many rows more find room in the hidden tab."""
        return self._hidden is not None and self.put is not None and self.put.next_row + rows <= self._bottom

    @property
    def all_noted(self) -> bool:
        """Whether everything that was put is noted."""
        return self.put == self._noted

    async def resume(self) -> None:
        """Goes on with what was gathered before; if it is not there any more, it has to be read anew."""
        table, gathered = self._table, self._batches.gathered
        tab = table.beside.find(table.others, TabRole.STAGING)
        if gathered is not None:
            tab = next((one for one in table.others if one.sheet_id == gathered.sheet_id), tab)
        if gathered is not None and gathered.rows:
            if tab is not None and self._has_room_for(tab, gathered):
                self._hidden = self._grid_of(tab)
                self.put = self._noted = gathered
                return
            await self._lose(gathered)
        if tab is not None:  # spoilt, forgotten with its table, or made by a worker that died before it noted any row
            await self._batches.send([DropTab(tab)], final=True, gathered=Gathered(tab.sheet_id))
            await self._note()
            self._forget(tab)

    async def begin(self, rows: Sequence[EncodedRow], rows_to_come: int) -> bool:
        """Makes the hidden tab, if there is much to gather and room for it; answers whether it did.

        Raises TabOccupied, SpreadsheetFull and what Spreadsheets raises.
        """
        table, width = self._table, len(self._table.layout.titles)
        size = sum([len(row.json) + 1 for row in rows])
        if self._batches.pending or not worth_gathering(size, len(rows), rows_to_come, self._limits.batch_bytes):
            return False
        standing = (await table.view()).next_row - 1
        certain = len(rows) + certain_rows(table.config, rows_to_come)
        table.require_space(standing + certain)
        room = room_to_gather(table.grid.tab, table.others, width, standing, certain)
        most = min(room, self._limits.gathered_cells // width, _MOST_ROWS) - 1
        if most < 2 * len(rows) or len(table.others) + 1 >= TABS_LIMIT:
            return False
        await self._make(await table.steps_to_room(0, certain), min(most, len(rows) + rows_to_come + _SPARE) + 1)
        return True

    async def add(self, rows: Sequence[EncodedRow]) -> None:
        """Writes rows below those that were put before. Raises TableCut where somebody has deleted the tab."""
        hidden, put = self._hidden, self.put
        assert hidden is not None and put is not None  # noqa: S101, PT018 - there is a tab
        calls, spreadsheet_id = self._table.calls, self._table.grid.spreadsheet_id
        operations = append(SheetView(next_row=put.next_row), [(row.key, row.json) for row in rows])
        last = operations[-1].last_row
        try:
            if last > hidden.tab.row_count:
                hidden.tab = await calls.write(
                    lambda key: calls.spreadsheets.grow(key, spreadsheet_id, hidden.tab, hidden.layout, last)
                )
            await hidden.write(operations)
        except TabMissing as gone:
            raise TableCut(tab=hidden.tab.title) from gone
        self._usual = max(self._usual, len(rows))
        self.put = put.joined_by(row.key for row in rows)

    async def noted(self, gathered: Gathered) -> None:
        """In an open transaction: so many rows are remembered."""
        await self._batches.keep(gathered)
        self._noted = gathered

    async def move(self, rows_to_come: int) -> None:
        """Moves what was noted below the table, more of which may follow. Nothing, where nothing was.

        Three or four reads: whether the rows are whole, where the table ends if that is not known, what stands below
        it, and where our columns are. Raises TableCut, SpreadsheetFull, and what SheetTable.follow raises.
        """
        table, hidden, gathered = self._table, self._hidden, self._noted
        if hidden is None or gathered is None:
            return
        await self._require_whole(hidden, gathered)
        view, grid, last = await self._end(gathered.rows, rows_to_come), table.grid, gathered.next_row - 1
        copied = CopyRows(hidden.tab, hidden.columns, FIRST_ROW, last, grid.tab, grid.columns, view.next_row)
        await self._batches.send([copied, DropTab(hidden.tab)], final=True, gathered=gathered)
        await self._note()
        view.next_row += gathered.rows
        self._forget(hidden.tab)

    async def _end(self, rows: int, rows_to_come: int) -> SheetView:
        """Where the table ends, with room for so many rows below. Google offers no condition on a write: the last look
        tells whether columns were moved, or rows came or went; then all is looked at anew. The keys are not read again
        where nothing stands below the last of them: those of a million rows take a hundred megabytes.
        """
        table, grid = self._table, self._table.grid
        while True:
            grid.disturbed = False
            if not await grid.still_ends():
                grid.look_again()
            view, length = await table.view(), grid.tab.row_count
            await table.make_room(rows, rows_to_come)
            if grid.tab.row_count == length and not grid.disturbed:
                await table.follow()
                if not grid.disturbed:
                    return view
            if grid.disturbed:
                grid.look_again()

    async def _require_whole(self, hidden: Grid, gathered: Gathered) -> None:
        """Nothing is shown to people that was tampered with while it was gathered."""
        try:
            whole = gathered.stands_in(await hidden.keys()) and not hidden.retitled
        except TabMissing:
            whole = False
        if not whole:
            await self._lose(gathered)
            raise TableCut(tab=hidden.tab.title)

    async def _lose(self, gathered: Gathered) -> None:
        """Forgets what was gathered, so that it is read and written anew, from where this run began."""
        table, claim = self._table, self._table.claim
        company_id, config_id = table.config.company_id, table.config.id
        async with table.ports.transaction(company_id):
            task = await table.ports.tasks.held(company_id, claim.task.id, claim.claim_id)
            await table.ports.rows.lose(company_id, config_id, gathered.sheet_id)
            await self._batches.keep(None)
            task.checkpoint = None
            task.counts.appended = max(task.counts.appended - gathered.rows, 0)
            await table.ports.tasks.save(task)
        claim.task.checkpoint, claim.task.counts = None, task.counts
        self._hidden = self._noted = self.put = None

    async def _make(self, steps: Sequence[Step], rows: int) -> None:
        """After these steps a tab with an id of our own choosing, which is noted before it is made."""
        table, width = self._table, len(self._table.layout.titles)
        tabs = (table.grid.tab, *table.others)
        gathered = Gathered(new_number(table.ports.ids, {tab.sheet_id for tab in tabs}))
        made = table.beside.planned(tabs, TabRole.STAGING, gathered.sheet_id)
        header = WriteRows(made, tuple(range(width)), PutRows(1, (msgspec.json.encode(table.layout.titles),)))
        await self._batches.send([*steps, AddTab(made), Widen(made, rows, width), header], gathered=gathered)
        wide = replace(made, row_count=max(rows, made.row_count), column_count=width)
        table.others += (wide,)
        self._hidden, self.put = self._grid_of(wide), gathered

    def _has_room_for(self, tab: Tab, gathered: Gathered) -> bool:
        """Whether it is that tab, and nobody has cut it short."""
        width, rows = len(self._table.layout.titles), gathered.next_row - 1
        return tab.sheet_id == gathered.sheet_id and tab.row_count >= rows and tab.column_count >= width

    @property
    def _bottom(self) -> int:
        return self._hidden.tab.row_count if self._hidden is not None else 0

    def _grid_of(self, tab: Tab) -> Grid:
        layout = Layout(self._table.layout.titles, self._table.layout.kinds)
        spreadsheet_id, key_places = self._table.grid.spreadsheet_id, self._table.key_places
        return Grid(self._table.calls, spreadsheet_id, tab, layout, key_places, log=True)

    def _forget(self, tab: Tab) -> None:
        self._table.others = tuple(one for one in self._table.others if one.sheet_id != tab.sheet_id)
        self._hidden = self._noted = self.put = None

    async def _note(self) -> None:
        async with self._table.ports.transaction(self._table.config.company_id):
            await self._batches.settle_last()
