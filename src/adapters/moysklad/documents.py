"""Single objects of an account, as MoySklad's JSON has them."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from adapters.moysklad.asking import Asking, decoded
from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.planning import IDS, PAGE
from adapters.moysklad.positions import POSITIONS, all_positions
from adapters.moysklad.walks import BY_ID, ChangesWalk
from application.connections.document_ports import Document
from application.connections.ports import MoySkladKey
from domain.exports.cursor import Cursor
from domain.shared.moments import to_moscow


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
        inside = [one.removeprefix(f"{POSITIONS}.") for one in expand if one.startswith(f"{POSITIONS}.")]
        if inside or POSITIONS in expand:
            for object_id, row in found.items():
                address = f"{path}/{object_id}/{POSITIONS}"
                row[POSITIONS] = await all_positions(asking, address, row.get(POSITIONS), inside)
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
