"""Append: each new version of an object gets a row of its own below the last one, so that the sheet tells a history."""

from collections.abc import Sequence
from typing import TypeVar

from domain.exports.write_strategies.operations import PutRows, SheetView

RowT = TypeVar("RowT")


def append(view: SheetView, batch: Sequence[tuple[str, RowT]]) -> list[PutRows[RowT]]:
    """Plans the batch and notes in `view` where the table will end.

    Invariant: afterwards the rows of the batch stand below everything that stood there before, in their order, and no
    row that stood there before is touched. A batch that is planned twice is written twice: see WriteIntents.
    """
    if not batch:
        return []
    operation = PutRows(view.next_row, tuple(row for _, row in batch))
    view.next_row = operation.last_row + 1
    return [operation]
