"""Spreadsheets through the Sheets API v4."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from aiogoogle.models import Request

from adapters.google import a1
from adapters.google.answers import (
    ADDED_FIELDS,
    LEAST_FIELDS,
    SPREADSHEET_FIELDS,
    VALUES_FIELDS,
    WRITTEN_FIELDS,
    Added,
    SpreadsheetRead,
    ValuesRead,
    Written,
    read,
)
from adapters.google.cells import CellRead
from adapters.google.discovery import SheetsRequests
from adapters.google.drive import DriveFiles, drive_is_closed
from adapters.google.endpoints import GoogleEndpoints
from adapters.google.failures import unreadable
from adapters.google.layout import NEW_COLUMNS, NEW_ROWS, deleted, grown, inserted, laid_out, new_tab, set_up
from adapters.google.retries import Pacing, answered
from adapters.google.rows import rows_body
from adapters.google.session import Answer, GoogleSession
from adapters.google.signs import signing
from adapters.google.spending import spending_of, spreadsheet_of
from adapters.google.steps import marker_requests, requests_of, table_requests
from application.connections.google_ports import GoogleBudgets
from application.connections.google_turns import InProcessGoogleBudgets
from application.connections.ports import GoogleKey
from application.exports.sheets import Layout, Made, Shown, Sign, Spreadsheet, Step, Tab
from domain.connections.google import GoogleDisconnected, SpreadsheetNeeded
from domain.exports.spreadsheet import SpreadsheetNotFound, TabMissing
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import Cell, as_key
from domain.shared.errors import Conflict, RuleViolated, VendorFailed

_LOCALE = "ru_RU"
_SHEET_IDS = 2**31 - 1
"""Google's numbers of tabs are 32-bit ones that are not negative. The first tab has 0."""


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
        self._drive = DriveFiles(session, self._requests, pacing)

    async def create(self, key: GoogleKey, title: str, tab: str, time_zone: str, origin: str) -> Made:
        """Through Drive, which remembers for what we made a file; through Sheets, without a memory, where Drive may not
        be asked. The request that makes a file is never repeated by itself: Drive's search may need a while to show the
        first one. Who asks again later is given what it made.
        """
        if not key.makes_files:
            raise SpreadsheetNeeded(address=key.user)
        try:
            known = await self._drive.made_for(key, origin)
            made = known or await self._drive.make(key, title, origin)
        except (GoogleDisconnected, VendorFailed) as refused:
            if not drive_is_closed(refused):
                raise
            return Made(await self._create(key, title, tab, time_zone))
        return await self._set_up(key, made, tab, time_zone, fresh=known is None)

    async def _create(self, key: GoogleKey, title: str, tab: str, time_zone: str) -> Spreadsheet:
        body = {
            "properties": {"title": title, "locale": _LOCALE, "timeZone": time_zone},
            "sheets": [{"properties": new_tab(tab)}],
        }
        request = self._requests.create(msgspec.json.encode(body), SPREADSHEET_FIELDS)
        answer = await self._send(key, request, repeatable=False)
        return read(answer, SpreadsheetRead).spreadsheet()

    async def _set_up(self, key: GoogleKey, spreadsheet_id: str, title: str, time_zone: str, *, fresh: bool) -> Made:
        """Brings a spreadsheet that Drive has made to what Sheets would have. The first tab is told by its place: its
        title is in the account's language. One that stood there already may be somebody's by now, and is left as it is
        unless it is blank.
        """
        found = await self.inspect(key, spreadsheet_id)
        first = next((one for one in found.tabs if one.row_count), None)
        if first is None:
            return Made(found, fresh=False)
        if not fresh:
            used = any(one.title == title for one in found.tabs) or len(found.tabs) > 1
            if used or await self.first_filled(key, spreadsheet_id, first, 1, range(first.column_count)) is not None:
                return Made(found, fresh=False)
        await self._send(key, self._batch(spreadsheet_id, set_up(first, title, _LOCALE, time_zone)))
        small = replace(first, title=title, row_count=NEW_ROWS, column_count=NEW_COLUMNS)
        return Made(replace(found, tabs=(small,)), fresh=True)

    async def inspect(self, key: GoogleKey, spreadsheet_id: str) -> Spreadsheet:
        """A tab that is a chart comes with a grid of 0 by 0."""
        answer = await self._send(key, self._requests.get(spreadsheet_id, SPREADSHEET_FIELDS))
        return read(answer, SpreadsheetRead).spreadsheet()

    async def require_writable(self, key: GoogleKey, spreadsheet_id: str) -> None:
        """See DriveFiles."""
        await self._drive.require_writable(key, spreadsheet_id)

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
        """Adds a tab of the smallest size. Not repeated: the second attempt would find the title taken.

        It is given a number of our own choosing, so that its sign and its table can go along in the same batch.
        """
        made = Tab(secrets.randbelow(_SHEET_IDS) + 1, title, NEW_ROWS, NEW_COLUMNS, hidden=hidden)
        requests = [{"addSheet": {"properties": {**new_tab(title, hidden=hidden), "sheetId": made.sheet_id}}}]
        if sign is not None:
            requests.append(signing(spreadsheet_id, made.sheet_id, sign))
            made = replace(made, signs=(sign,))
        if table is not None:
            layout, rows = table
            laying, made = laid_out(made, layout, rows, range(len(layout.titles)))
            requests += laying
        answer = await self._send(key, self._batch(spreadsheet_id, requests, ADDED_FIELDS), repeatable=False)
        return replace(made, title=read(answer, Added).tab().title)

    async def show(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, columns: Sequence[int]) -> Shown:
        """Reads only what the grid has: Google refuses a range that begins or ends beyond it."""
        if tab.column_count < 1 or tab.row_count < 1:
            return Shown((), ((),) * len(columns))
        within = [column for column in columns if column < tab.column_count]

        def ranges(title: str) -> list[str]:
            return [
                a1.rows_of(title, 1, 1, tab.column_count),
                *[a1.column_from(title, column, 1) for column in within],
            ]

        header, *found = await self._values_in(key, spreadsheet_id, tab, ranges)
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
        """Asks for everything; Google leaves blanks out, so that blank columns are a short answer. Formulas are asked
        for as such: one that shows nothing now is somebody's all the same.
        """
        within = [column for column in columns if column < tab.column_count]
        if not within or first_row > tab.row_count:
            return None
        first, width = min(within), max(within) - min(within) + 1
        (found,) = await self._values_in(
            key,
            spreadsheet_id,
            tab,
            lambda title: [a1.rows_of(title, first_row, tab.row_count, width, first)],
            render="FORMULA",
        )
        filled = [
            row
            for column in within
            if column - first < len(found)
            for row, cell in enumerate(found[column - first])
            if cell not in {"", None}
        ]
        return first_row + min(filled) if filled else None

    async def blank(self, key: GoogleKey, spreadsheet_id: str, tab: Tab, row: int, column: int) -> bool:
        """A formula is asked for as such: what it shows may be an empty text. Beyond the grid every cell is blank."""
        if row > tab.row_count or column >= tab.column_count:
            return True
        (found,) = await self._values_in(
            key, spreadsheet_id, tab, lambda title: [a1.rows_of(title, row, row, 1, column)], render="FORMULA"
        )
        return not any(cell not in {"", None} for cells in found for cell in cells)

    async def lay_out(
        self, key: GoogleKey, spreadsheet_id: str, tab: Tab, layout: Layout, rows: int, fresh: Sequence[int]
    ) -> Tab:
        """Widths are given only to columns that are new to the grid."""
        requests, larger = table_requests(spreadsheet_id, tab, layout, rows, fresh)
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
        values = await self._values_in(
            key,
            spreadsheet_id,
            tab,
            lambda title: [a1.rows_of(title, first, last, width, left) for first, last in within],
        )
        answers = dict(zip(within, values, strict=True))
        rows: list[tuple[Cell, ...]] = []
        for first, last in spans:
            read_columns = answers.get((first, min(last, tab.row_count)), [])
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
        body = rows_body(tab, operations, columns)
        if body is not None:
            answer = await self._send(key, self._requests.values_batch_update(spreadsheet_id, body, WRITTEN_FIELDS))
            if not read(answer, Written).total_updated_rows:
                raise TabMissing(tab=tab.title, spreadsheet=spreadsheet_id)  # no tab of that id matched

    async def apply(
        self, key: GoogleKey, spreadsheet_id: str, steps: Sequence[Step], marker: int, previous: int | None
    ) -> None:
        """One batchUpdate, all or nothing (Sheets API, batchUpdate). The marker goes first, so that a second attempt
        fails before anything else. What Google says then is not documented: after any failure the marker tells.
        """
        requests = [
            *marker_requests(marker, previous),
            *(one for step in steps for one in requests_of(spreadsheet_id, step)),
        ]
        try:
            await self._send(key, self._batch(spreadsheet_id, requests))
        except (VendorFailed, RuleViolated, Conflict):
            if not await self.marked(key, spreadsheet_id, marker):
                raise

    async def marked(self, key: GoogleKey, spreadsheet_id: str, marker: int) -> bool:
        """developerMetadata.get, which answers 404 for an id that is not there."""
        try:
            await self._send(key, self._requests.metadata_get(spreadsheet_id, marker))
        except SpreadsheetNotFound:
            return False
        return True

    async def _values_in(
        self,
        key: GoogleKey,
        spreadsheet_id: str,
        tab: Tab,
        ranges: Callable[[str], list[str]],
        render: str = "UNFORMATTED_VALUE",
    ) -> list[list[list[CellRead]]]:
        """The values of each of these ranges. Ranges name a tab by its title: one that was renamed meanwhile is looked
        for by its id, which is one read more.
        """
        try:
            return await self._values_of(key, spreadsheet_id, ranges(tab.title), render)
        except TabMissing:
            now = await self.inspect(key, spreadsheet_id)
            titles = [one.title for one in now.tabs if one.sheet_id == tab.sheet_id and one.title != tab.title]
            if not titles:
                raise
        return await self._values_of(key, spreadsheet_id, ranges(titles[0]), render)

    async def _values_of(
        self, key: GoogleKey, spreadsheet_id: str, ranges: list[str], render: str
    ) -> list[list[list[CellRead]]]:
        found: list[list[list[CellRead]]] = []
        for part in a1.in_addresses(ranges):
            request = self._requests.values_batch_get(spreadsheet_id, part, VALUES_FIELDS, render)
            values = read(await self._send(key, request), ValuesRead)
            if len(values.value_ranges) != len(part):
                raise unreadable()
            found += [one.values for one in values.value_ranges]
        return found

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


def _row_at(columns: Sequence[list[CellRead]], place: int) -> tuple[Cell, ...]:
    """One row out of columns that are as long as what they hold. A blank comes as nothing or as an empty text."""
    cells = [column[place] if place < len(column) else None for column in columns]
    return tuple(None if cell == "" else cell for cell in cells)


def _trimmed(texts: list[str]) -> tuple[str, ...]:
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)
