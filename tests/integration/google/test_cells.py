from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.google.cells import CellRead, parted, with_blanks
from domain.shared.cells import as_key

cells = (
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**63), 2**64 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.sampled_from(["null", ",null,", '"null"', "\\", '\\"', '",null,"', "nullnull", "a\nnull", "[null]"])
)


@given(st.lists(cells, max_size=20))
def test_exactly_the_nulls_become_empty_texts(row: list[Any]) -> None:
    expected = msgspec.json.encode(["" if cell is None else cell for cell in row])
    assert with_blanks(msgspec.json.encode(row)) == expected


@pytest.mark.parametrize(
    ("row", "sent"),
    [
        (b'[1.50,"x"]', b'[1.50,"x"]'),
        (b'[1.50,null,12345678901234567890123,"x"]', b'[1.50,"",12345678901234567890123,"x"]'),
        (b'[1.50,null,12345678901234567890123,"\\""]', b'[1.50,"",12345678901234567890123,"\\""]'),
        (b'["null"]', b'["null"]'),
        (b"[null,null]", b'["",""]'),
        (b"[ null , null ]", b'[ "" , "" ]'),
        (b"[]", b"[]"),
    ],
)
def test_nothing_else_is_touched(row: bytes, sent: bytes) -> None:
    assert with_blanks(row) == sent


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("", ""),
        ("00123", "00123"),
        (123, "123"),
        (123.0, "123"),
        (-0.5, "-0.5"),
        (1e15, "1000000000000000"),
        (1e300, "1e+300"),
        (True, "TRUE"),
        (False, "FALSE"),
    ],
)
def test_a_key_is_text(cell: CellRead, text: str) -> None:
    assert as_key(cell) == text


@pytest.mark.parametrize(
    ("columns", "blocks"),
    [
        ((0, 1, 2), [(0, 3, b'[["a","",3]]')]),
        ((4, 5, 6), [(4, 3, b'[["a","",3]]')]),
        ((2, 1, 0), [(0, 3, b'[[3,"","a"]]')]),
        ((5, 1, 2), [(1, 2, b'[["",3]]'), (5, 1, b'[["a"]]')]),
        ((9, 3, 6), [(3, 1, b'[[""]]'), (6, 1, b"[[3]]"), (9, 1, b'[["a"]]')]),
    ],
)
def test_rows_are_parted_by_columns_that_adjoin(columns: tuple[int, ...], blocks: list[tuple[int, int, bytes]]) -> None:
    assert list(parted([b'["a",null,3]'], columns)) == blocks
