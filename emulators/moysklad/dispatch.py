"""Which handler a path of the JSON API belongs to."""

from emulators.moysklad import contexts, entities, errors, positions, schemas
from emulators.moysklad.calls import Answer, Call
from emulators.moysklad.catalogue import CUSTOM_ENTITY, ENTITIES
from emulators.moysklad.records import Record, Shelf


def dispatch(call: Call, authorization: str) -> Answer:
    """Answers a request whose caller is known. Raises ApiError for what the vendor would refuse."""
    parts = call.path.strip("/").split("/")
    match parts:
        case ["security", "token"]:
            if call.method != "POST":
                raise errors.method_refused(call.method)
            return contexts.new_token(call, authorization)
        case ["context", *rest]:
            return contexts.handle(call, rest)
        case ["entity", "metadata"]:
            return schemas.every(call)
        case ["entity", "customentity", dictionary, *rest]:
            return _custom(call, dictionary, rest)
        case ["entity", kind, "metadata", *rest]:
            entities.shelf_of(call, kind)
            return schemas.handle(call, ENTITIES[kind], rest)
        case ["entity", kind, *rest]:
            if "/" in kind or kind not in ENTITIES:
                raise errors.unknown_type(kind)
            return _objects(call, entities.shelf_of(call, kind), rest)
    raise errors.unknown_path(call.path)


def _custom(call: Call, dictionary: str, rest: list[str]) -> Answer:
    name = f"customentity/{dictionary}"
    if name not in call.account.shelves:
        raise errors.not_found("customentity", dictionary)
    if rest and rest[0] == "metadata":
        return schemas.handle(call, CUSTOM_ENTITY, rest[1:])
    return _objects(call, call.account.shelves[name], rest)


def _objects(call: Call, shelf: Shelf, rest: list[str]) -> Answer:
    match (call.method, rest):
        case ("GET", []):
            return entities.get_list(call, shelf)
        case ("POST", []) | ("POST", ["batch"]):
            return entities.post(call, shelf)
        case ("POST", ["delete"]):
            return entities.delete_many(call, shelf)
        case (_, ["syncid", sync]):
            record = entities.by_sync_id(shelf, sync)
            return _one(call, record, [])
        case (_, [identifier, *more]):
            return _one(call, entities.record_of(shelf, identifier), more)
    raise errors.method_refused(call.method)


def _one(call: Call, record: Record, rest: list[str]) -> Answer:
    if rest and rest[0] == "positions" and record.positions is not None:
        return positions.handle(call, record, rest[1:])
    match (call.method, rest):
        case ("GET", []):
            return entities.get_one(call, record)
        case ("PUT", []):
            return entities.put(call, record)
        case ("DELETE", []):
            return entities.delete(call, record)
        case ("POST", ["trash"]) if record.entity.document:
            return entities.delete(call, record, to_trash=True)
        case ("GET", [name]):
            return entities.nested_collection(call, record, name)
        case (_, []):
            raise errors.method_refused(call.method)
    raise errors.unknown_path(call.path)
