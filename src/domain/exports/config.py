"""An export configuration: what a company wants to see in which sheet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.exports.columns import COLUMNS_LIMIT, ChosenColumn, ColumnsInvalid
from domain.exports.cursor import RECENT_OVERLAP, Cursor
from domain.exports.exporter import RowMode
from domain.exports.filters import Condition
from domain.exports.personal import SHOWN_AS_IS, PersonalKeySettled, PersonalRowsSettled, PersonalTerms, Treatment
from domain.exports.removal import ARCHIVE_SUFFIX, BRAKE_PERCENT, MARK_TITLE, RemovalPolicy
from domain.exports.schedule import Schedule
from domain.exports.scheduled import Scheduled
from domain.exports.sharing import Lane
from domain.exports.status_cell import CellAddress, RunLogUnfit, StatusCellInTable, StatusCellUnfit
from domain.exports.target import TITLE_LIMIT, SheetTarget
from domain.exports.task import ModeUnfit, RunMode
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
_MARK_NAME = "removed"
_STAGING_SUFFIX = " – загрузка"
_PREVIOUS_SUFFIX = " – прежняя версия"


class ConfigNotFound(NotFound):
    """The company has no such export."""

    code = "exports.config_not_found"


class StrategyUnknown(RuleViolated):
    """There is no such way of writing."""

    code = "exports.strategy_unknown"


class StrategyUnfit(RuleViolated):
    """An option does not go together with the way of writing."""

    code = "exports.strategy_unfit"


class IntervalInvalid(RuleViolated):
    """A number of days is negative or too large."""

    code = "exports.interval_invalid"


class WriteStrategy(StrEnum):
    """The ways of writing that exist. The set is closed, because stored rows name its members.

    `upsert` keeps one row for each key as the source has it, `insert` adds rows of new keys and never touches others,
    `append` adds a row for each new version, `replace` puts all rows of the source in place of all that stand there.
    """

    UPSERT = "upsert"
    INSERT = "insert"
    APPEND = "append"
    REPLACE = "replace"


@dataclass(slots=True)
class ExportConfig:
    """One export of one company.

    `header` are the titles as they were last written into the sheet, None before the first run. `cursor` is how far
    the last finished run has read, None when the next run has to read everything.

    A row is found by the object it stands for, or by what stands in its `key_columns` if there are any: of several
    objects that agree in them the one changed last is shown. When the table is replaced, `allow_empty` lets an empty
    source empty it, and `keep_previous` keeps what stood there before.

    `removal` says what becomes of rows whose object is gone, `brake_percent` how large a share of the rows a run may
    remove without asking. Every day objects of the last `window_days` are read anew (0: never), because sums that
    MoySklad computes change without `updated`; every `reconcile_days` a scheduled run compares everything (0: never).
    `windowed_at` is when such a reading, or one of everything, began.

    `run_log` is the title of a tab in the same spreadsheet where each run that ended has a row, `status_cell` a cell
    that shows the last. `status_made` is the place where that cell was named, so that it can be found when it moves;
    a name that people have deleted since is not made again, unless by a full run.

    `fresh_at` is when the last run that went well began to read: so old is what the sheet shows.
    `on_change` says that a run shall follow when MoySklad tells that something changed. `personal` says how data about
    people is shown.
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
    key_columns: tuple[str, ...] = ()
    allow_empty: bool = False
    keep_previous: bool = True
    header: tuple[str, ...] | None = None
    cursor: Cursor | None = None
    windowed_at: datetime | None = None
    reconciled_at: datetime | None = None
    run_log: str | None = None
    status_cell: CellAddress | None = None
    status_made: str | None = None
    fresh_at: datetime | None = None

    @property
    def next_due_at(self) -> datetime | None:
        """When it runs by itself next, as far as that is known."""
        return None if self.schedule is None else self.schedule.next_due_at(self.id)

    on_change: bool = False
    personal: PersonalTerms = SHOWN_AS_IS

    def titles(self) -> tuple[str, ...]:
        """The header row that the sheet should show."""
        titles = tuple(column.title for column in self.columns)
        return (*titles, MARK_TITLE) if self.removal is RemovalPolicy.MARK else titles

    def column_names(self) -> tuple[str, ...]:
        """What the columns are called for ever, however they are titled, in the order of the titles."""
        names = tuple(column.id for column in self.columns)
        return (*names, _MARK_NAME) if self.removal is RemovalPolicy.MARK else names

    def check_mode(self, mode: RunMode) -> None:
        """Raises ModeUnfit where there is nothing that such a run could do."""
        replaced = self.strategy is WriteStrategy.REPLACE
        compared = not replaced and self.strategy is not WriteStrategy.APPEND
        if (mode is RunMode.RESTORE and not replaced) or (mode is RunMode.RECONCILE and not compared):
            raise ModeUnfit(mode=mode.value, strategy=self.strategy.value)

    def lane(self, mode: RunMode) -> Lane:
        """Where such a run would wait for its turn."""
        everything = mode in {RunMode.FULL, RunMode.RECONCILE} or (mode is RunMode.INCREMENTAL and self.cursor is None)
        return Lane.BACKFILL if everything else Lane.LIVE

    def kept_titles(self) -> tuple[str, ...]:
        """Titles of tabs that are made when a run is told about, which no other tab of ours may take."""
        return tuple(filter(None, [self.run_log, self.status_cell.tab if self.status_cell is not None else None]))

    def archive_tab(self) -> str:
        """The title of the tab that removed rows are moved to, unless another tab has it."""
        return self._beside(ARCHIVE_SUFFIX)

    def staging_tab(self) -> str:
        """The title of the hidden tab in which a new version of the table is gathered, unless another has it."""
        return self._beside(_STAGING_SUFFIX)

    def previous_tab(self) -> str:
        """The title of the hidden tab that keeps the version before, unless another has it."""
        return self._beside(_PREVIOUS_SUFFIX)

    def _beside(self, suffix: str) -> str:
        return self.target.tab[: TITLE_LIMIT - len(suffix)] + suffix

    def check_strategy(self) -> None:
        """Raises StrategyUnfit where options contradict the way of writing, and ColumnsInvalid where a column of the
        company's own is called like that of the marks.
        """
        chosen = {column.id for column in self.columns}
        if len(chosen) == len(self.columns) and len(set(self.column_names())) != len(self.column_names()):
            raise ColumnsInvalid(count=len(self.columns), limit=COLUMNS_LIMIT)
        if not chosen.issuperset(self.key_columns):
            raise StrategyUnfit(strategy=self.strategy.value, option="keyColumns")
        if self.strategy is WriteStrategy.APPEND and self.removal is not RemovalPolicy.KEEP:
            raise StrategyUnfit(strategy=self.strategy.value, option="removal")
        if self.strategy is WriteStrategy.REPLACE and self.removal is not RemovalPolicy.REMOVE:
            raise StrategyUnfit(strategy=self.strategy.value, option="removal")
        if self.key_columns and self.strategy in {WriteStrategy.APPEND, WriteStrategy.REPLACE}:
            raise StrategyUnfit(strategy=self.strategy.value, option="keyColumns")

    def check_telling(self) -> None:
        """Raises RunLogUnfit, StatusCellUnfit or StatusCellInTable where a run would be told about in the table itself
        or in a tab that the export makes, empties and deletes as it needs.
        """
        hidden = (self.archive_tab(), self.staging_tab(), self.previous_tab())
        log, cell = self.run_log, self.status_cell
        for tab in (self.target.tab, *hidden):
            if log is not None and log.casefold() == tab.casefold():
                raise RunLogUnfit(tab=log)
        if cell is None:
            return
        for tab in (*hidden, *([log] if log is not None else [])):
            if cell.on(tab):
                raise StatusCellUnfit(cell=cell.text(), tab=tab)
        if cell.tab is None and cell.column < len(self.titles()):
            raise StatusCellInTable(cell=cell.text(), tab=self.target.tab)

    def told_of(self) -> bool:
        """Whether a run that ends now is told about in the spreadsheet, as far as there is one."""
        return (self.run_log is not None or self.status_cell is not None) and self.target.spreadsheet_id is not None

    def status_name(self) -> str:
        """The name under which the status cell is found again wherever people move it."""
        return f"skladsheets_{self.id.hex}"

    def status_place(self) -> str | None:
        """What `status_made` is while the status cell stands where it shall; beside a table that goes on in another
        tab it has to be made anew.
        """
        cell = self.status_cell
        if cell is None:
            return None
        return cell.text() if cell.tab is not None else f"{self.target.sheet_id}!{cell.text()}"

    def show_people(
        self,
        terms: PersonalTerms,
        before: Mapping[str, Treatment],
        after: Mapping[str, Treatment],
        keys: Iterable[str],
    ) -> None:
        """From now on data about people is shown like that; the next run writes every row anew. `before` and `after`
        tell how each column that is read was and will be shown, `keys` are those by which rows are found.

        Raises PersonalKeySettled or PersonalRowsSettled where rows that stand in the sheet could not be brought into
        line, so that what was to be hidden would stay there.
        """
        self.personal, changed = terms, [name for name, treatment in after.items() if before.get(name) != treatment]
        if not changed:
            return
        if self.header is not None:
            settled = next((name for name in keys if name in changed), None)
            if settled is not None:
                raise PersonalKeySettled(column=settled)
            if self.strategy in {WriteStrategy.INSERT, WriteStrategy.APPEND}:
                raise PersonalRowsSettled(strategy=self.strategy.value)
        self.cursor = None

    def show_times_anew(self) -> bool:
        """From now on times are shown on another clock; where rows are kept up to date, the next run writes them anew.
        Answers whether rows that a run has written so far are out of date.
        """
        if self.strategy is WriteStrategy.UPSERT:
            self.cursor = None
        return self.strategy in {WriteStrategy.UPSERT, WriteStrategy.REPLACE}

    def moved_on(self, taken: Iterable[str]) -> None:
        """The table goes on in a tab yet to be made, and is written anew. `taken` are the titles of all tabs."""
        self.target = self.target.next_tab([*taken, *self.kept_titles()])
        self.header = self.cursor = None

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
        start = compares_from(self.strategy, self.reconcile_days, self.reconciled_at or self.created_at)
        return start is not None and now >= start

    def write_lock(self) -> str:
        """What two writers must not hold at once: the spreadsheet, or this export while it has none yet."""
        return write_lock_of(self.id, self.target.spreadsheet_id)

    def scheduled(self) -> Scheduled:
        """What has to be known of it when its schedule comes due."""
        since = self.reconciled_at or self.created_at
        return Scheduled(
            id=self.id,
            company_id=self.company_id,
            schedule=self.schedule,
            write_lock=self.write_lock(),
            unread=self.cursor is None,
            compares_from=compares_from(self.strategy, self.reconcile_days, since),
            fresh_at=self.fresh_at,
        )

    def settled(self, spreadsheet_id: str, sheet_id: int, header: tuple[str, ...] | None) -> None:
        """The tab exists; it shows this header, or none yet."""
        self.target = self.target.placed(spreadsheet_id, sheet_id)
        self.header = header

    def read_up_to(self, cursor: Cursor | None) -> None:
        """A run finished; the next one starts from here. A run that saw nothing leaves the cursor where it was."""
        if cursor is not None:
            self.cursor = cursor


def compares_from(strategy: WriteStrategy, reconcile_days: int, since: datetime) -> datetime | None:
    """From when on a scheduled run compares everything, if the last one did so at `since`; None: never."""
    if strategy in {WriteStrategy.APPEND, WriteStrategy.REPLACE} or not reconcile_days:
        return None  # a history is not compared, and what is replaced each time need not be
    return since + timedelta(days=reconcile_days)


def write_lock_of(config_id: ConfigId, spreadsheet_id: str | None) -> str:
    """See ExportConfig.write_lock."""
    return spreadsheet_id or f"config:{config_id}"


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
