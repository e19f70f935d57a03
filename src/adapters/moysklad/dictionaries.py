"""Dictionaries: objects that rows link to, read once for a run and put in place of the links."""

import asyncio
import re
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.failures import not_permitted
from adapters.moysklad.mapping import Mapping
from adapters.moysklad.shapes import Path, Shape, getter
from application.connections.ports import MoySkladKey
from domain.connections.moysklad import MoySkladDisconnected
from domain.exports.filters import FilterRefused
from domain.shared.errors import SkladSheetsError, VendorFailed

_PAGE = 1000
_IDS = 100
"""Ids asked for in one request. The address and the headers may not exceed 8 KB (JSON API docs, Restrictions)."""

_WHOLE_PER_ROW = _PAGE // _IDS
"""A dictionary is read whole when it has at most this many entries for each row of the run; beyond that it is cheaper
to ask for the entries that the rows need."""

_ENTITY = re.compile(r"/entity/(?P<kind>[a-z]+(?:/[0-9a-f-]{36})?|[a-z]+/metadata/states)/(?P<id>[0-9a-fA-F-]{36})$")
_STATES = "/metadata/states"
_NEVER_ARCHIVED = frozenset({"country", "expenseitem", "group", "region", "taxrate", "uom"})
_BOTH = "archived=true;archived=false"


class _Meta(msgspec.Struct):
    size: int = 0


class _Dictionary:
    """Entries of one kind, of a struct that holds what the links at `paths` need."""

    def __init__(self, shape: Shape, paths: frozenset[Path]) -> None:
        entry: Any = shape.struct("Entry", ("id",))
        self.paths = paths
        self.entries: dict[str, Any] = {}
        self.absent: set[str] = set()
        self.closed = False
        self.page = msgspec.json.Decoder(msgspec.defstruct("Entries", [("rows", list[entry]), ("meta", _Meta)]))
        self.states = msgspec.json.Decoder(msgspec.defstruct("States", [("states", list[entry], [])]))

    def add(self, entries: Iterable[Any]) -> None:
        """Keeps entries under their ids."""
        self.entries.update((entry.id, entry) for entry in entries)


class Dictionaries:
    """The dictionaries of one run of `rows` rows. A link that leads nowhere, or where the app may not look, is None.

    Links to kinds that have no list of their own (bank accounts of a counterparty, say) cannot be joined.
    """

    def __init__(self, client: MoySkladClient, key: MoySkladKey, mapping: Mapping, rows: int) -> None:
        self._client = client
        self._key = key
        self._mapping = mapping
        self._rows = rows
        self._by_kind: dict[str, _Dictionary] = {}
        self._known: dict[Path, dict[str, Any]] = {}
        self._archived_refused: set[str] = set()

    async def join(self, objects: Sequence[Any]) -> None:
        """Puts the linked objects in place of the links in `objects`."""
        for depth in sorted({len(path) for path in self._mapping.references}):
            paths = [path for path in self._mapping.references if len(path) == depth]
            links = [link for path in paths for link in self._put_known(objects, path)]
            await self._load(links)
            for link in links:
                self._known[link.path][link.href] = link.put(self._by_kind)

    def _put_known(self, objects: Sequence[Any], path: Path) -> "list[_Link]":
        """Puts what earlier pages have led to in place; answers the links that are new. Most links are old ones."""
        known, name, new = self._known.setdefault(path, {}), path[-1], []
        for holder, href in _links(objects, path):
            if href in known:
                setattr(holder, name, known[href])
            else:
                new.append(_Link(holder, path, href))
        return new

    async def _load(self, links: "Sequence[_Link]") -> None:
        wanted: dict[str, tuple[set[Path], set[str]]] = {}
        for link in links:
            if link.kind:
                paths, ids = wanted.setdefault(link.kind, (set(), set()))
                paths.add(link.path)
                ids.add(link.id)
        await _together(self._provide(kind, paths, ids) for kind, (paths, ids) in wanted.items())

    async def _provide(self, kind: str, paths: set[Path], ids: set[str]) -> None:
        known = self._by_kind.get(kind)
        if known is None or not paths <= known.paths:
            known = self._by_kind[kind] = self._empty(paths | (known.paths if known else frozenset()))
            await self._read(kind, known, len(ids))
        missing = sorted(ids - known.entries.keys() - known.absent)
        if missing and not kind.endswith(_STATES):
            await self._read_ids(kind, known, missing)

    def _empty(self, paths: Iterable[Path]) -> _Dictionary:
        shape = Shape()
        for path in paths:
            shape.merge(self._mapping.shape.at(path))
        return _Dictionary(shape, frozenset(paths))

    async def _read(self, kind: str, known: _Dictionary, wanted: int) -> None:
        """Reads the dictionary whole, unless it is much larger than what the run can need of it."""
        try:
            if kind.endswith(_STATES):
                body = await self._client.get(self._key, f"/entity/{kind.removesuffix('/states')}")
                known.add(_decoded(known.states, body).states)
                return
            first = await self._list(kind, known, (("offset", "0"),))
            known.add(first.rows)
            if first.meta.size <= max(_WHOLE_PER_ROW * max(self._rows, wanted), _PAGE):
                rest = range(len(first.rows), first.meta.size, _PAGE) if first.rows else range(0)
                for page in await _together(self._list(kind, known, (("offset", str(at)),)) for at in rest):
                    known.add(page.rows)
        except MoySkladDisconnected as refused:
            if not not_permitted(refused):
                raise
            known.closed = True

    async def _read_ids(self, kind: str, known: _Dictionary, ids: Sequence[str]) -> None:
        if not known.closed:
            batches = [ids[start : start + _IDS] for start in range(0, len(ids), _IDS)]
            for page in await _together(self._list(kind, known, (), batch) for batch in batches):
                known.add(page.rows)
        known.absent.update(one for one in ids if one not in known.entries)

    async def _list(
        self, kind: str, known: _Dictionary, extra: tuple[tuple[str, str], ...], ids: Sequence[str] = ()
    ) -> Any:
        terms = [f"id={one}" for one in ids]
        plain = (("limit", str(_PAGE)), *extra, ("order", "id,asc"))
        if kind.partition("/")[0] not in {*_NEVER_ARCHIVED, "customentity"} and kind not in self._archived_refused:
            try:
                condition = ("filter", ";".join((*terms, _BOTH)))
                return _decoded(known.page, await self._client.get(self._key, f"/entity/{kind}", (*plain, condition)))
            except FilterRefused:
                self._archived_refused.add(kind)
        condition = ("filter", ";".join(terms))
        parameters = (*plain, condition) if terms else plain
        return _decoded(known.page, await self._client.get(self._key, f"/entity/{kind}", parameters))


class _Link:
    """One link in one row: where it stands and what it leads to. `kind` is empty when it cannot be followed."""

    __slots__ = ("_holder", "href", "id", "kind", "path")

    def __init__(self, holder: Any, path: Path, href: str) -> None:
        self._holder = holder
        self.path = path
        self.href = href
        found = _ENTITY.search(href.partition("?")[0])
        self.kind, self.id = (found["kind"], found["id"]) if found else ("", "")

    def put(self, by_kind: dict[str, _Dictionary]) -> Any:
        """Puts the object in the link's place, and answers it."""
        known = by_kind.get(self.kind)
        found = known.entries.get(self.id) if known else None
        setattr(self._holder, self.path[-1], found)
        return found


def _links(objects: Sequence[Any], path: Path) -> Iterator[tuple[Any, str]]:
    """Links at `path` that no expansion has replaced: they have a href and no id. With what holds them."""
    holder_of = getter(path[:-1]) if len(path) > 1 else None
    name = attrgetter(path[-1])
    for one in objects:
        holder = one if holder_of is None else holder_of(one)
        link = None if holder is None else name(holder)
        if link is not None and link.id is None and link.meta is not None and link.meta.href:
            yield holder, link.meta.href


async def _together(work: Iterable[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Does all of it at once. The first failure stops the rest and is raised by itself."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
    except* SkladSheetsError as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]


def _decoded(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as wrong:
        raise VendorFailed(reason="dictionary unreadable") from wrong
