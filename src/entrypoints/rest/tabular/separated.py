"""CSV in the dialects of spreadsheets: several encodings, separators and ends of lines (RFC 4180 and others)."""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from entrypoints.rest.tabular.refusals import TableMalformed, TableUnreadable
from entrypoints.rest.tabular.rows import TableRow, bounded

BOM = "\ufeff"
SEPARATORS = (";", ",", "\t")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DECLARED = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
"""A first line by which Excel is told the separator."""


def read_separated(body: bytes, known: Callable[[str], bool]) -> list[TableRow]:
    """The separator is the one with which the header has the most columns that are `known`, or else the most at all.

    Raises TableUnreadable, TableMalformed or TableTooLarge.
    """
    text = _text(body)
    declared, shift = _DECLARED.match(text), 0
    if declared:
        text, shift = text[declared.end() :], 1
    separator = declared[1] if declared and declared[1] in SEPARATORS else _separator(text, known)
    return bounded(_parsed(text, separator, shift))


def write_separated(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a mark, so that Excel takes it for that; what a spreadsheet would take for a formula is text."""
    out = io.StringIO()
    out.write(BOM)
    csv.writer(out, delimiter=SEPARATORS[0]).writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def harmless(cell: str) -> str:
    """With an apostrophe before what would run as a formula in a spreadsheet, also behind spaces."""
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


def bare(cell: str) -> str:
    """The cell without the apostrophe that stands before what would run."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def _text(body: bytes) -> str:
    """UTF-8, UTF-16 or cp1251, by a mark or else by what can be read. Raises TableUnreadable."""
    if body.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise TableUnreadable(reason="UTF-32")
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in body[:200]:
        # In the first line at least some signs are of ASCII, such as separators: where their zeros stand tells.
        encodings = ("utf-16-be",) if body[:200:2].count(0) > body[1:200:2].count(0) else ("utf-16-le",)
    else:
        encodings = ("utf-8-sig", "cp1251")
    for encoding in encodings:
        try:
            text = body.decode(encoding).removeprefix(BOM)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            break
        return text
    raise TableUnreadable(reason="encoding")


def _separator(text: str, known: Callable[[str], bool]) -> str:
    def columns(separator: str) -> tuple[int, int]:
        try:
            head = next((row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(row)), [])
        except csv.Error:
            return 0, 0
        return sum(known(bare(cell)) for cell in head), len(head)

    return max(SEPARATORS, key=columns)


def _parsed(text: str, separator: str, shift: int) -> Iterator[TableRow]:
    number = shift
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            number += 1
            yield TableRow(number, tuple(bare(cell) for cell in cells))
    except csv.Error as wrong:
        raise TableMalformed(row=number + 1) from wrong
