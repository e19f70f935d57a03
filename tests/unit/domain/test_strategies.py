"""Ways of writing as pure functions: each keeps what it promises, whatever stands in the sheet and whatever comes."""

from hypothesis import given
from hypothesis import strategies as st

from domain.exports.write_strategies.append import append
from domain.exports.write_strategies.insert import insert
from domain.exports.write_strategies.operations import PutRows, SheetView
from domain.exports.write_strategies.upsert import upsert

KEYS = st.sampled_from("abcdefgh")
COLUMN = st.lists(st.sampled_from(["", *"abcdefgh"]), max_size=12).map(
    lambda keys: [key if keys.index(key) == place else "" for place, key in enumerate(keys)]
)
BATCH = st.lists(st.tuples(KEYS, st.integers()), max_size=12)
Sheet = dict[int, tuple[str, int | None]]


def sheet_of(column: list[str]) -> Sheet:
    return {number: (key, None) for number, key in enumerate(column, start=2) if key}


def written(sheet: Sheet, operations: list[PutRows[tuple[str, int]]]) -> Sheet:
    after: Sheet = dict(sheet)
    for operation in operations:
        after |= dict(enumerate(operation.rows, start=operation.first_row))
    return after


def with_keys(batch: list[tuple[str, int]]) -> list[tuple[str, tuple[str, int]]]:
    return [(key, (key, value)) for key, value in batch]


@given(COLUMN, BATCH)
def test_insert_adds_new_keys_once_and_touches_nothing(column: list[str], batch: list[tuple[str, int]]) -> None:
    before = sheet_of(column)
    operations = insert(SheetView.of_key_column(column), with_keys(batch))
    after = written(before, operations)
    known = {key for key, _ in before.values()}
    assert {number: after[number] for number in before} == before
    added = [row for number, row in after.items() if number not in before]
    assert dict(added) == {key: value for key, value in dict(batch).items() if key not in known}
    assert len(added) == len(dict(added))
    assert insert(SheetView.of_key_column([after.get(n, ("", 0))[0] for n in _rows(after)]), with_keys(batch)) == []


@given(COLUMN, BATCH)
def test_append_puts_everything_below_in_its_order(column: list[str], batch: list[tuple[str, int]]) -> None:
    before = sheet_of(column)
    view = SheetView.of_log(column)
    end = view.next_row
    operations = append(view, with_keys(batch))
    after = written(before, operations)
    assert {number: after[number] for number in before} == before
    assert [after[number] for number in range(end, view.next_row)] == batch
    assert view.next_row == end + len(batch)


@given(COLUMN, BATCH)
def test_upsert_shows_the_newest_of_each_key_once(column: list[str], batch: list[tuple[str, int]]) -> None:
    before = sheet_of(column)
    after = written(before, upsert(SheetView.of_key_column(column), with_keys(batch)))
    for key, value in dict(batch).items():
        assert [row for row in after.values() if row[0] == key] == [(key, value)]
    untouched = {number: row for number, row in before.items() if row[0] not in dict(batch)}
    assert {number: after[number] for number in untouched} == untouched


def _rows(sheet: Sheet) -> range:
    return range(2, max(sheet, default=1) + 1)
