"""Single objects of an account, as MoySklad's JSON has them."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from adapters.moysklad.asking import Asking, decoded
from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.planning import EXPANDED_PAGE, IDS, PAGE
from adapters.moysklad.walks import BY_ID, ChangesWalk
from application.connections.document_ports import Document
from application.connections.ports import MoySkladKey
from domain.exports.cursor import Cursor
from domain.shared.errors import VendorFailed
from domain.shared.moments import to_moscow

_POSITIONS = "positions"


class _Meta(msgspec.Struct):
    size: int = 0


class _Page(msgspec.Struct):
    rows: list[dict[str, Any]]
    meta: _Meta = msgspec.field(default_factory=_Meta)


class _Stamp(msgspec.Struct):
    id: str
    updated: str = ""


class _Stamps(msgspec.Struct):
    rows: list[_Stamp]
    meta: _Meta = msgspec.field(default_factory=_Meta)


_PAGE = msgspec.json.Decoder(_Page)
_STAMPS = msgspec.json.Decoder(_Stamps)


class MoySkladDocuments:
    """See application.connections.document_ports.Documents."""

    def __init__(self, client: MoySkladClient) -> None:
        self._client = client

    async def read(
        self, key: MoySkladKey, kind: str, ids: Sequence[str], expand: Sequence[str] = ()
    ) -> dict[str, Document]:
        """One request for a hundred ids, and one for each hundred or thousand positions that did not come along."""
        asking = Asking(self._client, key)
        path = f"/entity/{kind}"
        found: dict[str, Document] = {}
        wanted = sorted(set(ids))
        for start in range(0, len(wanted), IDS):
            terms = ";".join(f"id={one}" for one in wanted[start : start + IDS])
            asked = [("limit", str(IDS)), ("order", BY_ID), ("filter", terms)]
            if expand:
                asked.append(("expand", ",".join(expand)))
            page: _Page = decoded(_PAGE, await asking.get(path, asked), kind)
            found |= {str(row["id"]): row for row in page.rows if row.get("id") in ids}
        inside = [one.removeprefix(f"{_POSITIONS}.") for one in expand if one.startswith(f"{_POSITIONS}.")]
        if inside or _POSITIONS in expand:
            for object_id, row in found.items():
                row[_POSITIONS] = await self._positions(asking, f"{path}/{object_id}/{_POSITIONS}", row, inside)
        return found

    async def changed(self, key: MoySkladKey, kind: str, since: datetime) -> AsyncIterator[Sequence[str]]:
        """By `updated`, in pages of a thousand. See adapters.moysklad.keyset."""
        asking = Asking(self._client, key)
        walk = ChangesWalk(Cursor(to_moscow(since)))
        while not walk.done:
            parameters, offset = walk.question(PAGE, ())
            page: _Stamps = decoded(_STAMPS, await asking.get(f"/entity/{kind}", parameters), kind)
            fresh = walk.take(page.rows, offset, page.meta.size)
            if fresh:
                yield [one.id for one in fresh]

    async def _positions(self, asking: Asking, path: str, row: Document, expand: Sequence[str]) -> list[Any]:
        """Those that came along are believed where they are as many as the collection says; how many come along is
        not documented for every case, so that the rest, or all, are read from their own address.
        """
        told = row.get(_POSITIONS)
        if not isinstance(told, dict):
            return []
        rows, size = list(told.get("rows") or ()), int(told.get("meta", {}).get("size") or 0)
        if len(rows) >= size:
            return rows
        rows = []
        limit = EXPANDED_PAGE if expand else PAGE
        while len(rows) < size:
            asked = [("limit", str(limit)), ("offset", str(len(rows)))]
            if expand:
                asked.append(("expand", ",".join(expand)))
            page: _Page = decoded(_PAGE, await asking.get(path, asked), _POSITIONS)
            if not page.rows:
                raise VendorFailed(reason="positions missing", number=size - len(rows))
            rows += page.rows
            size = page.meta.size or size
        return rows
