"""Lists: which objects a query selects, one page of them, and the page's JSON (JSON API docs, "lists", "paging")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from emulators.moysklad import errors, expanding, filters, ordering, render
from emulators.moysklad.accounts import Account
from emulators.moysklad.links import JSON_TYPE
from emulators.moysklad.records import Index, Record, Shelf

MOST = 1000
SEARCHED = ("name", "description", "code", "article", "phone", "email", "inn", "legalTitle", "incomingNumber", "label")
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Page:
    """One page of a selection and the size of the whole."""

    records: list[Record]
    size: int
    limit: int
    offset: int


def bounds(query: Mapping[str, str], most: int = MOST, usual: int = MOST) -> tuple[int, int]:
    """`limit` and `offset`; limit is 1..1000 and 1000 by default, but for the few lists that are smaller."""
    limit, offset = _whole(query, "limit", usual), _whole(query, "offset", 0)
    if not 1 <= limit <= most:
        raise errors.bad_parameters("limit")
    return limit, offset


def select(account: Account, shelf: Shelf, query: Mapping[str, str]) -> Page:
    """The page that a list request asks for."""
    limit, offset = bounds(query)
    order = ordering.parse(shelf.entity, query.get("order", ""))
    asked = filters.compile_filter(account, shelf, query.get("filter", ""))
    words = query.get("search", "").strip()
    if not words and not asked.tests and asked.shown is not asked.hidden:
        index = shelf.shown if asked.shown else shelf.hidden
        if order in ordering.BY_INDEX or order in ordering.BY_INDEX_BACKWARDS:
            return _slice(index, asked, limit, offset, backwards=order in ordering.BY_INDEX_BACKWARDS)
    question = (query.get("filter", ""), query.get("order", ""), words, account.schema_version)
    found = shelf.recall(question)
    if found is None:
        found = [record for record in candidates(shelf, asked) if all(test(record) for test in asked.tests)]
        found = ordering.arrange(found, order)
        if words:
            found = search(found, words, sort=not order)
        shelf.remember(question, found)
    return Page(found[offset : offset + limit], len(found), limit, offset)


def body(account: Account, shelf: Shelf, query: Mapping[str, str], view: render.View) -> bytes:
    """The whole JSON body of a list. The stock of `view` is shown only to those who ask for `fields=stock`."""
    page = select(account, shelf, query)
    heeded = expanding.heeded(query)
    tree = expanding.parse(shelf.entity, query.get("expand", "")) if heeded else {}
    if not (heeded and expanding.wants_stock(query)):
        view = replace(view, stock=None)
    rows: Iterable[bytes]
    if tree:
        rows = (render.expanded(account, record, tree, view) for record in page.records)
    else:
        rows = (render.row(account, record) for record in page.records)
    path = f"{account.links.api}/entity/{shelf.name}"
    return wrap(account, path, shelf.entity.name, query, page, rows)


def wrap(account: Account, href: str, kind: str, query: Mapping[str, str], page: Page, rows: Iterable[bytes]) -> bytes:
    """Rows with the context and the `meta` of their list."""
    context = {"employee": {"meta": _context(account)}}
    meta: dict[str, Any] = {"href": href, "type": kind, "mediaType": JSON_TYPE}
    meta |= {"size": page.size, "limit": page.limit, "offset": page.offset}
    if page.offset + page.limit < page.size:
        meta["nextHref"] = _turn(href, query, page.limit, page.offset + page.limit)
    if page.offset > 0:
        meta["previousHref"] = _turn(href, query, page.limit, max(0, page.offset - page.limit))
    head = b'{"context":%b,"meta":%b,"rows":[' % (_encode(context), _encode(meta))
    return head + b",".join(rows) + b"]}"


def _context(account: Account) -> dict[str, str]:
    api = account.links.api
    return {
        "href": f"{api}/context/employee",
        "metadataHref": f"{api}/entity/employee/metadata",
        "type": "employee",
        "mediaType": JSON_TYPE,
    }


def _turn(href: str, query: Mapping[str, str], limit: int, offset: int) -> str:
    rest = {name: value for name, value in query.items() if name not in {"limit", "offset"}}
    return f"{href}?{urlencode({'limit': limit, 'offset': offset, **rest}, quote_via=quote)}"


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not text.isdigit():
        raise errors.bad_parameters(name)
    return int(text)


def _slice(index: Index, asked: filters.Query, limit: int, offset: int, *, backwards: bool) -> Page:
    low = index.since(asked.since) if asked.since else 0
    high = index.since(asked.before) if asked.before else len(index.keys)
    high = max(low, high)
    if backwards:
        last = max(low, high - offset)
        keys = index.keys[max(low, last - limit) : last][::-1]
    else:
        keys = index.keys[min(high, low + offset) : min(high, low + offset + limit)]
    return Page([key[2] for key in keys], high - low, limit, offset)


def candidates(shelf: Shelf, asked: filters.Query) -> Iterable[Record]:
    """Objects within the bounds that an index answers; the tests of the query remain to be made."""
    for index, wanted in ((shelf.shown, asked.shown), (shelf.hidden, asked.hidden)):
        if not wanted:
            continue
        if asked.ids is not None:
            found = (shelf.records.get(identifier) for identifier in dict.fromkeys(asked.ids))
            hidden = index is shelf.hidden
            for record in found:
                if record is not None and record.hidden is hidden and _within(record, asked):
                    yield record
            continue
        low = index.since(asked.since) if asked.since else 0
        high = index.since(asked.before) if asked.before else len(index.keys)
        for key in index.keys[low:high]:
            yield key[2]


def _within(record: Record, asked: filters.Query) -> bool:
    updated = record.fields.get("updated", "")
    return (asked.since is None or updated >= asked.since) and (asked.before is None or updated < asked.before)


def search(records: list[Record], text: str, *, sort: bool) -> list[Record]:
    """Objects in which all words begin some word of one field; the most telling fields come first when sorted."""
    words = text.casefold().split()
    ranked = [(rank, record) for record in records if (rank := _rank(record, words)) is not None]
    if sort:
        ranked.sort(key=lambda pair: pair[0])
    return [record for _, record in ranked]


def _rank(record: Record, words: list[str]) -> int | None:
    """The place of the field where all words were found as prefixes; None when they were not."""
    for place, name in enumerate(SEARCHED):
        value = record.fields.get(name)
        if value and all(any(part.startswith(word) for part in value.casefold().split()) for word in words):
            return place
    return None
