"""Moving rows: read, compared with what was written before, written in batches, with a checkpoint after each."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace

from application.billing.quotas import Quotas
from application.connections.ports import MoySkladKey, Urgency
from application.connections.vendor_access import MoySkladAccess
from application.exports.ahead import PagesAhead
from application.exports.announced import Announcing, Marked, tells_misses, told_until
from application.exports.assembling import Assembly, assembly
from application.exports.claims import Claim
from application.exports.comparing import SheetContents
from application.exports.diary import RunPhase, next_page, phase, write_down
from application.exports.extent import compares, end_point, reads_everything, reads_whole, starting_point, window
from application.exports.limits import RunLimits
from application.exports.mark_ports import ChangeMarks
from application.exports.noting import Notes, Noting
from application.exports.portions import Batch, Phase, Portion, Portioner, trashed
from application.exports.ports import (
    CronCalendar,
    ExportConfigs,
    ExportedRows,
    ExporterCatalogue,
    ExportTasks,
    Formulas,
    Quarantine,
)
from application.exports.pseudonyms import Pseudonyms
from application.exports.removing import Removing
from application.exports.replacing import Replacing
from application.exports.table import SheetTable, SheetTables
from application.exports.tidings import Tidings
from application.exports.vendor_ports import MomentRefused, Reading, Source
from application.exports.writers import Writer, writer_of
from application.exports.writing import Writing
from application.ports import Clock, Transaction
from domain.exports.columns import CUSTOM_PREFIXES, Column
from domain.exports.config import ExportConfig
from domain.exports.exporter import BaseExporter
from domain.exports.rows import TooManyBadRows, check_share
from domain.exports.task import RunMode
from domain.shared.cells import CellKind
from domain.shared.errors import ConnectionBroken, Forbidden, QuotaExceeded, RuleViolated, SkladSheetsError

_PAGES_AHEAD = 8
_TO_BE_MENDED = (QuotaExceeded, RuleViolated, ConnectionBroken, Forbidden)
"""What stops a run until somebody has done something about it; all else passes, or has taken the run from us."""


@dataclass(slots=True)
class _Run:
    """One attempt at a run: what it works with.

    A `sweeping` run reads everything there is, so that what it does not meet is gone. `marked` is what was told of.
    """

    claim: Claim
    key: MoySkladKey
    ahead: PagesAhead
    reading: Reading
    table: SheetTable
    writer: Writer
    writing: Writing
    portioner: Portioner
    batch: Batch
    shown: SheetContents | None
    sweeping: bool
    window: Reading | None
    marked: Marked

    @property
    def swept(self) -> bool:
        """Whether everything there is was met. A bad row of a report has no id by which it could be asked for, so that
        it would pass for a vanished one.
        """
        return self.sweeping and self.batch.complete and bool(self.reading.exporter.entity or not self.batch.bad_rows)


class Transfer:
    """Carries out claimed runs. No transaction is open while a vendor is spoken to."""

    def __init__(
        self,
        transaction: Transaction,
        configs: ExportConfigs,
        tasks: ExportTasks,
        rows: ExportedRows,
        quarantine: Quarantine,
        marks: ChangeMarks,
        catalogue: ExporterCatalogue,
        calendar: CronCalendar,
        moysklad: MoySkladAccess,
        source: Source,
        formulas: Formulas,
        pseudonyms: Pseudonyms,
        tables: SheetTables,
        tidings: Tidings,
        quotas: Quotas,
        limits: RunLimits,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._configs = configs
        self._tasks = tasks
        self._rows = rows
        self._quarantine = quarantine
        self._marks = marks
        self._catalogue = catalogue
        self._calendar = calendar
        self._moysklad = moysklad
        self._source = source
        self._formulas = formulas
        self._pseudonyms = pseudonyms
        self._tables = tables
        self._tidings = tidings
        self._limits = limits
        self._clock = clock
        self._notes = Notes(transaction, tasks, rows, quarantine, quotas, limits, clock)
        self._removing = Removing(transaction, tasks, rows, source, clock)
        self._announcing = Announcing(transaction, marks, source)

    async def run(self, claim: Claim) -> None:
        """Reads everything that the run is about and leaves it in the sheet; the task is finished afterwards.

        Raises ClaimLost as soon as the run is no longer ours, TooManyBadRows, RemovalBrake, and what Source,
        Spreadsheets, Formulas and the strategies raise.
        """
        config = claim.config
        if claim.task.mode is RunMode.RESTORE:
            await self._restore(claim)
            return
        exporter = self._catalogue.get(config.exporter_key)
        now = self._clock.now()
        everything = reads_everything(claim, exporter, now)
        urgency = Urgency.BACKFILL if everything else Urgency.ROUTINE
        key = await self._moysklad.key(config.company_id, urgency)
        custom = await self._custom(key, config, exporter)
        veil = await self._pseudonyms.key(config.company_id, config.personal)
        made = assembly(exporter, config, custom, self._formulas, veil)
        reading = Reading(
            exporter=exporter,
            columns=made.read,
            conditions=config.conditions,
            cursor=starting_point(claim, exporter, now, sweeping=everything),
            zone=self._calendar.zone(claim.time_zone),
            now=now,
            mode=config.mode,
            custom=custom,
        )
        table = self._tables.table(claim, made.kinds, made.key_places)
        try:
            async with PagesAhead(self._source) as ahead:
                if everything:
                    ahead.begin(key, reading)
                await self._transfer(claim, made, table, reading, key, ahead)
        except SkladSheetsError:
            await self._count_requests(claim, table)
            raise

    async def _transfer(
        self, claim: Claim, made: Assembly, table: SheetTable, reading: Reading, key: MoySkladKey, ahead: PagesAhead
    ) -> None:
        config, exporter, now = claim.config, reading.exporter, reading.now
        writer = writer_of(table, self._limits)
        await table.open(claim.task.mode)
        to_do = await writer.begin()
        sweeping = reads_everything(claim, exporter, now)  # opening may have found that all begins anew
        reading = replace(reading, cursor=starting_point(claim, exporter, now, sweeping=sweeping))
        marked = await self._announcing.before(claim, exporter, sweeping=sweeping)
        shown = await SheetContents.of(table) if claim.task.mode is RunMode.RECONCILE else None
        batch = Batch(claim.task, table)
        noting = Noting(
            self._notes,
            claim,
            writer,
            sweeping=sweeping,
            compared=shown is not None,
            resumes=shown is None and not reads_whole(config, exporter),
        )
        run = _Run(
            claim=claim,
            key=key,
            ahead=ahead,
            reading=reading,
            table=table,
            writer=writer,
            writing=Writing(writer, noting, batch, self._limits),
            portioner=Portioner(claim, made, self._rows, self._transaction, shown, compares=compares(claim)),
            batch=batch,
            shown=shown,
            sweeping=sweeping,
            window=None if sweeping or marked.alone else window(claim, reading, made.read),
            marked=marked,
        )
        if to_do:
            await self._carry_out(run)
        else:  # an attempt before this one read everything, and knew nothing of what was told since
            run.marked = Marked(())
            await self._finish(run)

    async def _restore(self, claim: Claim) -> None:
        """Brings the version before the last replacement back. Nothing is read but the spreadsheet."""
        exporter = self._catalogue.get(claim.config.exporter_key)
        kinds = tuple(CellKind.TEXT for _ in claim.config.columns)
        key_id = exporter.key_column_of(claim.config.mode)
        key_place = [column.id for column in claim.config.columns].index(key_id)
        table = self._tables.table(claim, kinds, (key_place,))
        await table.open(claim.task.mode)
        replacing = Replacing(table, self._limits)
        if await replacing.begin():
            await replacing.restore()
        company_id = claim.config.company_id
        async with self._transaction(company_id):
            task = await self._tasks.held(company_id, claim.task.id, claim.claim_id)
            task.counts.write_requests = claim.task.counts.write_requests + table.write_requests
            write_down(task)
            task.finish(self._clock.now())
            await self._tasks.save(task)
            await self._tidings.ended(claim.config, task)

    async def _carry_out(self, run: _Run) -> None:
        try:
            await self._move(run)
        except MomentRefused:
            run.sweeping, run.reading = True, replace(run.reading, cursor=None)
            run.writing.sweep()
            await self._move(run)
        except _TO_BE_MENDED as stopped:
            try:
                await run.writer.leave()
            except SkladSheetsError as failed:  # what was gathered waits for the next run
                raise stopped from failed
            raise
        if run.swept:
            await self._removing.sweep(run.claim, run.key, run.reading)
        run.batch.removed += await self._removing.remove(run.claim, run.table, run.reading, run.writer.removal_grid())
        if run.shown is not None:
            run.batch.source_rows = run.shown.source_rows
            run.batch.sheet_rows = run.shown.source_rows - run.shown.missing() + run.batch.appended
        await run.writer.finish()
        await self._finish(run)

    async def _move(self, run: _Run) -> None:
        async with run.writing:
            await self._take_in(run)
            await run.writing.put(last=True)

    async def _take_in(self, run: _Run) -> None:
        batch = run.batch
        portions: asyncio.Queue[Portion | BaseException | None] = asyncio.Queue(_PAGES_AHEAD)
        reader = asyncio.create_task(self._read_into(portions, run))
        try:
            while (portion := await portions.get()) is not None:
                if isinstance(portion, BaseException):
                    raise portion
                batch.add(portion)
                if batch.size >= self._limits.batch_bytes or batch.large:
                    await run.writing.put()
                await self._stop_when_spoilt(run)
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    async def _stop_when_spoilt(self, run: _Run) -> None:
        """Keeps what is good, and the list of what is not, before giving up."""
        try:
            check_share(run.batch.bad_rows, run.batch.read)
        except TooManyBadRows:
            await run.writing.put()
            raise

    async def _custom(self, key: MoySkladKey, config: ExportConfig, exporter: BaseExporter) -> tuple[Column, ...]:
        """The company's own columns, where any is shown, filtered by, or may be read by a formula."""
        names = [column.id for column in config.columns] + [one.filter_id for one in config.conditions]
        formulas = [column.expression or "" for column in config.columns]
        wanted = any(name.startswith(CUSTOM_PREFIXES) for name in names) or any(
            prefix in formula for formula in formulas for prefix in CUSTOM_PREFIXES
        )
        return await self._source.custom_columns(key, exporter, config.conditions) if wanted else ()

    async def _read_into(self, portions: "asyncio.Queue[Portion | BaseException | None]", run: _Run) -> None:
        try:
            async for portion in self._read(run):
                await portions.put(portion)
            await portions.put(None)
        except Exception as failed:  # noqa: BLE001 - handed to the writer, which raises it
            await portions.put(failed)

    async def _read(self, run: _Run) -> AsyncIterator[Portion]:
        """What the run is about, recent objects anew, what was told of, the trash: what is there last is the truth."""
        async with aclosing(self._walk(run)) as walked:  # type: ignore[type-var]
            async for portion in walked:
                yield portion
        told = self._announcing.portions(run.key, run.reading, run.marked, run.portioner)
        async with aclosing(told) as portions:  # type: ignore[type-var]
            async for portion in portions:
                yield portion
        if run.marked.alone:
            return
        known = run.claim.config.cursor
        since = known.with_overlap().deleted if known is not None else None
        async with aclosing(self._source.deleted(run.key, run.reading, since)) as trash:  # type: ignore[type-var]
            while (found := await next_page(trash)) is not None:
                yield trashed(found)

    async def _walk(self, run: _Run) -> AsyncIterator[Portion]:
        if run.marked.alone:
            return
        exporter = run.reading.exporter
        watches = tells_misses(run.claim, exporter, sweeping=run.sweeping)
        until = told_until(run.reading.now)
        readings = [(Phase.ROWS, run.reading), *([(Phase.WINDOW, run.window)] if run.window is not None else [])]
        for kind, reading in readings:
            async with aclosing(run.ahead.read(run.key, reading)) as pages:  # type: ignore[type-var]
                while (page := await next_page(pages)) is not None:
                    with phase(RunPhase.MAP):
                        portion = await run.portioner.portion(page, kind)
                    counted = watches and kind is Phase.ROWS
                    yield replace(portion, missed=run.marked.missed(page, portion, until)) if counted else portion

    async def _count_requests(self, claim: Claim, table: SheetTable) -> None:
        """What an attempt in vain has asked of Google counts all the same."""
        company_id = claim.config.company_id
        async with self._transaction(company_id):
            task = await self._tasks.held(company_id, claim.task.id, claim.claim_id)
            task.counts.write_requests = claim.task.counts.write_requests + table.write_requests
            await self._tasks.save(task)

    async def _finish(self, run: _Run) -> None:
        claim, batch, now = run.claim, run.batch, self._clock.now()
        company_id = claim.config.company_id
        async with self._transaction(company_id):
            task = await self._tasks.held(company_id, claim.task.id, claim.claim_id)
            config = await self._configs.get(company_id, claim.config.id)
            config.read_up_to(end_point(run.claim, run.reading, run.batch))
            if run.window is not None or run.swept:
                config.windowed_at = run.reading.now
            if claim.task.mode is RunMode.RECONCILE and batch.complete:
                config.reconciled_at = now
            if run.sweeping and batch.complete and claim.task.started_at is not None:
                await self._quarantine.clear(company_id, config.id, claim.task.started_at)
            await self._configs.put(config)
            await self._marks.take(company_id, config.id, run.marked.read())
            task.counts = batch.counts()
            write_down(task)
            task.finish(now)
            await self._tasks.save(task)
            await self._tidings.ended(config, task)
