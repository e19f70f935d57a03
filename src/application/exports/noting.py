"""Noting: what stands in the sheet is remembered, batch after batch, with a checkpoint after each."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from application.billing.quotas import Quotas
from application.exports.claims import Claim
from application.exports.diary import RunPhase, batch_written, phase, write_down
from application.exports.extent import compares
from application.exports.limits import RunLimits
from application.exports.portions import EncodedRow, Taken
from application.exports.ports import ExportedRows, ExportTasks, Quarantine
from application.exports.writers import Writer
from application.ports import Clock, Transaction
from domain.billing.usage import Hold
from domain.exports.task import ClaimLost, ExportTask
from domain.exports.write_strategies.gathering import Gathered
from domain.shared.identities import TaskId


@dataclass(frozen=True, slots=True)
class Notes:
    """What the notes of every run are written with."""

    transaction: Transaction
    tasks: ExportTasks
    rows: ExportedRows
    quarantine: Quarantine
    quotas: Quotas
    limits: RunLimits
    clock: Clock


class Noting:
    """One run's notes, in the order of its batches.

    A batch is noted while the next one is being written, where the writer allows that: then a worker that dies leaves
    two batches in the sheet that nobody knows of, instead of one, and both are found there by their keys.
    """

    def __init__(
        self, notes: Notes, claim: Claim, writer: Writer, *, sweeping: bool, compared: bool, resumes: bool = True
    ) -> None:
        """A `sweeping` run reads everything there is; in a `compared` one rows that stand in the sheet as they are were
        found there, not remembered. Where the run `resumes` at its checkpoint, `wanted_back` tells after a note
        that somebody else needs the place.
        """
        self._notes = notes
        self._claim = claim
        self._writer = writer
        self._compared = compared
        self.sweeping = sweeping
        self.wanted_back = False
        self._resumes = resumes
        self._last: asyncio.Task[None] | None = None
        self._holds: list[Hold] = []
        self._batches = 0

    async def require_hold(self, rows: int) -> None:
        """Raises ClaimLost where the run is no longer ours, and what Quotas raises where so many rows may not be
        written. To be asked before each write, even while the batch before is still being noted.
        """
        company_id, task_id, claim_id = self._claim.config.company_id, self._claim.task.id, self._claim.claim_id
        async with self._notes.transaction(company_id):
            if not await self._notes.tasks.still_held(company_id, task_id, claim_id):
                raise ClaimLost(task=str(task_id))
            if not rows:
                return
            self._batches += 1
            hold = await self._notes.quotas.reserve(company_id, task_id, claim_id, self._batches, rows)
        self._holds.append(hold)

    async def note(self, taken: Taken) -> None:
        """Remembers a batch that was written, or begins to. Raises what noting the batch before has come to."""
        await self.done()
        sweep = self._claim.task.id if self.sweeping else None
        holds, self._holds = self._holds, []
        gathered = self._writer.gathered  # as it is now: the next batch may be written before this one is noted
        self._last = asyncio.create_task(self._note(taken, sweep, holds, gathered))
        if not self._writer.overlaps:
            await self.done()

    async def done(self) -> None:
        """Waits until everything is noted. Raises what that has come to."""
        last, self._last = self._last, None
        if last is not None:
            await last

    async def rest(self) -> None:
        """Waits for the same after something else has failed, which is what will be told."""
        last, self._last = self._last, None
        if last is not None:
            await asyncio.gather(last, return_exceptions=True)

    async def _note(self, taken: Taken, sweep: TaskId | None, holds: list[Hold], gathered: Gathered | None) -> None:
        claim, notes = self._claim, self._notes
        company_id = claim.config.company_id
        if taken.rows:
            batch_written()
        with phase(RunPhase.NOTE):
            async with notes.transaction(company_id):
                task = await notes.tasks.held(company_id, claim.task.id, claim.claim_id)
                changed = await self._changed(taken) if holds else 0
                await self._note_in(task, taken, sweep, gathered)
                if holds:
                    await notes.quotas.settle(holds, claim.config.id, changed)

    async def _changed(self, taken: Taken) -> int:
        """How many of the written rows the company pays for: not those that stood in the sheet like that already as far
        as is known, written again because somebody wanted all of them, or to make good what had happened to them.
        """
        written = {row.key: row.fingerprint for row in taken.rows}
        if compares(self._claim):  # what is known was left out when it was read
            return len(written)
        config = self._claim.config
        known = await self._notes.rows.fingerprints(config.company_id, config.id, list(written))
        return len(written) - sum(written[key] == fingerprint for key, fingerprint in known.items())

    async def _note_in(self, task: ExportTask, taken: Taken, sweep: TaskId | None, gathered: Gathered | None) -> None:
        notes = self._notes
        await self._note_rows(taken, sweep, gathered)
        task.counts = taken.counts
        self.wanted_back = self._resumes and task.yielding
        write_down(task)
        task.advance(taken.cursor or task.checkpoint, notes.clock.now(), notes.limits.lease)
        await notes.tasks.save(task)

    async def _note_rows(self, taken: Taken, sweep: TaskId | None, gathered: Gathered | None) -> None:
        """Remembers what stands in the sheet now, what was met, and what is gone, in the open transaction."""
        company_id, config_id = self._claim.config.company_id, self._claim.config.id
        rows, quarantine = self._notes.rows, self._notes.quarantine
        written = [*taken.same, *taken.rows] if self._compared else taken.rows
        if written:  # of two rows with one key the later is the newer
            fingerprints = {row.key: row.fingerprint for row in written}
            parents = {row.key: row.parent for row in written if row.parent}
            where = gathered.sheet_id if gathered is not None else None
            await rows.remember(company_id, config_id, fingerprints, parents, sweep, where)
            await quarantine.release(company_id, config_id, _objects(written))
        await self._writer.noted(gathered)
        if taken.same and not self._compared:
            await rows.see(company_id, config_id, [row.key for row in taken.same], sweep)
        if taken.parents:
            kept = [row.key for row in (*taken.rows, *taken.same)]
            await rows.vanish_lines(company_id, config_id, taken.parents, kept)
        if taken.gone:
            await rows.vanish(company_id, config_id, taken.gone)
        if taken.bad:
            await quarantine.put(company_id, config_id, taken.bad, self._notes.clock.now())


def _objects(rows: Iterable[EncodedRow]) -> list[str]:
    return list(dict.fromkeys(row.parent or row.key for row in rows))
