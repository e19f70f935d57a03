"""A reading that began before its pages were wanted goes on, or is given up; nothing is read twice, or left open."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import cast

import pytest

from application.connections.ports import MoySkladKey
from application.exports.ahead import PagesAhead
from application.exports.vendor_ports import Reading, Source
from domain.shared.errors import VendorFailed

KEY = cast("MoySkladKey", object())


class Pages:
    """A source that tells which readings began, which pages were fetched and which readings were closed."""

    def __init__(self, pages: int = 3, failure: Exception | None = None) -> None:
        self.read_of: list[str] = []
        self.fetched: list[str] = []
        self.closed: list[str] = []
        self.wait = asyncio.Event()
        self.wait.set()
        self._pages = pages
        self._failure = failure

    async def read(self, key: MoySkladKey, reading: str) -> AsyncIterator[str]:
        del key
        self.read_of.append(reading)
        try:
            if self._failure is not None:
                raise self._failure
            for number in range(self._pages):
                await self.wait.wait()
                self.fetched.append(f"{reading}{number}")
                yield f"{reading}{number}"
        finally:
            self.closed.append(reading)


def pages_of(ahead: PagesAhead, reading: str) -> AsyncGenerator[str, None]:
    return cast("AsyncGenerator[str, None]", ahead.read(KEY, cast("Reading", reading)))


async def told(ahead: PagesAhead, reading: str) -> list[str]:
    async with aclosing(pages_of(ahead, reading)) as pages:
        return [page async for page in pages]


async def fail_to_open(source: Pages) -> None:
    async with PagesAhead(cast("Source", source)) as ahead:
        ahead.begin(KEY, cast("Reading", "a"))
        await asyncio.sleep(0)
        raise VendorFailed(reason="opening")


async def test_what_was_begun_is_fetched_before_anybody_asks_and_read_once() -> None:
    source = Pages()
    async with PagesAhead(cast("Source", source)) as ahead:
        ahead.begin(KEY, cast("Reading", "a"))
        await asyncio.sleep(0)
        assert source.fetched == ["a0"]
        assert await told(ahead, "a") == ["a0", "a1", "a2"]
        assert source.read_of == ["a"]
        assert await told(ahead, "a") == ["a0", "a1", "a2"]
    assert source.read_of == ["a", "a"]
    assert source.closed == ["a", "a"]


async def test_another_reading_than_was_begun_begins_and_the_first_is_given_up() -> None:
    source = Pages()
    async with PagesAhead(cast("Source", source)) as ahead:
        ahead.begin(KEY, cast("Reading", "a"))
        await asyncio.sleep(0)
        assert await told(ahead, "b") == ["b0", "b1", "b2"]
    assert source.fetched == ["a0", "b0", "b1", "b2"]
    assert sorted(source.closed) == ["a", "b"]


async def test_what_is_on_its_way_is_given_up_when_opening_fails() -> None:
    source = Pages()
    source.wait.clear()
    with pytest.raises(VendorFailed):
        await fail_to_open(source)
    assert source.fetched == []
    assert source.closed == ["a"]


async def test_a_failure_is_told_where_the_pages_are_read() -> None:
    source = Pages(failure=VendorFailed(reason="reading"))
    async with PagesAhead(cast("Source", source)) as ahead:
        ahead.begin(KEY, cast("Reading", "a"))
        await asyncio.sleep(0)
        with pytest.raises(VendorFailed):
            await told(ahead, "a")
    assert source.closed == ["a"]


async def test_a_reader_that_stops_halfway_closes_what_was_begun() -> None:
    source = Pages()
    async with PagesAhead(cast("Source", source)) as ahead:
        ahead.begin(KEY, cast("Reading", "a"))
        async with aclosing(pages_of(ahead, "a")) as pages:
            assert await anext(pages) == "a0"
        assert source.closed == ["a"]
