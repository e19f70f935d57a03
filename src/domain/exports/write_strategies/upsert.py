"""Upsert: a row whose key stands in the sheet is written over it; any other goes below the last one."""

from collections.abc import Sequence
from typing import TypeVar

from domain.exports.write_strategies.operations import PutRows, SheetView, runs

RowT = TypeVar("RowT")


def upsert(view: SheetView, batch: Sequence[tuple[str, RowT]]) -> list[PutRows[RowT]]:
    """Plans the batch and notes in `view` where its new rows will stand.

    `batch` are keys with their rows; of two rows with one key the later is the newer and wins. Neighbouring rows come
    out as one operation. Invariant: afterwards every key of the batch stands in exactly one row, and no row of
    another key is touched.
    """
    newest = dict(batch)
    return runs(dict(zip(view.place(list(newest)), newest.values(), strict=True)))
