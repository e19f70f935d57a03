"""Cells on their way into the sheet, and back."""

from collections.abc import Sequence

import msgspec

_EMPTY = msgspec.Raw(b'""')
_SKIPPED = msgspec.Raw(b"null")
_Row = msgspec.json.Decoder(list[msgspec.Raw])

CellRead = str | int | float | bool | None
"""A cell as UNFORMATTED_VALUE shows it."""


def with_blanks(row: bytes) -> bytes:
    """The row, a JSON array of scalars, with an empty text for every null.

    To the Sheets API null means "leave the cell as it is" and only an empty text empties it (reference of ValueRange).
    """
    if b"null" not in row:
        return row
    if b"\\" in row:
        return msgspec.json.encode([_EMPTY if bytes(cell) == b"null" else cell for cell in _Row.decode(row)])
    # Without escapes every second piece between quotation marks lies outside of texts, where null is only ever null.
    pieces = row.split(b'"')
    pieces[::2] = [piece.replace(b"null", b'""') for piece in pieces[::2]]
    return b'"'.join(pieces)


def spread(row: bytes, columns: Sequence[int]) -> bytes:
    """The row for a range from the first of these columns to the last, whatever their order; cells between them that
    are not ours are null, which leaves them as they are.
    """
    first = min(columns)
    cells = [_SKIPPED] * (max(columns) - first + 1)
    for column, cell in zip(columns, _Row.decode(row), strict=True):
        cells[column - first] = _EMPTY if bytes(cell) == b"null" else cell
    return msgspec.json.encode(cells)


def adjoining(columns: Sequence[int]) -> bool:
    """Whether the columns stand side by side in their order."""
    return all(column == columns[0] + place for place, column in enumerate(columns))
