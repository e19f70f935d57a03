"""Lists in pages."""

from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.rest.pages import MOST, CursorInvalid, LimitInvalid, page_of, read_cursor, read_limit


@given(st.integers(0, 250), st.integers(1, MOST))
def test_pages_put_together_are_the_list(count: int, limit: int) -> None:
    things = [UUID(int=number) for number in range(count, 0, -1)]
    seen: list[UUID] = []
    cursor: str | None = None
    while True:
        before = read_cursor(cursor)
        rest = [thing for thing in things if before is None or thing < before]
        page = page_of(rest[: limit + 1], limit, lambda thing: thing)
        assert len(page.items) <= limit
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
        assert len(page.items) == limit
    assert seen == things


@given(st.uuids())
def test_a_cursor_says_where_it_was_taken(place: UUID) -> None:
    cursor = page_of([place, place], 1, lambda thing: thing).next_cursor
    assert read_cursor(cursor) == place
    assert cursor is not None
    assert cursor.isascii()
    assert "=" not in cursor


@given(st.text())
def test_whatever_else_comes_is_refused_or_read(cursor: str) -> None:
    with suppress(CursorInvalid):
        assert isinstance(read_cursor(cursor), UUID)


@pytest.mark.parametrize(("limit", "size"), [(None, 50), (1, 1), (100, 100)])
def test_limits(limit: int | None, size: int) -> None:
    assert read_limit(limit) == size


@pytest.mark.parametrize("limit", [0, -1, 101, 10**30])
def test_limits_that_are_none(limit: int) -> None:
    with pytest.raises(LimitInvalid):
        read_limit(limit)
