"""Reading ahead: the first pages of everything are on their way while the spreadsheet is still being opened."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from types import TracebackType
from typing import Self

from application.connections.ports import MoySkladKey
from application.exports.vendor_ports import Page, Reading, Source


class PagesAhead:
    """Readings of one run, one of which may begin before it is known that its pages are wanted.

    Making a spreadsheet takes Google two seconds, in which MoySklad would have nothing to do. Whoever leaves the block
    gives up what was begun and not read.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._begun: Reading | None = None
        self._pages: AsyncIterator[Page] | None = None
        self._first: asyncio.Task[Page | None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._first is not None and self._pages is not None:
            self._first.cancel()
            await asyncio.gather(self._first, return_exceptions=True)
            await self._pages.aclose()  # type: ignore[attr-defined]  # sources generate their pages

    def begin(self, key: MoySkladKey, reading: Reading) -> None:
        """Asks for the first page. What that comes to is told where the reading is read."""
        self._begun, self._pages = reading, self._source.read(key, reading)
        self._first = asyncio.create_task(_next(self._pages))

    def read(self, key: MoySkladKey, reading: Reading) -> AsyncIterator[Page]:
        """See Source. A reading that was begun goes on, once; any other begins."""
        if reading != self._begun or self._pages is None or self._first is None:
            return self._source.read(key, reading)
        self._begun = None
        return _rest(self._first, self._pages)


async def _next(pages: AsyncIterator[Page]) -> Page | None:
    return await anext(pages, None)


async def _rest(first: "asyncio.Task[Page | None]", pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
    async with aclosing(pages):  # type: ignore[type-var]
        page = await first
        while page is not None:
            yield page
            page = await anext(pages, None)
