"""XLSX, read by openpyxl row by row. Nothing of a file is unpacked before it is known how much that would be.

openpyxl is loaded by the first who needs it: it takes as long as half of everything else that the API loads.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from entrypoints.rest.tabular.refusals import MOST_EMPTY, TableTooLarge, TableUnreadable, too_large
from entrypoints.rest.tabular.rows import TableRow, bounded

ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0"
LARGEST = 12_000_000
"""Bytes of all that is packed in the file: what 2,000 lines take is a tenth of it."""

MOST_PARTS = 300
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Whatever else a ZIP may use, a workbook's parts are packed so (ECMA-376 part 2, annex B)."""

_DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError)
"""What `zipfile` raises for bytes that make no sense; NotImplementedError is for kinds of ZIP that it does not know."""

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ZEROS = re.compile(r"0{2,20}")


def looks_like_workbook(body: bytes) -> bool:
    """Also where it is one of another kind, which is refused then."""
    return body.startswith((ZIP, _OLD))


def read_workbook(body: bytes) -> list[TableRow]:
    """The first sheet, with the values that formulas had when it was saved. Numbers and dates are text as people see
    them. Raises TableUnreadable or TableTooLarge.
    """
    if body.startswith(_OLD):
        raise TableUnreadable(reason="xls")
    _require_harmless(body)
    from openpyxl import load_workbook  # noqa: PLC0415 - see the module

    try:
        formulas = _formulas(body)
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
        try:
            return bounded(_rows(_first(book), formulas))
        finally:
            book.close()
    except (TableUnreadable, TableTooLarge):
        raise
    except Exception as wrong:  # openpyxl promises nothing of what it raises for files that are not as they should be
        raise TableUnreadable(reason="xlsx") from wrong


def write_workbook(rows: Iterable[Sequence[str]]) -> bytes:
    """Every cell is text, whatever it begins with; the header stays in sight."""
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    for number, row in enumerate(rows, 1):
        for place, text in enumerate(row, 1):
            cell = sheet.cell(number, place)
            cell.value, cell.data_type, cell.number_format = text, "s", "@"
            if number == 1:
                cell.font = Font(bold=True)
                sheet.column_dimensions[get_column_letter(place)].width = max(14, len(text) + 4)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _require_harmless(body: bytes) -> None:
    """Sizes are those that the file's directory tells: no more is ever unpacked (zipfile, ZipExtFile)."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST:
                raise too_large()
            if not any(part.filename == "[Content_Types].xml" for part in parts):
                raise TableUnreadable(reason="zip")
            if any(part.compress_type not in _PACKED for part in parts):
                raise TableUnreadable(reason="xlsx")
            if any(part.flag_bits & 1 for part in parts):
                raise TableUnreadable(reason="password")
            for part in parts:
                text = packed.read(part) if part.filename.lower().endswith((".xml", ".rels", ".vml")) else b""
                if _DECLARATION.search(text) or text.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in text[:64]:
                    raise TableUnreadable(reason="xlsx")
    except _DAMAGED as wrong:
        raise TableUnreadable(reason="xlsx") from wrong


def _first(book: Any) -> Any:
    """The first sheet that is shown."""
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not shown:
        raise TableUnreadable(reason="xlsx")
    shown[0].reset_dimensions()  # what a file says of its own size may be wrong
    return shown[0]


def _formulas(body: bytes) -> frozenset[tuple[int, int]]:
    """Where formulas stand: read only where there may be any."""
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        sheets = [part for part in packed.namelist() if part.startswith("xl/worksheets/")]
        if not any(re.search(rb"<(?:\w+:)?f[\s>/]", packed.read(part)) for part in sheets):
            return frozenset()
    from openpyxl import load_workbook  # noqa: PLC0415

    book = load_workbook(io.BytesIO(body), read_only=True, keep_links=False)
    try:
        return frozenset(
            (row, place)
            for row, cells in _numbered(_first(book))
            for place, cell in enumerate(cells)
            if cell.data_type == "f"
        )
    finally:
        book.close()


def _numbered(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    return islice(enumerate(sheet.iter_rows(), 1), MOST_EMPTY + 1)


def _rows(sheet: Any, formulas: frozenset[tuple[int, int]]) -> Iterator[TableRow]:
    for number, cells in _numbered(sheet):
        broken = frozenset(
            place
            for place, cell in enumerate(cells)
            if cell.data_type == "e" or (cell.value is None and (number, place) in formulas)
        )
        texts = tuple("" if place in broken else _text(cell) for place, cell in enumerate(cells))
        yield TableRow(number, texts, broken)


def _text(cell: Any) -> str:
    """As people see it; an INN is its digits, with the zeros that its format shows."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        value = int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, int):
        shown = str(value)
        return shown.zfill(len(cell.number_format)) if _ZEROS.fullmatch(cell.number_format or "") else shown
    return _moment(value) or str(value)


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.strftime("%d.%m.%Y" if midnight else "%d.%m.%Y %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return ""
