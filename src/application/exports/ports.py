"""Ports of the exports area."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from application.connections.ports import MoySkladKey
from domain.exports.columns import Column
from domain.exports.config import ExportConfig
from domain.exports.cursor import Cursor
from domain.exports.exporter import BaseExporter
from domain.exports.filters import Condition
from domain.exports.rows import Row
from domain.exports.task import ExportTask
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import CellKind
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


class ExportedRows(Protocol):
    """What was last written, as one fingerprint a row, so that an unchanged row is not written again."""

    async def fingerprints(self, company_id: CompanyId, config_id: ConfigId, keys: Sequence[str]) -> dict[str, bytes]:
        """Fingerprints of those keys that were written before."""
        ...

    async def remember(self, company_id: CompanyId, config_id: ConfigId, written: dict[str, bytes]) -> None:
        """Notes what now stands in the sheet."""
        ...

    async def forget(self, company_id: CompanyId, config_id: ConfigId) -> None:
        """Forgets everything about this export's rows."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read: an exporter's columns under conditions, from a cursor on.

    Rows come in the order of their last change. Dates are shown on the wall clock of `zone`.
    """

    exporter: BaseExporter
    columns: tuple[Column, ...]
    conditions: tuple[Condition, ...]
    cursor: Cursor | None
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in the order of their last change, and the cursor from which reading can be taken up after them.

    `total` is how many rows match in all, as MoySklad counted them when the reading began.
    """

    rows: tuple[Row, ...]
    cursor: Cursor
    total: int


class Source(Protocol):
    """Where rows come from: the company's MoySklad account.

    Raises MoySkladDisconnected, VendorBusy, VendorFailed, RowUnreadable, never a vendor's own error.
    """

    async def attributes(self, key: MoySkladKey, exporter: BaseExporter) -> tuple[Column, ...]:
        """Columns of the custom attributes that the company has defined for this kind of rows."""
        ...

    def read(self, key: MoySkladKey, reading: Reading) -> AsyncIterator[Page]:
        """Reads page by page. A row that changes meanwhile may come twice; the later one is newer. None is missed."""
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

    Every method takes a valid access token and makes one request unless it says otherwise. All but `create` and
    `add_tab` may be repeated: they lead to the same sheet. Raises SpreadsheetNotFound, SpreadsheetForbidden,
    GoogleDisconnected, VendorBusy or VendorFailed, never a vendor's own error.
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
        self, access_token: str, spreadsheet_id: str, tab: Tab, operations: Sequence[PutRows[bytes]], width: int
    ) -> None:
        """One write, all of it or nothing. A row is a JSON array of its cells; text stays text, also when it begins
        with `=`; None empties a cell. Rows must lie inside the grid.
        """
        ...
