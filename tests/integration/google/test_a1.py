from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.google import a1

LAST_COLUMN = 18_277


@pytest.mark.parametrize(
    ("number", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (LAST_COLUMN, "ZZZ")]
)
def test_columns(number: int, letters: str) -> None:
    assert a1.column(number) == letters


@given(st.integers(0, LAST_COLUMN))
def test_letters_count_in_base_26_without_a_zero(number: int) -> None:
    counted = 0
    for letter in a1.column(number):
        counted = counted * 26 + ord(letter) - ord("A") + 1
    assert counted - 1 == number


def test_ranges() -> None:
    assert a1.rows_of("Лист 1", 2, 5, 28) == "'Лист 1'!A2:AB5"
    assert a1.rows_of("Bob's", 1, 1, 1) == "'Bob''s'!A1:A1"
    assert a1.column_from("''", 1, 2) == "''''''!B2:B"


@given(st.lists(st.text(min_size=1, max_size=30), max_size=30), st.integers(30, 400))
def test_ranges_are_parted_into_addresses_in_their_order(ranges: list[str], most: int) -> None:
    parts = list(a1.in_addresses(ranges, most))
    assert [one for part in parts for one in part] == ranges
    for part in parts:
        assert part
        assert len(part) == 1 or len(urlencode({"ranges": part}, doseq=True, quote_via=quote)) <= most
