"""spreadsheets.values: reading and writing ranges of plain values."""

from typing import Any

import msgspec

from emulators.google import a1, layers, prototext, rendering
from emulators.google.cells import EXACT_INTEGER, MAX_CHARACTERS, TOO_LONG, Row
from emulators.google.entry import parse
from emulators.google.errors import bad_fields, invalid
from emulators.google.layers import Layer
from emulators.google.payload import SoundRows
from emulators.google.rect import END, Rect
from emulators.google.tab import Tab
from emulators.google.workbook import Workbook

FORMAT_PATH = (("userEnteredFormat", "numberFormat"),)


def read(book: Workbook, text: str, options: dict[str, str]) -> dict[str, Any]:
    """A ValueRange for one A1 range; the echo is clamped to the grid."""
    tab, reference = book.resolve(text)
    rect = book.on_grid(tab, reference.rect)
    return rendering.value_range(book, tab, rect, a1.echo(tab.title, rect), options)


def rows_of(body: dict[str, Any], field: str) -> list[Row]:
    """The rows of a ValueRange body, whichever its major dimension, checked and made ready for storing.

    JSON integers beyond 2^53 become doubles, as the documented type of numberValue has it.
    """
    values = body.get("values", [])
    if type(values) is not SoundRows:
        _check_rows(values, field)
    if body.get("majorDimension") == "COLUMNS":
        return rendering.transposed(values, None)
    return values  # type: ignore[no-any-return]


def _check_rows(values: Any, field: str) -> None:
    if not isinstance(values, list):
        raise bad_fields([_no_list(values, f"{field}.values")])
    wrong = [_no_list(row, f"{field}.values[{number}]") for number, row in enumerate(values) if type(row) is not list]
    if wrong:
        raise bad_fields(wrong)
    for number, row in enumerate(values):
        _check_row(row, field, number)


def _no_list(value: Any, place: str) -> tuple[str, str]:
    shown = msgspec.json.encode(value).decode()
    return place, f"Invalid value at '{place}' (type.googleapis.com/google.protobuf.ListValue), {shown}"


def _check_row(row: list[Any], field: str, number: int) -> None:
    for place, value in enumerate(row):
        kind = type(value)
        if kind is str:
            if len(value) > MAX_CHARACTERS:
                raise invalid(TOO_LONG)
        elif kind is int:
            if not -EXACT_INTEGER <= value <= EXACT_INTEGER:
                row[place] = float(value)
        elif kind is list or kind is dict:
            of_item = f"Invalid {field}: " if field != "data" else ""
            raise invalid(f"{of_item}Invalid values[{number}][{place}]: {prototext.written(value)}")


def aim(book: Workbook, text: str, block: list[Row]) -> tuple[Tab, Rect]:
    """The rectangle that the block fills. Raises when it does not fit into the range or the grid."""
    tab, reference = book.resolve(text)
    asked = reference.rect
    if asked.top >= tab.row_count or asked.left >= tab.column_count:
        raise book.beyond(tab, asked)
    if (asked.bottom != END and asked.bottom > tab.row_count) or (
        asked.right != END and asked.right > tab.column_count
    ):
        raise book.beyond(tab, asked)
    width = max(map(len, block), default=0)
    one = reference.anchor and asked.bottom == asked.top + 1 and asked.right == asked.left + 1
    limit = asked._replace(bottom=END, right=END) if one else asked
    rect = Rect(asked.top, asked.top + len(block), asked.left, asked.left + width)
    last_row, last_column = min(limit.bottom, tab.row_count), min(limit.right, tab.column_count)
    written = a1.echo(tab.title, asked.clamp(tab.row_count, tab.column_count))
    if rect.bottom > last_row:
        raise invalid(f"Requested writing within range [{written}], but tried writing to row [{last_row + 1}]")
    if rect.right > last_column:
        raise invalid(
            f"Requested writing within range [{written}], but tried writing to column [{a1.letters(last_column)}]"
        )
    return tab, rect


def check_same_range(book: Workbook, url_range: str, body_range: str | None) -> None:
    """A body may repeat the URL's range, and must not contradict it."""
    if not body_range:
        return
    ours, theirs = book.resolve(url_range), book.resolve(body_range)
    if ours[0] is not theirs[0] or ours[1].rect != theirs[1].rect:
        shown, other = (a1.echo(tab.title, _closed(tab, reference.rect)) for tab, reference in (ours, theirs))
        raise invalid(f"Request range[{shown}] does not match value's range[{other}]")


def _closed(tab: Tab, rect: Rect) -> Rect:
    """Open sides end with the grid."""
    bottom = tab.row_count if rect.bottom == END else rect.bottom
    return rect._replace(bottom=bottom, right=tab.column_count if rect.right == END else rect.right)


def write(book: Workbook, tab: Tab, rect: Rect, block: list[Row], option: str) -> dict[str, Any]:
    """Writes the block at the rectangle and answers UpdateValuesResponse without `updatedData`."""
    skipped = sum([row.count(None) for row in block])
    counted = sum(map(len, block)) - skipped
    given = block
    if option == "USER_ENTERED":
        block = _entered(book, tab, rect, block)
    tab.write(rect.top, rect.left, block)
    book.cells_changed += counted
    body: dict[str, Any] = {
        "spreadsheetId": book.spreadsheet_id,
        "updatedRange": a1.echo(tab.title, rect),
    }
    if counted:
        rows, columns = _reached(given) if skipped else (sum(map(bool, given)), rect.width)
        body |= {"updatedRows": rows, "updatedColumns": columns, "updatedCells": counted}
    return body


def _reached(block: list[Row]) -> tuple[int, int]:
    """In how many rows and columns the block has cells that are not skipped."""
    columns = {place for row in block for place, cell in enumerate(row) if cell is not None}
    return sum(any(cell is not None for cell in row) for row in block), len(columns)


def _entered(book: Workbook, tab: Tab, rect: Rect, block: list[Row]) -> list[Row]:
    """What typing the texts makes of them; number formats come along where the cell has none."""
    laid: list[Layer] = []
    result: list[Row] = []
    for row, cells in enumerate(block, rect.top):
        made: Row = []
        for column, value in enumerate(cells, rect.left):
            if not isinstance(value, str) or not value:
                made.append(value)
                continue
            shape = layers.at(tab.layers, row, column).get("userEnteredFormat", {}).get("numberFormat")
            if shape is not None and shape.get("type") == "TEXT":
                made.append(value)
                continue
            parsed, new_shape = parse(value, book.locale)
            made.append(parsed)
            if new_shape is not None and shape is None:
                spot = Rect(row, row + 1, column, column + 1)
                laid.append(Layer(spot, FORMAT_PATH, {"userEnteredFormat": {"numberFormat": new_shape}}))
        result.append(made)
    tab.lay(laid)
    return result


def clear(book: Workbook, text: str) -> str:
    """Empties values only: formats, notes and validation stay. Answers the echoed range."""
    tab, reference = book.resolve(text)
    rect = book.on_grid(tab, reference.rect)
    book.cells_changed += tab.empty(rect)
    return a1.echo(tab.title, rect)
