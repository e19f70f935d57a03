"""Which handler a path of the JSON API belongs to."""

from emulators.moysklad import (
    assortment,
    async_tasks,
    audit_lists,
    background,
    contexts,
    dictionaries,
    entities,
    errors,
    hooks,
    namedfilters,
    positions,
    schemas,
)
from emulators.moysklad.calls import Answer, Call
from emulators.moysklad.catalogue import CUSTOM_ENTITY, ENTITIES
from emulators.moysklad.records import Record, Shelf


def dispatch(call: Call, authorization: str) -> Answer:
    """Answers a request whose caller is known. Raises ApiError for what the vendor would refuse."""
    parts = call.path.strip("/").split("/")
    _check_tariff(call, parts)
    call.account.hooks.muted = hooks.muted(call)
    if parts[0] != "report" and parts not in (["entity", "counterparty"], ["entity", "assortment"]):
        async_tasks.refuse(call)
    match parts:
        case ["security", "token"]:
            if call.method != "POST":
                raise errors.method_refused(call.method)
            return contexts.new_token(call, authorization)
        case ["context", *rest]:
            return contexts.handle(call, rest)
        case ["report", *rest]:
            return background.report(call, rest)
        case ["async", *rest]:
            return async_tasks.handle(call, rest)
        case ["audit", *rest]:
            return audit_lists.handle(call, rest)
        case ["entity", "assortment"] if call.method == "GET" and async_tasks.wanted(call):
            return background.goods(call)
        case ["entity", "assortment"] if "namedfilter" in call.query:
            call.query = namedfilters.applied(call, "assortment")
            return assortment.handle(call, [])
        case ["entity", "metadata"]:
            return schemas.every(call)
        case ["entity", "assortment", *rest]:
            return assortment.handle(call, rest)
        case ["entity", kind, *rest] if kind in hooks.KINDS:
            return hooks.handle(call, kind, rest)
        case ["entity", "customentity"]:
            return dictionaries.create(call)
        case ["entity", "customentity", dictionary, *rest]:
            return _custom(call, dictionary, rest)
        case ["entity", kind, "metadata", *rest]:
            entities.shelf_of(call, kind)
            return schemas.handle(call, ENTITIES[kind], rest)
        case ["entity", kind, "namedfilter", *rest] if kind in ENTITIES:
            return namedfilters.handle(call, kind, rest)
        case ["entity", kind, *rest]:
            if "/" in kind or kind not in ENTITIES:
                raise errors.unknown_type(kind)
            return _objects(call, entities.shelf_of(call, kind), rest)
    raise errors.unknown_path(call.path)


def _check_tariff(call: Call, parts: list[str]) -> None:
    """Refuses what the account's tariff does not have: a type, or a report by its path."""
    closed = call.account.closed
    if not closed:
        return
    path = "/".join(parts[1:] if parts[0] == "entity" else parts)
    for resource, code in closed.items():
        if path == resource or path.startswith(f"{resource}/"):
            raise errors.no_option(code)


def _custom(call: Call, dictionary: str, rest: list[str]) -> Answer:
    name = f"customentity/{dictionary}"
    if name not in call.account.shelves:
        raise errors.not_found("customentity", dictionary)
    if rest and rest[0] == "metadata":
        return schemas.handle(call, CUSTOM_ENTITY, rest[1:], name)
    if not rest and call.method in {"PUT", "DELETE"}:
        return dictionaries.change(call, dictionary)
    return _objects(call, call.account.shelves[name], rest)


def _objects(call: Call, shelf: Shelf, rest: list[str]) -> Answer:
    match (call.method, rest):
        case ("GET", []) if shelf.name == "counterparty" and async_tasks.wanted(call):
            return background.counterparties(call, shelf)
        case ("GET", []):
            call.query = namedfilters.applied(call, shelf.name)
            return entities.get_list(call, shelf)
        case ("POST", []) | ("POST", ["batch"]):
            return entities.post(call, shelf)
        case ("POST", ["delete"]):
            return entities.delete_many(call, shelf)
        case (_, ["syncid", sync]):
            record = entities.by_sync_id(shelf, sync)
            return _one(call, record, [])
        case (_, [identifier, *more]):
            moved = entities.moved(call, shelf, identifier, more)
            return moved or _one(call, entities.record_of(shelf, identifier), more)
    raise errors.method_refused(call.method)


def _one(call: Call, record: Record, rest: list[str]) -> Answer:
    collection = record.entity.collection_at(rest[0]) if rest else None
    if collection is not None:
        return positions.handle(call, record, collection, rest[1:])
    match (call.method, rest):
        case ("GET", ["audit"]):
            return audit_lists.of_object(call, record.ref)
        case ("GET", []):
            return entities.get_one(call, record)
        case ("PUT", []):
            return entities.put(call, record)
        case ("DELETE", []):
            return entities.delete(call, record)
        case ("POST", ["trash"]) if record.entity.has_trash:
            return entities.delete(call, record, to_trash=True)
        case (_, []):
            raise errors.method_refused(call.method)
    raise errors.unknown_path(call.path)
