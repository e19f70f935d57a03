"""Positions of a document, to the last."""

from collections.abc import Sequence
from typing import Any

import msgspec

from adapters.moysklad.asking import Asking, decoded
from adapters.moysklad.planning import EXPANDED_PAGE, PAGE
from domain.shared.errors import VendorFailed

POSITIONS = "positions"


class _Meta(msgspec.Struct):
    size: int = 0


class _Page(msgspec.Struct):
    rows: list[dict[str, Any]]
    meta: _Meta = msgspec.field(default_factory=_Meta)


_PAGE = msgspec.json.Decoder(_Page)


async def all_positions(asking: Asking, path: str, told: Any, expand: Sequence[str] = ()) -> list[Any]:
    """The positions at that address. Those that came along with their document (`told`) are believed where they are as
    many as the collection says; how many come along is not documented for every case, so that else all are read.
    """
    if not isinstance(told, dict):
        return []
    rows, size = list(told.get("rows") or ()), int(told.get("meta", {}).get("size") or 0)
    if len(rows) >= size:
        return rows
    return await read_all(asking, path, expand)


async def read_all(asking: Asking, path: str, expand: Sequence[str] = ()) -> list[Any]:
    """Everything of a collection, each once, also where something was put in between its pages."""
    limit = EXPANDED_PAGE if expand else PAGE
    found: dict[str, Any] = {}
    read, size = 0, 1
    while read < size:
        asked = [("limit", str(limit)), ("offset", str(read))]
        if expand:
            asked.append(("expand", ",".join(expand)))
        page: _Page = decoded(_PAGE, await asking.get(path, asked), POSITIONS)
        size = page.meta.size
        if not page.rows and read < size:
            raise VendorFailed(reason="positions missing", number=size - read)
        read += len(page.rows)
        found |= {str(row.get("id")): row for row in page.rows}
    return list(found.values())
