"""Rows that wait in a hidden tab: they are known again by their keys, whoever wrote them and whatever stands below."""

from hypothesis import given
from hypothesis import strategies as st

from domain.exports.write_strategies.append import append
from domain.exports.write_strategies.gathering import FIRST_ROW, Gathered, worth_gathering
from domain.exports.write_strategies.operations import SheetView

KEYS = st.lists(st.text(max_size=3), max_size=8)
TAB = 7


@given(st.lists(KEYS, max_size=4), KEYS)
def test_batches_are_known_again_whatever_stands_below_them(batches: list[list[str]], below: list[str]) -> None:
    gathered = Gathered(TAB)
    for batch in batches:
        gathered = gathered.joined_by(batch)
    keys = [key for batch in batches for key in batch]
    assert gathered == Gathered(TAB).joined_by(keys)
    assert (gathered.rows, gathered.next_row) == (len(keys), FIRST_ROW + len(keys))
    assert gathered.stands_in([*keys, *below])


@given(KEYS, KEYS)
def test_other_keys_fewer_or_another_order_are_not_taken_for_them(keys: list[str], found: list[str]) -> None:
    assert Gathered(TAB).joined_by(keys).stands_in(found) == (found[: len(keys)] == keys)


def test_keys_that_read_alike_in_a_row_are_told_apart() -> None:
    assert not Gathered(TAB).joined_by(["a", "bc"]).stands_in(["ab", "c"])


Attempts = st.lists(
    st.tuples(st.lists(st.tuples(st.text("abc", min_size=1), st.integers()), min_size=1, max_size=4), st.booleans()),
    max_size=8,
)


@given(Attempts)
def test_what_was_not_noted_is_written_over_and_each_noted_row_stands_once(
    attempts: list[tuple[list[tuple[str, int]], bool]],
) -> None:
    """Each attempt writes a batch below what was noted; then it is noted, or the worker dies first."""
    tab: dict[int, tuple[str, int]] = {}
    gathered, expected = Gathered(TAB), list[tuple[str, int]]()
    for batch, noted in attempts:
        rows = [(key, (key, value)) for key, value in batch]
        for operation in append(SheetView(next_row=gathered.next_row), rows):
            tab |= dict(enumerate(operation.rows, start=operation.first_row))
        if noted:
            gathered = gathered.joined_by(key for key, _ in batch)
            expected += batch
    assert [tab[number] for number in range(FIRST_ROW, gathered.next_row)] == expected
    assert gathered.stands_in([tab[number][0] for number in sorted(tab)])


def test_only_a_full_batch_with_more_to_come_is_worth_it() -> None:
    full, rows = 2_000_000, 5_000
    assert worth_gathering(full, rows, 95_000, full)
    assert worth_gathering(full, rows, rows, full)
    assert not worth_gathering(full, rows, rows - 1, full)
    assert not worth_gathering(full, rows, 0, full)
    assert not worth_gathering(400_000, 1_000, 99_000, full), "most of what comes may stand in the table already"
    assert not worth_gathering(0, 0, 0, full)
