"""Ports of the exports area to the vendors: where rows come from, and where they land."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from application.connections.ports import MoySkladKey
from domain.exports.columns import Column
from domain.exports.cursor import Cursor
from domain.exports.exporter import BaseExporter, RowMode
from domain.exports.filters import Condition
from domain.exports.rows import BadRow, Row
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import Cell, CellKind


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

    def units(self, reading: Reading, objects: int) -> int:
        """About how many request units it will take to read that many objects, at a weight of 1. Nobody is asked."""
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
        `first_column` (counted from 0) on; text stays text, also when it begins with `=`; None or an empty
        text empties a cell. Rows must lie inside the grid.
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
