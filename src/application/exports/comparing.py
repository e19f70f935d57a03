"""Comparing what the sheet shows with what the source has, cell by cell and hash by hash."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from application.exports.table import SheetTable
from domain.shared.cells import Cell

_ENCODER = msgspec.json.Encoder()
_DIGITS = ".12g"
"""Digits in which numbers are compared. A sheet keeps numbers as binary floats, 15 digits of which can be relied on;
how many of them Google gives back is not documented.
"""


def canonical(cells: Sequence[Cell]) -> bytes:
    """The same for rows that look the same in a sheet: a blank is an empty text, and 1 is 1.00."""
    shown = [_shown(cell) for cell in cells]
    while shown and shown[-1] is None:
        shown.pop()
    return hashlib.blake2b(_ENCODER.encode(shown), digest_size=16).digest()


def _shown(cell: Cell) -> str | bool | list[str] | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool | str):
        return cell
    return [format(float(cell) if isinstance(cell, Decimal) else cell, _DIGITS)]


class SheetContents:
    """What a tab showed when it was read: a hash for each key. Rows without a key are nobody's."""

    def __init__(self) -> None:
        self._by_key: dict[str, bytes] = {}
        self._met: set[str] = set()
        self.present = 0

    @classmethod
    async def of(cls, table: SheetTable) -> "SheetContents":
        """Reads the whole table."""
        contents = cls()
        await table.view()
        async for _, cells in table.grid.contents():
            key = table.grid.key_of(cells)
            if key:
                contents._by_key[key] = canonical(cells)
        return contents

    @property
    def source_rows(self) -> int:
        """How many different rows the source has shown so far."""
        return len(self._met)

    def meets(self, key: str, row: bytes) -> bool:
        """Whether the sheet showed this row as the source has it."""
        self._met.add(key)
        return self._by_key.get(key) == row

    def missing(self) -> int:
        """How many of the source's rows the sheet did not show."""
        return len(self._met - self._by_key.keys())
