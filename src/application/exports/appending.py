"""Append, carried out: rows at the end of the table, each exactly once."""

from collections.abc import Sequence
from itertools import islice

from application.exports.diary import RunPhase, phase
from application.exports.gathering import Gathering
from application.exports.grid import Grid
from application.exports.intents import MarkedBatches, remember
from application.exports.limits import RunLimits
from application.exports.portions import EncodedRow, in_parts
from application.exports.preflight import certain_rows
from application.exports.sheets import WriteRows
from application.exports.table import SheetTable
from application.exports.written import Written
from domain.exports.write_strategies.append import append
from domain.exports.write_strategies.gathering import Gathered

_REMEMBERED = 100_000
"""Versions appended last: more than are read, written and noted at one time."""
CELL_OVERHEAD = 3
"""A cell in an atomic batch takes about three times the bytes of a plain value (measured on rows of orders)."""


class Appending:
    """Rows have no place of their own, so that writing a batch again would double it: few go below the table in batches
    with markers (MarkedBatches), many are gathered in a hidden tab and moved there in one such batch (Gathering).
    """

    def __init__(self, table: SheetTable, limits: RunLimits) -> None:
        self._table = table
        self._limits = limits
        self._batches = MarkedBatches(table)
        self._gathering = Gathering(table, limits, self._batches)
        self._appended: dict[int, None] = {}

    @property
    def overlaps(self) -> bool:
        """A batch with a marker has to be settled before the next; one that is gathered has its place."""
        return self._gathering.roomy

    @property
    def gathered(self) -> Gathered | None:
        """See Writer."""
        return self._gathering.put

    async def begin(self) -> bool:
        """Finds out what became of a batch whose writer died, and counts and remembers its rows if they stand there;
        what was gathered is gone on with.
        """
        unclear = await self._batches.unclear()
        if unclear is not None:
            intent, applied = unclear
            if applied and not intent.final:
                await self._table.adopt()  # first: once the batch is settled nothing tells that its table is ours
            ports, claim = self._table.ports, self._table.claim
            async with ports.transaction(claim.config.company_id):
                task = await ports.tasks.held(claim.config.company_id, claim.task.id, claim.claim_id)
                if applied:
                    await remember(self._table, intent)
                    task.counts.appended += len(intent.rows)
                    await ports.tasks.save(task)
                await self._batches.settle(intent, applied=applied)
            claim.task.counts = task.counts
        await self._gathering.resume()
        return True

    async def put(self, rows: Sequence[EncodedRow], rows_to_come: int, *, last: bool) -> Written:
        """See Writer. While anything is gathered everything goes there, so that versions keep their order."""
        del last
        new, gathering = self._new(rows), self._gathering
        if not new:
            return Written()
        if gathering.put is not None and gathering.all_noted and not gathering.fits(len(new)):
            await gathering.move(len(new) + rows_to_come)
        if gathering.put is not None or await gathering.begin(new, rows_to_come):
            await gathering.add(new)
        else:
            await self._append(new, rows_to_come)
        return Written(appended=len(new))

    async def _append(self, new: Sequence[EncodedRow], rows_to_come: int) -> None:
        table, left = self._table, len(new)
        standing = (await table.view()).next_row - 1
        table.require_space(standing + left + certain_rows(table.config, rows_to_come))
        for part in in_parts(new, self._limits.batch_bytes // CELL_OVERHEAD):
            if table.grid.batches and not await table.grid.still():
                table.grid.look_again()  # somebody has inserted or deleted rows since the batch before
            view = await table.view()
            steps = await table.steps_to_room(len(part), left - len(part) + rows_to_come)
            operations = append(view, [(row.key, row.json) for row in part])
            grid = table.grid
            steps += [WriteRows(grid.tab, grid.columns, operation) for operation in operations]
            await self._batches.send(steps, [(row.key, row.fingerprint, row.parent) for row in part])
            grid.batches += 1
            grid.wrote(view.next_row - 1, part[-1].key, len(part))
            left -= len(part)

    def _new(self, rows: Sequence[EncodedRow]) -> list[EncodedRow]:
        """Pages overlap where objects change while they are read, so that a version may come twice in one run: before
        it is noted here, and afterwards it is known before it comes here.
        """
        found: list[EncodedRow] = []
        for row in rows:
            version = int.from_bytes(row.fingerprint[:8])
            if version not in self._appended:
                self._appended[version] = None
                found.append(row)
        for version in list(islice(self._appended, max(len(self._appended) - _REMEMBERED, 0))):
            del self._appended[version]
        return found

    async def noted(self, gathered: Gathered | None) -> None:
        """See Writer."""
        await self._batches.settle_last()
        if gathered is not None:
            await self._gathering.noted(gathered)

    def removal_grid(self) -> Grid | None:
        """A history keeps its rows."""
        return None

    async def finish(self) -> None:
        """Moves what was gathered below the table. Raises TableCut."""
        with phase(RunPhase.WRITE):
            await self._gathering.move(0)
        await self._table.finish()

    async def leave(self) -> None:
        """What was gathered and noted is moved: it is paid for, and nobody knows when the run goes on."""
        with phase(RunPhase.WRITE):
            await self._gathering.move(0)
