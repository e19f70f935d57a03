"""An export configuration: what a company wants to see in which sheet."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.exports.columns import ChosenColumn
from domain.exports.cursor import RECENT_OVERLAP, Cursor
from domain.exports.exporter import RowMode
from domain.exports.filters import Condition
from domain.exports.removal import ARCHIVE_SUFFIX, BRAKE_PERCENT, MARK_TITLE, RemovalPolicy
from domain.exports.schedule import Schedule
from domain.exports.target import TITLE_LIMIT, SheetTarget
from domain.shared.errors import NotFound, RuleViolated
from domain.shared.identities import CompanyId, ConfigId

WINDOW_EVERY = timedelta(days=1)
RECENT_FOR = timedelta(hours=24) - RECENT_OVERLAP - timedelta(hours=1)
"""So long after everything was read a report may be asked for what changed of late. MoySklad answers that for the last
24 hours, and recommends to read everything at least as often (JSON API docs, `changedSince`); an hour is left for
waiting.
"""

WINDOW_DAYS = 60
RECONCILE_DAYS = 7
LONGEST_DAYS = 3660


class ConfigNotFound(NotFound):
    """The company has no such export."""

    code = "exports.config_not_found"


class StrategyUnknown(RuleViolated):
    """There is no such way of writing."""

    code = "exports.strategy_unknown"


class IntervalInvalid(RuleViolated):
    """A number of days is negative or too large."""

    code = "exports.interval_invalid"


class WriteStrategy(StrEnum):
    """The ways of writing that exist. The set is closed, because stored rows name its members."""

    UPSERT = "upsert"


@dataclass(slots=True)
class ExportConfig:
    """One export of one company.

    `header` are the titles as they were last written into the sheet, None before the first run. `cursor` is how far
    the last finished run has read, None when the next run has to read everything.

    `removal` says what becomes of rows whose object is gone, `brake_percent` how large a share of the rows a run may
    remove without asking. Every day objects of the last `window_days` are read anew (0: never), because sums that
    MoySklad computes change without `updated`; every `reconcile_days` a scheduled run compares everything (0: never).
    `windowed_at` is when such a reading, or one of everything, began.
    """

    id: ConfigId
    company_id: CompanyId
    name: str
    exporter_key: str
    columns: tuple[ChosenColumn, ...]
    conditions: tuple[Condition, ...]
    strategy: WriteStrategy
    target: SheetTarget
    schedule: Schedule | None
    created_at: datetime
    mode: RowMode = RowMode.DOCUMENT
    removal: RemovalPolicy = RemovalPolicy.REMOVE
    brake_percent: int = BRAKE_PERCENT
    window_days: int = 0
    reconcile_days: int = 0
    header: tuple[str, ...] | None = None
    cursor: Cursor | None = None
    windowed_at: datetime | None = None
    reconciled_at: datetime | None = None

    def titles(self) -> tuple[str, ...]:
        """The header row that the sheet should show."""
        titles = tuple(column.title for column in self.columns)
        return (*titles, MARK_TITLE) if self.removal is RemovalPolicy.MARK else titles

    def archive_tab(self) -> str:
        """The title of the tab that removed rows are moved to."""
        return self.target.tab[: TITLE_LIMIT - len(ARCHIVE_SUFFIX)] + ARCHIVE_SUFFIX

    def window_since(self, now: datetime) -> datetime | None:
        """From which date on objects are to be read anew in a run that starts now; None when it is not yet time."""
        if not self.window_days or (self.windowed_at is not None and now - self.windowed_at < WINDOW_EVERY):
            return None
        return now - timedelta(days=self.window_days)

    def recent_since(self, now: datetime) -> Cursor | None:
        """From which moment on a run that starts now may ask for what changed; None when it is to read everything.

        How old the moment is, is told by our own clock: the moment itself stands on MoySklad's, which may be another.
        """
        if self.cursor is None or not self.cursor.updated or self.windowed_at is None:
            return None
        return self.cursor.with_overlap(RECENT_OVERLAP) if now - self.windowed_at <= RECENT_FOR else None

    def reconcile_due(self, now: datetime) -> bool:
        """Whether a scheduled run that starts now should compare everything."""
        since = self.reconciled_at or self.created_at
        return self.reconcile_days > 0 and now - since >= timedelta(days=self.reconcile_days)

    def write_lock(self) -> str:
        """What two writers must not hold at once: the spreadsheet, or this export while it has none yet."""
        return self.target.spreadsheet_id or f"config:{self.id}"

    def settled(self, spreadsheet_id: str, sheet_id: int, header: tuple[str, ...] | None) -> None:
        """The tab exists; it shows this header, or none yet."""
        self.target = self.target.placed(spreadsheet_id, sheet_id)
        self.header = header

    def read_up_to(self, cursor: Cursor | None) -> None:
        """A run finished; the next one starts from here. A run that saw nothing leaves the cursor where it was."""
        if cursor is not None:
            self.cursor = cursor


def check_days(days: int, field: str) -> int:
    """The number of days. Raises IntervalInvalid."""
    if not 0 <= days <= LONGEST_DAYS:
        raise IntervalInvalid(field=field, limit=LONGEST_DAYS)
    return days


def strategy_named(name: str) -> WriteStrategy:
    """The strategy of that name. Raises StrategyUnknown."""
    try:
        return WriteStrategy(name)
    except ValueError as wrong:
        raise StrategyUnknown(strategy=name[:50], known=", ".join(WriteStrategy)) from wrong
