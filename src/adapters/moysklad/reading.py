"""One reading of one kind of rows: expanded or joined, page after page, with the next page already on its way."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from adapters.moysklad.asking import Asking
from adapters.moysklad.background import background_pays, fetched
from adapters.moysklad.completing import complete_lines
from adapters.moysklad.conditions import Surroundings, question
from adapters.moysklad.dictionaries import Dictionaries
from adapters.moysklad.mapping import Mapping
from adapters.moysklad.planning import Paging, expanding_pays, kinds_linked
from adapters.moysklad.recent import Recently, Told
from adapters.moysklad.twins import Twins
from adapters.moysklad.walks import ChangesWalk, IdsWalk, Walk, WholeWalk
from application.exports.diary import RunPhase, phase
from application.exports.vendor_ports import Page, Reading
from domain.exports.cursor import Cursor
from domain.exports.exporter import Answer, Feed
from domain.shared.moments import to_moscow


@dataclass(frozen=True, slots=True)
class _Batch:
    objects: list[Any]
    cursor: Cursor | None
    total: int
    expanded: bool
    last: bool
    complete: bool
    first: bool
    gone: list[Any]


class Reader:
    """Carries out one reading for one key. At most two pages wait while the caller works on one."""

    def __init__(self, asking: Asking, reading: Reading, paging: Paging) -> None:
        exporter = reading.exporter
        self._asking = asking
        self._paging = paging
        self._exporter = exporter
        self._question = question(
            exporter,
            reading.conditions,
            Surroundings(reading.zone, reading.now, asking.base_url),
            reading.custom,
        )
        changes = exporter.feed is Feed.CHANGES and not self._question.saved
        self._mapping = Mapping(exporter, reading.columns, reading.zone, reading.mode, tells_changes=changes)
        order = "" if self._question.saved else exporter.order
        self._walk: Walk = ChangesWalk(reading.cursor) if changes else WholeWalk(order)
        if reading.ids:
            self._walk = IdsWalk(reading.ids)
        self._terms = (*self._question.terms, *_window_term(reading))
        self._bound = self._mapping.needs_expansion
        self._expanding = bool(self._mapping.expand)
        self._total: int | None = None
        self._most = len(reading.ids) or None
        recent = exporter.recent if exporter.recent is not None and exporter.recent.admits(reading.conditions) else None
        self._recently = Recently(recent, reading.cursor) if recent is not None and not changes else None
        key_column = exporter.key_column_of(reading.mode)
        self._twins = Twins(reading.columns, key_column) if exporter.twins else None

    async def pages(self) -> AsyncIterator[Page]:
        """Pages in order; the last may be empty. What was read before a failure is delivered before it is raised."""
        ready: asyncio.Queue[_Batch | Exception | None] = asyncio.Queue(maxsize=1)
        ahead = asyncio.create_task(self._fetch_all(ready))
        dictionaries: Dictionaries | None = None
        try:
            while (batch := await ready.get()) is not None:
                if isinstance(batch, Exception):
                    raise batch
                if batch.objects:
                    dictionaries = dictionaries or Dictionaries(self._asking, self._mapping, batch.total)
                    await self._fill(batch, dictionaries)
                with phase(RunPhase.MAP):
                    page = self._page(batch)
                yield page
        finally:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)

    def _page(self, batch: _Batch) -> Page:
        mapped, gone = self._mapping.rows(batch.objects), self._mapping.rows(batch.gone)
        bad = (*mapped.bad, *gone.bad)
        rows = mapped.rows if self._twins is None else self._twins.apart(mapped.rows, first=batch.first)
        return Page(
            rows=rows,
            cursor=None if bad and self._recently is not None else batch.cursor,
            total=batch.total,
            read=len(batch.objects) + len(batch.gone),
            bad=bad,
            parents=mapped.parents,
            units=self._asking.taken(),
            complete=batch.complete,
            gone=tuple(row.key for row in gone.rows),
        )

    async def _fill(self, batch: _Batch, dictionaries: Dictionaries) -> None:
        """Completes collections that came cut off, and puts objects in place of links that were not expanded."""
        late: list[Any] = []
        if self._bound and self._mapping.lines is not None:
            late = await complete_lines(self._asking, self._mapping, self._question.path, batch.objects)
        if batch.expanded:
            await dictionaries.join(batch.objects, self._mapping.joined_only)
            await dictionaries.join(late)
        else:
            await dictionaries.join(batch.objects)

    async def _fetch_all(self, ready: "asyncio.Queue[_Batch | Exception | None]") -> None:
        try:
            while not self._walk.done:
                batch = await self._fetch()
                if batch is not None:
                    await ready.put(batch)
            await ready.put(None)
        except Exception as failed:  # noqa: BLE001 - it is raised again where the pages are taken
            await ready.put(failed)

    async def _fetch(self) -> _Batch | None:
        expanded = self._expanding
        limit = self._paging.expanded if expanded else self._paging.plain
        parameters, offset = self._parameters(limit)
        body, moment = await self._ask(parameters)
        decoded = self._mapping.decode_page(body)
        fresh = self._walk.take(decoded.objects, offset, decoded.size)
        if self._total is None:
            self._total = self._most or decoded.size
            rest = self._total - len(decoded.objects)
            if self._expanding and not self._bound:
                linked = kinds_linked(self._mapping, decoded.objects)
                self._expanding = expanding_pays(rest, len(decoded.objects), linked, self._exporter.units, self._paging)
            whole = await self._in_background(rest)
            fresh = fresh if whole is None else whole
        if fresh is None:
            return None
        done = self._walk.done
        told = Told(fresh, [], counting=False) if self._recently is None else self._recently.told(body, fresh)
        return _Batch(
            objects=told.there,
            cursor=self._walk.cursor or (None if told.counting else moment),
            total=self._total,
            expanded=expanded,
            last=done,
            complete=done and self._walk.complete,
            first=offset == 0,
            gone=told.gone,
        )

    async def _ask(self, parameters: list[tuple[str, str]]) -> tuple[bytes, Cursor | None]:
        """The next answer, and the moment of it where that is what the next run goes on from."""
        path, units = self._question.path, self._exporter.units
        if self._recently is not None:
            return await self._recently.ask(self._asking, path, parameters, units)
        return await self._asking.get(path, parameters, units), None

    async def _in_background(self, rest: int) -> list[Any] | None:
        """All rows at once, where that is cheaper than the pages that are left and MoySklad has a place free."""
        walk, exporter = self._walk, self._exporter
        if not isinstance(walk, WholeWalk) or walk.done or not exporter.asynchronous or self._expanding:
            return None
        if self._question.saved or not background_pays(rest, self._paging.plain, exporter.units):
            return None
        parameters = [*self._question.parameters, *([("filter", ";".join(self._terms))] if self._terms else [])]
        body = await fetched(self._asking, self._question.path, parameters, exporter.units)
        if body is None:
            return None
        decoded = self._mapping.decode_page(body)
        return walk.take_all(decoded.objects, decoded.size)

    def _parameters(self, limit: int) -> tuple[list[tuple[str, str]], int]:
        own = list(self._question.parameters)
        if self._exporter.answer is not Answer.PAGES:
            return ([*own, ("filter", ";".join(self._terms))] if self._terms else own), 0
        parameters, offset = self._walk.question(limit, self._terms)
        parameters += own
        if self._expanding:
            parameters.append(("expand", self._mapping.expand))
            if self._mapping.fields:
                parameters.append(("fields", self._mapping.fields))
        return parameters, offset


def _window_term(reading: Reading) -> tuple[str, ...]:
    """The lower bound of a window, unless the company's own conditions bound that date already."""
    field = reading.exporter.window
    if reading.since is None or not field:
        return ()
    own = {reading.exporter.filter(one.filter_id).field for one in reading.conditions if ":" not in one.filter_id}
    return () if field in own else (f"{field}>={to_moscow(reading.since)}",)
