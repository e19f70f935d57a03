"""Append, carried out: batches at the end of the table, each exactly once."""

from collections.abc import Sequence

from application.exports.grid import Grid
from application.exports.intents import MarkedBatches, remember
from application.exports.limits import RunLimits
from application.exports.portions import EncodedRow, in_parts
from application.exports.preflight import certain_rows
from application.exports.sheets import WriteRows
from application.exports.table import SheetTable
from application.exports.written import Written
from domain.exports.write_strategies.append import append

CELL_OVERHEAD = 3
"""A cell in an atomic batch takes about three times the bytes of a plain value (measured on rows of orders)."""


class Appending:
    """Rows have no place of their own, so that writing a batch again would double it: see MarkedBatches."""

    def __init__(self, table: SheetTable, limits: RunLimits) -> None:
        self._table = table
        self._limits = limits
        self._batches = MarkedBatches(table)
        self._appended: set[int] = set()

    @property
    def overlaps(self) -> bool:
        """The batch before has to be settled first."""
        return False

    async def begin(self) -> bool:
        """Finds out what became of a batch whose writer died, and counts and remembers its rows if they stand there."""
        unclear = await self._batches.unclear()
        if unclear is None:
            return True
        intent, applied = unclear
        ports, claim = self._table.ports, self._table.claim
        async with ports.transaction(claim.config.company_id):
            task = await ports.tasks.held(claim.config.company_id, claim.task.id, claim.claim_id)
            if applied:
                await remember(self._table, intent)
                task.counts.appended += len(intent.rows)
                await ports.tasks.save(task)
            await self._batches.settle(intent, applied=applied)
        claim.task.counts = task.counts
        return True

    async def put(self, rows: Sequence[EncodedRow], rows_to_come: int, *, last: bool) -> Written:
        """See Writer."""
        del last
        table = self._table
        new = self._new(rows)
        left = len(new)
        if new:
            standing = (await table.view()).next_row - 1
            table.require_space(standing + left + certain_rows(table.config, rows_to_come))
        for part in in_parts(new, self._limits.batch_bytes // CELL_OVERHEAD):
            if table.grid.batches and not await table.grid.still():
                table.grid.look_again()  # somebody has inserted or deleted rows since the batch before
            view = await table.view()
            await table.make_room(len(part), left - len(part) + rows_to_come)
            operations = append(view, [(row.key, row.json) for row in part])
            grid = table.grid
            steps = [WriteRows(grid.tab, grid.columns, operation) for operation in operations]
            await self._batches.send(steps, [(row.key, row.fingerprint, row.parent) for row in part])
            grid.batches += 1
            grid.wrote(view.next_row - 1, part[-1].key, len(part))
            left -= len(part)
        return Written(appended=len(new))

    def _new(self, rows: Sequence[EncodedRow]) -> list[EncodedRow]:
        """Pages overlap where objects change while they are read, so that a version may come twice in one run."""
        found: list[EncodedRow] = []
        for row in rows:
            version = int.from_bytes(row.fingerprint[:8])
            if version not in self._appended:
                self._appended.add(version)
                found.append(row)
        return found

    async def noted(self) -> None:
        """See Writer."""
        await self._batches.settle_last()

    def removal_grid(self) -> Grid | None:
        """A history keeps its rows."""
        return None

    async def finish(self) -> None:
        """See Writer."""
        await self._table.finish()
