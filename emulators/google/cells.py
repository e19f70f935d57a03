"""What a cell's value may be, and the limits on it."""

from dataclasses import dataclass
from itertools import repeat

MAX_CHARACTERS = 50_000
EXACT_INTEGER = 2**53


@dataclass(slots=True, eq=False)
class Formula:
    """A formula as typed. Its result is worked out each time it is asked for."""

    text: str


Cell = str | float | bool | Formula | None
Row = list[Cell]
BLANK: Row = []
"""The row shared by every row that holds nothing. Rows are replaced, never changed in place."""

TOO_LONG = f"Your input contains more than the maximum of {MAX_CHARACTERS} characters in a single cell."


def overlay(old: Row, left: int, new: Row) -> Row:
    """The old row with new cells laid over it from `left`: None keeps what is there, "" empties."""
    if None in new:
        new = [
            (old[place] if place < len(old) else None) if cell is None else (None if cell == "" else cell)
            for place, cell in enumerate(new, left)
        ]
    elif "" in new:
        new = [None if cell == "" else cell for cell in new]
    end = left + len(new)
    if left or end < len(old):
        gap = left - len(old)
        result = [*old[:left], *repeat(None, gap), *new, *old[end:]]
    else:
        result = new
    while result and result[-1] is None:
        result.pop()
    return result or BLANK


def replaced(old: Row, left: int, new: Row) -> Row:
    """Like `overlay`, with None emptying the cell."""
    return overlay(old, left, ["" if cell is None else cell for cell in new])
