"""Insert: a row whose key is not in the sheet goes below the last one; what stands there is never touched again."""

from collections.abc import Sequence
from typing import TypeVar

from domain.exports.write_strategies.operations import PutRows, SheetView, runs

RowT = TypeVar("RowT")


def insert(view: SheetView, batch: Sequence[tuple[str, RowT]]) -> list[PutRows[RowT]]:
    """Plans the batch and notes in `view` where its new rows will stand.

    Of two rows with one key the later is the newer and wins. Invariant: afterwards every key of the batch stands in
    exactly one row, and no row that stood in the sheet before is touched.
    """
    new = {key: row for key, row in dict(batch).items() if key not in view.rows}
    return runs(dict(zip(view.place(list(new)), new.values(), strict=True)))
