"""One reading of one kind of rows: expanded or joined, page after page, with the next page already on its way."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.conditions import escaped, filter_terms
from adapters.moysklad.dictionaries import Dictionaries
from adapters.moysklad.keyset import Keyset
from adapters.moysklad.mapping import Mapping
from application.connections.ports import MoySkladKey
from application.exports.ports import Page, Reading
from domain.exports.cursor import Cursor

ORDER = "updated,asc;id,asc"


@dataclass(frozen=True, slots=True)
class Paging:
    """Rows in one request. MoySklad expands links only in pages of at most 100 (JSON API docs, expand).

    `expand_up_to`: when no more rows than this remain after the first page, they are read expanded too; beyond that
    it takes fewer requests to read plain pages of `plain` rows and to join the dictionaries.
    """

    expanded: int = 100
    plain: int = 1000
    expand_up_to: int = 300


@dataclass(frozen=True, slots=True)
class _Batch:
    objects: list[Any]
    cursor: Cursor
    total: int


class Reader:
    """Carries out one reading for one token. At most two pages wait while the caller works on one."""

    def __init__(self, client: MoySkladClient, key: MoySkladKey, reading: Reading, paging: Paging) -> None:
        self._client = client
        self._key = key
        self._paging = paging
        self._path = f"/entity/{reading.exporter.entity}"
        self._mapping = Mapping(reading.exporter, reading.columns, reading.zone)
        self._terms = filter_terms(reading.exporter, reading.conditions, reading.zone, client.base_url)
        self._keyset = Keyset(reading.cursor)
        self._expanding = bool(self._mapping.expand)
        self._total: int | None = None

    async def pages(self) -> AsyncIterator[Page]:
        """The pages that hold rows. What was read before a failure is delivered before the failure is raised."""
        ready: asyncio.Queue[_Batch | Exception | None] = asyncio.Queue(maxsize=1)
        ahead = asyncio.create_task(self._fetch_all(ready))
        dictionaries: Dictionaries | None = None
        try:
            while (batch := await ready.get()) is not None:
                if isinstance(batch, Exception):
                    raise batch
                if not batch.objects:
                    continue
                dictionaries = dictionaries or Dictionaries(self._client, self._key, self._mapping, batch.total)
                if not self._expanding:
                    await dictionaries.join(batch.objects)
                yield Page(self._mapping.rows(batch.objects), batch.cursor, batch.total)
        finally:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)

    async def _fetch_all(self, ready: "asyncio.Queue[_Batch | Exception | None]") -> None:
        try:
            while not self._keyset.done:
                batch = await self._fetch()
                if batch is not None:
                    await ready.put(batch)
            await ready.put(None)
        except Exception as failed:  # noqa: BLE001 - it is raised again where the pages are taken
            await ready.put(failed)

    async def _fetch(self) -> _Batch | None:
        limit = self._paging.expanded if self._expanding else self._paging.plain
        offset = self._keyset.offset(limit)
        body = await self._client.get(self._key, self._path, self._question(limit, offset))
        decoded = self._mapping.decode_page(body)
        fresh = self._keyset.take(decoded.objects, offset, decoded.size)
        if self._total is None:
            self._total = decoded.size
            rest = decoded.size - len(decoded.objects)
            self._expanding = self._expanding and rest <= self._paging.expand_up_to
        if fresh is None:
            return None
        return _Batch(fresh, self._keyset.cursor, self._total)

    def _question(self, limit: int, offset: int) -> list[tuple[str, str]]:
        terms = list(self._terms)
        if self._keyset.stamp is not None:
            terms.append(f"updated>={escaped(self._keyset.stamp)}")
        question = [("limit", str(limit)), ("offset", str(offset)), ("order", ORDER)]
        if terms:
            question.append(("filter", ";".join(terms)))
        if self._expanding:
            question.append(("expand", self._mapping.expand))
        return question
