"""Requests about objects: lists, single objects, bulk writes (JSON API docs, "create and update of many objects")."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from emulators.moysklad import errors, expanding, listing, render, stocking, writing
from emulators.moysklad.calls import Answer, Call, answer
from emulators.moysklad.links import UI_IDS, UUID, screen_id
from emulators.moysklad.pages import compress
from emulators.moysklad.records import Record, Ref, Shelf


def shelf_of(call: Call, kind: str) -> Shelf:
    """The shelf of a type in the caller's account."""
    shelf = call.account.shelves.get(kind)
    if shelf is None:
        raise errors.unknown_type(kind)
    return shelf


def record_of(shelf: Shelf, identifier: str) -> Record:
    """An object by id. Raises ApiError 404 when there is none."""
    if not UUID.match(identifier.lower()):
        raise errors.not_an_id(identifier)
    record = shelf.records.get(identifier.lower())
    if record is None:
        raise errors.not_found(shelf.entity.name, identifier)
    return record


def moved(call: Call, shelf: Shelf, identifier: str, more: list[str]) -> Answer | None:
    """The redirect to a good that was asked for by the id that the web interface has for it (reference 1.3, 8.7).

    UNVERIFIED whether the vendor keeps the query; the address here has none, so that a client must not rely on it.
    """
    lowered = identifier.lower()
    if shelf.name not in UI_IDS or not UUID.match(lowered) or lowered in shelf.records:
        return None
    record = shelf.records.get(screen_id(lowered))
    if record is None:
        return None
    call.need("view", shelf.entity.name)
    location = "/".join((call.account.links.href(record.ref), *more))
    return Answer(status=308, kind="redirect", headers={"Location": location})


def get_list(call: Call, shelf: Shelf) -> Answer:
    """One page, ready-made when the account has not changed since it was last asked for."""
    call.need("view", shelf.entity.name)
    account, settings = call.account, call.world.settings
    view = _view(call)
    question = (shelf.name, call.query_string, view.nested, settings.compress, view.denied)
    body = call.pages.get(account.id, account.version, question)
    if body is None:
        plain = listing.body(account, shelf, call.query, view)
        body = compress(plain) if settings.compress else plain
        call.pages.put(account.id, question, body)
    return Answer(body, kind="list", encoding="gzip" if settings.compress else "identity")


def get_one(call: Call, record: Record) -> Answer:
    """A single object; here `expand` needs no `limit`."""
    call.need("view", record.entity.name)
    return Answer(_shown(call, record))


def post(call: Call, shelf: Shelf) -> Answer:
    """Creates one object or writes many; in an array, items with the `meta` of an object change it."""
    body = call.json()
    if not isinstance(body, list):
        call.need("create", shelf.entity.name)
        made = writing.create(call.account, shelf, body, call.caller, call.world.clock)
        return Answer(_shown(call, made), kind="write")
    return _each(body, lambda item: msgspec.Raw(_shown(call, _write_one(call, shelf, item))))


def put(call: Call, record: Record) -> Answer:
    call.need("update", record.entity.name)
    body = call.json()
    if isinstance(body, list):
        text = "Ошибка формата: запрос на создание/обновление одной сущности не должен содержать массив"
        raise errors.ApiError(400, 2009, text)
    writing.update(call.account, record, body, call.caller, call.world.clock)
    return Answer(_shown(call, record), kind="write")


def delete(call: Call, record: Record, *, to_trash: bool | None = None) -> Answer:
    """The vendor answers a deletion with an empty body."""
    call.need("delete", record.entity.name)
    writing.remove(call.account, record, call.world.clock, to_trash=to_trash, caller=call.caller)
    return Answer(kind="write")


def delete_many(call: Call, shelf: Shelf) -> Answer:
    """Deletes the objects whose `meta` the array lists; each gets its own outcome."""
    call.need("delete", shelf.entity.name)
    body = call.json()
    if not isinstance(body, list):
        raise errors.bad_json()

    def remove(item: Any) -> dict[str, str]:
        record = record_of(shelf, _target(call, shelf, item).id)
        writing.remove(call.account, record, call.world.clock, caller=call.caller)
        return {"info": f"Сущность '{shelf.entity.name}' с UUID: {record.id} успешно удалена"}

    return _each(body, remove)


def by_sync_id(shelf: Shelf, sync: str) -> Record:
    """An object by the id that its creator gave it."""
    if "syncId" not in shelf.entity.by_name:
        raise errors.sync_id_absent(shelf.entity.name)
    record = shelf.by_sync.get(sync.lower())
    if record is None:
        raise errors.not_found(shelf.entity.name, sync)
    return record


def _shown(call: Call, record: Record) -> bytes:
    tree = expanding.parse(record.entity, call.query.get("expand", ""))
    view = _view(call)
    if not expanding.wants_stock(call.query):
        view = replace(view, stock=None)
    return render.expanded(call.account, record, tree, view)


def _view(call: Call) -> render.View:
    stock = stocking.of_lines(call.account, call.world.clock.now())
    return render.View(call.world.settings.nested_positions_limit, stock, call.denied("view"))


def _write_one(call: Call, shelf: Shelf, item: Any) -> Record:
    if isinstance(item, dict) and isinstance(item.get("meta"), dict):
        call.need("update", shelf.entity.name)
        record = record_of(shelf, _target(call, shelf, item).id)
        return writing.update(call.account, record, item, call.caller, call.world.clock)
    call.need("create", shelf.entity.name)
    return writing.create(call.account, shelf, item, call.caller, call.world.clock)


def _target(call: Call, shelf: Shelf, item: Any) -> Ref:
    if not isinstance(item, dict) or not isinstance(item.get("meta"), dict):
        raise errors.missing_meta("meta")
    ref = call.account.links.read(item["meta"].get("href"), "meta")
    if ref.kind != shelf.entity.name:
        raise errors.wrong_target(ref.kind, shelf.entity.name)
    return ref


def _each(items: list[Any], act: Callable[[Any], Any]) -> Answer:
    """Outcomes in the order of the request. When every item fails, the status is that of the first failure."""
    outcomes: list[Any] = []
    refusals: list[errors.ApiError] = []
    for item in items:
        try:
            outcomes.append(act(item))
        except errors.ApiError as refused:
            refusals.append(refused)
            outcomes.append(refused.body())
    status = refusals[0].status if items and len(refusals) == len(items) else 200
    return answer(outcomes, "write", status)
