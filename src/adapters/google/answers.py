"""The parts of the Sheets API's answers that are asked for. Numbers that are 0 may be left out of an answer."""

from typing import TypeVar

import msgspec

from adapters.google.cells import CellRead
from adapters.google.failures import unreadable
from adapters.google.session import Answer
from application.exports.vendor_ports import Spreadsheet, Tab

AnswerT = TypeVar("AnswerT")

SPREADSHEET_FIELDS = (
    "spreadsheetId,properties.title,sheets.properties(sheetId,title,gridProperties(rowCount,columnCount))"
)
ADDED_FIELDS = "replies.addSheet.properties(sheetId,title,gridProperties(rowCount,columnCount))"
VALUES_FIELDS = "valueRanges(range,values)"
LEAST_FIELDS = "spreadsheetId"


class _Grid(msgspec.Struct, rename="camel"):
    row_count: int = 0
    column_count: int = 0


class _TabProperties(msgspec.Struct, rename="camel"):
    sheet_id: int = 0
    title: str = ""
    grid_properties: _Grid | None = None

    def tab(self) -> Tab:
        """A tab that is a chart has no grid: its size is 0 by 0."""
        grid = self.grid_properties or _Grid()
        return Tab(self.sheet_id, self.title, grid.row_count, grid.column_count)


class _Sheet(msgspec.Struct):
    properties: _TabProperties


class _Properties(msgspec.Struct):
    title: str = ""


class SpreadsheetRead(msgspec.Struct, rename="camel"):
    """spreadsheets.get and spreadsheets.create with SPREADSHEET_FIELDS."""

    spreadsheet_id: str
    properties: _Properties
    sheets: list[_Sheet] = []

    def spreadsheet(self) -> Spreadsheet:
        """The same in the words of the port."""
        tabs = tuple(sheet.properties.tab() for sheet in self.sheets)
        return Spreadsheet(self.spreadsheet_id, self.properties.title, tabs)


class _Reply(msgspec.Struct, rename="camel"):
    add_sheet: _Sheet


class Added(msgspec.Struct):
    """spreadsheets.batchUpdate with one addSheet and ADDED_FIELDS."""

    replies: tuple[_Reply]

    def tab(self) -> Tab:
        """The tab that was added."""
        return self.replies[0].add_sheet.properties.tab()


class _ValueRange(msgspec.Struct):
    values: list[list[CellRead]] = []


class ValuesRead(msgspec.Struct, rename="camel"):
    """spreadsheets.values.batchGet with VALUES_FIELDS: ranges in the order in which they were asked for."""

    value_ranges: list[_ValueRange]


def read(answer: Answer, form: type[AnswerT]) -> AnswerT:
    """The answer in that form. Raises VendorFailed when it has another; what it says is not repeated."""
    try:
        return msgspec.json.decode(answer.body, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    raise unreadable()
