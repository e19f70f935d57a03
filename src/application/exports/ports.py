"""Ports of the exports area."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from application.connections.ports import MoySkladKey
from domain.exports.columns import Column
from domain.exports.config import ExportConfig
from domain.exports.cursor import Cursor
from domain.exports.exporter import BaseExporter, RowMode
from domain.exports.filters import Condition
from domain.exports.rows import BadRow, Row
from domain.exports.task import ExportTask
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import Cell, CellKind
from domain.shared.identities import ClaimId, CompanyId, ConfigId, TaskId


class ExporterCatalogue(Protocol):
    """The exporters that exist."""

    def get(self, key: str) -> BaseExporter:
        """Raises ExporterUnknown."""
        ...

    def all(self) -> Sequence[BaseExporter]:
        """Every exporter, in the order of their keys."""
        ...


class CronCalendar(Protocol):
    """Cron expressions on a company's wall clock."""

    def next_after(self, cron: str, time_zone: str, moment: datetime) -> datetime:
        """The first occurrence after `moment`, in UTC. Raises CronInvalid or TimeZoneUnknown."""
        ...

    def zone(self, time_zone: str) -> tzinfo:
        """The IANA zone of that name. Raises TimeZoneUnknown."""
        ...


class ExportConfigs(Protocol):
    """Export configurations at rest."""

    async def get(self, company_id: CompanyId, config_id: ConfigId) -> ExportConfig:
        """The configuration, locked until the end of the transaction. Raises ConfigNotFound."""
        ...

    async def put(self, config: ExportConfig) -> None:
        """Stores the configuration, new or changed."""
        ...

    async def remove(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """Forgets the configuration, its tasks and its row fingerprints. Raises ConfigNotFound."""
        ...

    async def due(self, now: datetime, limit: int) -> list[ExportConfig]:
        """Configurations of any company whose schedule has come due, locked, passing over those that another process
        has locked. Needs a SystemTransaction.
        """
        ...


class ExportTasks(Protocol):
    """Export tasks at rest."""

    async def add(self, task: ExportTask) -> None:
        """Stores a new task. Raises ExportAlreadyRunning when its export has one that is not over."""
        ...

    async def get(self, company_id: CompanyId, task_id: TaskId) -> ExportTask:
        """The task, locked until the end of the transaction. Raises TaskNotFound."""
        ...

    async def save(self, task: ExportTask) -> None:
        """Stores the changed task. Raises SpreadsheetTaken when it is claimed while another claimed task holds the same
        `write_lock`.
        """
        ...

    async def held(self, company_id: CompanyId, task_id: TaskId, claim_id: ClaimId) -> ExportTask:
        """The task, locked, if this claim still holds it. Raises ClaimLost or TaskNotFound."""
        ...

    async def running(self, company_id: CompanyId, config_id: ConfigId) -> ExportTask | None:
        """The task of this export that is not over."""
        ...

    async def stranded(self, now: datetime, sent_before: datetime, limit: int) -> list[ExportTask]:
        """Tasks that nobody works on, locked, passing over those that another process has locked.

        They are claimed with a lease that expired before `now` and were not sent again since, or they wait although
        the workers were told of them before `sent_before`. Needs a SystemTransaction.
        """
        ...


@dataclass(frozen=True, slots=True)
class VanishedRow:
    """A row that the source no longer has: its key, and the object that it stood for or was a line of."""

    key: str
    parent: str

    @property
    def object_id(self) -> str:
        """The object that may still exist."""
        return self.parent or self.key


@dataclass(frozen=True, slots=True)
class RowTotals:
    """Rows that stand in the sheet as the source has them, rows that await removal, and removed ones that were kept."""

    live: int
    vanished: int
    kept: int


class ExportedRows(Protocol):
    """What was last written, a fingerprint a row, so that an unchanged row is not written again and a vanished one is
    noticed. Keys are row keys; a row that is a line of an object knows that object's id as its parent.
    """

    async def fingerprints(self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str]) -> dict[str, bytes]:
        """Fingerprints of those keys that were written before and still stand in the sheet as written."""
        ...

    async def remember(
        self,
        company_id: CompanyId,
        config_id: ConfigId,
        written: dict[str, bytes],
        parents: dict[str, str] | None = None,
        task_id: TaskId | None = None,
    ) -> None:
        """Notes what now stands in the sheet: rows that had vanished are back. `task_id` is the sweep that saw them."""
        ...

    async def see(
        self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str], task_id: TaskId | None
    ) -> None:
        """Notes that the source has these rows, as they stand in the sheet: none of them awaits removal any longer.
        `task_id` is the sweep that met them.
        """
        ...

    async def vanish(self, company_id: CompanyId, config_id: ConfigId, objects: Sequence[str]) -> int:
        """Notes that these objects are gone: rows with such a key or parent await removal. Answers how many rows."""
        ...

    async def vanish_lines(
        self, company_id: CompanyId, config_id: ConfigId, parents: Sequence[str], kept: Sequence[str]
    ) -> int:
        """Notes that of these objects' lines only the `kept` keys are left. Answers how many rows await removal."""
        ...

    async def unseen(
        self, company_id: CompanyId, config_id: ConfigId, task_id: TaskId, after: str, limit: int
    ) -> list[VanishedRow]:
        """Rows that the sweep has not met, in the order of their keys from `after` on."""
        ...

    async def vanished(self, company_id: CompanyId, config_id: ConfigId, limit: int) -> list[VanishedRow]:
        """Rows that await removal."""
        ...

    async def removed(self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str], *, kept: bool) -> None:
        """The removal was carried out. `kept` rows still stand in the sheet, marked or not; others are forgotten."""
        ...

    async def totals(self, company_id: CompanyId, config_id: ConfigId) -> RowTotals:
        """How many rows there are."""
        ...

    async def forget(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """Forgets everything about this export's rows."""
        ...


class Formula(Protocol):
    """A compiled expression. `names` are the ids of the columns that it reads."""

    @property
    def names(self) -> frozenset[str]:
        """Ids of columns."""
        ...

    def __call__(self, cells: Mapping[str, Cell], kind: CellKind) -> Cell:
        """The value for a row, as a cell of that kind. Raises FormulaFailed."""
        ...


class Formulas(Protocol):
    """Expressions over the columns of a row, in the Common Expression Language, with bounds on time and size."""

    def compile(self, expression: str, offered: Sequence[str]) -> Formula:
        """`offered` are ids of the columns that may be read. Raises FormulaInvalid."""
        ...


class Quarantine(Protocol):
    """Rows that could not be written, with the reason, until they can."""

    async def put(self, company_id: CompanyId, config_id: ConfigId, rows: Sequence[BadRow], now: datetime) -> None:
        """Keeps the rows, each once by its key, with the latest reason."""
        ...

    async def release(self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str]) -> None:
        """These rows were written after all."""
        ...

    async def clear(self, company_id: CompanyId, config_id: ConfigId, before: datetime) -> None:
        """Forgets rows last found bad before that moment: a sweep has met everything that there is."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read: an exporter's columns under conditions, from a cursor on, as rows of a mode.

    Rows of Feed.CHANGES come in the order of their last change. Dates are shown on the wall clock of `zone`; `now` is
    what relative periods are counted from. `custom` are the columns of the company's own metadata. With `since` only
    objects are read whose date (the exporter's `window`) is not before it.
    """

    exporter: BaseExporter
    columns: tuple[Column, ...]
    conditions: tuple[Condition, ...]
    cursor: Cursor | None
    zone: tzinfo
    now: datetime
    mode: RowMode = RowMode.DOCUMENT
    custom: tuple[Column, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursor from which reading can be taken up after them; None where it has to begin anew.

    `total` is how many objects match in all, as MoySklad counted them when the reading began, `read` how many of them
    are in this page; `parents` are those whose lines are all among `rows`, when rows are lines. `bad` could not be
    read. `units` is what the page has cost. `complete` says, with the last page, that nothing can have been missed.
    """

    rows: tuple[Row, ...]
    cursor: Cursor | None
    total: int
    read: int
    bad: tuple[BadRow, ...] = ()
    parents: tuple[str, ...] = ()
    units: int = 0
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Trash:
    """Objects in the trash, and the latest moment at which one was put there, as MoySklad wrote it."""

    ids: tuple[str, ...]
    latest: str | None
    units: int


class Source(Protocol):
    """Where rows come from: the company's MoySklad account.

    Raises MoySkladDisconnected, PermissionMissing, TariffRefused, FilterRefused, VendorBusy or VendorFailed, never a
    vendor's own error. A single object of a wrong form is a bad row, not an error.
    """

    async def custom_columns(
        self, key: MoySkladKey, exporter: BaseExporter, conditions: Sequence[Condition] = ()
    ) -> tuple[Column, ...]:
        """Columns of the company's own metadata for this kind of rows: custom attributes, price types, characteristics.

        `conditions` tell which custom dictionary is meant, where the exporter needs one.
        """
        ...

    def read(self, key: MoySkladKey, reading: Reading) -> AsyncIterator[Page]:
        """Reads page by page. A row that changes meanwhile may come twice; the later one is newer. None is missed."""
        ...

    def deleted(self, key: MoySkladKey, reading: Reading, since: str | None) -> AsyncIterator[Trash]:
        """Objects put into the trash from that moment on, whatever the conditions; nothing where there is no trash."""
        ...

    async def existing(self, key: MoySkladKey, reading: Reading, ids: Sequence[str]) -> frozenset[str]:
        """Which of these objects exist, out of the trash and under the reading's conditions."""
        ...

    async def count(self, key: MoySkladKey, reading: Reading) -> int:
        """How many objects the conditions select. One request, at most one row."""
        ...


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of a spreadsheet and the size of its grid."""

    sheet_id: int
    title: str
    row_count: int
    column_count: int


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """A spreadsheet as it is now."""

    spreadsheet_id: str
    title: str
    tabs: tuple[Tab, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a tab shows: its header row (trailing blanks left out) and its key column from row 2 down, as text."""

    header: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is laid out: titles and kinds of its columns, from column A on."""

    titles: tuple[str, ...]
    kinds: tuple[CellKind, ...]


class Spreadsheets(Protocol):
    """Where rows land: the company's Google spreadsheets.

    Every method takes a valid access token and makes one request unless it says otherwise. All but `create`,
    `add_tab` and `delete_rows` may be repeated: they lead to the same sheet. Raises SpreadsheetNotFound,
    SpreadsheetForbidden, GoogleDisconnected, VendorBusy or VendorFailed, never a vendor's own error.
    """

    async def create(self, access_token: str, title: str, tab: str, time_zone: str) -> Spreadsheet:
        """Makes a spreadsheet with one tab, in Russian locale and the given IANA time zone."""
        ...

    async def inspect(self, access_token: str, spreadsheet_id: str) -> Spreadsheet:
        """One read."""
        ...

    async def add_tab(self, access_token: str, spreadsheet_id: str, title: str) -> Tab:
        """One write. Raises TabTitleTaken."""
        ...

    async def show(self, access_token: str, spreadsheet_id: str, tab: Tab, key_column: int, width: int) -> Shown:
        """One read of the header and the key column, which is number `key_column` counted from 0."""
        ...

    async def blank(self, access_token: str, spreadsheet_id: str, tab: Tab, width: int) -> bool:
        """One read: whether nothing at all stands in the first `width` columns."""
        ...

    async def lay_out(self, access_token: str, spreadsheet_id: str, tab: Tab, layout: Layout, rows: int) -> Tab:
        """One write: the header with its titles, frozen; the formats of the columns; a grid of at least `rows` rows
        (the header included) and as many columns as the table has. The grid never shrinks.
        """
        ...

    async def grow(self, access_token: str, spreadsheet_id: str, tab: Tab, layout: Layout, rows: int) -> Tab:
        """One write: a grid of at least `rows` rows, the new ones formatted like the columns they lengthen."""
        ...

    async def write(
        self,
        access_token: str,
        spreadsheet_id: str,
        tab: Tab,
        operations: Sequence[PutRows[bytes]],
        width: int,
        first_column: int = 0,
    ) -> None:
        """One write, all of it or nothing. A row is a JSON array of its cells, which go into `width` columns from
        `first_column` (counted from 0) on; text stays text, also when it begins with `=`; None empties a cell. Rows
        must lie inside the grid.
        """
        ...

    async def contents(
        self, access_token: str, spreadsheet_id: str, tab: Tab, spans: Sequence[tuple[int, int]], width: int
    ) -> tuple[tuple[Cell, ...], ...]:
        """One read of the values in these spans of rows, first and last included, one span after another.

        Each row has `width` cells: numbers, dates as serial numbers, truth values, texts, None for a blank.
        """
        ...

    async def delete_rows(
        self, access_token: str, spreadsheet_id: str, tab: Tab, spans: Sequence[tuple[int, int]]
    ) -> Tab:
        """One write that deletes these spans of rows, the lowest in the sheet first; what is below moves up.

        Not repeated: a second time it would delete other rows. After VendorFailed look at the sheet again.
        """
        ...
