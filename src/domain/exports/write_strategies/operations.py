"""What a strategy may ask of a sheet. Row numbers count from 1, as people read them; row 1 is the header."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Generic, TypeVar

from domain.exports.write_strategies.row_index import RowIndex
from domain.shared.errors import RuleViolated

RowT = TypeVar("RowT")


class DuplicateKeys(RuleViolated):
    """A key stands in the sheet more than once, so it is not clear which row is the true one."""

    code = "exports.duplicate_keys"


@dataclass(frozen=True, slots=True)
class PutRows(Generic[RowT]):
    """Write these rows one under another, the first of them into row `first_row`."""

    first_row: int
    rows: tuple[RowT, ...]

    @property
    def last_row(self) -> int:
        """The number of the last row written."""
        return self.first_row + len(self.rows) - 1


@dataclass(slots=True)
class SheetView:
    """What is known of the sheet: in which row each key stands, and which row is the next free one. Keys that are
    `doubled` stand in another row as well.
    """

    rows: RowIndex = field(default_factory=RowIndex)
    next_row: int = 2
    doubled: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of_key_column(cls, keys: Iterable[str], first_row: int = 2, *, unique: bool = True) -> "SheetView":
        """Reads the keys from `first_row` down; blanks are rows that are not ours. Raises DuplicateKeys, unless keys
        need not be unique.
        """
        view = cls(next_row=first_row)
        for filled, stretch in groupby(keys, key=bool):
            own, first = list(stretch), view.next_row
            view.next_row += len(own)
            met = view.rows.find(own, first) if filled else []
            for number, (key, known) in enumerate(zip(own, met, strict=False), start=first):
                if known != number:
                    if unique:
                        raise DuplicateKeys(key=key, first=known, second=number)
                    view.doubled.setdefault(key, number)
        return view

    @classmethod
    def of_log(cls, keys: Iterable[str], first_row: int = 2) -> "SheetView":
        """Where a table ends in which a key may stand any number of times; in which rows is not asked."""
        return cls(next_row=first_row + sum(1 for _ in keys))

    def place(self, keys: Sequence[str]) -> list[int]:
        """The numbers of these keys' rows; those that are new get the next free rows, in order."""
        known = len(self.rows)
        placed = self.rows.place(keys, self.next_row)
        self.next_row += len(self.rows) - known
        return placed

    def spans_of(self, keys: Iterable[str]) -> list[tuple[int, int]]:
        """Rows in which these keys stand, as spans of neighbours, the lowest in the sheet first. Raises DuplicateKeys
        where a key stands in more rows than one.
        """
        wanted = list(keys)
        for key in self.doubled.keys() & set(wanted) if self.doubled else ():
            raise DuplicateKeys(key=key, first=self.rows.get(key) or 0, second=self.doubled[key])
        numbers = sorted((number for key in wanted if (number := self.rows.get(key)) is not None), reverse=True)
        spans: list[tuple[int, int]] = []
        for number in numbers:
            if spans and spans[-1][0] == number + 1:
                spans[-1] = (number, spans[-1][1])
            else:
                spans.append((number, number))
        return spans

    def drop(self, keys: Iterable[str]) -> None:
        """These keys' rows were deleted, and everything below them has moved up."""
        self.next_row -= self.rows.drop(keys)


def runs(placed: Mapping[int, RowT]) -> list[PutRows[RowT]]:
    """Rows by their numbers, as operations: neighbours come out as one."""
    numbers = sorted(placed)
    if numbers and numbers[-1] - numbers[0] + 1 == len(numbers):  # all of them neighbours, as new rows are
        return [PutRows(numbers[0], tuple(map(placed.__getitem__, numbers)))]
    operations: list[PutRows[RowT]] = []
    run: list[RowT] = []
    first = last = 0
    for number in numbers:
        if run and number != last + 1:
            operations.append(PutRows(first, tuple(run)))
            run = []
        if not run:
            first = number
        run.append(placed[number])
        last = number
    if run:
        operations.append(PutRows(first, tuple(run)))
    return operations
