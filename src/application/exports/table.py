"""The tab that a run writes to: found or made, checked, grown, written."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from application.connections.ports import GoogleKey, Urgency
from application.connections.vendor_access import GoogleAccess
from application.exports.claims import Claim
from application.exports.ports import ExportConfigs, ExportedRows, ExportTasks
from application.exports.vendor_ports import Layout, Spreadsheet, Spreadsheets, Tab
from application.ports import Transaction
from domain.connections.google import GoogleDisconnected
from domain.exports.removal import RemovalPolicy
from domain.exports.spreadsheet import LayoutChanged, TabMissing, TabOccupied
from domain.exports.task import RunMode
from domain.exports.write_strategies.operations import PutRows, SheetView
from domain.exports.write_strategies.upsert import upsert
from domain.shared.cells import Cell, CellKind, as_key

AnswerT = TypeVar("AnswerT")

_ROWS_AT_ONCE = 5_000
"""Rows that are read back in one request when a tab is compared with its source."""

_JSON = msgspec.json.Encoder()

_ROWS_AHEAD = 200_000
"""How many rows at most a grid is lengthened beyond what is written now; blank rows count against Google's limit."""


@dataclass(frozen=True, slots=True)
class Written:
    """What one batch did to the sheet."""

    updated: int
    appended: int


@dataclass(frozen=True, slots=True)
class SheetTables:
    """What every table works with; makes the table of one run."""

    transaction: Transaction
    configs: ExportConfigs
    tasks: ExportTasks
    rows: ExportedRows
    spreadsheets: Spreadsheets
    google: GoogleAccess

    def table(self, claim: Claim, kinds: tuple[CellKind, ...], key_column: int) -> "SheetTable":
        """The table that the claimed export describes: the kinds of its columns and which of them holds the key.

        Nothing is asked of Google yet.
        """
        return SheetTable(self, claim, kinds, key_column)


class SheetTable:
    """One run's view of its tab. `write_requests` counts what was asked of Google's write quota."""

    def __init__(self, ports: SheetTables, claim: Claim, kinds: tuple[CellKind, ...], key_column: int) -> None:
        self._transaction = ports.transaction
        self._configs = ports.configs
        self._tasks = ports.tasks
        self._rows = ports.rows
        self._spreadsheets = ports.spreadsheets
        self._google = ports.google
        self._claim = claim
        self._config = claim.config
        routine = claim.task.mode is RunMode.INCREMENTAL and claim.config.cursor is not None
        self._urgency = Urgency.ROUTINE if routine else Urgency.BACKFILL
        marks = (CellKind.DATE_TIME,) if claim.config.removal is RemovalPolicy.MARK else ()
        self._layout = Layout(claim.config.titles(), (*kinds, *marks))
        self._key_column = key_column
        self._tab: Tab | None = None
        self._view: SheetView | None = None
        self._made = False
        self.write_requests = 0

    async def open(self, mode: RunMode) -> None:
        """Finds the spreadsheet and the tab, or makes them on the first run.

        A full run makes a deleted tab anew. In a tab that is new to the export nothing counts as written: the run reads
        from the beginning. Raises ClaimLost, SpreadsheetNotFound, TabMissing and what Spreadsheets raises.
        """
        target = self._config.target
        if target.spreadsheet_id is None:
            made = await self._asking(
                lambda token: self._spreadsheets.create(token, target.title, target.tab, self._claim.time_zone)
            )
            self.write_requests += 1
            self._made = True
            await self._place(made.spreadsheet_id, made.tabs[0])
            return
        spreadsheet_id = target.spreadsheet_id
        found = await self._asking(lambda token: self._spreadsheets.inspect(token, spreadsheet_id))
        tab = self._find(found, mode)
        if tab is not None:
            self._tab = tab
            if tab.sheet_id != target.sheet_id:
                await self._place(spreadsheet_id, tab)
            return
        if target.sheet_id is not None and mode is not RunMode.FULL:
            raise TabMissing(tab=target.tab, spreadsheet=spreadsheet_id)
        added = await self._asking(lambda token: self._spreadsheets.add_tab(token, spreadsheet_id, target.tab))
        self.write_requests += 1
        self._made = True
        await self._place(spreadsheet_id, added)

    async def put(self, batch: Sequence[tuple[str, bytes]], rows_to_come: int) -> Written:
        """Writes keys with their encoded rows.

        `rows_to_come` is how many more may follow, so that the grid is made to measure once and not batch by batch.
        Raises LayoutChanged, TabOccupied, DuplicateKeys, SpreadsheetFull and what Spreadsheets raises.
        """
        view = await self._look()
        first_new = view.next_row
        operations = upsert(view, batch)
        last_row = view.next_row - 1
        await self._make_room(last_row, last_row + min(rows_to_come, _ROWS_AHEAD))
        tab, spreadsheet_id = self._placed()
        await self._asking(
            lambda token: self._spreadsheets.write(
                token, spreadsheet_id, tab, operations, width=len(self._layout.titles)
            )
        )
        self.write_requests += 1
        appended = view.next_row - first_new
        return Written(updated=sum(len(operation.rows) for operation in operations) - appended, appended=appended)

    async def contents(self) -> AsyncIterator[tuple[int, tuple[Cell, ...]]]:
        """The rows that the tab shows below its header, with their numbers. One read for each 5,000."""
        view = await self._look()
        tab, spreadsheet_id = self._placed()
        width = len(self._layout.titles)
        for first in range(2, view.next_row, _ROWS_AT_ONCE):
            span = (first, min(first + _ROWS_AT_ONCE, view.next_row) - 1)
            rows = await self._asking(
                lambda token, span=span: self._spreadsheets.contents(token, spreadsheet_id, tab, (span,), width)  # type: ignore[misc]
            )
            for number, row in enumerate(rows, start=first):
                yield number, row

    def look_again(self) -> None:
        """Forgets where the keys stand: before rows are deleted, it has to be known as well as it can be."""
        self._view = None

    def key_of(self, cells: Sequence[Cell]) -> str:
        """The key that such a row bears, as the view knows keys; empty for a row without one."""
        return as_key(cells[self._key_column])

    async def holds(self, keys: Iterable[str]) -> list[str]:
        """Those of the keys that stand in the tab."""
        view = await self._look()
        return [key for key in keys if key in view.rows]

    async def delete(self, keys: Sequence[str]) -> int:
        """Deletes the rows of these keys; answers how many there were. If the answer is lost, the tab is looked at anew
        before anything else is done with it.
        """
        view = await self._look()
        spans = view.spans_of(keys)
        if not spans:
            return 0
        tab, spreadsheet_id = self._placed()
        self._view = None
        self.write_requests += 1
        self._tab = await self._asking(lambda token: self._spreadsheets.delete_rows(token, spreadsheet_id, tab, spans))
        view.drop(keys)
        self._view = view
        return sum(last - first + 1 for first, last in spans)

    async def mark(self, keys: Sequence[str], cell: bytes) -> int:
        """Writes the cell, a JSON value, into the last column of these keys' rows; answers how many there were."""
        view = await self._look()
        row = b"[" + cell + b"]"
        operations = [PutRows(first, (row,) * (last - first + 1)) for first, last in view.spans_of(keys)]
        if not operations:
            return 0
        tab, spreadsheet_id = self._placed()
        column = len(self._layout.titles) - 1
        await self._asking(
            lambda token: self._spreadsheets.write(token, spreadsheet_id, tab, operations, 1, first_column=column)
        )
        self.write_requests += 1
        return sum(len(operation.rows) for operation in operations)

    async def archive(self, keys: Sequence[str], title: str) -> int:
        """Copies the rows of these keys to the tab of that title, where a key stands once; then deletes them here.

        What has been copied before an interruption is copied over itself the next time.
        """
        view = await self._look()
        spans = view.spans_of(keys)
        if not spans:
            return 0
        tab, spreadsheet_id = self._placed()
        width = len(self._layout.titles)
        rows = await self._asking(lambda token: self._spreadsheets.contents(token, spreadsheet_id, tab, spans, width))
        await self._copy([(self.key_of(row), _JSON.encode(row)) for row in rows], title)
        return await self.delete(keys)

    async def _copy(self, rows: Sequence[tuple[str, bytes]], title: str) -> None:
        _, spreadsheet_id = self._placed()
        width = len(self._layout.titles)
        found = await self._asking(lambda token: self._spreadsheets.inspect(token, spreadsheet_id))
        known = next((one for one in found.tabs if one.title == title and one.row_count), None)
        if known is None:
            made = await self._asking(lambda token: self._spreadsheets.add_tab(token, spreadsheet_id, title))
            self.write_requests += 1
            known = made
        tab = known
        shown = await self._asking(
            lambda token: self._spreadsheets.show(token, spreadsheet_id, tab, self._key_column, width)
        )
        if shown.header not in {(), self._layout.titles}:
            raise LayoutChanged(tab=title, expected=" | ".join(self._layout.titles), found=" | ".join(shown.header))
        archive = SheetView.of_key_column(shown.keys)
        operations = upsert(archive, rows)
        if not shown.header or archive.next_row - 1 > tab.row_count:
            tab = await self._asking(
                lambda token: self._spreadsheets.lay_out(token, spreadsheet_id, known, self._layout, archive.next_row)
            )
            self.write_requests += 1
        await self._asking(lambda token: self._spreadsheets.write(token, spreadsheet_id, tab, operations, width=width))
        self.write_requests += 1

    async def finish(self) -> None:
        """Leaves a header even where there was nothing to export."""
        if self._config.header is None:
            await self._look()
            await self._make_room(1, 1)

    async def _look(self) -> SheetView:
        if self._view is None:
            tab, spreadsheet_id = self._placed()
            width = len(self._layout.titles)
            shown = await self._asking(
                lambda token: self._spreadsheets.show(token, spreadsheet_id, tab, self._key_column, width)
            )
            if shown.header != self._layout.titles:
                await self._refuse_foreign(shown.header, shown.keys)
            elif self._config.header is None:
                await self._settle()
            self._view = SheetView.of_key_column(shown.keys)
        return self._view

    async def _refuse_foreign(self, header: tuple[str, ...], keys: tuple[str, ...]) -> None:
        if self._config.header is not None:
            expected = " | ".join(self._layout.titles)
            raise LayoutChanged(tab=self._config.target.tab, expected=expected, found=" | ".join(header))
        if header or any(keys) or not await self._blank():
            raise TabOccupied(tab=self._config.target.tab)

    async def _blank(self) -> bool:
        """Whether nothing would be written over. Of a tab that this run has made there is no need to ask."""
        tab, spreadsheet_id = self._placed()
        width = len(self._layout.titles)
        return self._made or await self._asking(
            lambda token: self._spreadsheets.blank(token, spreadsheet_id, tab, width)
        )

    async def _make_room(self, last_row: int, likely_last_row: int) -> None:
        tab, spreadsheet_id = self._placed()
        if self._config.header is None:
            rows = max(likely_last_row, 2)
            self._tab = await self._asking(
                lambda token: self._spreadsheets.lay_out(token, spreadsheet_id, tab, self._layout, rows)
            )
            self.write_requests += 1
            await self._settle()
        elif last_row > tab.row_count:
            await self._grow(last_row, likely_last_row)

    async def _grow(self, last_row: int, likely_last_row: int) -> None:
        """Looks again first: somebody may have lengthened the tab meanwhile, and growing sets an absolute size."""
        tab, spreadsheet_id = self._placed()
        found = await self._asking(lambda token: self._spreadsheets.inspect(token, spreadsheet_id))
        now = next((known for known in found.tabs if known.sheet_id == tab.sheet_id), None)
        if now is None:
            raise TabMissing(tab=self._config.target.tab, spreadsheet=spreadsheet_id)
        self._tab = now
        if last_row > now.row_count:
            self._tab = await self._asking(
                lambda token: self._spreadsheets.grow(token, spreadsheet_id, now, self._layout, likely_last_row)
            )
            self.write_requests += 1

    def _find(self, found: Spreadsheet, mode: RunMode) -> Tab | None:
        """The tab that was written before; failing that, where one may be made, one that has its title already.

        The latter is left by a worker that died between making the tab and noting it.
        """
        target = self._config.target
        tabs = [tab for tab in found.tabs if tab.row_count]  # a chart or another tab without a grid has none
        known = next((tab for tab in tabs if tab.sheet_id == target.sheet_id), None)
        if known is None and (target.sheet_id is None or mode is RunMode.FULL):
            return next((tab for tab in tabs if tab.title == target.tab), None)
        return known

    def _placed(self) -> tuple[Tab, str]:
        if self._tab is None or self._config.target.spreadsheet_id is None:
            raise RuntimeError("the table has to be opened first")
        return self._tab, self._config.target.spreadsheet_id

    async def _place(self, spreadsheet_id: str, tab: Tab) -> None:
        """Notes the tab, and forgets what was read and written for another one that it stands in for."""
        company_id, config = self._config.company_id, self._config
        async with self._transaction(company_id):
            task = await self._tasks.held(company_id, self._claim.task.id, self._claim.claim_id)
            stored = await self._configs.get(company_id, config.id)
            stored.settled(spreadsheet_id, tab.sheet_id, None)
            stored.cursor = None
            await self._configs.put(stored)
            task.checkpoint = None
            task.write_lock = stored.write_lock()
            await self._tasks.save(task)
            await self._rows.forget(company_id, config.id)
        config.settled(spreadsheet_id, tab.sheet_id, None)
        config.cursor = self._claim.task.checkpoint = None
        self._tab = tab

    async def _settle(self) -> None:
        tab, spreadsheet_id = self._placed()
        company_id, config = self._config.company_id, self._config
        async with self._transaction(company_id):
            await self._tasks.held(company_id, self._claim.task.id, self._claim.claim_id)
            stored = await self._configs.get(company_id, config.id)
            stored.settled(spreadsheet_id, tab.sheet_id, self._layout.titles)
            await self._configs.put(stored)
        config.settled(spreadsheet_id, tab.sheet_id, self._layout.titles)

    async def _asking(self, request: Callable[[GoogleKey], Awaitable[AnswerT]]) -> AnswerT:
        key = await self._google.key(self._config.company_id, self._urgency)
        try:
            return await request(key)
        except GoogleDisconnected:
            return await request(await self._google.after_refusal(key))
