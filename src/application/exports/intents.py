"""Batches that must not be written twice: what is about to be written is noted before, and marked in the sheet."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from application.exports.intent_ports import WriteIntent
from application.exports.sheets import Step
from application.exports.table import SheetTable
from application.ports import Ids
from domain.exports.write_strategies.gathering import Gathered

_NUMBERS = 2**31 - 1
"""Google's metadata ids and tab ids are positive 32-bit numbers."""


class MarkedBatches:
    """Atomic batches of one table, each with a marker.

    Before a batch is sent its marker and what it holds are stored. After a crash the marker in the sheet tells whether
    the batch was applied, so that it is neither lost nor repeated.
    """

    def __init__(self, table: SheetTable) -> None:
        self._table = table
        self._ports = table.ports
        self._last: WriteIntent | None = None

    async def unclear(self) -> tuple[WriteIntent, bool] | None:
        """A batch of which nobody noted whether it was applied, and whether it was. One read at Google, if there is."""
        config = self._table.config
        async with self._ports.transaction(config.company_id):
            self._last = intent = await self._ports.intents.get(config.company_id, config.id)
        if intent is None or not intent.pending or intent.marker is None:
            return None
        grid, marker = self._table.grid, intent.marker
        applied = await self._table.calls.read(
            lambda key: self._table.calls.spreadsheets.marked(key, grid.spreadsheet_id, marker)
        )
        return intent, applied

    @property
    def pending(self) -> bool:
        """Whether the batch sent last has still to be noted."""
        return self._last is not None and self._last.pending

    @property
    def gathered(self) -> Gathered | None:
        """What waits in a hidden tab, as it was noted last."""
        return self._last.gathered if self._last is not None else None

    async def keep(self, gathered: Gathered | None) -> None:
        """In an open transaction: so much waits in a hidden tab now. The batch sent last was settled before."""
        table = self._table
        last = self._last or WriteIntent(None, None, table.claim.task.id)
        self._last = replace(last, task_id=table.claim.task.id, final=False, gathered=gathered)
        await self._ports.intents.put(table.config.company_id, table.config.id, self._last)

    async def settle(self, intent: WriteIntent, *, applied: bool) -> None:
        """In an open transaction: it is known now what became of the batch."""
        self._last = settled = intent.settled(applied=applied)
        await self._ports.intents.put(self._table.config.company_id, self._table.config.id, settled)

    def finished(self) -> bool:
        """Whether an attempt before this one has left the table as this task wants it."""
        last = self._last
        return last is not None and last.final and not last.pending and last.task_id == self._table.claim.task.id

    async def settle_last(self) -> None:
        """In an open transaction: the batch sent last was applied, and what it held is remembered."""
        if self._last is not None and self._last.pending:
            await self.settle(self._last, applied=True)

    async def send(
        self,
        steps: Sequence[Step],
        rows: Sequence[tuple[str, bytes, str]] = (),
        *,
        final: bool = False,
        gathered: Gathered | None = None,
    ) -> None:
        """Applies the steps all at once, exactly once. `rows` are keys with fingerprints and parents, to be remembered
        if the batch was applied and nobody lived to note it. See WriteIntent for `final` and `gathered`.
        """
        table, ports = self._table, self._ports
        company_id, config_id = table.config.company_id, table.config.id
        async with ports.transaction(company_id):
            await ports.tasks.held(company_id, table.claim.task.id, table.claim.claim_id)
            if self._last is not None and self._last.pending:
                await remember(table, self._last)
                await self.settle(self._last, applied=True)
            previous = self._last.marker if self._last is not None else None
            marker = new_number(ports.ids)
            self._last = intent = WriteIntent(
                marker, previous, table.claim.task.id, tuple(rows), pending=True, final=final, gathered=gathered
            )
            await ports.intents.put(company_id, config_id, intent)
        grid = table.grid
        await table.calls.write(
            lambda key: table.calls.spreadsheets.apply(key, grid.spreadsheet_id, steps, marker, previous)
        )


def new_number(ids: Ids, taken: Collection[int] = ()) -> int:
    """A number for something that Google shall know by an id of our own choosing, other than those that are taken."""
    number = ids.new().int % _NUMBERS + 1
    return number if number not in taken else new_number(ids, taken)


async def remember(table: SheetTable, intent: WriteIntent) -> None:
    """In an open transaction: the rows of a batch that was applied stand in the sheet."""
    if intent.rows:
        fingerprints = {key: fingerprint for key, fingerprint, _ in intent.rows}
        parents = {key: parent for key, _, parent in intent.rows if parent}
        await table.ports.rows.remember(table.config.company_id, table.config.id, fingerprints, parents)
