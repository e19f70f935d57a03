"""Ranges in A1 notation. Columns are counted from 0, rows from 1, as in the sheet."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

_LETTERS = 26

ADDRESS = 6_000
"""Bytes of an address that ranges may take. How long one may be at Google is not documented; servers usually refuse a
request whose first line is longer than 8 KB.
"""


def column(number: int) -> str:
    """The letters of a column: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    rest = number + 1
    while rest:
        rest, letter = divmod(rest - 1, _LETTERS)
        letters = chr(ord("A") + letter) + letters
    return letters


def quoted(title: str) -> str:
    """A tab's title as ranges name it. Always in quotes: a bare title may be taken for a named range."""
    doubled = title.replace("'", "''")
    return f"'{doubled}'"


def rows_of(title: str, first_row: int, last_row: int, width: int, first_column: int = 0) -> str:
    """`width` columns from `first_column` on of the rows from `first_row` to `last_row`."""
    return f"{quoted(title)}!{column(first_column)}{first_row}:{column(first_column + width - 1)}{last_row}"


def column_from(title: str, number: int, first_row: int) -> str:
    """One column from `first_row` down to the end of the grid."""
    letters = column(number)
    return f"{quoted(title)}!{letters}{first_row}:{letters}"


def area(rows: tuple[int, int], columns: tuple[int, int], largest: int = 10_000_000) -> str:
    """A range as people read it, without the tab: `B2:D10`, or `B2:D` where it has no end."""
    first, last = columns
    end = column(last) if last < largest else ""
    bottom = str(rows[1]) if rows[1] < largest else ""
    return f"{column(first)}{rows[0]}:{end}{bottom}" if end or bottom else f"{column(first)}{rows[0]}:"


def in_addresses(ranges: Sequence[str], most: int = ADDRESS) -> Iterator[list[str]]:
    """The ranges in their order, in parts that fit into an address each. A Cyrillic letter takes six bytes of it."""
    part: list[str] = []
    size = 0
    for one in ranges:
        length = len("&ranges=") + len(quote(one, safe=""))
        if part and size + length > most:
            yield part
            part, size = [], 0
        part.append(one)
        size += length
    if part:
        yield part
