"""Moving rows: read, compared with what was written before, written in batches, with a checkpoint after each."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace

import msgspec

from application.connections.ports import MoySkladKey, Urgency
from application.connections.vendor_access import MoySkladAccess
from application.exports.claims import Claim
from application.exports.limits import RunLimits
from application.exports.ports import (
    CronCalendar,
    ExportConfigs,
    ExportedRows,
    ExporterCatalogue,
    ExportTasks,
    Page,
    Reading,
    Source,
)
from application.exports.table import SheetTable, SheetTables
from application.ports import Clock, Transaction
from domain.exports.columns import ATTRIBUTE_PREFIX, Column
from domain.exports.config import ExportConfig
from domain.exports.cursor import Cursor
from domain.exports.exporter import BaseExporter
from domain.exports.rows import check_row
from domain.exports.task import ExportTask, RunMode
from domain.shared.cells import TEXT_LIMIT
from domain.shared.errors import SkladSheetsError

_PAGES_AHEAD = 4
_ENCODER = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class EncodedRow:
    """A row as it will be sent, and what it is recognised by."""

    key: str
    json: bytes
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Portion:
    """What is left of a page once unchanged rows are taken out."""

    rows: list[EncodedRow]
    read: int
    cursor: Cursor
    total: int


class Transfer:
    """Carries out claimed runs. No transaction is open while a vendor is spoken to."""

    def __init__(
        self,
        transaction: Transaction,
        configs: ExportConfigs,
        tasks: ExportTasks,
        rows: ExportedRows,
        catalogue: ExporterCatalogue,
        calendar: CronCalendar,
        moysklad: MoySkladAccess,
        source: Source,
        tables: SheetTables,
        limits: RunLimits,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._configs = configs
        self._tasks = tasks
        self._rows = rows
        self._catalogue = catalogue
        self._calendar = calendar
        self._moysklad = moysklad
        self._source = source
        self._tables = tables
        self._limits = limits
        self._clock = clock

    async def run(self, claim: Claim) -> None:
        """Reads everything that the run is about and leaves it in the sheet; the task is finished afterwards.

        Raises ClaimLost as soon as the run is no longer ours, and what Source, Spreadsheets and the strategies raise.
        """
        config = claim.config
        exporter = self._catalogue.get(config.exporter_key)
        urgency = Urgency.BACKFILL if _reads_everything(claim) else Urgency.ROUTINE
        key = await self._moysklad.key(config.company_id, urgency)
        columns = exporter.resolve(config.columns, await self._attributes(key, config, exporter))
        table = self._tables.table(claim, columns, exporter.key_column)
        try:
            await table.open(claim.task.mode)
            zone = self._calendar.zone(claim.time_zone)
            reading = Reading(exporter, columns, config.conditions, _starting_point(claim), zone)
            await self._move(claim, key, reading, table)
        except SkladSheetsError:
            await self._count_requests(claim, table)
            raise

    async def _move(self, claim: Claim, key: MoySkladKey, reading: Reading, table: SheetTable) -> None:
        batch = _Batch(claim.task, table)
        portions: asyncio.Queue[Portion | BaseException | None] = asyncio.Queue(_PAGES_AHEAD)
        reader = asyncio.create_task(self._read_into(portions, key, reading, claim))
        try:
            while (portion := await portions.get()) is not None:
                if isinstance(portion, BaseException):
                    raise portion
                batch.add(portion)
                if batch.size >= self._limits.batch_bytes:
                    await self._flush(claim, batch)
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        await self._flush(claim, batch)
        await table.finish()
        await self._finish(claim, batch)

    async def _attributes(self, key: MoySkladKey, config: ExportConfig, exporter: BaseExporter) -> tuple[Column, ...]:
        if not any(column.id.startswith(ATTRIBUTE_PREFIX) for column in config.columns):
            return ()
        return await self._source.attributes(key, exporter)

    async def _read_into(
        self, portions: asyncio.Queue[Portion | BaseException | None], key: MoySkladKey, reading: Reading, claim: Claim
    ) -> None:
        try:
            pages: AsyncIterator[Page] = self._source.read(key, reading)
            async with aclosing(pages):  # type: ignore[type-var]
                async for page in pages:
                    await portions.put(await self._portion(page, claim))
            await portions.put(None)
        except Exception as failed:  # noqa: BLE001 - handed to the writer, which raises it
            await portions.put(failed)

    async def _portion(self, page: Page, claim: Claim) -> Portion:
        titles = claim.config.titles()
        encoded = []
        for row in page.rows:
            json = _ENCODER.encode(row.cells)
            if len(json) > TEXT_LIMIT:
                check_row(row, titles)
            encoded.append(EncodedRow(row.key, json, hashlib.blake2b(json, digest_size=16).digest()))
        if claim.task.mode is RunMode.INCREMENTAL and claim.config.cursor is not None and encoded:
            keys = [row.key for row in encoded]
            async with self._transaction(claim.config.company_id):
                known = await self._rows.fingerprints(claim.config.company_id, claim.config.id, keys)
            encoded = [row for row in encoded if known.get(row.key) != row.fingerprint]
        return Portion(encoded, len(page.rows), page.cursor, page.total)

    async def _flush(self, claim: Claim, batch: "_Batch") -> None:
        if batch.cursor is None:
            return
        for number, rows in enumerate(batch.slices(self._limits.batch_bytes)):
            if number:
                await self._require_hold(claim)
            written = await batch.table.put([(row.key, row.json) for row in rows], batch.rows_to_come)
            batch.updated += written.updated
            batch.appended += written.appended
        company_id = claim.config.company_id
        async with self._transaction(company_id):
            task = await self._tasks.held(company_id, claim.task.id, claim.claim_id)
            if batch.rows:
                fingerprints = {row.key: row.fingerprint for row in batch.rows}
                await self._rows.remember(company_id, claim.config.id, fingerprints)
            batch.report(task)
            task.advance(batch.cursor, self._clock.now(), self._limits.lease)
            await self._tasks.save(task)
        batch.clear()

    async def _count_requests(self, claim: Claim, table: SheetTable) -> None:
        """What an attempt in vain has asked of Google counts all the same."""
        company_id = claim.config.company_id
        async with self._transaction(company_id):
            task = await self._tasks.held(company_id, claim.task.id, claim.claim_id)
            task.counts.write_requests = claim.task.counts.write_requests + table.write_requests
            await self._tasks.save(task)

    async def _require_hold(self, claim: Claim) -> None:
        async with self._transaction(claim.config.company_id):
            await self._tasks.held(claim.config.company_id, claim.task.id, claim.claim_id)

    async def _finish(self, claim: Claim, batch: "_Batch") -> None:
        company_id = claim.config.company_id
        async with self._transaction(company_id):
            task = await self._tasks.held(company_id, claim.task.id, claim.claim_id)
            config = await self._configs.get(company_id, claim.config.id)
            config.read_up_to(batch.cursor or claim.task.checkpoint)
            await self._configs.put(config)
            batch.report(task)
            task.finish(self._clock.now())
            await self._tasks.save(task)


class _Batch:
    """Rows waiting to be written, and the counts of the run so far."""

    def __init__(self, task: ExportTask, table: SheetTable) -> None:
        again = task.checkpoint.offset if task.checkpoint is not None else 0  # rows that are read a second time
        self._before = replace(task.counts, read=max(task.counts.read - again, 0))
        self.table = table
        self.rows: list[EncodedRow] = []
        self.size = 0
        self.cursor: Cursor | None = None
        self.read = self.total = self.unchanged = self.updated = self.appended = 0

    @property
    def rows_to_come(self) -> int:
        return max(self.total - self.read, 0)

    def add(self, portion: Portion) -> None:
        self.rows.extend(portion.rows)
        self.size += sum(len(row.json) + 1 for row in portion.rows)
        self.cursor = portion.cursor
        self.read += portion.read
        self.unchanged += portion.read - len(portion.rows)
        self.total = max(self.total, portion.total)

    def slices(self, limit: int) -> Iterator[list[EncodedRow]]:
        part: list[EncodedRow] = []
        size = 0
        for row in self.rows:
            if part and size + len(row.json) > limit * 1.2:
                yield part
                part, size = [], 0
            part.append(row)
            size += len(row.json) + 1
        if part:
            yield part

    def report(self, task: ExportTask) -> None:
        before, counts = self._before, task.counts
        counts.read = before.read + self.read
        counts.total = max(before.read + self.total, counts.read)
        counts.unchanged = before.unchanged + self.unchanged
        counts.updated = before.updated + self.updated
        counts.appended = before.appended + self.appended
        counts.write_requests = before.write_requests + self.table.write_requests

    def clear(self) -> None:
        self.rows = []
        self.size = 0


def _reads_everything(claim: Claim) -> bool:
    """Whether the run is one of the long ones: it does not start from what an earlier run has read."""
    return claim.task.mode is not RunMode.INCREMENTAL or claim.config.cursor is None


def _starting_point(claim: Claim) -> Cursor | None:
    if claim.task.checkpoint is not None:
        return claim.task.checkpoint
    if claim.task.mode is RunMode.INCREMENTAL and claim.config.cursor is not None:
        return claim.config.cursor.with_overlap()
    return None
