"""Upsert: what stands where afterwards."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.exports.write_strategies.operations import DuplicateKeys, PutRows, SheetView
from domain.exports.write_strategies.upsert import upsert

KEYS = st.text("abcdefgh", min_size=1, max_size=2)
SHEETS = st.lists(st.one_of(KEYS, st.just("")), max_size=20).map(
    lambda keys: [key if key not in keys[:place] else "" for place, key in enumerate(keys)]
)
"""Key columns from row 2 down: keys that differ, with blank rows that people left in between and below."""

BATCHES = st.lists(st.tuples(KEYS, st.integers()), max_size=15)


def applied(column: list[str], rows: dict[int, object], operations: list[PutRows[tuple[str, int]]]) -> list[str]:
    """The key column after the operations; `rows` becomes what stands in each row."""
    after = dict(enumerate(column, start=2))
    for operation in operations:
        for number, row in enumerate(operation.rows, start=operation.first_row):
            after[number], rows[number] = row[0], row
    return [after.get(number, "") for number in range(2, max(after, default=1) + 1)]


@settings(max_examples=500, deadline=None)
@given(SHEETS, BATCHES)
def test_every_key_stands_in_one_row_and_no_other_row_is_touched(
    column: list[str], batch: list[tuple[str, int]]
) -> None:
    view = SheetView.of_key_column(column)
    rows: dict[int, object] = dict(enumerate(((key, None) for key in column), start=2))
    untouched = dict(rows)
    operations = upsert(view, [(key, (key, value)) for key, value in batch])
    after = applied(column, rows, operations)

    newest = dict(batch)
    for key, value in newest.items():
        places = [number for number, standing in enumerate(after, start=2) if standing == key]
        assert places == [view.rows.get(key)]
        assert rows[places[0]] == (key, value)
    for number, row in untouched.items():
        if column[number - 2] not in newest:
            assert rows[number] == row
    assert len(after) == len(column) + len(newest.keys() - set(column))
    assert view.next_row == len(after) + 2


@settings(max_examples=300, deadline=None)
@given(SHEETS, BATCHES)
def test_operations_are_few_and_in_order(column: list[str], batch: list[tuple[str, int]]) -> None:
    view = SheetView.of_key_column(column)
    operations = upsert(view, batch)
    assert all(operation.rows for operation in operations)
    for one, following in pairwise(operations):
        assert one.last_row + 1 < following.first_row
    assert sum(len(operation.rows) for operation in operations) == len(dict(batch))


@settings(max_examples=300, deadline=None)
@given(SHEETS, BATCHES)
def test_writing_twice_is_writing_once(column: list[str], batch: list[tuple[str, int]]) -> None:
    batch_rows = [(key, (key, value)) for key, value in batch]
    view = SheetView.of_key_column(column)
    once: dict[int, object] = {}
    after = applied(column, once, upsert(view, batch_rows))
    fresh = SheetView.of_key_column(after)
    twice = dict(once)
    assert applied(after, twice, upsert(fresh, batch_rows)) == after
    assert twice == once
    assert fresh.rows == view.rows


def test_neighbours_come_out_as_one_operation() -> None:
    view = SheetView.of_key_column(["a", "b", "", "c"])
    assert upsert(view, [("d", 4), ("b", 2), ("a", 1), ("c", 3), ("d", 5)]) == [
        PutRows(2, (1, 2)),
        PutRows(5, (3, 5)),
    ]
    assert view.next_row == 7


def test_an_empty_sheet_begins_below_its_header() -> None:
    view = SheetView.of_key_column([])
    assert upsert(view, [("a", 1), ("b", 2)]) == [PutRows(2, (1, 2))]
    assert upsert(view, []) == []


def test_blank_rows_below_the_last_key_are_not_written_over() -> None:
    view = SheetView.of_key_column(["a", "", ""])
    assert upsert(view, [("b", 2)]) == [PutRows(5, (2,))]


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(DuplicateKeys) as refused:
        SheetView.of_key_column(["", "a", "b", "a"])
    assert refused.value.details == {"key": "a", "first": 3, "second": 5}
