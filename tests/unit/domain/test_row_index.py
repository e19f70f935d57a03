"""The index of rows says what a dictionary would say."""

from itertools import count
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.exports.write_strategies.row_index import RowIndex

KEYS = st.integers(0, 400).map(lambda number: f"ключ {number}")
PLACED = st.lists(KEYS, max_size=300).map(lambda keys: ("place", keys))
DROPPED = st.lists(KEYS, max_size=60).map(lambda keys: ("drop", keys))
EXPECTED = st.integers(0, 1000).map(lambda count: ("expect", ["ключ"] * count))


class Dictionary:
    """The same in the plainest way."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}

    def place(self, key: str, number: int) -> int:
        return self.rows.setdefault(key, number)

    def drop(self, keys: list[str]) -> int:
        gone = {self.rows.pop(key) for key in set(keys) if key in self.rows}
        self.rows = {key: number - sum(one < number for one in gone) for key, number in self.rows.items()}
        return len(gone)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PLACED, DROPPED, EXPECTED), max_size=8))
def test_it_says_what_a_dictionary_says(history: list[tuple[str, list[str]]]) -> None:
    index, plain, next_row = RowIndex(), Dictionary(), 2
    for step, keys in history:
        if step == "place":
            assert [key in index for key in keys] == [key in plain.rows for key in keys]
            placed = index.place(keys, next_row)
            for key, number in zip(keys, placed, strict=True):
                assert number == plain.place(key, next_row)
                next_row += number == next_row
        elif step == "expect":
            index.expect(len(keys))
        else:
            gone = index.drop(keys)
            assert gone == plain.drop(keys)
            next_row -= gone
        assert len(index) == len(plain.rows)
        assert {key: index.get(key) for key in plain.rows} == plain.rows
    again = RowIndex()
    for key, number in reversed(plain.rows.items()):
        again.place([key], number)
    assert again == index
    assert index == again
    assert index.get("нет такого") is None


def test_two_indexes_that_differ_in_one_row_are_not_the_same() -> None:
    one, other = RowIndex(), RowIndex()
    for number in range(2, 100):
        one.place([str(number)], number)
        other.place([str(number)], number if number != 50 else 1000)
    assert one != other
    other.drop(["50"])
    assert one != other


def test_rows_that_come_and_go_take_no_more_room() -> None:
    index, keys = RowIndex(), (str(UUID(int=number)) for number in count())
    for _ in range(200):
        few = [next(keys) for _ in range(20)]
        assert index.place(few, 2) == list(range(2, 22))
        assert index.drop(few) == 20
    assert len(index._codes) <= 128


def test_keys_that_stand_one_under_another_are_found_where_each_stands_first() -> None:
    index = RowIndex()
    assert index.find(["a", "b", "a", "c"], 5) == [5, 6, 5, 8]
    assert [index.get(key) for key in "abc"] == [5, 6, 8]
    assert index.find(["d", "b"], 9) == [9, 6]
    assert len(index) == 4
