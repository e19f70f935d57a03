"""The parts of the Sheets API's answers that are asked for. Numbers that are 0 may be left out of an answer."""

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from adapters.google import a1
from adapters.google.cells import CellRead
from adapters.google.failures import unreadable
from adapters.google.session import Answer
from adapters.google.signs import signs_in
from application.exports.sheets import NamedCells, Obstacle, Spreadsheet, Tab
from domain.exports.spreadsheet import ObstacleKind

AnswerT = TypeVar("AnswerT")

SPREADSHEET_FIELDS = (
    "spreadsheetId,properties.title,sheets(properties(sheetId,title,hidden,gridProperties(rowCount,columnCount)),"
    "developerMetadata(metadataKey,metadataValue),data(startColumn,columnMetadata.developerMetadata(metadataKey,metadataValue)),merges,"
    "protectedRanges(range,description,warningOnly,requestingUserCanEdit,unprotectedRanges)),"
    "namedRanges(namedRangeId,name,range)"
)
FILE_FIELDS = "trashed,capabilities(canEdit)"
ANCHOR_PREFIX = "skladsheets.column."
"""Begins the keys of the developer metadata that we leave on columns; the table's tag follows."""

OPEN_END = 100_000_000
"""Stands for an end that Google leaves open; no sheet is as large."""

ADDED_FIELDS = "replies.addSheet.properties(sheetId,title,gridProperties(rowCount,columnCount))"
WRITTEN_FIELDS = "totalUpdatedRows"
VALUES_FIELDS = "valueRanges(range,values)"
LEAST_FIELDS = "spreadsheetId"


class _Grid(msgspec.Struct, rename="camel"):
    row_count: int = 0
    column_count: int = 0


class _Metadata(msgspec.Struct, rename="camel"):
    metadata_key: str = ""
    metadata_value: str = ""


class _Column(msgspec.Struct, rename="camel"):
    developer_metadata: list[_Metadata] = []


class _GridData(msgspec.Struct, rename="camel"):
    start_column: int = 0
    column_metadata: list[_Column] = []


class _Range(msgspec.Struct, rename="camel"):
    """Indices that are left out are open ends, and 0 is left out too."""

    sheet_id: int = 0
    start_row_index: int = 0
    end_row_index: int = OPEN_END
    start_column_index: int = 0
    end_column_index: int = OPEN_END

    def without(self, other: "_Range") -> "list[_Range]":
        """What is left of it when the other is cut out: above, below, to the left and to the right."""
        top, bottom = (
            max(self.start_row_index, other.start_row_index),
            min(self.end_row_index, other.end_row_index),
        )
        left, right = (
            max(self.start_column_index, other.start_column_index),
            min(self.end_column_index, other.end_column_index),
        )
        if top >= bottom or left >= right:
            return [self]
        parts = [
            _Range(self.sheet_id, self.start_row_index, top, self.start_column_index, self.end_column_index),
            _Range(self.sheet_id, bottom, self.end_row_index, self.start_column_index, self.end_column_index),
            _Range(self.sheet_id, top, bottom, self.start_column_index, left),
            _Range(self.sheet_id, top, bottom, right, self.end_column_index),
        ]
        return [
            one
            for one in parts
            if one.start_row_index < one.end_row_index and one.start_column_index < one.end_column_index
        ]

    def obstacle(self, kind: ObstacleKind, name: str) -> Obstacle:
        rows = (self.start_row_index + 1, self.end_row_index)
        columns = (self.start_column_index, self.end_column_index - 1)
        return Obstacle(kind, name or a1.area(rows, columns), rows, columns)


class _Protected(msgspec.Struct, rename="camel"):
    range: _Range = msgspec.field(default_factory=_Range)
    description: str = ""
    warning_only: bool = False
    requesting_user_can_edit: bool = False
    unprotected_ranges: list[_Range] = []

    def closed(self) -> list[_Range]:
        """What may not be edited: the range without the parts that are free in a protected sheet."""
        left = [self.range]
        for free in self.unprotected_ranges:
            left = [part for one in left for part in one.without(free)]
        return left


class _TabProperties(msgspec.Struct, rename="camel"):
    sheet_id: int = 0
    title: str = ""
    hidden: bool = False
    grid_properties: _Grid | None = None


class _Sheet(msgspec.Struct, rename="camel"):
    properties: _TabProperties
    data: list[_GridData] = []
    merges: list[_Range] = []
    protected_ranges: list[_Protected] = []
    developer_metadata: list[_Metadata] = []

    def tab(self, spreadsheet_id: str) -> Tab:
        """A tab that is a chart has no grid: its size is 0 by 0."""
        own = self.properties
        grid = own.grid_properties or _Grid()
        return Tab(
            own.sheet_id,
            own.title,
            grid.row_count,
            grid.column_count,
            own.hidden,
            tuple(self._anchors()),
            tuple(self._obstacles()),
            tuple(signs_in(spreadsheet_id, own.sheet_id, self._entries())),
        )

    def _entries(self) -> Iterator[tuple[str, str]]:
        return ((entry.metadata_key, entry.metadata_value) for entry in self.developer_metadata)

    def _anchors(self) -> Iterator[tuple[str, str, int]]:
        for data in self.data:
            for place, column in enumerate(data.column_metadata, start=data.start_column):
                for left in column.developer_metadata:
                    if left.metadata_key.startswith(ANCHOR_PREFIX):
                        yield left.metadata_key.removeprefix(ANCHOR_PREFIX), left.metadata_value, place

    def _obstacles(self) -> Iterator[Obstacle]:
        for merged in self.merges:
            yield merged.obstacle(ObstacleKind.MERGED, "")
        for protected in self.protected_ranges:
            if not protected.warning_only and not protected.requesting_user_can_edit:
                for closed in protected.closed():
                    yield closed.obstacle(ObstacleKind.PROTECTED, protected.description)


class _Named(msgspec.Struct, rename="camel"):
    named_range_id: str = ""
    name: str = ""
    range: _Range = msgspec.field(default_factory=_Range)

    def cells(self) -> NamedCells:
        """The same in the words of the port."""
        place = self.range
        return NamedCells(
            self.named_range_id,
            self.name,
            place.sheet_id,
            (place.start_row_index + 1, place.end_row_index),
            (place.start_column_index, place.end_column_index - 1),
        )


class _Properties(msgspec.Struct):
    title: str = ""


class SpreadsheetRead(msgspec.Struct, rename="camel"):
    """spreadsheets.get and spreadsheets.create with SPREADSHEET_FIELDS."""

    spreadsheet_id: str
    properties: _Properties
    sheets: list[_Sheet] = []
    named_ranges: list[_Named] = []

    def spreadsheet(self) -> Spreadsheet:
        """The same in the words of the port."""
        tabs = tuple(sheet.tab(self.spreadsheet_id) for sheet in self.sheets)
        named = tuple(one.cells() for one in self.named_ranges)
        return Spreadsheet(self.spreadsheet_id, self.properties.title, tabs, named)


class FileRead(msgspec.Struct, rename="camel"):
    """drive.files.get with FILE_FIELDS."""

    trashed: bool = False
    capabilities: dict[str, bool] = {}


class FileMade(msgspec.Struct):
    """drive.files.create, and each file of drive.files.list, with nothing but the id."""

    id: str


class FileListed(msgspec.Struct, rename="camel"):
    """One page of drive.files.list."""

    files: list[FileMade] = []
    next_page_token: str = ""


class _Reply(msgspec.Struct, rename="camel"):
    add_sheet: _Sheet | None = None


class Added(msgspec.Struct):
    """spreadsheets.batchUpdate that begins with an addSheet, with ADDED_FIELDS."""

    replies: list[_Reply]

    def tab(self) -> Tab:
        """The tab that was added, without its signs. Raises VendorFailed when there is none."""
        if not self.replies or self.replies[0].add_sheet is None:
            raise unreadable()
        return self.replies[0].add_sheet.tab("")


class Written(msgspec.Struct, rename="camel"):
    """spreadsheets.values.batchUpdateByDataFilter with WRITTEN_FIELDS."""

    total_updated_rows: int = 0


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
