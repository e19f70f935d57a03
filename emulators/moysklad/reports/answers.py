"""How a report is answered: page by page, or whole."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from emulators.moysklad import listing
from emulators.moysklad.calls import Call
from emulators.moysklad.links import JSON_TYPE

_encode = msgspec.json.Encoder().encode
Shape = Callable[[Any], dict[str, Any]]


@dataclass(slots=True)
class Table:
    """Rows to page through: what was selected, and how one of them is shown.

    `flat_context` is how the two extended stock reports name the employee; `with_query` puts the request's parameters
    into the list's own address, as some of the documented answers do.
    """

    kind: str
    items: Sequence[Any]
    shape: Shape
    path: str = ""
    flat_context: bool = False
    with_query: bool = False


@dataclass(slots=True)
class Whole:
    """A body without pages, and headers to go with it."""

    body: object
    headers: dict[str, str] = field(default_factory=dict)


def page(call: Call, table: Table) -> bytes:
    """One page of a table as JSON. Raises ApiError 1040 for impossible `limit` or `offset`."""
    limit, offset = listing.bounds(call.query)
    size = len(table.items)
    meta = _meta(call, table) | {"size": size, "limit": limit, "offset": offset}
    if offset + limit < size:
        meta["nextHref"] = _turn(call, limit, offset + limit)
    if offset > 0:
        meta["previousHref"] = _turn(call, limit, max(0, offset - limit))
    return _body(call, table, meta, table.items[offset : offset + limit])


def everything(call: Call, table: Table) -> bytes:
    """The whole table, as asynchronous tasks deliver it: neither `limit` nor `offset` in its `meta`."""
    meta = _meta(call, table) | {"size": len(table.items)}
    meta["href"] = address(call)
    return _body(call, table, meta, table.items)


def context(call: Call) -> dict[str, Any]:
    """Who asked."""
    api = call.account.links.api
    meta = {
        "href": f"{api}/context/employee",
        "metadataHref": f"{api}/entity/employee/metadata",
        "type": "employee",
        "mediaType": JSON_TYPE,
    }
    return {"employee": {"meta": meta}}


def meta_of(call: Call, kind: str) -> dict[str, Any]:
    """The `meta` of a report without pages: its address with the parameters."""
    return {"href": address(call), "type": kind, "mediaType": JSON_TYPE}


def _body(call: Call, table: Table, meta: Mapping[str, Any], items: Sequence[Any]) -> bytes:
    shown = context(call)
    if table.flat_context:
        inner = {name: one for name, one in shown["employee"]["meta"].items() if name != "metadataHref"}
        shown = {"employee": inner}
    rows: Iterator[bytes] = (_encode(table.shape(item)) for item in items)
    return b'{"context":%b,"meta":%b,"rows":[%b]}' % (_encode(shown), _encode(meta), b",".join(rows))


def _meta(call: Call, table: Table) -> dict[str, Any]:
    href = address(call) if table.with_query else f"{call.account.links.api}{table.path or call.path}"
    return {"href": href, "type": table.kind, "mediaType": JSON_TYPE}


def address(call: Call) -> str:
    """The request's own address: the path with its parameters, as they were before encoding, but for pages."""
    query = "&".join(f"{name}={value}" for name, value in call.query.items() if name not in {"limit", "offset"})
    return f"{call.account.links.api}{call.path}" + (f"?{query}" if query else "")


def _turn(call: Call, limit: int, offset: int) -> str:
    rest = [(name, value) for name, value in call.query.items() if name not in {"limit", "offset"}]
    asked = urlencode([("limit", limit), ("offset", offset), *rest], quote_via=quote)
    return f"{call.account.links.api}{call.path}?{asked}"
