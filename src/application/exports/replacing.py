"""Replace, carried out: whoever looks at the table sees all of the old rows or all of the new ones.

A small table is replaced by one atomic batch. A large one is gathered in a hidden tab, checked, and copied over by one
atomic batch. The tab that people see keeps its id, formats, filters, charts and whatever refers to it.
"""

from collections.abc import Mapping, Sequence

from application.exports.appending import CELL_OVERHEAD
from application.exports.grid import ROWS_AHEAD, Grid
from application.exports.intents import MarkedBatches
from application.exports.limits import RunLimits
from application.exports.portions import EncodedRow
from application.exports.preflight import certain_rows
from application.exports.sheets import ClearRows, CopyRows, DropTab, Layout, Step, Tab, TabRole, WriteRows
from application.exports.table import SheetTable
from application.exports.written import Written
from domain.exports.spreadsheet import NoPreviousVersion, SourceEmpty, TableCut
from domain.exports.write_strategies.gathering import FIRST_ROW, Gathered
from domain.exports.write_strategies.operations import DuplicateKeys, PutRows
from domain.exports.write_strategies.upsert import upsert


class Replacing:
    """One run's replacement of the whole table."""

    def __init__(self, table: SheetTable, limits: RunLimits) -> None:
        self._table = table
        self._limits = limits
        self._batches = MarkedBatches(table)
        self._staging: Grid | None = None
        self._replaced = False

    @property
    def overlaps(self) -> bool:
        """Markers are settled one after another."""
        return False

    async def begin(self) -> bool:
        """Answers that nothing is left to do when the attempt before this one died just after replacing the table."""
        table, claim = self._table, self._table.claim
        unclear = await self._batches.unclear()
        if unclear is not None:
            intent, applied = unclear
            async with table.ports.transaction(claim.config.company_id):
                await table.ports.tasks.held(claim.config.company_id, claim.task.id, claim.claim_id)
                await self._batches.settle(intent, applied=applied)
        if self._batches.finished():
            await table.adopt()
            return False
        await self._resume(self._hidden(TabRole.STAGING))
        return True

    async def put(self, rows: Sequence[EncodedRow], rows_to_come: int, *, last: bool) -> Written:
        """See Writer. All rows at once, if they are few, replace the table now; otherwise they are gathered."""
        size = sum(len(row.json) + 1 for row in rows)
        newest = {row.key: row.json for row in rows}
        if last and self._staging is None and size * CELL_OVERHEAD <= self._limits.batch_bytes:
            await self._replace_at_once(newest)
        else:
            await self._gather(list(newest.items()), rows_to_come)
        return Written(appended=len(newest))

    @property
    def gathered(self) -> Gathered | None:
        """Rows of the hidden tab are found there by their keys."""
        return None

    async def noted(self, gathered: Gathered | None) -> None:
        """See Writer."""
        del gathered
        await self._batches.settle_last()

    def removal_grid(self) -> Grid | None:
        """Rows that vanish while the others are read go from the hidden tab."""
        return self._staging

    async def finish(self) -> None:
        """Puts what was gathered into the place of the table. Raises SourceEmpty or TableCut."""
        if self._replaced:
            return
        if self._staging is None:
            await self._replace_with_nothing()
            return
        await self._verify(self._staging)
        await self._copy_over(self._staging)

    async def leave(self) -> None:
        """The table stays as it is until all of the new rows are there."""

    async def restore(self) -> None:
        """Exchanges the table and its previous version. Raises NoPreviousVersion."""
        if self._hidden(TabRole.PREVIOUS) is None or self._begins_anew():
            raise NoPreviousVersion(tab=self._table.grid.tab.title)
        shown = await self._shown_rows()
        room = {TabRole.PREVIOUS: shown + 1, TabRole.STAGING: shown + 1}
        self._table.require_space(self._table.grid.header_row + shown, room)
        kept = await self._hidden_grid(TabRole.PREVIOUS, shown, unique=False)
        before = (await kept.view()).next_row - FIRST_ROW
        if not before:
            raise NoPreviousVersion(tab=self._table.grid.tab.title)
        if kept.retitled:
            raise TableCut(tab=kept.tab.title)
        self._table.require_space(self._table.grid.header_row + before, room)
        await self._table.make_room(max(before - shown, 0), 0)
        aside = await self._hidden_grid(TabRole.STAGING, shown)
        await self._send(
            [
                *self._over(aside, shown, 0, from_table=True),
                *self._over(kept, before, shown, from_table=False),
                *self._between(aside, kept, shown, before),
                DropTab(aside.tab),
            ],
            final=True,
        )
        await self._note()

    async def _resume(self, staging: Tab | None) -> None:
        """What was gathered up to the checkpoint is still there, or everything begins anew."""
        table, claim = self._table, self._table.claim
        if staging is not None and claim.task.checkpoint is not None:
            self._staging = self._grid_of(staging)
            return
        async with table.ports.transaction(claim.config.company_id):
            task = await table.ports.tasks.held(claim.config.company_id, claim.task.id, claim.claim_id)
            task.checkpoint = None
            await table.ports.tasks.save(task)
            await table.ports.rows.forget(claim.config.company_id, claim.config.id)
        claim.task.checkpoint = None
        leftover = self._hidden(TabRole.STAGING)
        if leftover is not None:
            await self._send([DropTab(leftover)])
            await self._note()
            self._table.others = tuple(tab for tab in self._table.others if tab is not leftover)

    async def _gather(self, rows: Sequence[tuple[str, bytes]], rows_to_come: int) -> None:
        if self._staging is None:
            view = await self._table.view()  # refuses a tab that is somebody else's before any work is done
            header = self._table.grid.header_row
            gathered = 1 + len(rows) + certain_rows(self._table.config, rows_to_come)
            hidden = {TabRole.STAGING: gathered, **self._to_keep(view.next_row - header - 1)}
            self._table.require_space(header + gathered - 1, hidden)
            likely = len(rows) + min(rows_to_come, ROWS_AHEAD)
            self._staging = await self._hidden_grid(TabRole.STAGING, likely)
        view = await self._staging.view()
        first_new = view.next_row
        operations = upsert(view, rows)
        new, view.next_row = view.next_row - first_new, first_new
        await self._staging.make_room(new, rows_to_come)
        view.next_row = first_new + new
        await self._staging.write(operations)

    async def _replace_at_once(self, newest: Mapping[str, bytes]) -> None:
        shown, rows = await self._shown_rows(), tuple(newest.values())
        self._table.require_header_above(newest)
        self._table.require_space(self._table.grid.header_row + len(rows), self._to_keep(shown))
        steps = await self._table.steps_to_room(max(len(rows) - shown, 0), 0)
        grid = self._table.grid
        first = grid.header_row + 1
        steps += await self._keeping(shown)
        if rows:
            steps.append(WriteRows(grid.tab, grid.columns, PutRows(first, rows)))
        await self._send([*steps, *self._cleared(len(rows), shown)], final=True)
        self._replaced = True

    async def _replace_with_nothing(self) -> None:
        """An empty source is more often a mistake than the truth."""
        shown = await self._shown_rows()
        if not shown:
            await self._table.finish()
            return
        if not self._table.config.allow_empty:
            raise SourceEmpty(tab=self._table.grid.tab.title, rows=shown)
        await self._replace_at_once({})
        await self._note()

    async def _verify(self, staging: Grid) -> None:
        """Nothing is shown to people that was tampered with while it was gathered, by whichever attempt."""
        config = self._table.config
        async with self._table.ports.transaction(config.company_id):
            noted = await self._table.ports.rows.totals(config.company_id, config.id)
        written = (await staging.view()).rows
        staging.look_again()
        try:
            whole = (await staging.view()).rows == written and len(written) >= noted.live and not staging.retitled
        except DuplicateKeys:
            whole = False
        if not whole:
            raise TableCut(tab=staging.tab.title)

    async def _copy_over(self, staging: Grid) -> None:
        gathered = (await staging.view()).next_row - FIRST_ROW
        if not gathered:
            await self._replace_with_nothing()
            return
        await self._table.follow()
        shown = await self._shown_rows()
        self._table.require_header_above((await staging.view()).rows)
        steps = await self._table.steps_to_room(max(gathered - shown, 0), 0)
        steps += await self._keeping(shown)
        over = self._over(staging, gathered, shown, from_table=False)
        await self._send([*steps, *over, DropTab(staging.tab)], final=True)
        await self._note()
        self._replaced = True

    async def _shown_rows(self) -> int:
        """How many rows the table shows, up to the last that bears a key."""
        self._table.grid.look_again()
        view = await self._table.view()
        return view.next_row - self._table.grid.header_row - 1

    def _to_keep(self, shown: int) -> dict[TabRole, int]:
        """How many rows the tab of the previous version needs, if it is kept."""
        config = self._table.config
        kept = shown and config.keep_previous and not self._begins_anew()
        return {TabRole.PREVIOUS: shown + 1} if kept else {}

    def _begins_anew(self) -> bool:
        """Whether no run has ended well since the export was described, or since it shows data about people in another
        way: what was written before is not what may be kept.
        """
        return self._table.config.cursor is None

    async def _keeping(self, shown: int) -> list[Step]:
        """Steps that keep the rows shown now as the previous version."""
        before = self._hidden(TabRole.PREVIOUS)
        if before is not None and self._begins_anew():
            return [DropTab(before)]
        if not self._to_keep(shown):
            return []
        kept = await self._hidden_grid(TabRole.PREVIOUS, shown)
        return self._over(kept, shown, kept.tab.row_count - 1, from_table=True)

    def _over(self, hidden: Grid, rows: int, replaced: int, *, from_table: bool) -> list[Step]:
        """Copies so many rows between the table and a hidden tab, in place of `replaced` ones that stand there."""
        grid = self._table.grid
        first = grid.header_row + 1
        if from_table:
            copied = CopyRows(grid.tab, grid.columns, first, first + rows - 1, hidden.tab, hidden.columns, FIRST_ROW)
            rest = ClearRows(hidden.tab, hidden.columns, FIRST_ROW + rows, FIRST_ROW + replaced - 1)
        else:
            last = FIRST_ROW + rows - 1
            copied = CopyRows(hidden.tab, hidden.columns, FIRST_ROW, last, grid.tab, grid.columns, first)
            rest = ClearRows(grid.tab, grid.columns, first + rows, first + replaced - 1)
        return [*([copied] if rows else []), *([rest] if replaced > rows else [])]

    def _between(self, aside: Grid, kept: Grid, rows: int, replaced: int) -> list[Step]:
        last = FIRST_ROW + rows - 1
        steps: list[Step] = []
        if rows:
            steps.append(CopyRows(aside.tab, aside.columns, FIRST_ROW, last, kept.tab, kept.columns, FIRST_ROW))
        if replaced > rows:
            steps.append(ClearRows(kept.tab, kept.columns, FIRST_ROW + rows, FIRST_ROW + replaced - 1))
        return steps

    def _cleared(self, rows: int, shown: int) -> list[Step]:
        grid = self._table.grid
        first = grid.header_row + 1
        return [ClearRows(grid.tab, grid.columns, first + rows, first + shown - 1)] if shown > rows else []

    async def _send(self, steps: Sequence[Step], *, final: bool = False) -> None:
        if steps:
            await self._batches.send(steps, final=final)

    async def _note(self) -> None:
        async with self._table.ports.transaction(self._table.config.company_id):
            await self._batches.settle_last()

    def _hidden(self, role: TabRole) -> Tab | None:
        return self._table.beside.find(self._table.others, role)

    async def _hidden_grid(self, role: TabRole, rows: int, *, unique: bool = True) -> Grid:
        """The hidden tab of that role with room for so many rows below its header, made if there is none.

        One that is too narrow, since the table has more columns than it had or somebody deleted some, is laid out anew.
        """
        calls, spreadsheet_id = self._table.calls, self._table.grid.spreadsheet_id
        tab = self._hidden(role)
        if tab is None:
            tabs, table = (self._table.grid.tab, *self._table.others), (self._hidden_layout(), rows + 1)
            tab = await self._table.beside.add(spreadsheet_id, tabs, role, table)
            self._table.others += (tab,)
            made = self._grid_of(tab, unique=unique)
            made.begin()
            return made
        hidden = self._grid_of(tab, unique=unique)
        every = range(len(hidden.layout.titles))
        if hidden.tab.column_count < len(every):
            hidden.tab = await calls.write(
                lambda key: calls.spreadsheets.lay_out(key, spreadsheet_id, hidden.tab, hidden.layout, rows + 1, every)
            )
            hidden.begin()
        elif hidden.tab.row_count < rows + 1:
            hidden.tab = await calls.write(
                lambda key: calls.spreadsheets.grow(key, spreadsheet_id, hidden.tab, hidden.layout, rows + 1)
            )
        return hidden

    def _grid_of(self, tab: Tab, *, unique: bool = True) -> Grid:
        spreadsheet_id, key_places = self._table.grid.spreadsheet_id, self._table.key_places
        return Grid(self._table.calls, spreadsheet_id, tab, self._hidden_layout(), key_places, unique=unique)

    def _hidden_layout(self) -> Layout:
        return Layout(self._table.layout.titles, self._table.layout.kinds)
