"""Ports of the exports area to the vendors: where rows come from, and where they land."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from application.connections.ports import GoogleKey, MoySkladKey
from application.exports.sheets import Layout, Made, Shown, Sign, Spreadsheet, Step, Tab
from domain.exports.columns import Column
from domain.exports.cursor import Cursor
from domain.exports.exporter import BaseExporter, RowMode
from domain.exports.filters import Condition
from domain.exports.rows import BadRow, Row
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import Cell


class MomentRefused(Exception):
    """The source does not tell what changed since the moment of the cursor. Nothing was read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read: an exporter's columns under conditions, from a cursor on, as rows of a mode.

    A cursor of a report that is `recent` asks for what changed since its moment. Rows of Feed.CHANGES come in the order
    of their last change. Dates are shown on the wall clock of `zone`; `now` is what relative periods are counted from.
    `custom` are the columns of the company's own metadata. With `since` only objects are read whose date (the
    exporter's `window`) is not before it. With `ids` only these objects are read, as far as they exist out of the trash
    and meet the conditions, in no particular order; only for exporters that can be read by ids.
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
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the cursor from which reading can be taken up after them; None where it has to begin anew.

    After a report that is `recent` it is the moment of the reading; None where that is not known or something could not
    be read, so that the next run asks from the earlier moment once more. `gone` are keys of rows that are no more.

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
    gone: tuple[str, ...] = ()


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
        """Reads page by page. A row that changes meanwhile may come twice; the later one is newer. None is missed.

        Raises MomentRefused before the first page of a report that does not tell what changed since the cursor.
        """
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


class Spreadsheets(Protocol):
    """Where rows land: the company's Google spreadsheets.

    A tab is known by its id: one that is renamed is followed, and no other that takes its title is written to.
    Every method takes a key with a valid access token and makes one request unless it says otherwise. All but
    `add_tab`, `insert_rows` and `delete_rows` may be repeated: they lead to the same sheet. Raises SpreadsheetNotFound,
    SpreadsheetForbidden, GoogleDisconnected, VendorBusy or VendorFailed, never a vendor's own error.
    """

    async def create(self, key: GoogleKey, title: str, tab: str, time_zone: str, origin: str) -> Made:
        """A spreadsheet with one tab, in Russian locale and the given IANA time zone: one write and one read, and what
        Google Drive is asked, whose quotas are others.

        `origin` tells for what it is made, in at most 100 ASCII characters. May be repeated: the oldest spreadsheet
        that was made before for the same origin, in the same account and not put into the trash, is taken instead of a
        new one, however it is called now; then one or two reads more tell whether it was used. Two may come of it where
        Drive may not be asked, and where its search lags behind. Raises SpreadsheetNeeded and DriveFull.
        """
        ...

    async def inspect(self, key: GoogleKey, spreadsheet_id: str) -> Spreadsheet:
        """One read."""
        ...

    async def require_writable(self, key: GoogleKey, spreadsheet_id: str) -> None:
        """Asks Google Drive, whose quota is another. Raises SpreadsheetForbidden for somebody who may only look, and
        SpreadsheetTrashed. Passes where Drive cannot tell: then the first write does.
        """
        ...

    async def add_tab(
        self,
        key: GoogleKey,
        spreadsheet_id: str,
        title: str,
        *,
        hidden: bool = False,
        sign: Sign | None = None,
        table: tuple[Layout, int] | None = None,
    ) -> Tab:
        """One write, which makes the tab and signs it, or does neither. A `table` is laid out in it along with that: a
        layout of no tag, and its rows, the header included. Raises TabTitleTaken, TooManyTabs or SpreadsheetFull.
        """
        ...

    async def show(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, columns: Sequence[int]) -> Shown:
        """One read of the first row and of these columns, which are counted from 0."""
        ...

    async def first_filled(
        self, key: GoogleKey, spreadsheet_id: str, tab: Tab, first_row: int, columns: Sequence[int]
    ) -> int | None:
        """One read: the first row from `first_row` down in which one of these columns holds anything, be it a formula
        that shows nothing.
        """
        ...

    async def blank(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, row: int, column: int) -> bool:
        """One read: whether a cell holds nothing at all, not even a formula that shows nothing."""
        ...

    async def lay_out(
        self, key: GoogleKey, spreadsheet_id: str, tab: Tab, layout: Layout, rows: int, fresh: Sequence[int]
    ) -> Tab:
        """One write: a grid of at least `rows` rows (the header included) and of all columns; anchors on the columns
        and a sign on the tab in place of any that stood elsewhere;
        for the `fresh` ones (by their number in the layout) titles, formats and widths. Where all are fresh the header
        is frozen. The grid never shrinks.
        """
        ...

    async def grow(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, layout: Layout, rows: int) -> Tab:
        """One write: a grid of at least `rows` rows, the new ones formatted like the columns they lengthen."""
        ...

    async def insert_rows(
        self, key: GoogleKey, spreadsheet_id: str, tab: Tab, layout: Layout, first: int, count: int
    ) -> Tab:
        """One write: `count` blank rows above row `first`, formatted like the columns; what is below moves down.

        Not repeated: a second time more would be inserted. After VendorFailed look at the sheet again.
        """
        ...

    async def write(
        self,
        key: GoogleKey,
        spreadsheet_id: str,
        tab: Tab,
        operations: Sequence[PutRows[bytes]],
        columns: Sequence[int],
    ) -> None:
        """One write, all of it or nothing. A row is a JSON array of its cells, which go into those columns of the grid
        (counted from 0); text stays text, also when it begins with `=`; None or an empty text empties a cell.
        Other columns are left alone. Rows must lie inside the grid.
        """
        ...

    async def apply(
        self, key: GoogleKey, spreadsheet_id: str, steps: Sequence[Step], marker: int, previous: int | None
    ) -> None:
        """One write: all of the steps in their order, or none of them.

        With them goes a marker in place of the `previous` one. A batch whose marker is there already was applied
        before and is not applied again, so that it may be repeated.
        """
        ...

    async def marked(self, key: GoogleKey, spreadsheet_id: str, marker: int) -> bool:
        """One read: whether the batch of that marker was applied."""
        ...

    async def contents(
        self,
        key: GoogleKey,
        spreadsheet_id: str,
        tab: Tab,
        spans: Sequence[tuple[int, int]],
        columns: Sequence[int],
    ) -> tuple[tuple[Cell, ...], ...]:
        """The values in these spans of rows, first and last included, one span after another. One read, or one for
        each few dozen spans: addresses have an end.

        Each row has a cell for each of the columns: numbers, dates as serial numbers, truth values, texts, None for a
        blank.
        """
        ...

    async def delete_rows(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, spans: Sequence[tuple[int, int]]) -> Tab:
        """One write that deletes these spans of rows, the lowest in the sheet first; what is below moves up.

        Not repeated: a second time it would delete other rows. After VendorFailed look at the sheet again.
        """
        ...
