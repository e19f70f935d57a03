"""Requests about metadata: states and custom fields of a type (JSON API docs, "metadata", "states")."""

import uuid
from typing import Any

import msgspec

from emulators.moysklad import errors, listing, render
from emulators.moysklad.accounts import Account, Attribute
from emulators.moysklad.calls import Answer, Call, answer
from emulators.moysklad.catalogue import ATTRIBUTE_TYPES, ENTITIES, Entity
from emulators.moysklad.links import JSON_TYPE
from emulators.moysklad.records import Ref

STATE_TYPES = ("Regular", "Successful", "Unsuccessful")
_encode = msgspec.json.Encoder().encode


def every(call: Call) -> Answer:
    """Links to the metadata of all types, or of those that `filter=type=…` names."""
    wanted = [part.removeprefix("type=") for part in call.query.get("filter", "").split(";") if part]
    names = [name for name in ENTITIES if not wanted or name in wanted]
    body = {name: {"meta": _meta(call.account, name)} for name in names}
    return answer(body, "metadata")


def handle(call: Call, entity: Entity, rest: list[str], owner: str = "") -> Answer:
    """Everything under `/entity/<type>/metadata`. `owner` is whose custom fields are meant, if not the type's own."""
    owner = owner or entity.attributes_of
    if call.method == "GET":
        call.need("view", entity.name)
    elif call.caller.install is not None and "update" in call.caller.install.denied.get("attributemetadata", ()):
        text = "создавать, изменять и удалять дополнительные поля может только пользователь с правами администратора"
        raise errors.ApiError(403, 14010, f"Доступ запрещен: {text}")
    match (call.method, rest):
        case ("GET", []):
            return _whole(call, entity, owner)
        case (_, ["characteristics", *more]) if entity.name == "variant":
            return _characteristics(call, more)
        case (_, ["states", *more]) if entity.has_states:
            return _states(call, entity, more)
        case (_, ["attributes", *more]) if owner:
            return _attributes(call, owner, more)
        case (_, []):
            raise errors.method_refused(call.method)
    raise errors.unknown_path(call.path)


def add_state(account: Account, kind: str, name: str, color: int, state_type: str = "Regular") -> dict[str, Any]:
    """A new state of a type."""
    ref = Ref("state", str(uuid.uuid4()), kind)
    state = {
        "meta": account.links.meta(ref),
        "id": ref.id,
        "accountId": account.id,
        "name": name,
        "color": color,
        "stateType": state_type,
        "entityType": kind,
    }
    account.states.setdefault(kind, {})[ref.id] = state
    account.schema_version += 1
    return state


def add_attribute(account: Account, kind: str, name: str, type_: str, **rest: Any) -> Attribute:
    """A new custom field of a type."""
    attribute = Attribute(str(uuid.uuid4()), name, type_, **rest)
    account.attributes.setdefault(kind, {})[attribute.id] = attribute
    account.schema_version += 1
    return attribute


def forget_attribute(account: Account, kind: str, identifier: str) -> None:
    """Deletes a custom field with all its values."""
    account.attributes.get(kind, {}).pop(identifier, None)
    for shelf in account.shelves.values():
        for record in shelf:
            if record.attribute_owner == kind:
                record.attributes.pop(identifier, None)
    _changed(account)


def _meta(account: Account, kind: str) -> dict[str, str]:
    return {"href": f"{account.links.entity(kind)}/metadata", "mediaType": JSON_TYPE}


def _whole(call: Call, entity: Entity, owner: str) -> Answer:
    account = call.account
    body: dict[str, Any] = {"meta": _meta(account, owner or entity.name)}
    if entity.name == "variant":
        body["characteristics"] = account.characteristics
        return answer(body, "metadata")
    if owner:
        meta = {"href": f"{account.links.entity(owner)}/metadata/attributes", "type": "attributemetadata"}
        size = len(account.attributes.get(owner, {}))
        body["attributes"] = {"meta": {**meta, "mediaType": JSON_TYPE, "size": size, "limit": 1000, "offset": 0}}
    if entity.has_states:
        body["states"] = list(account.states.get(entity.name, {}).values())
    if entity.name == "counterparty":
        tags = {tag for record in account.shelves["counterparty"] for tag in record.fields.get("tags", ())}
        body["tags"] = sorted(tags)
    body["createShared"] = False
    return answer(body, "metadata")


def _states(call: Call, entity: Entity, rest: list[str]) -> Answer:
    account = call.account
    states = account.states.setdefault(entity.name, {})
    match (call.method, rest):
        case ("GET", []):
            return answer({"states": list(states.values())}, "metadata")
        case ("POST", []) | ("POST", ["batch"]):
            body = call.json()
            made = [_new_state(account, entity.name, item) for item in (body if isinstance(body, list) else [body])]
            return answer(made if isinstance(body, list) else made[0], "write")
    if len(rest) != 1:
        raise errors.unknown_path(call.path)
    state = states.get(rest[0])
    if state is None:
        raise errors.not_found("state", rest[0])
    if call.method == "GET":
        return answer(state, "metadata")
    if call.method == "PUT":
        given = call.json()
        state.update({key: given[key] for key in ("name", "color", "stateType") if key in given})
        account.schema_version += 1
        return answer(state, "write")
    if call.method == "DELETE":
        ref = Ref("state", rest[0], entity.name)
        users = (one for one in account.shelves[entity.name] if one.fields.get("state") == ref)
        found = [account.links.meta(one.ref) for one, _ in zip(users, range(10), strict=False)]
        if found:
            raise errors.in_use(found)
        del states[rest[0]]
        account.schema_version += 1
        return Answer(kind="write")
    raise errors.method_refused(call.method)


def _new_state(account: Account, kind: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or not given.get("name"):
        raise errors.required("name")
    state_type = given.get("stateType", "Regular")
    if state_type not in STATE_TYPES:
        raise errors.bad_type("stateType", ", ".join(STATE_TYPES))
    return add_state(account, kind, str(given["name"]), int(given.get("color", 0)), state_type)


def _characteristics(call: Call, rest: list[str]) -> Answer:
    """Characteristics of variants; they have no addresses for change or deletion."""
    account = call.account
    match (call.method, rest):
        case ("GET", []):
            return answer({"characteristics": account.characteristics}, "metadata")
        case ("POST", []):
            body = call.json()
            given = body if isinstance(body, list) else [body]
            if any(not isinstance(one, dict) or not one.get("name") for one in given):
                raise errors.required("name")
            made = [account.characteristic(str(one["name"])) for one in given]
            return answer(made if isinstance(body, list) else made[0], "write")
        case ("GET", [identifier]):
            for one in account.characteristics:
                if one["id"] == identifier:
                    return answer(one, "metadata")
            raise errors.not_found("attributemetadata", identifier)
    raise errors.method_refused(call.method)


def _attributes(call: Call, owner: str, rest: list[str]) -> Answer:
    account = call.account
    known = account.attributes.setdefault(owner, {})
    match (call.method, rest):
        case ("GET", []):
            return _attribute_list(call, owner, list(known.values()))
        case ("POST", []):
            body = call.json()
            made = [_new_attribute(account, owner, item) for item in (body if isinstance(body, list) else [body])]
            shown = [render.attribute_definition(account, owner, one) for one in made]
            return answer(shown if isinstance(body, list) else shown[0], "write")
        case ("POST", ["delete"]):
            return _delete_attributes(call, known)
    if len(rest) != 1:
        raise errors.unknown_path(call.path)
    attribute = known.get(rest[0])
    if attribute is None:
        raise errors.not_found("attributemetadata", rest[0])
    if call.method == "GET":
        return answer(render.attribute_definition(account, owner, attribute), "metadata")
    if call.method == "PUT":
        given = call.json()
        attribute.name = str(given.get("name", attribute.name))
        attribute.required = bool(given.get("required", attribute.required))
        attribute.description = str(given.get("description", attribute.description))
        attribute.prefix = b""
        _changed(account)
        return answer(render.attribute_definition(account, owner, attribute), "write")
    if call.method == "DELETE":
        forget_attribute(account, owner, attribute.id)
        return Answer(kind="write")
    raise errors.method_refused(call.method)


def _attribute_list(call: Call, owner: str, every_one: list[Attribute]) -> Answer:
    account = call.account
    limit, offset = listing.bounds(call.query)
    page = listing.Page([], len(every_one), limit, offset)
    shown = (render.attribute_definition(account, owner, one) for one in every_one[offset : offset + limit])
    href = f"{account.links.entity(owner)}/metadata/attributes"
    body = listing.wrap(account, href, "attributemetadata", call.query, page, map(_encode, shown))
    return Answer(body, kind="metadata")


def _delete_attributes(call: Call, known: dict[str, Attribute]) -> Answer:
    outcomes = []
    for item in call.json():
        ref = call.account.links.read(item.get("meta", {}).get("href"), "meta")
        if ref.id not in known:
            outcomes.append(errors.not_found("attributemetadata", ref.id).body())
        else:
            forget_attribute(call.account, ref.parent, ref.id)
            outcomes.append({"info": f"Сущность 'attributemetadata' с UUID: {ref.id} успешно удалена"})
    return answer(outcomes, "write")


def _new_attribute(account: Account, owner: str, given: Any) -> Attribute:
    if not isinstance(given, dict) or not given.get("name"):
        raise errors.required("name")
    type_ = given.get("type") or ("customentity" if "customEntityMeta" in given else None)
    if type_ not in ATTRIBUTE_TYPES:
        raise errors.bad_type("type", ", ".join(ATTRIBUTE_TYPES))
    required = bool(given.get("required", False))
    if required and type_ in {"file", "boolean"}:
        text = "дополнительное поле такого типа не может быть обязательным"
        raise errors.ApiError(412, 14012, f"Ошибка сохранения дополнительного поля: {text}")
    dictionary = ""
    if type_ == "customentity":
        dictionary = account.links.read(given.get("customEntityMeta", {}).get("href"), "customEntityMeta").id
        if dictionary not in account.dictionaries:
            raise errors.not_found("customentity", dictionary)
    description = str(given.get("description") or "")
    rest = {"required": required, "description": description, "dictionary": dictionary}
    return add_attribute(account, owner, str(given["name"]), type_, **rest)


def _changed(account: Account) -> None:
    account.schema_version += 1
    account.forget_rows()
