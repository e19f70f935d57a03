"""Spreadsheets through the Sheets API v4."""

from collections.abc import Sequence
from typing import Any

import msgspec
from aiogoogle.models import Request

from adapters.google import a1
from adapters.google.answers import (
    ADDED_FIELDS,
    LEAST_FIELDS,
    SPREADSHEET_FIELDS,
    VALUES_FIELDS,
    Added,
    SpreadsheetRead,
    ValuesRead,
    read,
)
from adapters.google.cells import CellRead, as_text, with_blanks
from adapters.google.discovery import SheetsRequests
from adapters.google.endpoints import GoogleEndpoints
from adapters.google.failures import unreadable
from adapters.google.layout import deleted, grown, laid_out, new_tab
from adapters.google.retries import Pacing, answered
from adapters.google.session import Answer, GoogleSession
from application.exports.vendor_ports import Layout, Shown, Spreadsheet, Tab
from domain.exports.write_strategies.operations import PutRows
from domain.shared.cells import Cell

_LOCALE = "ru_RU"


class _Values(msgspec.Struct):
    range: str
    values: msgspec.Raw


class _ValuesWritten(msgspec.Struct, rename="camel"):
    """Body of spreadsheets.values.batchUpdate. RAW: nothing is parsed, so a text can't become a formula or a date."""

    data: list[_Values]
    value_input_option: str = "RAW"


class GoogleSpreadsheets:
    """The company's spreadsheets at Google. Calls that may be repeated are, when Google falters."""

    def __init__(self, session: GoogleSession, endpoints: GoogleEndpoints, pacing: Pacing) -> None:
        self._session = session
        self._requests = SheetsRequests(endpoints.sheets)
        self._pacing = pacing

    async def create(self, access_token: str, title: str, tab: str, time_zone: str) -> Spreadsheet:
        """Makes a spreadsheet with one tab of the smallest size. Not repeated: a second one might come of it."""
        body = {
            "properties": {"title": title, "locale": _LOCALE, "timeZone": time_zone},
            "sheets": [{"properties": new_tab(tab)}],
        }
        request = self._requests.create(msgspec.json.encode(body), SPREADSHEET_FIELDS)
        answer = await self._send(access_token, request, repeatable=False)
        return read(answer, SpreadsheetRead).spreadsheet()

    async def inspect(self, access_token: str, spreadsheet_id: str) -> Spreadsheet:
        """A tab that is a chart comes with a grid of 0 by 0."""
        answer = await self._send(access_token, self._requests.get(spreadsheet_id, SPREADSHEET_FIELDS))
        return read(answer, SpreadsheetRead).spreadsheet()

    async def add_tab(self, access_token: str, spreadsheet_id: str, title: str) -> Tab:
        """Adds a tab of the smallest size. Not repeated: the second attempt would find the title taken."""
        request = self._batch(spreadsheet_id, [{"addSheet": {"properties": new_tab(title)}}], ADDED_FIELDS)
        answer = await self._send(access_token, request, repeatable=False)
        return read(answer, Added).tab()

    async def show(self, access_token: str, spreadsheet_id: str, tab: Tab, key_column: int, width: int) -> Shown:
        """Reads only what the grid has: Google refuses a range that begins or ends beyond it."""
        columns = min(width, tab.column_count)
        if columns < 1 or tab.row_count < 1:
            return Shown((), ())
        ranges = [a1.rows_of(tab.title, 1, 1, columns)]
        if tab.row_count > 1 and key_column < tab.column_count:
            ranges.append(a1.column_from(tab.title, key_column, 2))
        request = self._requests.values_batch_get(spreadsheet_id, ranges, VALUES_FIELDS)
        values = read(await self._send(access_token, request), ValuesRead)
        if len(values.value_ranges) != len(ranges):
            raise unreadable()
        header, *keys = [found.values for found in values.value_ranges]
        return Shown(
            header=_trimmed([as_text(column[0]) if column else "" for column in header]),
            keys=_trimmed([as_text(cell) for column in _first(keys) for cell in column]),
        )

    async def blank(self, access_token: str, spreadsheet_id: str, tab: Tab, width: int) -> bool:
        """Asks for everything; Google leaves blanks out, so that a blank tab is a short answer."""
        columns = min(width, tab.column_count)
        if columns < 1 or tab.row_count < 1:
            return True
        place = a1.rows_of(tab.title, 1, tab.row_count, columns)
        request = self._requests.values_batch_get(spreadsheet_id, [place], VALUES_FIELDS)
        values = read(await self._send(access_token, request), ValuesRead)
        return not any(cell not in {"", None} for found in values.value_ranges for row in found.values for cell in row)

    async def lay_out(self, access_token: str, spreadsheet_id: str, tab: Tab, layout: Layout, rows: int) -> Tab:
        """Widths are given only to columns that are new to the grid."""
        requests, larger = laid_out(tab, layout, rows)
        await self._send(access_token, self._batch(spreadsheet_id, requests))
        return larger

    async def grow(self, access_token: str, spreadsheet_id: str, tab: Tab, layout: Layout, rows: int) -> Tab:
        """Makes no request when the grid is long enough already."""
        requests, larger = grown(tab, layout, rows)
        if requests:
            await self._send(access_token, self._batch(spreadsheet_id, requests))
        return larger

    async def contents(
        self, access_token: str, spreadsheet_id: str, tab: Tab, spans: Sequence[tuple[int, int]], width: int
    ) -> tuple[tuple[Cell, ...], ...]:
        """Google leaves trailing blanks out, of rows and of columns; they are put back."""
        columns = min(width, tab.column_count)
        within = [(first, min(last, tab.row_count)) for first, last in spans if first <= tab.row_count]
        if columns < 1 or not within:
            return ((None,) * width,) * sum(last - first + 1 for first, last in spans)
        ranges = [a1.rows_of(tab.title, first, last, columns) for first, last in within]
        request = self._requests.values_batch_get(spreadsheet_id, ranges, VALUES_FIELDS)
        values = read(await self._send(access_token, request), ValuesRead)
        if len(values.value_ranges) != len(ranges):
            raise unreadable()
        answers = dict(zip(within, values.value_ranges, strict=True))
        rows: list[tuple[Cell, ...]] = []
        for first, last in spans:
            found = answers.get((first, min(last, tab.row_count)))
            columns_read = found.values if found is not None else []
            rows += [_row_at(columns_read, place, width) for place in range(last - first + 1)]
        return tuple(rows)

    async def delete_rows(
        self, access_token: str, spreadsheet_id: str, tab: Tab, spans: Sequence[tuple[int, int]]
    ) -> Tab:
        """All of the spans or none. A tab keeps at least one row below its frozen header."""
        requests, smaller = deleted(tab, spans)
        await self._send(access_token, self._batch(spreadsheet_id, requests), repeatable=False)
        return smaller

    async def write(
        self,
        access_token: str,
        spreadsheet_id: str,
        tab: Tab,
        operations: Sequence[PutRows[bytes]],
        width: int,
        first_column: int = 0,
    ) -> None:
        """Rows go out as the bytes they are. Ranges are fixed, so that writing twice is writing once."""
        data = [_values(tab.title, operation, width, first_column) for operation in operations if operation.rows]
        if data:
            body = msgspec.json.encode(_ValuesWritten(data))
            await self._send(access_token, self._requests.values_batch_update(spreadsheet_id, body, LEAST_FIELDS))

    def _batch(self, spreadsheet_id: str, requests: list[dict[str, Any]], fields: str = LEAST_FIELDS) -> Request:
        return self._requests.batch_update(spreadsheet_id, msgspec.json.encode({"requests": requests}), fields)

    async def _send(self, access_token: str, request: Request, *, repeatable: bool = True) -> Answer:
        return await answered(lambda: self._session.call(request, access_token), self._pacing, repeatable=repeatable)


def _values(title: str, operation: PutRows[bytes], width: int, first_column: int) -> _Values:
    place = a1.rows_of(title, operation.first_row, operation.last_row, width, first_column)
    return _Values(place, msgspec.Raw(rows_body(operation.rows)))


def rows_body(rows: Sequence[bytes]) -> bytes:
    """Rows, each a JSON array, as one JSON array in which empty texts stand for nulls."""
    body = b",".join(rows)
    if b"null" in body:  # one look at all of them: rarely is a cell blank, or says a text so
        body = b",".join([with_blanks(row) for row in rows])
    return b"[" + body + b"]"


def _row_at(columns: list[list[CellRead]], place: int, width: int) -> tuple[Cell, ...]:
    """One row out of columns that are as long as what they hold. A blank comes as nothing or as an empty text."""
    cells = [column[place] if place < len(column) else None for column in columns]
    return (*(None if cell == "" else cell for cell in cells), *[None] * (width - len(cells)))


def _first(columns: list[list[list[CellRead]]]) -> list[list[CellRead]]:
    return columns[0] if columns else []


def _trimmed(texts: list[str]) -> tuple[str, ...]:
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)
