"""In which row each key stands, for a million keys in some 25 megabytes."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

_GONE = 1
"""What stands in a slot instead of the number of a row that was deleted: row 1 is always a header."""
_LEAST_SLOTS = 64


class RowIndex:
    """A hash table of keys and row numbers (from 2 up) that takes 12 bytes a slot, at least a third of them free.

    A dictionary would keep the keys themselves, in ten times the memory. Here a key is known by its hash alone: 64 bits
    that are others in each process, so that nobody can aim at them. Of a million keys two are taken for one once in 37
    million runs.
    """

    __slots__ = ("_codes", "_numbers", "_size", "_used")

    def __init__(self) -> None:
        self._size = self._used = 0
        self._codes, self._numbers = _blank(_LEAST_SLOTS)

    def __len__(self) -> int:
        """How many keys there are."""
        return self._size

    def __contains__(self, key: object) -> bool:
        """Whether the key stands anywhere."""
        return isinstance(key, str) and self.get(key) is not None

    def __eq__(self, other: object) -> bool:
        """Whether the same keys stand in the same rows."""
        if not isinstance(other, RowIndex):
            return NotImplemented
        return len(self) == len(other) and all(
            other.holds(code, number) for code, number in zip(self._codes, self._numbers, strict=True) if number > _GONE
        )

    def holds(self, code: int, number: int) -> bool:
        """Whether the key of that hash stands in that row."""
        return self._numbers[_slot(self._codes, code)] == number

    __hash__ = None  # type: ignore[assignment]  # it changes

    def get(self, key: str) -> int | None:
        """The number of the key's row."""
        number = self._numbers[_slot(self._codes, hash(key) or 1)]
        return number if number > _GONE else None

    def expect(self, keys: int) -> None:
        """Makes room for so many keys in all at once, instead of again and again while they come."""
        self._make_room(keys - self._size)

    def place(self, keys: Sequence[str], next_row: int) -> list[int]:
        """The numbers of these keys' rows. Those that are new get the next free rows, from `next_row` on, in order."""
        return self._placed(keys, next_row, for_known=0)

    def find(self, keys: Sequence[str], first_row: int) -> list[int]:
        """Takes in keys that stand one under another from that row on; answers where each was found first."""
        return self._placed(keys, first_row, for_known=1)

    def _placed(self, keys: Sequence[str], next_row: int, for_known: int) -> list[int]:
        """`for_known` is how many rows a key takes up that is known already."""
        self._make_room(len(keys))
        codes, numbers = self._codes, self._numbers
        mask = len(codes) - 1
        placed: list[int] = []
        for key in keys:
            code = hash(key) or 1
            slot = code & mask
            while (found := codes[slot]) and found != code:  # as _slot has it, without a call for each row
                slot = (slot + 1) & mask
            number = numbers[slot]
            if number > _GONE:
                next_row += for_known
            else:
                number, next_row = next_row, next_row + 1
                codes[slot], numbers[slot] = code, number
                self._size += 1
                self._used += not found
            placed.append(number)
        return placed

    def drop(self, keys: Iterable[str]) -> int:
        """These keys' rows were deleted, and everything below them has moved up. Answers how many there were."""
        gone: list[int] = []
        for key in keys:
            slot = _slot(self._codes, hash(key) or 1)
            if self._numbers[slot] > _GONE:
                gone.append(self._numbers[slot])
                self._numbers[slot] = _GONE
        gone.sort()
        if gone:
            first = gone[0]
            moved = [number - bisect_left(gone, number) if number > first else number for number in self._numbers]
            self._numbers = array("I", moved)
        self._size -= len(gone)
        return len(gone)

    def _make_room(self, keys: int) -> None:
        """For so many new keys at least a third of the slots stay free."""
        slots = len(self._codes)
        if (self._used + keys) * 3 <= slots * 2:
            return
        while (self._size + keys) * 3 > slots * 2:
            slots *= 2
        entries = zip(self._codes, self._numbers, strict=True)
        self._codes, self._numbers = codes, numbers = _blank(slots)
        for code, number in entries:
            if number > _GONE:
                slot = _slot(codes, code)
                codes[slot], numbers[slot] = code, number
        self._used = self._size


def _blank(slots: int) -> "tuple[array[int], array[int]]":
    return array("q", bytes(8 * slots)), array("I", bytes(4 * slots))


def _slot(codes: Sequence[int], code: int) -> int:
    """The slot in which the code stands, or the free one where it would go. 0 is nobody's code."""
    mask = len(codes) - 1
    slot = code & mask
    while (found := codes[slot]) and found != code:
        slot = (slot + 1) & mask
    return slot
