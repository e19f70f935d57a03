"""Requests about rows of nested collections: lines of documents, bank accounts, components, notes and so on
(JSON API docs, sections of each entity).
"""

from typing import Any

import msgspec

from emulators.moysklad import completing, errors, expanding, lines, linkage, listing, render, stocking, writing
from emulators.moysklad.calls import Answer, Call, answer
from emulators.moysklad.catalogue import Collection
from emulators.moysklad.records import Record, Row

_encode = msgspec.json.Encoder().encode
NOTES_MOST, NOTES_USUAL = 100, 25
"""Pages of comments to tasks are small (reference 1.5)."""


def handle(call: Call, record: Record, collection: Collection, rest: list[str]) -> Answer:
    """Everything under the address of a nested collection."""
    if call.method != "GET" and not collection.writable:
        raise errors.method_refused(call.method)
    match (call.method, rest):
        case ("GET", []):
            return _list(call, record, collection)
        case ("POST", []) | ("POST", ["batch"]):
            return _add(call, record, collection)
        case ("POST", ["delete"]):
            return _delete_many(call, record, collection)
        case ("GET", [identifier]):
            call.need("view", record.entity.name)
            row = _row(record, collection, identifier)
            return answer(_shown(call, record, collection, [row])[0])
        case ("PUT", [identifier]):
            return _change(call, record, collection, identifier)
        case ("DELETE", [identifier]):
            call.need("update", record.entity.name)
            row = _row(record, collection, identifier)
            _replace(call, record, collection, [one for one in record.rows(collection.name) if one is not row])
            return Answer(kind="write")
    raise errors.method_refused(call.method)


def _list(call: Call, record: Record, collection: Collection) -> Answer:
    call.need("view", record.entity.name)
    small = collection.kind == "tasknote"
    limit, offset = listing.bounds(call.query, *((NOTES_MOST, NOTES_USUAL) if small else ()))
    every = record.rows(collection.name)
    page = listing.Page([], len(every), limit, offset)
    heeded = expanding.heeded(call.query)
    tree = expanding.parse_rows(collection, call.query.get("expand", "")) if heeded else {}
    wanted = heeded and expanding.wants_stock(call.query)
    stock = stocking.of_lines(call.account, call.world.clock.now()) if wanted else None
    view = render.View(call.world.settings.nested_positions_limit, stock, call.denied("view"))
    rows = (
        _encode(render.line(call.account, record, collection, line, tree, view))
        for line in every[offset : offset + limit]
    )
    href = f"{call.account.links.href(record.ref)}/{collection.address}"
    body = listing.wrap(call.account, href, collection.kind, call.query, page, rows)
    return Answer(body, kind="positions")


def _add(call: Call, record: Record, collection: Collection) -> Answer:
    call.need("update", record.entity.name)
    made = lines.read_new(call.account, record, collection, call.json())
    for row in made:
        _stamp(call, record, collection, row)
    _replace(call, record, collection, [*record.rows(collection.name), *made])
    return answer(_shown(call, record, collection, made), "write")


def _change(call: Call, record: Record, collection: Collection, identifier: str) -> Answer:
    call.need("update", record.entity.name)
    old = _row(record, collection, identifier)
    changed = lines.read(call.account, record, collection, call.json(), old)
    _stamp(call, record, collection, changed)
    rows = [changed if one is old else one for one in record.rows(collection.name)]
    _replace(call, record, collection, rows)
    return answer(_shown(call, record, collection, [changed])[0], "write")


def _delete_many(call: Call, record: Record, collection: Collection) -> Answer:
    call.need("update", record.entity.name)
    body = call.json()
    if not isinstance(body, list):
        raise errors.bad_json()
    outcomes: list[dict[str, Any]] = []
    gone: set[str] = set()
    for item in body:
        try:
            row = _row(record, collection, _identifier(item))
        except errors.ApiError as refused:
            outcomes.append(refused.body())
            continue
        gone.add(row.id)
        outcomes.append({"info": f"Сущность '{collection.kind}' с UUID: {row.id} успешно удалена"})
    _replace(call, record, collection, [one for one in record.rows(collection.name) if one.id not in gone])
    return answer(outcomes, "write")


def _replace(call: Call, record: Record, collection: Collection, rows: list[Row]) -> None:
    """A change of lines is a change of the document: its sums and its `updated` follow (unverified by the vendor)."""
    account = call.account
    completing.check_open(account, record)
    before = linkage.traces(record)
    account.shelves[record.shelf].take(record)
    record.set_rows(collection.name, rows)
    lines.recount(record)
    writing.finish(account, record, call.caller, call.world.clock, before)


def _stamp(call: Call, record: Record, collection: Collection, row: Row) -> None:
    writing.stamp_row(call.account, record, collection, row, call.caller, call.world.clock)


def _shown(call: Call, record: Record, collection: Collection, rows: list[Row]) -> list[dict[str, Any]]:
    tree = expanding.parse_rows(collection, call.query.get("expand", ""))
    return [render.line(call.account, record, collection, line, tree) for line in rows]


def _row(record: Record, collection: Collection, identifier: str) -> Row:
    for row in record.rows(collection.name):
        if row.id == identifier.lower():
            return row
    raise errors.not_found(collection.kind, identifier)


def _identifier(item: Any) -> str:
    if isinstance(item, dict) and isinstance(item.get("meta"), dict):
        return str(item["meta"].get("href", "")).rstrip("/").rsplit("/", 1)[-1]
    raise errors.missing_meta("meta")
