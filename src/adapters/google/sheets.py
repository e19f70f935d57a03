"""Spreadsheets through the Sheets API v4."""

from collections.abc import Sequence
from typing import Any

import msgspec
from aiogoogle.models import Request

from adapters.google import a1
from adapters.google.answers import (
    ADDED_FIELDS,
    FILE_FIELDS,
    LEAST_FIELDS,
    SPREADSHEET_FIELDS,
    VALUES_FIELDS,
    Added,
    FileRead,
    SpreadsheetRead,
    ValuesRead,
    read,
)
from adapters.google.cells import CellRead, adjoining, spread, with_blanks
from adapters.google.discovery import SheetsRequests
from adapters.google.endpoints import GoogleEndpoints
from adapters.google.failures import unreadable
from adapters.google.layout import deleted, grown, inserted, laid_out, new_tab
from adapters.google.retries import Pacing, answered
from adapters.google.session import Answer, GoogleSession
from adapters.google.spending import spending_of, spreadsheet_of
from adapters.google.steps import marker_requests, requests_of
from application.connections.google_ports import GoogleBudgets
from application.connections.google_turns import InProcessGoogleBudgets
from application.connections.ports import GoogleKey
from application.exports.vendor_ports import Layout, Shown, Spreadsheet, Step, Tab
from domain.connections.google import SpreadsheetNeeded
from domain.exports.spreadsheet import SpreadsheetForbidden, SpreadsheetNotFound, SpreadsheetTrashed
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import Cell, as_key
from domain.shared.errors import RuleViolated, VendorFailed

_LOCALE = "ru_RU"


class _Values(msgspec.Struct):
    range: str
    values: msgspec.Raw


class _ValuesWritten(msgspec.Struct, rename="camel"):
    """Body of spreadsheets.values.batchUpdate. RAW: nothing is parsed, so a text can't become a formula or a date."""

    data: list[_Values]
    value_input_option: str = "RAW"


class GoogleSpreadsheets:
    """The company's spreadsheets at Google. Calls that may be repeated are, when Google falters.

    `budgets` are those of all processes; without them this process keeps to Google's usual quotas alone.
    """

    def __init__(
        self,
        session: GoogleSession,
        endpoints: GoogleEndpoints,
        pacing: Pacing,
        budgets: GoogleBudgets | None = None,
    ) -> None:
        self._session = session
        self._budgets = budgets or InProcessGoogleBudgets()
        self._requests = SheetsRequests(endpoints.sheets, endpoints.drive)
        self._pacing = pacing

    async def create(self, key: GoogleKey, title: str, tab: str, time_zone: str) -> Spreadsheet:
        """Makes a spreadsheet with one tab of the smallest size. Not repeated: a second one might come of it."""
        if not key.makes_files:
            raise SpreadsheetNeeded(address=key.user)
        body = {
            "properties": {"title": title, "locale": _LOCALE, "timeZone": time_zone},
            "sheets": [{"properties": new_tab(tab)}],
        }
        request = self._requests.create(msgspec.json.encode(body), SPREADSHEET_FIELDS)
        answer = await self._send(key, request, repeatable=False)
        return read(answer, SpreadsheetRead).spreadsheet()

    async def inspect(self, key: GoogleKey, spreadsheet_id: str) -> Spreadsheet:
        """A tab that is a chart comes with a grid of 0 by 0."""
        answer = await self._send(key, self._requests.get(spreadsheet_id, SPREADSHEET_FIELDS))
        return read(answer, SpreadsheetRead).spreadsheet()

    async def require_writable(self, key: GoogleKey, spreadsheet_id: str) -> None:
        """Drive's `trashed` and `capabilities.canEdit` (Drive API v3, files). A file that Drive does not show us may
        still be open to us in Sheets, so that a 404 is left to Sheets to tell.
        """
        try:
            request = self._requests.file_get(spreadsheet_id, FILE_FIELDS)
            answer = await answered(lambda: self._session.call(request, key.token), self._pacing, repeatable=True)
        except SpreadsheetNotFound:
            return
        file = read(answer, FileRead)
        if file.trashed:
            raise SpreadsheetTrashed(spreadsheet=spreadsheet_id)
        if not file.capabilities.get("canEdit", True):
            raise SpreadsheetForbidden(reason="viewer")

    async def add_tab(self, key: GoogleKey, spreadsheet_id: str, title: str, *, hidden: bool = False) -> Tab:
        """Adds a tab of the smallest size. Not repeated: the second attempt would find the title taken."""
        properties = new_tab(title, hidden=hidden)
        request = self._batch(spreadsheet_id, [{"addSheet": {"properties": properties}}], ADDED_FIELDS)
        answer = await self._send(key, request, repeatable=False)
        return read(answer, Added).tab()

    async def show(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, columns: Sequence[int]) -> Shown:
        """Reads only what the grid has: Google refuses a range that begins or ends beyond it."""
        if tab.column_count < 1 or tab.row_count < 1:
            return Shown((), ((),) * len(columns))
        ranges = [a1.rows_of(tab.title, 1, 1, tab.column_count)]
        within = [column for column in columns if column < tab.column_count]
        ranges += [a1.column_from(tab.title, column, 1) for column in within]
        request = self._requests.values_batch_get(spreadsheet_id, ranges, VALUES_FIELDS)
        values = read(await self._send(key, request), ValuesRead)
        if len(values.value_ranges) != len(ranges):
            raise unreadable()
        header, *found = [one.values for one in values.value_ranges]
        texts = {
            column: _trimmed([as_key(cell) for cells in column_read for cell in cells])
            for column, column_read in zip(within, found, strict=True)
        }
        return Shown(
            header=_trimmed([as_key(column[0]) if column else "" for column in header]),
            columns=tuple(texts.get(column, ()) for column in columns),
        )

    async def first_filled(
        self, key: GoogleKey, spreadsheet_id: str, tab: Tab, first_row: int, columns: Sequence[int]
    ) -> int | None:
        """Asks for everything; Google leaves blanks out, so that blank columns are a short answer."""
        within = [column for column in columns if column < tab.column_count]
        if not within or first_row > tab.row_count:
            return None
        first = min(within)
        place = a1.rows_of(tab.title, first_row, tab.row_count, max(within) - first + 1, first)
        request = self._requests.values_batch_get(spreadsheet_id, [place], VALUES_FIELDS)
        values = read(await self._send(key, request), ValuesRead)
        found = [column for one in values.value_ranges for column in one.values]
        filled = [
            row
            for column in within
            if column - first < len(found)
            for row, cell in enumerate(found[column - first])
            if cell not in {"", None}
        ]
        return first_row + min(filled) if filled else None

    async def lay_out(
        self, key: GoogleKey, spreadsheet_id: str, tab: Tab, layout: Layout, rows: int, fresh: Sequence[int]
    ) -> Tab:
        """Widths are given only to columns that are new to the grid."""
        requests, larger = laid_out(tab, layout, rows, fresh)
        await self._send(key, self._batch(spreadsheet_id, requests))
        return larger

    async def grow(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, layout: Layout, rows: int) -> Tab:
        """Makes no request when the grid is long enough already."""
        requests, larger = grown(tab, layout, rows)
        if requests:
            await self._send(key, self._batch(spreadsheet_id, requests))
        return larger

    async def insert_rows(
        self, key: GoogleKey, spreadsheet_id: str, tab: Tab, layout: Layout, first: int, count: int
    ) -> Tab:
        """All of them or none."""
        requests, longer = inserted(tab, layout, first, count)
        await self._send(key, self._batch(spreadsheet_id, requests), repeatable=False)
        return longer

    async def contents(
        self,
        key: GoogleKey,
        spreadsheet_id: str,
        tab: Tab,
        spans: Sequence[tuple[int, int]],
        columns: Sequence[int],
    ) -> tuple[tuple[Cell, ...], ...]:
        """Google leaves trailing blanks out, of rows and of columns; they are put back."""
        shown = [column for column in columns if column < tab.column_count]
        within = [(first, min(last, tab.row_count)) for first, last in spans if first <= tab.row_count]
        if not shown or not within:
            return ((None,) * len(columns),) * sum(last - first + 1 for first, last in spans)
        left, width = min(shown), max(shown) - min(shown) + 1
        ranges = [a1.rows_of(tab.title, first, last, width, left) for first, last in within]
        request = self._requests.values_batch_get(spreadsheet_id, ranges, VALUES_FIELDS)
        values = read(await self._send(key, request), ValuesRead)
        if len(values.value_ranges) != len(ranges):
            raise unreadable()
        answers = dict(zip(within, values.value_ranges, strict=True))
        rows: list[tuple[Cell, ...]] = []
        for first, last in spans:
            found = answers.get((first, min(last, tab.row_count)))
            read_columns = found.values if found is not None else []
            chosen = [read_columns[column - left] if column - left < len(read_columns) else [] for column in columns]
            rows += [_row_at(chosen, place) for place in range(last - first + 1)]
        return tuple(rows)

    async def delete_rows(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, spans: Sequence[tuple[int, int]]) -> Tab:
        """All of the spans or none. A tab keeps at least one row below its frozen header."""
        requests, smaller = deleted(tab, spans)
        await self._send(key, self._batch(spreadsheet_id, requests), repeatable=False)
        return smaller

    async def write(
        self,
        key: GoogleKey,
        spreadsheet_id: str,
        tab: Tab,
        operations: Sequence[PutRows[bytes]],
        columns: Sequence[int],
    ) -> None:
        """Rows go out as the bytes they are. Ranges are fixed, so that writing twice is writing once."""
        data = [_values(tab.title, operation, columns) for operation in operations if operation.rows]
        if data:
            body = msgspec.json.encode(_ValuesWritten(data))
            await self._send(key, self._requests.values_batch_update(spreadsheet_id, body, LEAST_FIELDS))

    async def apply(
        self, key: GoogleKey, spreadsheet_id: str, steps: Sequence[Step], marker: int, previous: int | None
    ) -> None:
        """One batchUpdate, all or nothing (Sheets API, batchUpdate). The marker goes first, so that a second attempt
        fails before anything else. What Google says then is not documented: after any failure the marker tells.
        """
        requests = [*marker_requests(marker, previous), *(one for step in steps for one in requests_of(step))]
        try:
            await self._send(key, self._batch(spreadsheet_id, requests))
        except (VendorFailed, RuleViolated):
            if not await self.marked(key, spreadsheet_id, marker):
                raise

    async def marked(self, key: GoogleKey, spreadsheet_id: str, marker: int) -> bool:
        """developerMetadata.get, which answers 404 for an id that is not there."""
        try:
            await self._send(key, self._requests.metadata_get(spreadsheet_id, marker))
        except SpreadsheetNotFound:
            return False
        return True

    def _batch(self, spreadsheet_id: str, requests: list[dict[str, Any]], fields: str = LEAST_FIELDS) -> Request:
        return self._requests.batch_update(spreadsheet_id, msgspec.json.encode({"requests": requests}), fields)

    async def _send(self, key: GoogleKey, request: Request, *, repeatable: bool = True) -> Answer:
        spending, spreadsheet = spending_of(request), spreadsheet_of(request)
        return await answered(
            lambda: self._session.call(request, key.token),
            self._pacing,
            repeatable=repeatable,
            turns=lambda patience: self._budgets.turn(key, spending, spreadsheet, patience=patience),
        )


def _values(title: str, operation: PutRows[bytes], columns: Sequence[int]) -> _Values:
    first = min(columns)
    place = a1.rows_of(title, operation.first_row, operation.last_row, max(columns) - first + 1, first)
    return _Values(place, msgspec.Raw(rows_body(operation.rows, columns)))


def rows_body(rows: Sequence[bytes], columns: Sequence[int]) -> bytes:
    """Rows, each a JSON array of the cells of these columns, as one JSON array for the range that they span."""
    if not adjoining(columns):
        return b"[" + b",".join([spread(row, columns) for row in rows]) + b"]"
    body = b",".join(rows)
    if b"null" in body:  # one look at all of them: rarely is a cell blank, or says a text so
        body = b",".join([with_blanks(row) for row in rows])
    return b"[" + body + b"]"


def _row_at(columns: Sequence[list[CellRead]], place: int) -> tuple[Cell, ...]:
    """One row out of columns that are as long as what they hold. A blank comes as nothing or as an empty text."""
    cells = [column[place] if place < len(column) else None for column in columns]
    return tuple(None if cell == "" else cell for cell in cells)


def _trimmed(texts: list[str]) -> tuple[str, ...]:
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)
