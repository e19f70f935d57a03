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
from adapters.google.layout import grown, laid_out, new_tab
from adapters.google.retries import Pacing, answered
from adapters.google.session import Answer, GoogleSession
from application.exports.ports import Layout, Shown, Spreadsheet, Tab
from domain.exports.write_strategies.operations import PutRows

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

    async def write(
        self, access_token: str, spreadsheet_id: str, tab: Tab, operations: Sequence[PutRows[bytes]], width: int
    ) -> None:
        """Rows go out as the bytes they are. Ranges are fixed, so that writing twice is writing once."""
        data = [_values(tab.title, operation, width) for operation in operations if operation.rows]
        if data:
            body = msgspec.json.encode(_ValuesWritten(data))
            await self._send(access_token, self._requests.values_batch_update(spreadsheet_id, body, LEAST_FIELDS))

    def _batch(self, spreadsheet_id: str, requests: list[dict[str, Any]], fields: str = LEAST_FIELDS) -> Request:
        return self._requests.batch_update(spreadsheet_id, msgspec.json.encode({"requests": requests}), fields)

    async def _send(self, access_token: str, request: Request, *, repeatable: bool = True) -> Answer:
        return await answered(lambda: self._session.call(request, access_token), self._pacing, repeatable=repeatable)


def _values(title: str, operation: PutRows[bytes], width: int) -> _Values:
    rows = b",".join([with_blanks(row) for row in operation.rows])
    place = a1.rows_of(title, operation.first_row, operation.last_row, width)
    return _Values(place, msgspec.Raw(b"[" + rows + b"]"))


def _first(columns: list[list[list[CellRead]]]) -> list[list[CellRead]]:
    return columns[0] if columns else []


def _trimmed(texts: list[str]) -> tuple[str, ...]:
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)
