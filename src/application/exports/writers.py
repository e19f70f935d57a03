"""The ways of writing, carried out: each takes batches of rows and leaves them in the tab as its strategy says."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from application.exports.appending import Appending
from application.exports.grid import Grid
from application.exports.limits import RunLimits
from application.exports.portions import EncodedRow
from application.exports.preflight import certain_rows
from application.exports.replacing import Replacing
from application.exports.table import SheetTable
from application.exports.written import Written
from domain.exports.config import WriteStrategy
from domain.exports.write_strategies.gathering import Gathered
from domain.exports.write_strategies.insert import insert
from domain.exports.write_strategies.operations import PutRows, SheetView
from domain.exports.write_strategies.upsert import upsert


class Writer(Protocol):
    """Carries out one run's writing. With `overlaps` a batch may be written while the one before is noted: what was
    written and not noted is found in the sheet by its keys.
    """

    @property
    def overlaps(self) -> bool:
        """See above."""
        ...

    async def begin(self) -> bool:
        """Makes good what an earlier attempt left unclear; answers whether anything is left to do."""
        ...

    async def put(self, rows: Sequence[EncodedRow], rows_to_come: int, *, last: bool) -> Written:
        """Writes a batch. `last` says that no more will come and that these are all there are to put just now.

        Raises TabOccupied, DuplicateKeys, SpreadsheetFull and what Spreadsheets raises.
        """
        ...

    @property
    def gathered(self) -> Gathered | None:
        """What waits in a hidden tab, everything that was put so far included; None where nothing does."""
        ...

    async def noted(self, gathered: Gathered | None) -> None:
        """In the transaction that remembers the rows: nothing is unclear any longer. `gathered` is what it was when the
        last of these rows had been put.
        """
        ...

    def removal_grid(self) -> Grid | None:
        """Where vanished rows are deleted, if not in the tab that people see."""
        ...

    async def finish(self) -> None:
        """Everything that was read has been put and noted."""
        ...

    async def leave(self) -> None:
        """The run stops before its end, for longer than a moment: of what was noted, people see what may be seen."""
        ...


@dataclass(slots=True)
class Keyed:
    """Upsert and insert: rows are found by their keys, so that a batch that is written twice is written once."""

    table: SheetTable

    @property
    def overlaps(self) -> bool:
        """Keys tell what stands in the sheet, noted or not."""
        return True

    async def begin(self) -> bool:
        """There is always something to do."""
        return True

    async def put(self, rows: Sequence[EncodedRow], rows_to_come: int, *, last: bool) -> Written:
        """See Writer."""
        del last
        view = await self.table.view()
        view.rows.expect(len(rows) + rows_to_come)
        first_new = view.next_row
        plan = insert if self.table.config.strategy is WriteStrategy.INSERT else upsert
        operations = plan(view, [(row.key, row.json) for row in rows])
        appended = view.next_row - first_new
        likely = self.table.grid.header_row + certain_rows(self.table.config, len(rows) + rows_to_come)
        self.table.require_space(max(view.next_row - 1, likely))
        view.next_row = first_new  # room is made before the rows stand there
        try:
            await self.table.put(operations, appended, rows_to_come)
        finally:
            view.next_row = first_new + appended
        if operations:
            self._note_witnesses(view, rows, operations)
        return Written(updated=sum(len(operation.rows) for operation in operations) - appended, appended=appended)

    def _note_witnesses(
        self, view: SheetView, rows: Sequence[EncodedRow], operations: Sequence[PutRows[bytes]]
    ) -> None:
        """The first and the last of a batch's rows: where a row is inserted above the last one, it is this that the
        next batch is written over.
        """
        ends = {operations[0].first_row, operations[-1].last_row}
        for row in chain((rows[0], rows[-1]), reversed(rows)):
            number = view.rows.get(row.key)
            if number in ends:
                ends.discard(number)
                self.table.grid.wrote(number, row.key)
            if not ends:
                return

    @property
    def gathered(self) -> Gathered | None:
        """Every row is put into the table itself."""
        return None

    async def noted(self, gathered: Gathered | None) -> None:
        """Nothing was unclear."""

    def removal_grid(self) -> Grid | None:
        """Rows are removed where they stand."""
        return None

    async def finish(self) -> None:
        """See Writer."""
        await self.table.finish()

    async def leave(self) -> None:
        """What was put is seen already."""


def writer_of(table: SheetTable, limits: RunLimits) -> Writer:
    """The writer of the export's strategy."""
    match table.config.strategy:
        case WriteStrategy.APPEND:
            return Appending(table, limits)
        case WriteStrategy.REPLACE:
            return Replacing(table, limits)
        case WriteStrategy.UPSERT | WriteStrategy.INSERT:
            return Keyed(table)
