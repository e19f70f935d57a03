"""Values out of request bodies: types, links and custom fields (JSON API docs, "metadata", "custom fields")."""

import contextlib
from typing import Any

from emulators.moysklad import clock, errors
from emulators.moysklad.accounts import Account, Attribute
from emulators.moysklad.catalogue import ANY_DOCUMENT, DICTIONARY_ATTRIBUTES, Entity, Field, Kind, targets
from emulators.moysklad.links import UUID
from emulators.moysklad.records import Linked, Ref

PRICES = {"salePrices", "buyPrice", "minPrice"}
LONGEST = {"name": 255, "description": 4096}
"""How long the texts that every type has may be (JSON API docs, attribute tables)."""


def value(account: Account, owner: Entity, field: Field, given: Any) -> Any:
    """What a field will hold; None clears it. Raises ApiError when the value does not fit."""
    if given is None:
        return None
    kind, name = field.kind, field.name
    if kind is Kind.REFERENCE:
        return link(account, owner.name, name, given, targets(field.targets))
    if kind is Kind.REFERENCES:
        return [link(account, owner.name, name, one, targets(field.targets)) for one in _listed(name, given)]
    if kind is Kind.OPERATIONS:
        return [_operation(account, owner, name, one) for one in _listed(name, given)]
    if kind is Kind.STRING:
        return _text(field, given)
    if kind is Kind.BOOLEAN:
        return _typed(name, given, bool, "логическое значение")
    if kind in {Kind.NUMBER, Kind.INTEGER}:
        return number(name, given, whole=kind is Kind.INTEGER)
    if kind in {Kind.MOMENT, Kind.MINUTE}:
        return _moment(name, given, whole=kind is Kind.MINUTE)
    if kind is Kind.UUID:
        text = str(_typed(name, given, str, "UUID")).lower()
        if not UUID.match(text):
            raise errors.ApiError(400, 1052, "Неверный формат UUID", parameter=name)
        return text
    if kind is Kind.STRINGS:
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            raise errors.bad_type(name, "массив строк")
        return given
    return _objects(account, name, given)


def number(name: str, given: Any, *, whole: bool = False) -> float | int:
    """A JSON number; booleans are not numbers."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise errors.bad_type(name, "число")
    return int(given) if whole else float(given)


def link(account: Account, owner: str, name: str, given: Any, wanted: tuple[str, ...]) -> Ref:
    """An existing object of one of the wanted types."""
    if not isinstance(given, dict) or not isinstance(given.get("meta"), dict):
        raise errors.missing_meta(name)
    meta = given["meta"]
    ref = account.links.read(meta.get("href"), name)
    if "type" not in meta:
        raise errors.missing_type(name)
    if meta["type"] != ref.kind:
        raise errors.wrong_meta_type()
    if ref.kind not in wanted or (ref.kind == "state" and ref.parent != _state_owner(owner, name)):
        raise errors.wrong_target(ref.kind, ", ".join(wanted))
    if not account.exists(ref):
        raise errors.not_found(ref.kind, ref.id)
    return ref


def _state_owner(owner: str, name: str) -> str:
    """Whose states a field takes: a point of sale names states of orders."""
    return owner if name == "state" else "customerorder"


def _operation(account: Account, owner: Entity, name: str, given: Any) -> Linked:
    """A document that a payment pays for. Without `linkedSum` nothing of the payment counts for it."""
    ref = link(account, owner.name, name, given, targets((ANY_DOCUMENT,)))
    amount = given.get("linkedSum")
    return Linked(ref, 0.0 if amount is None else float(number("linkedSum", amount)))


def _objects(account: Account, name: str, given: Any) -> Any:
    """A value made of objects. Links inside it must point into this account; prices get what they leave out."""
    if isinstance(given, list):
        return [_objects(account, name, one) for one in given]
    if not isinstance(given, dict):
        return given
    out = {key: _objects(account, key, one) for key, one in given.items() if key != "meta"}
    if isinstance(given.get("meta"), dict):
        return _linked_object(account, name, given["meta"], out)
    if name in PRICES:
        out["value"] = number("value", out.get("value", 0.0))
        out.setdefault("currency", {"meta": account.links.meta(account.currency)})
    if name == "salePrices":
        out.setdefault("priceType", account.price_types[0])
    return out


def _linked_object(account: Account, name: str, meta: dict[str, Any], rest: dict[str, Any]) -> dict[str, Any]:
    if str(meta.get("type")) == "attributemetadata":
        return {"meta": meta, **rest}
    ref = account.links.read(meta.get("href"), name)
    if not account.exists(ref):
        raise errors.not_found(ref.kind, ref.id)
    if ref.kind == "pricetype":
        return next(one for one in account.price_types if one["id"] == ref.id)
    return {"meta": account.links.meta(ref)}


def _listed(name: str, given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise errors.bad_type(name, "массив")
    return given


def _text(field: Field, given: Any) -> Any:
    text = _typed(field.name, given, str, "строка")
    if field.choices and text not in field.choices:
        raise errors.bad_choice(field.name, text, field.choices)
    most = LONGEST.get(field.name)
    if most is not None and len(text) > most:
        raise errors.too_long(field.name, most)
    return text


def attributes(account: Account, owner: str, given: Any) -> dict[str, Any]:
    """Custom fields by id: only those that the request lists; None clears a field. `owner` is whose fields they are."""
    if not isinstance(given, list):
        raise errors.bad_type("attributes", "массив")
    if not owner:
        text = "Ошибка сохранения дополнительного поля: родительская сущность не поддерживает дополнительные поля"
        raise errors.ApiError(412, 14002, text)
    known = account.attributes.get(owner, {})
    out: dict[str, Any] = {}
    for one in given:
        attribute = known.get(_attribute_id(account, one))
        if attribute is None:
            text = "идентификатор метаданных указывает на несуществующий объект"
            raise errors.ApiError(412, 14003, f"Ошибка сохранения дополнительного поля: {text}")
        if attribute.type == "file" and "file" in one:
            out[attribute.id] = one["file"] and one["file"].get("filename")
        elif "value" in one:
            out[attribute.id] = _attribute_value(account, owner, attribute, one["value"])
    return out


def _attribute_id(account: Account, given: Any) -> str:
    if not isinstance(given, dict):
        raise errors.bad_type("attributes", "объект")
    meta = given.get("meta")
    if isinstance(meta, dict):
        return account.links.read(meta.get("href"), "attributes").id
    if isinstance(given.get("id"), str):
        return str(given["id"])
    raise errors.missing_meta("attributes")


def _attribute_value(account: Account, owner: str, attribute: Attribute, given: Any) -> Any:
    if given is None:
        return None
    name, kind = attribute.name, attribute.type
    if kind in DICTIONARY_ATTRIBUTES:
        return _dictionary_value(account, owner, attribute, given)
    if kind == "boolean":
        return _typed(name, given, bool, "логическое значение")
    if kind in {"long", "double"}:
        return number(name, given, whole=kind == "long")
    if kind == "time":
        return _moment(name, given)
    return _typed(name, given, str, "строка")


def _dictionary_value(account: Account, owner: str, attribute: Attribute, given: Any) -> Ref:
    if isinstance(given, dict) and "meta" not in given and isinstance(given.get("name"), str):
        shelf = account.shelves.get(f"customentity/{attribute.dictionary}")
        for record in shelf or ():
            if record.fields.get("name") == given["name"]:
                return record.ref
    with contextlib.suppress(KeyError, TypeError):
        if given["meta"]["type"] == "customentity" and attribute.type == "customentity":
            return link(account, owner, attribute.name, given, ("customentity",))
    return link(account, owner, attribute.name, given, (attribute.type,))


def _moment(name: str, given: Any, *, whole: bool = True) -> str:
    found = clock.parse(given) if isinstance(given, str) else None
    if found is None:
        raise errors.bad_type(name, "дата")
    return clock.floor_minute(found) if whole else found


def _typed(name: str, given: Any, wanted: type, word: str) -> Any:
    if not isinstance(given, wanted):
        raise errors.bad_type(name, word)
    return given
