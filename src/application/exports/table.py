"""The tab that a run writes to: found or made, checked, laid out, kept in mind."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from application.connections.ports import Urgency
from application.connections.vendor_access import GoogleAccess
from application.exports.beside import Beside
from application.exports.claims import Claim
from application.exports.grid import ROWS_AHEAD, Grid
from application.exports.intent_ports import WriteIntents
from application.exports.placing import Placing, owner_of
from application.exports.ports import ExportConfigs, ExportedRows, ExportTasks
from application.exports.preflight import check_obstacles, check_space, check_tabs, room_for
from application.exports.sheet_calls import SheetCalls
from application.exports.sheets import Layout, MakeTable, Spreadsheet, Step, Tab, TabRole
from application.exports.vendor_ports import Spreadsheets
from application.ports import Ids, Transaction
from domain.exports.config import WriteStrategy
from domain.exports.placement import HeaderDoubled, KeyColumnDeleted, find_columns
from domain.exports.removal import RemovalPolicy
from domain.exports.spreadsheet import (
    CellsMerged,
    ColumnsMoved,
    HeaderMissing,
    LayoutChanged,
    RangeProtected,
    RowsMoved,
    TabMissing,
    TabOccupied,
    TabOwned,
    TabTitleTaken,
)
from domain.exports.target import OnObstacle
from domain.exports.task import RunMode
from domain.exports.write_strategies.operations import DuplicateKeys, PutRows, SheetView
from domain.shared.cells import CellKind

_LONG_RUN = 2
"""A run of so many batches takes long enough for somebody to move a column meanwhile."""

OBSTACLES = (TabOccupied, TabOwned, RangeProtected, CellsMerged, HeaderDoubled, TabTitleTaken)
"""Why a tab cannot be used although it is there. A title is taken by a chart, or in other letters, or just now."""


@dataclass(frozen=True, slots=True)
class SheetTables:
    """What every table works with; makes the table of one run."""

    transaction: Transaction
    configs: ExportConfigs
    tasks: ExportTasks
    rows: ExportedRows
    intents: WriteIntents
    spreadsheets: Spreadsheets
    google: GoogleAccess
    ids: Ids

    def table(self, claim: Claim, kinds: tuple[CellKind, ...], key_places: tuple[int, ...]) -> "SheetTable":
        """The table that the claimed export describes: the kinds of its columns and which of them hold the key.

        Nothing is asked of Google yet.
        """
        return SheetTable(self, claim, kinds, key_places)


class SheetTable:
    """One run's table in the tab that people see."""

    def __init__(
        self, ports: SheetTables, claim: Claim, kinds: tuple[CellKind, ...], key_places: tuple[int, ...]
    ) -> None:
        self.ports = ports
        self.claim = claim
        self.config = config = claim.config
        routine = claim.task.mode is RunMode.INCREMENTAL and config.cursor is not None
        urgency = Urgency.ROUTINE if routine else Urgency.BACKFILL
        self._placing = Placing(ports.transaction, ports.configs, ports.tasks, ports.rows, ports.intents, claim)
        self.calls = SheetCalls(ports.google, ports.spreadsheets, config.company_id, urgency)
        self.key_places = key_places
        marks = (CellKind.DATE_TIME,) if config.removal is RemovalPolicy.MARK else ()
        owner = owner_of(config.company_id)
        self.layout = Layout(config.titles(), (*kinds, *marks), config.column_names(), tag=config.id.hex, owner=owner)
        self._grid: Grid | None = None
        self._made = False
        self.others: tuple[Tab, ...] = ()
        self.beside = Beside(self.calls, config)

    @property
    def grid(self) -> Grid:
        """The table in its tab. It has to be opened first."""
        if self._grid is None:
            raise RuntimeError("the table has to be opened first")
        return self._grid

    @property
    def write_requests(self) -> int:
        """How many requests went against Google's write quota."""
        return self.calls.writes

    async def open(self, mode: RunMode) -> None:
        """Finds the spreadsheet and the tab, or makes them on the first run, and looks where the columns are.

        A full run makes a deleted tab anew, and deleted columns too. In a tab that is new to the export nothing counts
        as written: the run reads from the beginning. Where the export may go on in a next tab, a first run and a full
        one do so when this one cannot be used. Raises ClaimLost, SpreadsheetNotFound, SpreadsheetTrashed,
        TabMissing, TabOccupied, TabOwned, LayoutChanged, KeyColumnDeleted, HeaderDoubled, RangeProtected, CellsMerged,
        DuplicateKeys and what Spreadsheets raises.
        """
        target, sheets = self.config.target, self.calls.spreadsheets
        if target.spreadsheet_id is None:
            await self._create()
            return
        spreadsheet_id = target.spreadsheet_id
        if self.config.header is None or mode is RunMode.FULL:
            await self.calls.read(lambda key: sheets.require_writable(key, spreadsheet_id))
        while True:
            found = await self.calls.read(lambda key: sheets.inspect(key, spreadsheet_id))
            try:
                await self._open_in(found, mode)
            except OBSTACLES:
                if not self._may_move_on(mode):
                    raise
                await self._move_on(found)
            else:
                return

    async def _open_in(self, found: Spreadsheet, mode: RunMode) -> None:
        target, spreadsheet_id = self.config.target, found.spreadsheet_id
        tab = self._find(found, mode)
        await self._require_nobody_elses(spreadsheet_id, tab)
        if tab is None:
            self.others = found.tabs
            tab = await self._add(spreadsheet_id, mode)
            await self._place(spreadsheet_id, tab, made=True)
            return
        self.others = tuple(other for other in found.tabs if other.sheet_id != tab.sheet_id)
        self.layout = replace(self.layout, former=await self._placing.former(spreadsheet_id, tab))
        if tab.sheet_id != target.sheet_id:
            await self._place(spreadsheet_id, tab, made=False)
        else:
            self._grid = self._grid_in(spreadsheet_id, tab, self.layout)
        if self.config.header is not None:
            await self._recognise(mode)
        elif self._may_move_on(mode):
            await self.view()  # whether the tab can be used has to be known before anything is read

    async def _create(self) -> None:
        """The export's id tells one that an attempt before this has made, and that may have been used since."""
        target, sheets = self.config.target, self.calls.spreadsheets
        made = await self.calls.write(
            lambda key: sheets.create(key, target.title, target.tab, self.claim.time_zone, self.config.id.hex)
        )
        found = made.spreadsheet
        tab = found.tabs[0] if made.fresh else self._find(found, self.claim.task.mode)
        self.others = tuple(other for other in found.tabs if tab is None or other.sheet_id != tab.sheet_id)
        added = tab is None
        if tab is None:
            tab = await self._add(found.spreadsheet_id, self.claim.task.mode)
        self.layout = replace(self.layout, former=await self._placing.former(found.spreadsheet_id, tab))
        await self._place(found.spreadsheet_id, tab, made=made.fresh or added)

    async def put(self, operations: Sequence[PutRows[bytes]], new_rows: int, rows_to_come: int) -> None:
        """Writes rows that a strategy has planned, `new_rows` of them below the last one, more of which may follow.

        Raises TabOccupied, SpreadsheetFull and what Spreadsheets raises.
        """
        await self.make_room(new_rows, rows_to_come)
        await self.grid.write(operations)

    async def make_room(self, new_rows: int, rows_to_come: int) -> None:
        """A header where there is none yet, and room below the last row."""
        if self.config.header is None:
            await self._lay_out(await self._making(new_rows, rows_to_come))
        await self.grid.make_room(new_rows, rows_to_come)

    async def steps_to_room(self, new_rows: int, rows_to_come: int) -> list[Step]:
        """Makes room below the last row; where there is no header yet, answers the step of a batch that makes both."""
        if self.config.header is None:
            return [await self._making(new_rows, rows_to_come)]
        await self.grid.make_room(new_rows, rows_to_come)
        return []

    async def made(self, step: MakeTable) -> None:
        """The step was applied."""
        self.grid.tab = step.made()
        await self._placing.settle(self.grid.spreadsheet_id, self.grid.tab.sheet_id, self.layout.titles)

    async def adopt(self) -> None:
        """A batch that laid the table out was applied, and its writer died before noting it. Raises what open does."""
        if self.config.header is None:
            await self._placing.settle(self.grid.spreadsheet_id, self.grid.tab.sheet_id, self.layout.titles)
            await self._recognise(self.claim.task.mode)

    async def _making(self, new_rows: int, rows_to_come: int) -> MakeTable:
        """Looks again first at a tab of people's: what was added since would be cut off by setting a size."""
        if not self._made:
            await self.grid.follow()
        tab, width = self.grid.tab, len(self.layout.titles)
        rows, room = 1 + new_rows, room_for(self.others, max(tab.column_count, width))
        return MakeTable(tab, self.layout, max(rows, min(rows + min(rows_to_come, ROWS_AHEAD), room), 2))

    def require_space(self, rows: int, hidden: Mapping[TabRole, int] | None = None) -> None:
        """Raises what check_space does when a grid of so many rows and hidden tabs of those roles and numbers of rows
        do not fit into the spreadsheet, as far as it is known. Nothing is asked of Google.
        """
        grid = self.grid
        planned: list[tuple[Tab | None, int, int]] = [(grid.tab, rows, max(grid.columns) + 1)]
        for role, count in (hidden or {}).items():
            planned.append((self.beside.find(self.others, role), count, len(self.layout.titles)))
        check_space([grid.tab, *self.others], planned)

    async def view(self) -> SheetView:
        """Which row is whose. A tab that is new to the export has to be free. Raises TabOccupied."""
        if self.config.header is None and not self.grid.known:
            await self._take_over()
        if self.grid.known:
            return await self.grid.view()
        view = await self.grid.view()
        await self._require_header()
        return view

    async def follow(self) -> None:
        """Looks again where everything stands, before what took a long time to prepare is written: columns that were
        moved are followed. One read, and what Google Drive is asked.

        Raises SpreadsheetTrashed, SpreadsheetForbidden, TabMissing, KeyColumnDeleted, LayoutChanged, RangeProtected and
        CellsMerged.
        """
        grid, sheets = self.grid, self.calls.spreadsheets
        await self.calls.read(lambda key: sheets.require_writable(key, grid.spreadsheet_id))
        await grid.follow()
        check_obstacles(grid.tab, grid.columns, grid.header_row)

    async def confirm(self) -> None:
        """After a long run: whether its rows stand where they should. Two reads, and what Google Drive is asked.

        Google offers no condition on a write, so that this can only be told afterwards. Raises what `follow` does,
        ColumnsMoved, RowsMoved and DuplicateKeys; then the next run writes everything anew.
        """
        long = self.grid.batches >= _LONG_RUN
        try:
            if long and not self.grid.strayed:
                await self.follow()
            await self.grid.require_unmoved(rows=long)
        except (KeyColumnDeleted, LayoutChanged, ColumnsMoved, RowsMoved, DuplicateKeys):
            await self._placing.read_anew()
            raise

    async def finish(self) -> None:
        """Leaves a header even where there was nothing to export. Raises what `confirm` does."""
        if self.config.header is None:
            await self.view()
            await self.make_room(0, 0)
        await self.confirm()

    def require_header_above(self, keys: Container[str]) -> None:
        """Raises HeaderMissing where one of our keys stands in the row of the header."""
        if self.grid.headless and self.grid.headless in keys:
            raise HeaderMissing(tab=self.grid.tab.title)

    async def _require_header(self) -> None:
        """A title that somebody changed is told from a row of ours that moved up by whether it is a key of ours."""
        headless = self.grid.headless
        if headless and await self._placing.wrote(headless):
            raise HeaderMissing(tab=self.grid.tab.title)

    async def _require_nobody_elses(self, spreadsheet_id: str, tab: Tab | None) -> None:
        """Another export's header may be just like ours, so that nothing in the tab itself tells whose table it is."""
        sheet_id = None if tab is None else tab.sheet_id
        new = sheet_id is None or sheet_id != self.config.target.sheet_id
        if new and await self._placing.taken_by_another(spreadsheet_id, sheet_id):
            raise TabOccupied(tab=self.config.target.tab if tab is None else tab.title)

    def _may_move_on(self, mode: RunMode) -> bool:
        first_or_full = self.config.header is None or mode is RunMode.FULL
        wanted = self.config.target.on_obstacle is OnObstacle.NEXT_TAB
        return wanted and first_or_full and mode is not RunMode.RESTORE

    async def _move_on(self, found: Spreadsheet) -> None:
        await self._placing.move_on(tab.title for tab in found.tabs)
        self._grid, self._made = None, False
        self.layout = replace(self.layout, columns=(), former=())

    async def _recognise(self, mode: RunMode) -> None:
        """Finds the columns by their anchors, failing that by their titles; a full run makes lost ones anew."""
        grid = self.grid
        anchors = {name: place for tag, name, place in grid.tab.anchors if tag == self.layout.tag}
        places = find_columns(self.layout.names, self.layout.titles, anchors, ())
        if None in places:
            shown = await self.calls.read(
                lambda key: self.calls.spreadsheets.show(key, grid.spreadsheet_id, grid.tab, ())
            )
            places = find_columns(self.layout.names, self.layout.titles, anchors, shown.header)
        lost = [place for place, column in enumerate(places) if column is None]
        if lost:
            self._require_mendable(lost, mode)
        end = grid.tab.column_count
        columns = tuple(end + lost.index(at) if column is None else column for at, column in enumerate(places))
        grid.layout = self.layout = replace(self.layout, columns=columns)
        check_obstacles(grid.tab, columns, grid.header_row)
        check_space([grid.tab, *self.others], [(grid.tab, grid.tab.row_count, max(columns) + 1)])
        if lost:
            await self._placing.read_anew()
        if len(anchors) < len(columns) or self.layout.sign() not in grid.tab.signs:
            await self._anchor(lost)

    def _require_mendable(self, lost: Sequence[int], mode: RunMode) -> None:
        titles = " | ".join(self.layout.titles[place] for place in lost)
        if any(place in self.key_places for place in lost):
            raise KeyColumnDeleted(tab=self.grid.tab.title, column=titles)
        if mode is not RunMode.FULL:
            raise LayoutChanged(tab=self.grid.tab.title, columns=titles)

    async def _anchor(self, fresh: Sequence[int]) -> None:
        grid = self.grid
        grid.tab = await self.calls.write(
            lambda key: self.calls.spreadsheets.lay_out(
                key, grid.spreadsheet_id, grid.tab, self.layout, grid.tab.row_count, fresh
            )
        )

    async def _take_over(self) -> None:
        """The first look at a tab: it is new, or ours from a run that died before noting it, or was the table of an
        export that is no more, or a copy of one, or somebody's. A history that stands there would be written twice.
        """
        grid = self.grid
        if self._made:
            grid.begin()
            return
        shown = await grid.show()
        if shown.header == self.layout.titles:
            check_obstacles(grid.tab, grid.columns, 1)
            grid.learn(shown)
            if self.config.strategy is WriteStrategy.APPEND and (await grid.view()).next_row > grid.header_row + 1:
                raise TabOccupied(tab=grid.tab.title)
            if self.layout.sign() not in grid.tab.signs:
                await self._anchor(())
            await self._placing.settle(grid.spreadsheet_id, grid.tab.sheet_id, self.layout.titles)
        elif shown.header or await grid.first_filled(1) is not None:
            raise TabOccupied(tab=grid.tab.title)
        else:
            check_obstacles(grid.tab, grid.columns, 1)
            grid.begin()

    async def _lay_out(self, step: MakeTable) -> None:
        sheets, spreadsheet_id, every = (
            self.calls.spreadsheets,
            self.grid.spreadsheet_id,
            range(len(self.layout.titles)),
        )
        await self.calls.write(lambda key: sheets.lay_out(key, spreadsheet_id, step.tab, step.layout, step.rows, every))
        await self.made(step)

    async def _add(self, spreadsheet_id: str, mode: RunMode) -> Tab:
        target, sheets = self.config.target, self.calls.spreadsheets
        if target.sheet_id is not None and mode is not RunMode.FULL:
            raise TabMissing(tab=target.tab, spreadsheet=spreadsheet_id)
        check_space(self.others, [(None, 2, len(self.layout.titles))])
        if self.config.strategy is WriteStrategy.REPLACE:
            check_tabs(self.others, 2)  # a table that grows is gathered in another
        return await self.calls.write(lambda key: sheets.add_tab(key, spreadsheet_id, target.tab))

    def _find(self, found: Spreadsheet, mode: RunMode) -> Tab | None:
        """The tab that was written before; failing that, where one may be made, one that has its title already.

        The latter is left by a worker that died between making the tab and noting it.
        """
        target = self.config.target
        tabs = [tab for tab in found.tabs if tab.row_count]  # a chart or another tab without a grid has none
        known = next((tab for tab in tabs if tab.sheet_id == target.sheet_id), None)
        if known is None and (target.sheet_id is None or mode is RunMode.FULL):
            return next((tab for tab in tabs if tab.title == target.tab), None)
        return known

    def _grid_in(self, spreadsheet_id: str, tab: Tab, layout: Layout) -> Grid:
        strategy = self.config.strategy
        log = strategy is WriteStrategy.APPEND
        unique = strategy is WriteStrategy.UPSERT  # the others find no row by its key to write it over
        return Grid(self.calls, spreadsheet_id, tab, layout, self.key_places, log=log, unique=unique)

    async def _place(self, spreadsheet_id: str, tab: Tab, *, made: bool) -> None:
        await self._placing.place(spreadsheet_id, tab.sheet_id)
        self._made = made
        self._grid = self._grid_in(spreadsheet_id, tab, self.layout)
