"""How much a run reads: everything or what changed, from where on, and where the next one starts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from application.exports.claims import Claim
from application.exports.portions import Batch
from application.exports.vendor_ports import Reading
from domain.exports.columns import Column
from domain.exports.config import ExportConfig, WriteStrategy
from domain.exports.cursor import Cursor
from domain.exports.exporter import BaseExporter, Feed
from domain.exports.filters import SAVED_FILTER
from domain.exports.task import RunMode


def reads_everything(claim: Claim, exporter: BaseExporter, now: datetime) -> bool:
    """Whether a run that starts now reads everything there is, so that what it does not meet is gone."""
    if not _incremental(claim) or claim.config.strategy is WriteStrategy.REPLACE:
        return True
    if not reads_whole(claim.config, exporter):
        return False
    recent = exporter.recent is not None and exporter.recent.admits(claim.config.conditions)
    return not recent or claim.config.recent_since(now) is None


def compares(claim: Claim) -> bool:
    """Whether rows that were written before are left out."""
    match claim.config.strategy:
        case WriteStrategy.APPEND:
            return True
        case WriteStrategy.REPLACE:
            return False
        case WriteStrategy.UPSERT | WriteStrategy.INSERT:
            return _incremental(claim)


def starting_point(claim: Claim, exporter: BaseExporter, now: datetime, *, sweeping: bool) -> Cursor | None:
    """An attempt goes on where the one before got to, but what is read in one piece is read anew."""
    if reads_whole(claim.config, exporter):
        return None if sweeping else claim.config.recent_since(now)
    if claim.task.checkpoint is not None:
        return claim.task.checkpoint
    if not sweeping and claim.config.cursor is not None:
        return claim.config.cursor.with_overlap()
    return None


def end_point(claim: Claim, reading: Reading, batch: Batch) -> Cursor | None:
    """Where the next run starts. An export that is read whole each time only notes that it was read at all."""
    known = claim.config.cursor
    cursor = batch.cursor or claim.task.checkpoint
    deleted = batch.deleted or (known.deleted if known is not None else None)
    if cursor is None:
        cursor = known if known is not None else (Cursor("") if reads_whole(claim.config, reading.exporter) else None)
    return replace(cursor, deleted=deleted) if cursor is not None else None


def window(claim: Claim, reading: Reading, columns: Sequence[Column]) -> Reading | None:
    """Recent objects, when it is time to read them anew and a column is shown that can change silently."""
    if not reading.exporter.window or not any(column.volatile for column in columns):
        return None
    since = claim.config.window_since(reading.now)
    return None if since is None else replace(reading, cursor=None, since=since)


def _incremental(claim: Claim) -> bool:
    return claim.task.mode is RunMode.INCREMENTAL and claim.config.cursor is not None


def reads_whole(config: ExportConfig, exporter: BaseExporter) -> bool:
    """Whether what changed cannot be told, so that each run reads all. A saved filter allows no other condition."""
    return exporter.feed is Feed.WHOLE or any(one.filter_id == SAVED_FILTER.id for one in config.conditions)
