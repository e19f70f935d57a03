"""Dictionaries: objects that rows link to, read once for a run and put in place of the links."""

import asyncio
from collections.abc import Collection, Coroutine, Iterable, Sequence
from typing import Any

import msgspec

from adapters.moysklad.asking import Asking, decoded
from adapters.moysklad.conditions import BOTH_ARCHIVED
from adapters.moysklad.links import ACCOUNTS, STATES, linked, put, target
from adapters.moysklad.mapping import Mapping
from adapters.moysklad.planning import IDS, PAGE, whole_up_to
from adapters.moysklad.shapes import LIST, Path, Shape
from adapters.moysklad.walks import BY_ID
from domain.connections.moysklad import MoySkladPermissionMissing, TariffRefused
from domain.shared.errors import SkladSheetsError

_ARCHIVED = frozenset(
    {
        *("product", "variant", "service", "bundle", "consignment", "productfolder", "counterparty", "organization"),
        *("employee", "store", "retailstore", "contract", "project", "saleschannel", "currency", "assortment"),
        *("processingplan", "processingprocess", "processingstage"),
    }
)
"""Kinds whose lists leave archived entries out unless asked (JSON API docs, attribute tables)."""

_GOODS = "assortment"
_GOODS_ORDER = "name,asc;code,asc"
_GOODS_BETA = "assortmentWithoutStock"
"""Goods of all kinds in one list. Its new form can be ordered by few fields; that it can be asked for ids is not
documented, so that it is always read whole.
"""


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
        accounts: Any = msgspec.defstruct("Accounts", [("meta", _Meta), ("rows", list[entry], [])])
        owner: Any = msgspec.defstruct("Owner", [("id", str), ("accounts", accounts | None, None)])
        self.owners = msgspec.json.Decoder(msgspec.defstruct("Owners", [("rows", list[owner])]))

    def add(self, entries: Iterable[Any]) -> None:
        """Keeps entries under their ids."""
        self.entries.update((entry.id, entry) for entry in entries)


class Dictionaries:
    """The dictionaries of one run of `rows` rows. A link that leads nowhere, or where the app may not look, is None.

    Bank accounts, which have no list of their own, are read with their owners. Links to other kinds without a list
    cannot be joined.
    """

    def __init__(self, asking: Asking, mapping: Mapping, rows: int) -> None:
        self._asking = asking
        self._mapping = mapping
        self._rows = rows
        self._by_kind: dict[str, _Dictionary] = {}
        self._known: dict[Path, dict[str, Any]] = {}

    async def join(self, objects: Sequence[Any], only: Collection[Path] | None = None) -> None:
        """Puts the linked objects in place of the links in `objects`: those at the paths of `only`, or all."""
        wanted = [path for path in self._mapping.references if only is None or path in only]
        for depth in sorted({len(path) for path in wanted}):
            links = [link for path in wanted if len(path) == depth for link in self._put_known(objects, path)]
            if links:
                await self._load(links)
            for link in links:
                self._known[link.path][link.href] = link.put(self._by_kind)

    def _put_known(self, objects: Sequence[Any], path: Path) -> "list[_Link]":
        """Puts what earlier pages have led to in place; answers the links that are new. Most links are old ones."""
        known, new = self._known.setdefault(path, {}), []
        fill = put if path[-1].endswith(LIST) else setattr
        for holder, name, link in linked(objects, path):
            if link is None or link.id is not None or (meta := link.meta) is None or not (href := meta.href):
                continue
            if href in known:
                fill(holder, name, known[href])
            else:
                new.append(_Link(holder, name, path, href))
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
            if not kind.endswith(ACCOUNTS):
                await self._read(kind, known, len(ids))
        missing = sorted(ids - known.entries.keys() - known.absent)
        if missing and not kind.endswith(STATES):
            await self._read_ids(kind, known, missing)

    def _empty(self, paths: Iterable[Path]) -> _Dictionary:
        shape = Shape()
        for path in paths:
            shape.merge(self._mapping.shape.at(path))
        return _Dictionary(shape, frozenset(paths))

    async def _read(self, kind: str, known: _Dictionary, wanted: int) -> None:
        """Reads the dictionary whole, unless it is much larger than what the run can need of it."""
        try:
            if kind.endswith(STATES):
                body = await self._asking.get(f"/entity/{kind.removesuffix('/states')}")
                known.add(decoded(known.states, body, "states").states)
                return
            first = await self._list(kind, known, (("offset", "0"),))
            known.add(first.rows)
            if kind == _GOODS or first.meta.size <= whole_up_to(max(self._rows, wanted)):
                rest = range(len(first.rows), first.meta.size, PAGE) if first.rows else range(0)
                for page in await _together(self._list(kind, known, (("offset", str(at)),)) for at in rest):
                    known.add(page.rows)
        except (MoySkladPermissionMissing, TariffRefused):
            known.closed = True

    async def _read_ids(self, kind: str, known: _Dictionary, ids: Sequence[str]) -> None:
        if kind.endswith(ACCOUNTS):
            owners = sorted({one.partition("/")[0] for one in ids})
            await self._read_accounts(kind.removesuffix(ACCOUNTS), known, owners)
        elif not known.closed:
            batches = [ids[start : start + IDS] for start in range(0, len(ids), IDS)]
            for page in await _together(self._list(kind, known, (), batch) for batch in batches):
                known.add(page.rows)
        known.absent.update(one for one in ids if one not in known.entries)

    async def _read_accounts(self, kind: str, known: _Dictionary, owners: Sequence[str]) -> None:
        """A hundred owners in a request, with their accounts; those of whom not all came expanded are completed."""
        for start in range(0, len(owners), IDS):
            terms = [*(f"id={one}" for one in owners[start : start + IDS]), *BOTH_ARCHIVED]
            asked = (("limit", str(IDS)), ("expand", "accounts"), ("filter", ";".join(terms)))
            try:
                page = decoded(known.owners, await self._asking.get(f"/entity/{kind}", asked), kind)
            except (MoySkladPermissionMissing, TariffRefused):
                return
            for owner in page.rows:
                rows = list(owner.accounts.rows) if owner.accounts is not None else []
                while owner.accounts is not None and len(rows) < owner.accounts.meta.size:
                    more = (("limit", str(PAGE)), ("offset", str(len(rows))))
                    body = await self._asking.get(f"/entity/{kind}/{owner.id}{ACCOUNTS}", more)
                    rest = decoded(known.page, body, "accounts").rows
                    if not rest:
                        break
                    rows += rest
                known.entries.update((f"{owner.id}{ACCOUNTS}/{entry.id}", entry) for entry in rows)

    async def _list(
        self, kind: str, known: _Dictionary, extra: tuple[tuple[str, str], ...], ids: Sequence[str] = ()
    ) -> Any:
        terms = [*(f"id={one}" for one in ids), *(BOTH_ARCHIVED if kind in _ARCHIVED else ())]
        asked = [("limit", str(PAGE)), *extra, ("order", _GOODS_ORDER if kind == _GOODS else BY_ID)]
        if terms:
            asked.append(("filter", ";".join(terms)))
        beta = _GOODS_BETA if kind == _GOODS else ""
        return decoded(known.page, await self._asking.get(f"/entity/{kind}", asked, beta=beta), kind)


class _Link:
    """One link in one row: where it stands and what it leads to. `kind` is empty when it cannot be followed."""

    __slots__ = ("_holder", "_name", "href", "id", "kind", "path")

    def __init__(self, holder: Any, name: str | int, path: Path, href: str) -> None:
        self._holder = holder
        self._name = name
        self.path = path
        self.href = href
        self.kind, self.id = target(href)

    def put(self, by_kind: dict[str, _Dictionary]) -> Any:
        """Puts the object in the link's place, and answers it."""
        known = by_kind.get(self.kind)
        found = known.entries.get(self.id) if known else None
        put(self._holder, self._name, found)
        return found


async def _together(work: Iterable[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Does all of it at once. The first failure stops the rest and is raised by itself."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
    except* SkladSheetsError as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]
