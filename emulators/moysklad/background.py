"""Which requests can be made in the background, and what they deliver then (JSON API docs, "asynchronous exchange")."""

import msgspec

from emulators.moysklad import assortment, async_tasks, listing, render
from emulators.moysklad.calls import Answer, Call
from emulators.moysklad.listing import MOST
from emulators.moysklad.records import Shelf
from emulators.moysklad.reports import routes
from emulators.moysklad.reports.answers import address


class Listed(msgspec.Struct):
    """A list's body, taken apart no further than needed."""

    context: msgspec.Raw
    meta: dict[str, object]
    rows: list[msgspec.Raw]


def report(call: Call, rest: list[str]) -> Answer:
    """Everything under `/report`, at once or in the background."""
    if not async_tasks.wanted(call):
        return routes.handle(call, rest)
    path = "/".join(rest)
    known = routes.REPORTS.get(path)
    if call.method != "GET" or known is None or not known.background:
        async_tasks.refuse(call)
        return routes.handle(call, rest)
    return async_tasks.start(call, lambda: routes.whole(call, path))


def counterparties(call: Call, shelf: Shelf) -> Answer:
    """The list of counterparties as a task: all of them, without `expand`, which needs a `limit`."""

    def build() -> bytes:
        call.need("view", shelf.entity.name)
        query = dict(call.query)
        found = _part(call, shelf, query, 0)
        while len(found.rows) < int(str(found.meta["size"])):
            found.rows.extend(_part(call, shelf, query, len(found.rows)).rows)
        return _whole(call, found)

    return async_tasks.start(call, build)


def goods(call: Call) -> Answer:
    """The assortment as a task."""

    def build() -> bytes:
        call.need("view", "assortment")
        return _whole(call, msgspec.json.decode(assortment.body(call, whole=True), type=Listed))

    return async_tasks.start(call, build)


def _part(call: Call, shelf: Shelf, query: dict[str, str], offset: int) -> Listed:
    asked = query | {"limit": str(MOST), "offset": str(offset)}
    return msgspec.json.decode(listing.body(call.account, shelf, asked, render.PLAIN), type=Listed)


def _whole(call: Call, found: Listed) -> bytes:
    """The list without the traces of pages."""
    gone = {"limit", "offset", "nextHref", "previousHref"}
    found.meta = {name: value for name, value in found.meta.items() if name not in gone} | {"href": address(call)}
    return msgspec.json.encode(found)
