"""Gathering: many rows that shall go below a table wait in a hidden tab, in order, until they are moved at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import islice

FIRST_ROW = 2
"""The first row below the header of a hidden tab."""
_DIGEST_BYTES = 16
_WORTH = 2
"""A batch in which each cell is written by itself holds a third as many rows as one of plain values. The hidden tab
costs two writes (making it, moving its rows), so that from two plain batches on it is cheaper.
"""


@dataclass(frozen=True, slots=True)
class Gathered:
    """So many rows in the hidden tab of that id, from FIRST_ROW down, each of them remembered already.

    `digest` is of their keys in their order. What stands below them in the tab was written by an attempt that did not
    live to remember it: it is written over, and never moved.
    """

    sheet_id: int
    rows: int = 0
    digest: bytes = b""

    @property
    def next_row(self) -> int:
        """Where the next row goes, whatever stands there."""
        return FIRST_ROW + self.rows

    def joined_by(self, keys: Iterable[str]) -> "Gathered":
        """The same with rows of these keys below."""
        rows, digest = self.rows, self.digest
        for key in keys:
            digest = blake2b(digest + key.encode(), digest_size=_DIGEST_BYTES).digest()
            rows += 1
        return replace(self, rows=rows, digest=digest)

    def stands_in(self, column: Sequence[str]) -> bool:
        """Whether the tab, whose keys from FIRST_ROW down these are, begins with the rows that were gathered."""
        found = Gathered(self.sheet_id).joined_by(islice(column, self.rows))
        return found == self


def worth_gathering(size: int, rows: int, rows_to_come: int, batch_bytes: int) -> bool:
    """Whether so many rows, of `size` bytes, and those that follow are more than a few batches. Only a batch that is
    full tells: of rows that may follow most may turn out to stand in the table already.
    """
    likely = size * (rows + rows_to_come) / max(rows, 1)
    return size * _WORTH >= batch_bytes and likely >= _WORTH * batch_bytes
