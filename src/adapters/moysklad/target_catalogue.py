"""Goods and counterparties of an account, looked for by their values (JSON API docs, Filtering; reference 1.8).

Several values of one field in a filter mean that any of them will do, so that hundreds of them are asked for in one
request; the address and the headers may not exceed 8 KB, and a Cyrillic letter takes six bytes of it.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from urllib.parse import quote

import msgspec

from adapters.moysklad.asking import Asking, decoded
from adapters.moysklad.background import LARGEST, fetched
from adapters.moysklad.client import MoySkladClient, Parameters
from adapters.moysklad.conditions import BOTH_ARCHIVED
from adapters.moysklad.planning import IDS, PAGE
from application.connections.ports import MoySkladKey
from domain.automations.candidates import SUGGESTIONS, Candidate, values
from domain.automations.matching import MatchBy, MatchKind
from domain.exports.filters import FilterRefused

ROOM = 6800
"""Bytes of an address that a filter may take: the rest of the 8 KB is for headers, which proxies and traces add to."""

_FIELDS = {
    MatchBy.EXTERNAL_CODE: "externalCode",
    MatchBy.CODE: "code",
    MatchBy.ARTICLE: "article",
    MatchBy.BARCODE: "barcode",
    MatchBy.INN: "inn",
    MatchBy.NAME: "name",
}
_GOODS = ("product", "variant", "service", "bundle")
_WITH_ARTICLE = ("product", "variant", "bundle")
_ASSORTMENT = "/entity/assortment"
_COUNTERPARTY = "/entity/counterparty"
_NEW_LIST = "assortmentWithoutStock"
"""The new list of goods, which has no stock and is quick for that. It cannot be asked for articles, and the old one,
which can, goes in 2027: then each type is asked for itself (reference, 8, number 18).
"""
_BY_VARIANT = ("groupBy", "variant")
_LIVING = "archived=false"
_READY_WITHIN = 30.0
"""Seconds in which what was ordered whole has to be ready, or nearly so: a document waits for it, and each question
whether it is costs a unit, the fifth and last after 31 seconds.
"""

_SEARCHED = 4 * SUGGESTIONS
_UNASKABLE = ("~", "\\")
"""A value that begins with the first would be read as another operator, one that ends with the second would swallow
the next condition; how either is written otherwise is not documented.
"""


class _Meta(msgspec.Struct):
    type: str = ""
    size: int = 0


class _Row(msgspec.Struct, rename="camel"):
    id: str
    meta: _Meta = msgspec.field(default_factory=_Meta)
    name: str = ""
    external_code: str = ""
    code: str = ""
    article: str = ""
    barcodes: list[dict[str, str]] = []
    inn: str = ""
    archived: bool = False


class _Page(msgspec.Struct):
    rows: list[_Row]
    meta: _Meta = msgspec.field(default_factory=_Meta)


_PAGE = msgspec.json.Decoder(_Page)


class MoySkladTargetCatalogue:
    """See application.automations.catalogue_ports.TargetCatalogue. `pause` is how many seconds to wait before asking
    for the first time whether what was ordered whole is ready.
    """

    def __init__(self, client: MoySkladClient, pause: float = 1.0) -> None:
        self._client = client
        self._pause = pause

    def cost(self, kind: MatchKind, by: MatchBy, values: Sequence[str]) -> int:
        """One for each address that is full."""
        del kind
        return sum(1 for _ in portions(by, values))

    async def having(
        self, key: MoySkladKey, kind: MatchKind, by: MatchBy, values: Sequence[str]
    ) -> Sequence[Candidate]:
        """One request for each address that is full, and more where values have so many owners that they do not fit
        into one answer.
        """
        asking = Asking(self._client, key)
        found: dict[str, Candidate] = {}
        for portion in portions(by, values):
            for one in await self._portion(asking, kind, by, portion):
                found[one.id] = one
        return list(found.values())

    async def living(self, key: MoySkladKey, kind: str, ids: Sequence[str]) -> Sequence[Candidate]:
        """By their own type's list: that the list of all goods can be asked for ids is not documented."""
        asking, known = Asking(self._client, key), sorted(set(ids))
        found: list[Candidate] = []
        for start in range(0, len(known), IDS):
            terms = ";".join((*(f"id={one}" for one in known[start : start + IDS]), *BOTH_ARCHIVED))
            page = await _read(asking, f"/entity/{kind}", (("filter", terms), ("limit", str(PAGE))))
            found += [_candidate(row) for row in page.rows if not row.archived and row.id in known]
        return found

    async def alike(self, key: MoySkladKey, kind: MatchKind, words: str) -> Sequence[Candidate]:
        """MoySklad's own search."""
        path, beta, parameters = _list_of(kind)
        asked = (*parameters, ("search", words[:255]), ("filter", _LIVING), ("limit", str(_SEARCHED)))
        page = await _read(Asking(self._client, key, beta), path, asked)
        return _candidates(kind, page.rows)

    async def whole(self, key: MoySkladKey, kind: MatchKind) -> Sequence[Candidate] | None:
        """How many there are, an order, a few questions and the result: seven requests, likely, and eight at most."""
        path, beta, parameters = _list_of(kind)
        asking = Asking(self._client, key, beta)
        first = await _read(asking, path, (*parameters, ("filter", _LIVING), ("limit", "1")))
        if first.meta.size > LARGEST:
            return None
        body = await fetched(asking, path, (*parameters, ("filter", _LIVING)), 1, self._pause, _READY_WITHIN)
        if body is None:
            return None
        page: _Page = await asyncio.to_thread(decoded, _PAGE, body, "catalogue")  # tens of megabytes, perhaps
        return _candidates(kind, page.rows)

    async def _portion(self, asking: Asking, kind: MatchKind, by: MatchBy, portion: Sequence[str]) -> list[Candidate]:
        """What has one of these values. Where that does not fit into one answer, values that are known to have several
        owners are left out, and the rest is asked for in halves.
        """
        found, complete = await self._asked(asking, kind, by, portion)
        if complete or len(portion) == 1:
            return found
        owners = Counter(value.casefold() for one in found for value in values(one, by))
        rest = [value for value in portion if owners[value.casefold()] < 2]
        half = len(rest) // 2
        for part in (rest[:half], rest[half:]):
            if part:
                found += await self._portion(asking, kind, by, part)
        return found

    async def _asked(
        self, asking: Asking, kind: MatchKind, by: MatchBy, portion: Sequence[str]
    ) -> tuple[list[Candidate], bool]:
        terms = ";".join((*(f"{_FIELDS[by]}={_escaped(value)}" for value in portion), _LIVING))
        asked = (("filter", terms), ("limit", str(PAGE)))
        if kind is MatchKind.COUNTERPARTY:
            pages = [await _read(asking, _COUNTERPARTY, asked)]
        elif by is MatchBy.ARTICLE:
            pages = await _by_article(asking, asked)
        else:
            pages = [await _read(asking, _ASSORTMENT, (_BY_VARIANT, *asked), _NEW_LIST)]
        rows = [row for page in pages for row in page.rows]
        return _candidates(kind, rows), all(page.meta.size <= len(page.rows) for page in pages)


def portions(by: MatchBy, values: Sequence[str]) -> Iterator[list[str]]:
    """Values that go into one address together. Those that cannot be asked for are left out: nothing is found by them.

    One with a backslash goes alone, for how that is written is not documented.
    """
    portion: list[str] = []
    room = ROOM
    for value in values:
        size = len(quote(f"{_FIELDS[by]}={_escaped(value)};", safe=""))
        if not value or size > ROOM or value.startswith(_UNASKABLE[0]) or value.endswith(_UNASKABLE[1]):
            continue
        if "\\" in value:
            yield [value]
            continue
        if size > room:
            yield portion
            portion, room = [], ROOM
        portion.append(value)
        room -= size
    if portion:
        yield portion


async def _by_article(asking: Asking, asked: Parameters) -> list[_Page]:
    asked = tuple(asked)
    try:
        return [await _read(asking, _ASSORTMENT, (_BY_VARIANT, *asked))]
    except FilterRefused:
        pages = [await _read(asking, f"/entity/{_WITH_ARTICLE[0]}", asked)]
        for kind in _WITH_ARTICLE[1:]:
            try:
                pages.append(await _read(asking, f"/entity/{kind}", asked))
            except FilterRefused:  # not every account's variants and bundles have articles yet
                continue
        return pages


async def _read(asking: Asking, path: str, parameters: Parameters, beta: str = "") -> _Page:
    page: _Page = decoded(_PAGE, await asking.get(path, parameters, beta=beta), path.rsplit("/", 1)[-1])
    return page


def _list_of(kind: MatchKind) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Where everything of that kind is: the path, the form of the answer, and what has to be asked for besides."""
    if kind is MatchKind.COUNTERPARTY:
        return _COUNTERPARTY, "", ()
    return _ASSORTMENT, _NEW_LIST, (_BY_VARIANT,)


def _escaped(value: str) -> str:
    return value.replace(";", "\\;")


def _candidates(kind: MatchKind, rows: Sequence[_Row]) -> list[Candidate]:
    types = ("counterparty",) if kind is MatchKind.COUNTERPARTY else _GOODS
    return [_candidate(row) for row in rows if row.meta.type in types and not row.archived]


def _candidate(row: _Row) -> Candidate:
    barcodes = tuple(value for one in row.barcodes for value in one.values())
    return Candidate(
        row.meta.type,
        row.id,
        row.name,
        row.external_code,
        row.code,
        row.article,
        barcodes,
        row.inn,
        archived=row.archived,
    )
