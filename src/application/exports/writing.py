"""Writing: one batch after another goes to the sheet, each while the next one is being gathered."""

import asyncio
from types import TracebackType
from typing import Self

from application.exports.diary import RunPhase, phase
from application.exports.limits import RunLimits
from application.exports.noting import Noting
from application.exports.portions import Batch, Taken, in_parts
from application.exports.writers import Writer
from domain.exports.task import HandedOver


class Writing:
    """One run's writes, in order, one at a time.

    To be used as a context: at its end everything that was put is written and noted. Where the block fails, that is
    done first, so that no progress is lost, and what it has come to is raised if it fails too; where the block is
    cancelled, what is being written is given up.
    """

    def __init__(self, writer: Writer, noting: Noting, batch: Batch, limits: RunLimits) -> None:
        self._writer = writer
        self._noting = noting
        self._batch = batch
        self._limits = limits
        self._last: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failed: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if failed is not None and not isinstance(failed, Exception):
                await self._give_up()
            else:
                await self._written()
                await self._noting.done()
        finally:
            await self._noting.rest()

    def sweep(self) -> None:
        """From here on the run reads everything there is."""
        self._noting.sweeping = True

    async def put(self, *, last: bool = False) -> None:
        """Begins to write what waits in the batch, which is empty afterwards; `last` says that no more will come.

        Raises what the write before has come to, and HandedOver where the run is to be taken up again later.
        """
        await self._written()
        if self._noting.wanted_back and not last:
            raise HandedOver
        if self._batch.waiting:
            self._last = asyncio.create_task(self._write(self._batch.take(), last=last))

    async def _write(self, taken: Taken, *, last: bool) -> None:
        parts = list(in_parts(taken.rows, self._limits.batch_bytes))
        waiting = len(taken.rows)
        written = []
        for number, rows in enumerate(parts):
            # All parts are noted together, so that what the first of them is allowed is allowed to all.
            await self._noting.require_hold(0 if number else len(taken.rows))
            waiting -= len(rows)
            last_of_all = last and len(parts) == 1
            with phase(RunPhase.WRITE):
                written.append(await self._writer.put(rows, waiting + taken.rows_to_come, last=last_of_all))
        await self._noting.note(self._batch.wrote(taken, written))

    async def _written(self) -> None:
        last, self._last = self._last, None
        if last is not None:
            await last

    async def _give_up(self) -> None:
        last, self._last = self._last, None
        if last is not None:
            last.cancel()
            await asyncio.gather(last, return_exceptions=True)
