"""Cells on their way into the sheet, and back."""

from collections.abc import Iterator, Sequence

import msgspec

_EMPTY = msgspec.Raw(b'""')
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


def parted(rows: Sequence[bytes], columns: Sequence[int]) -> Iterator[tuple[int, int, bytes]]:
    """The rows, one block for each stretch of adjoining columns: its first column, its width, its rows as JSON.

    Cells between the stretches are somebody else's and are not part of any range.
    """
    stretches = adjoining(columns)
    if len(stretches) == 1 and stretches[0][1] == list(range(len(columns))):
        yield stretches[0][0], len(columns), side_by_side(rows)
        return
    cells = [_Row.decode(with_blanks(row)) for row in rows]
    for first, places in stretches:
        yield first, len(places), msgspec.json.encode([[row[place] for place in places] for row in cells])


def side_by_side(rows: Sequence[bytes]) -> bytes:
    """Rows, each a JSON array, as one JSON array in which empty texts stand for nulls."""
    body = b",".join(rows)
    if b"null" in body:  # one look at all of them: rarely is a cell blank, or says a text so
        body = b",".join([with_blanks(row) for row in rows])
    return b"[" + body + b"]"


def adjoining(columns: Sequence[int]) -> list[tuple[int, list[int]]]:
    """Stretches of adjoining columns: the first column of each, and which cells of a row go there."""
    order = sorted(range(len(columns)), key=columns.__getitem__)
    found: list[tuple[int, list[int]]] = []
    for place in order:
        if found and columns[place] == found[-1][0] + len(found[-1][1]):
            found[-1][1].append(place)
        else:
            found.append((columns[place], [place]))
    return found
