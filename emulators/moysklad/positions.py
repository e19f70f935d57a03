"""Requests about the lines of an order (JSON API docs, customer order, "positions")."""

from typing import Any

import msgspec

from emulators.moysklad import errors, expanding, lines, listing, render, writing
from emulators.moysklad.calls import Answer, Call, answer
from emulators.moysklad.catalogue import CUSTOMER_ORDER
from emulators.moysklad.records import Position, Record

_encode = msgspec.json.Encoder().encode


def handle(call: Call, record: Record, rest: list[str]) -> Answer:
    """Everything under `/positions`."""
    match (call.method, rest):
        case ("GET", []):
            return _list(call, record)
        case ("POST", []) | ("POST", ["batch"]):
            return _add(call, record)
        case ("POST", ["delete"]):
            return _delete_many(call, record)
        case ("GET", [identifier]):
            call.need("view", record.entity.name)
            line = _line(record, identifier)
            return answer(_shown(call, record, [line])[0])
        case ("PUT", [identifier]):
            return _change(call, record, identifier)
        case ("DELETE", [identifier]):
            call.need("update", record.entity.name)
            line = _line(record, identifier)
            _replace(call, record, [one for one in _lines(record) if one is not line])
            return Answer(kind="write")
    raise errors.method_refused(call.method)


def _list(call: Call, record: Record) -> Answer:
    call.need("view", record.entity.name)
    limit, offset = listing.bounds(call.query)
    every = _lines(record)
    page = listing.Page([], len(every), limit, offset)
    heeded = expanding.heeded(call.query)
    tree = expanding.parse(CUSTOMER_ORDER, call.query.get("expand", ""), of_positions=True) if heeded else {}
    stock = heeded and expanding.wants_stock(call.query)
    rows = (
        _encode(render.position(call.account, record, line, tree, stock=stock))
        for line in every[offset : offset + limit]
    )
    href = f"{call.account.links.href(record.ref)}/positions"
    body = listing.wrap(call.account, href, f"{record.entity.name}position", call.query, page, rows)
    return Answer(body, kind="positions")


def _add(call: Call, record: Record) -> Answer:
    call.need("update", record.entity.name)
    made = lines.read_new(call.account, record, call.json())
    _replace(call, record, [*_lines(record), *made])
    return answer(_shown(call, record, made), "write")


def _change(call: Call, record: Record, identifier: str) -> Answer:
    call.need("update", record.entity.name)
    old = _line(record, identifier)
    changed = lines.read(call.account, record, call.json(), old)
    _replace(call, record, [changed if one is old else one for one in _lines(record)])
    return answer(_shown(call, record, [changed])[0], "write")


def _delete_many(call: Call, record: Record) -> Answer:
    call.need("update", record.entity.name)
    body = call.json()
    if not isinstance(body, list):
        raise errors.bad_json()
    outcomes: list[dict[str, Any]] = []
    gone: set[str] = set()
    for item in body:
        try:
            line = _line(record, _identifier(item))
        except errors.ApiError as refused:
            outcomes.append(refused.body())
            continue
        gone.add(line.id)
        outcomes.append({"info": f"Сущность '{record.entity.name}position' с UUID: {line.id} успешно удалена"})
    _replace(call, record, [one for one in _lines(record) if one.id not in gone])
    return answer(outcomes, "write")


def _replace(call: Call, record: Record, positions: list[Position]) -> None:
    """A change of lines is a change of the order: its sums and its `updated` follow (unverified by the vendor)."""
    shelf = call.account.shelves[record.shelf]
    shelf.take(record)
    record.positions = positions
    lines.recount(record)
    writing.finish(call.account, record, call.caller, call.world.clock)


def _shown(call: Call, record: Record, positions: list[Position]) -> list[dict[str, Any]]:
    tree = expanding.parse(CUSTOMER_ORDER, call.query.get("expand", ""), of_positions=True)
    return [render.position(call.account, record, line, tree) for line in positions]


def _lines(record: Record) -> list[Position]:
    return record.positions or []


def _line(record: Record, identifier: str) -> Position:
    for line in _lines(record):
        if line.id == identifier.lower():
            return line
    raise errors.not_found(f"{record.entity.name}position", identifier)


def _identifier(item: Any) -> str:
    if isinstance(item, dict) and isinstance(item.get("meta"), dict):
        return str(item["meta"].get("href", "")).rstrip("/").rsplit("/", 1)[-1]
    raise errors.missing_meta("meta")
