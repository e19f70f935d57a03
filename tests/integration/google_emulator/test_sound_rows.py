"""Rows whose cells are all sound are told by their types alone: that must come to what looking at each comes to."""

from typing import Any
from unittest.mock import patch

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from emulators.google import payload, values
from emulators.google.errors import ApiError

_CELLS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from([2**53, 2**53 + 1, -(2**53), -(2**53) - 2, 2**63, 2**70])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "Заказ", "=1+1", "я" * 50_000, "я" * 50_001])
)
_ROWS = st.lists(
    st.lists(_CELLS | st.just([1]) | st.just({"a": 1}), max_size=3) | st.lists(_CELLS, max_size=3), max_size=3
)
_ITEMS = st.fixed_dictionaries(
    {"values": _ROWS | st.none() | st.just("text") | st.just([1])},
    optional={"majorDimension": st.sampled_from(["ROWS", "COLUMNS", "sideways", None]), "stranger": st.just(1)},
)
_BODIES = st.tuples(
    st.sampled_from(["BatchUpdateValues", "BatchUpdateByDataFilter"]),
    st.fixed_dictionaries(
        {"data": st.lists(_ITEMS, max_size=2) | st.none()},
        optional={"valueInputOption": st.just("RAW") | st.just(3), "includeValuesInResponse": st.booleans()},
    ),
) | st.tuples(st.just("ValueRange"), _ITEMS)


def _read(message: str, raw: bytes) -> Any:
    try:
        body = payload.decode(raw, message)
        if message == "ValueRange":
            return body, values.rows_of(body, "data")
        return body, [values.rows_of(item, f"data[{place}]") for place, item in enumerate(body.get("data") or [])]
    except ApiError as refused:
        return refused.body()


@given(_BODIES)
def test_sound_rows_and_rows_looked_at_come_to_the_same(case: tuple[str, dict[str, Any]]) -> None:
    message, body = case
    raw = msgspec.json.encode(body)
    quick = _read(message, raw)
    with patch.object(payload, "_of_sound_rows", return_value=None):
        slow = _read(message, raw)
    assert msgspec.json.encode(quick, order="sorted") == msgspec.json.encode(slow, order="sorted")


def test_sound_rows_are_told_at_once_and_others_are_not() -> None:
    for cell, sound in (("Заказ", True), (None, True), (2**53, True), (2**53 + 1, False), ("я" * 50_001, False)):
        raw = msgspec.json.encode({"data": [{"range": "A1", "values": [[cell]]}]})
        with patch.object(values, "_check_rows") as looked:
            values.rows_of(payload.decode(raw, "BatchUpdateValues")["data"][0], "data[0]")
        assert looked.called is not sound
