"""How the company is set up: settings, price types, custom dictionaries (JSON API docs, "company settings")."""

from typing import Any

import msgspec

from emulators.moysklad import errors, render
from emulators.moysklad.accounts import Account
from emulators.moysklad.calls import Answer, Call, answer
from emulators.moysklad.defaults import external_code, new_id
from emulators.moysklad.links import JSON_TYPE
from emulators.moysklad.records import Ref

CHANGEABLE = ("useRecycleBin", "checkShippingStock", "checkMinPrice", "globalOperationNumbering", "discountStrategy")
PRICE_TYPES_MOST = 100


def handle(call: Call, rest: list[str]) -> Answer:
    """Everything under `/context/companysettings`."""
    account = call.account
    match (call.method, rest):
        case ("GET", []):
            return answer(_settings(account), "context")
        case ("PUT", []):
            _administrator(call, "update")
            given = call.json()
            account.settings.update({name: given[name] for name in CHANGEABLE if name in given})
            account.schema_version += 1
            return answer(_settings(account), "write")
        case ("GET", ["metadata"]):
            href = f"{account.links.api}/context/companysettings"
            found = [_dictionary(account, identifier) for identifier in account.dictionaries]
            return answer({"meta": {"href": href, "mediaType": JSON_TYPE}, "customEntities": found}, "context")
        case ("GET", ["metadata", "customEntities", identifier]):
            if identifier not in account.dictionaries:
                raise errors.not_found("customentitymetadata", identifier)
            return answer(_dictionary(account, identifier), "context")
        case ("GET", ["pricetype"]):
            return answer(account.price_types, "context")
        case ("POST", ["pricetype"]):
            _administrator(call, "update")
            return answer(_set_price_types(account, call.json()), "write")
        case ("GET", ["pricetype", "default"]):
            return answer(account.price_types[0], "context")
        case ("GET", ["pricetype", identifier]):
            for one in account.price_types:
                if one["id"] == identifier:
                    return answer(one, "context")
            raise errors.not_found("pricetype", identifier)
        case ("GET", _):
            raise errors.unknown_path(call.path)
    raise errors.method_refused(call.method)


def _administrator(call: Call, right: str) -> None:
    call.need(right, "settings")
    if call.caller.person is not None and not call.caller.person.admin:
        raise errors.denied(right)


def _settings(account: Account) -> dict[str, Any]:
    href = f"{account.links.api}/context/companysettings"
    meta = {"href": href, "metadataHref": f"{href}/metadata", "type": "companysettings", "mediaType": JSON_TYPE}
    currency = account.find(account.currency)
    shown: dict[str, Any] = {"meta": meta}
    if currency is not None:
        shown["currency"] = msgspec.Raw(render.row(account, currency))
    return shown | {"priceTypes": account.price_types} | account.settings


def _dictionary(account: Account, identifier: str) -> dict[str, Any]:
    attributes = {
        "href": f"{account.links.api}/entity/customentity/{identifier}/metadata/attributes",
        "type": "attributemetadata",
        "mediaType": JSON_TYPE,
        "size": len(account.attributes.get(f"customentity/{identifier}", ())),
        "limit": 1000,
        "offset": 0,
    }
    return {
        "meta": {
            "href": f"{account.links.api}/context/companysettings/metadata/customEntities/{identifier}",
            "type": "customentitymetadata",
            "mediaType": JSON_TYPE,
        },
        "attributes": {"meta": attributes},
        "id": identifier,
        "name": account.dictionaries[identifier],
        "createShared": True,
    }


def _set_price_types(account: Account, given: Any) -> list[dict[str, Any]]:
    """The list becomes what the request holds: known price types are renamed, new ones made, missing ones gone."""
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise errors.bad_json()
    if not given:
        raise errors.ApiError(412, 42001, "Ошибка сохранения: нельзя удалить все типы цен")
    if len(given) > PRICE_TYPES_MOST:
        raise errors.ApiError(412, 42000, "Ошибка валидации: превышено максимальное количество типов цен")
    known = {one["id"]: one for one in account.price_types}
    account.price_types = [_price_type(account, known, one) for one in given]
    account.schema_version += 1
    account.forget_rows()
    return account.price_types


def _price_type(account: Account, known: dict[str, dict[str, Any]], given: dict[str, Any]) -> dict[str, Any]:
    identifier = given.get("id")
    if isinstance(given.get("meta"), dict):
        identifier = account.links.read(given["meta"].get("href"), "meta").id
    if identifier is not None and identifier not in known:
        raise errors.not_found("pricetype", str(identifier))
    old = known.get(identifier) if identifier is not None else None
    name = given.get("name", old["name"] if old is not None else None)
    if not isinstance(name, str) or not name:
        raise errors.required("name")
    ref = Ref("pricetype", str(identifier) if identifier is not None else new_id())
    code = given.get("externalCode") or (old["externalCode"] if old is not None else external_code())
    meta = {"href": account.links.href(ref), "type": "pricetype", "mediaType": JSON_TYPE}
    return {"meta": meta, "id": ref.id, "name": name, "externalCode": code}
