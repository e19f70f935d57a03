"""Steps of an atomic batch as requests of spreadsheets.batchUpdate. Rows and columns are counted from 0 here."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from adapters.google.cells import CellRead, adjoining
from adapters.google.layout import FORMAT_FIELDS, NEW_ROWS, area, format_of, laid_out, new_tab
from adapters.google.signs import signing
from application.exports.sheets import (
    AddTab,
    AppendRow,
    ClearRows,
    CopyRows,
    DropMarker,
    DropTab,
    Layout,
    MakeTable,
    NameCell,
    Step,
    Tab,
    Widen,
    WriteRows,
)

Request = dict[str, Any]

_BATCH_KEY = "skladsheets.batch"
_ROW = msgspec.json.Decoder(list[CellRead])
_VALUE_ONLY = "userEnteredValue"


def requests_of(spreadsheet_id: str, step: Step) -> Iterator[Request]:
    """What the step asks of Google."""
    match step:
        case WriteRows(tab, columns, operation):
            cells = [_ROW.decode(row) for row in operation.rows]
            for first, places in adjoining(columns):
                yield _written(tab, operation.first_row, first, [[row[place] for place in places] for row in cells])
        case CopyRows():
            yield from _copied(step)
        case ClearRows(tab, columns, first_row, last_row):
            for first, places in adjoining(columns):
                cleared = area(tab, first_row - 1, last_row, first, first + len(places))
                yield {"updateCells": {"range": cleared, "fields": _VALUE_ONLY}}
        case DropTab(tab):
            yield {"deleteSheet": {"sheetId": tab.sheet_id}}
        case _:
            yield from _of_telling(spreadsheet_id, step)


def _of_telling(
    spreadsheet_id: str, step: AddTab | MakeTable | AppendRow | Widen | NameCell | DropMarker
) -> Iterator[Request]:
    match step:
        case AddTab(tab):
            yield {"addSheet": {"properties": {**new_tab(tab.title, hidden=tab.hidden), "sheetId": tab.sheet_id}}}
            for sign in tab.signs:
                yield signing(spreadsheet_id, tab.sheet_id, sign)
        case MakeTable(tab, layout):
            yield from laid_out(tab, layout, NEW_ROWS, range(len(layout.titles)))[0]
        case AppendRow(tab, layout, row):
            yield _appended(tab, layout, _ROW.decode(row))
        case Widen():
            yield from _widened(step)
        case NameCell():
            yield _named(step)
        case DropMarker(marker):
            yield _unmarked(marker)


def marker_requests(marker: int, previous: int | None) -> list[Request]:
    """A marker in place of the previous one: creating one whose id is in use is refused, and the whole batch with it
    (Sheets API guide, developer metadata), so that a batch is not applied twice.
    """
    entry = {
        "metadataId": marker,
        "metadataKey": _BATCH_KEY,
        "location": {"spreadsheet": True},
        "visibility": "DOCUMENT",
    }
    created: Request = {"createDeveloperMetadata": {"developerMetadata": entry}}
    if previous is None:
        return [created]
    return [created, _unmarked(previous)]


def _unmarked(marker: int) -> Request:
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": marker}}}}


def _appended(tab: Tab, layout: Layout, row: list[CellRead]) -> Request:
    """Cells that Google adds below the grid have no formats, so each comes with its own, unless there are columns of
    other people between ours, whose formats would go.
    """
    placed = dict(zip(layout.places(), zip(row, layout.kinds, strict=True), strict=True))
    apart = len(placed) != max(placed) + 1
    cells = [
        {**_cell(placed[column][0]), **({} if apart else {"userEnteredFormat": format_of(placed[column][1])})}
        if column in placed
        else {}
        for column in range(max(placed) + 1)
    ]
    fields = _VALUE_ONLY if apart else f"{_VALUE_ONLY},{FORMAT_FIELDS}"
    return {"appendCells": {"sheetId": tab.sheet_id, "rows": [{"values": cells}], "fields": fields}}


def _widened(step: Widen) -> Iterator[Request]:
    for dimension, more in (
        ("ROWS", step.rows - step.tab.row_count),
        ("COLUMNS", step.columns - step.tab.column_count),
    ):
        if more > 0:
            yield {"appendDimension": {"sheetId": step.tab.sheet_id, "dimension": dimension, "length": more}}


def _named(step: NameCell) -> Request:
    place = area(step.tab, step.row - 1, step.row, step.column, step.column + 1)
    if step.known is None:
        return {"addNamedRange": {"namedRange": {"name": step.name, "range": place}}}
    moved = {"namedRangeId": step.known.range_id, "range": place}
    return {"updateNamedRange": {"namedRange": moved, "fields": "range"}}


def _written(tab: Tab, first_row: int, first_column: int, rows: list[list[CellRead]]) -> Request:
    return {
        "updateCells": {
            "range": area(tab, first_row - 1, first_row - 1 + len(rows), first_column, first_column + len(rows[0])),
            "rows": [{"values": [_cell(cell) for cell in row]} for row in rows],
            "fields": _VALUE_ONLY,
        }
    }


def _cell(cell: CellRead) -> dict[str, Any]:
    """A text is a stringValue whatever it begins with; a cell without a value is emptied."""
    match cell:
        case None | "":
            return {}
        case bool():
            return {"userEnteredValue": {"boolValue": cell}}
        case str():
            return {"userEnteredValue": {"stringValue": cell}}
        case _:
            return {"userEnteredValue": {"numberValue": cell}}


def _copied(step: CopyRows) -> Iterator[Request]:
    """Values only, so that the formats and notes of the place they go to stay."""
    count = step.last - step.first + 1
    for start, end in _parallel(step.columns, step.to_columns):
        width = end - start
        source = area(step.source, step.first - 1, step.last, step.columns[start], step.columns[start] + width)
        first = step.to_columns[start]
        target = area(step.target, step.to - 1, step.to - 1 + count, first, first + width)
        yield {"copyPaste": {"source": source, "destination": target, "pasteType": "PASTE_VALUES"}}


def _parallel(columns: Sequence[int], others: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches in which both go on side by side."""
    start = 0
    for place in range(1, len(columns) + 1):
        if place < len(columns) and columns[place] == columns[place - 1] + 1 and others[place] == others[place - 1] + 1:
            continue
        yield start, place
        start = place
