"""Cells on their way into the sheet, and back."""

import msgspec

_EMPTY = msgspec.Raw(b'""')
_EXACT = 2.0**53
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


def as_text(cell: CellRead) -> str:
    """What the cell shows, as a key is compared: a number that somebody typed in place of the text 123 is `123`."""
    match cell:
        case str():
            return cell
        case None:
            return ""
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) <= _EXACT:
            return str(int(cell))
        case _:
            return str(cell)
