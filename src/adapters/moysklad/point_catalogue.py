"""What belongs to dealers, looked for by names (JSON API docs, Filtering; reference 1.8)."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote
from uuid import UUID

import msgspec

from adapters.moysklad.asking import Asking, decoded
from adapters.moysklad.client import MoySkladClient, Parameters
from adapters.moysklad.planning import IDS, PAGE
from application.connections.ports import MoySkladKey
from domain.dealers.naming import CANDIDATES, Named, PointKind, as_id, inn_forms

ROOM = 6800
"""Bytes of an address that a filter may take: see adapters.moysklad.target_catalogue."""

_COUNTERPARTY = "/entity/counterparty"
_LIVING = "archived=false"
_BY_NAME = ("order", "name,asc")
_SEARCHED = 4 * CANDIDATES


class _Meta(msgspec.Struct):
    size: int = 0


class _Row(msgspec.Struct):
    id: UUID
    name: str = ""
    code: str = ""
    inn: str = ""
    archived: bool = False


class _Page(msgspec.Struct):
    rows: list[_Row]
    meta: _Meta = msgspec.field(default_factory=_Meta)


class _Metadata(msgspec.Struct):
    tags: list[str] = []


_PAGE = msgspec.json.Decoder(_Page)
_METADATA = msgspec.json.Decoder(_Metadata)


class MoySkladPointCatalogue:
    """See application.dealers.import_ports.PointCatalogue."""

    def __init__(self, client: MoySkladClient) -> None:
        self._client = client

    async def partners(self, key: MoySkladKey, texts: Sequence[str]) -> Sequence[Named]:
        """By ids, names, INNs and codes, each kind of them in as few addresses as they fit into."""
        asking = Asking(self._client, key)
        ids = [text.lower() for text in texts if as_id(text) is not None]
        inns = [form for text in texts if text.isascii() and text.isdecimal() for form in inn_forms(text)]
        found: dict[UUID, Named] = {}
        for field, values in (("id", ids), ("name", texts), ("inn", inns), ("code", texts)):
            for portion in _portions(field, values):
                for one in await self._having(asking, field, portion):
                    found[one.id] = one
        return list(found.values())

    async def alike(self, key: MoySkladKey, words: str) -> Sequence[Named]:
        """MoySklad's own search."""
        asked = (("search", words[:255]), ("filter", _LIVING), ("limit", str(_SEARCHED)))
        return _named((await _read(Asking(self._client, key), _COUNTERPARTY, asked)).rows)

    async def every(self, key: MoySkladKey, kind: PointKind) -> Sequence[Named]:
        """In the order of their names, page by page."""
        return _named(await _whole(Asking(self._client, key), f"/entity/{kind.value}", (_BY_NAME,)))

    async def groups(self, key: MoySkladKey) -> Sequence[str]:
        """From the metadata of counterparties."""
        body = await Asking(self._client, key).get(f"{_COUNTERPARTY}/metadata")
        found: _Metadata = decoded(_METADATA, body, "counterparty metadata")
        return found.tags

    async def _having(self, asking: Asking, field: str, portion: Sequence[str]) -> list[Named]:
        """Namesakes may be more than fit into a page."""
        terms = ";".join((*(f"{field}={_escaped(value)}" for value in portion), _LIVING))
        return _named(await _whole(asking, _COUNTERPARTY, (("filter", terms), _BY_NAME)))


async def _whole(asking: Asking, path: str, parameters: Parameters) -> list[_Row]:
    rows: list[_Row] = []
    while True:
        page = await _read(asking, path, (*parameters, ("limit", str(PAGE)), ("offset", str(len(rows)))))
        rows += page.rows
        if not page.rows or len(rows) >= page.meta.size:
            return rows


async def _read(asking: Asking, path: str, parameters: Parameters) -> _Page:
    page: _Page = decoded(_PAGE, await asking.get(path, parameters), path.rsplit("/", 1)[-1])
    return page


def _portions(field: str, values: Sequence[str]) -> Iterator[list[str]]:
    """Values that go into one address together. Those that begin with `~` would be read as another operator, those with
    a backslash may be; how either is written otherwise is not documented: nothing is found by them.
    """
    portion: list[str] = []
    room = ROOM
    for value in dict.fromkeys(values):
        size = len(quote(f"{field}={_escaped(value)};", safe=""))
        if not value or size > ROOM or value.startswith("~") or "\\" in value:
            continue
        if size > room or (field == "id" and len(portion) == IDS):
            yield portion
            portion, room = [], ROOM
        portion.append(value)
        room -= size
    if portion:
        yield portion


def _escaped(value: str) -> str:
    return value.replace(";", "\\;")


def _named(rows: Sequence[_Row]) -> list[Named]:
    return [Named(row.id, row.name, row.code, row.inn) for row in rows if not row.archived]
