"""Filters that employees saved in the interface (JSON API docs, "saved filters"; reference 1.9)."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from emulators.moysklad import errors, listing
from emulators.moysklad.accounts import Account
from emulators.moysklad.calls import Answer, Call, answer
from emulators.moysklad.links import JSON_TYPE, UUID
from emulators.moysklad.records import Ref
from emulators.moysklad.savedfilters import SavedFilter

_encode = msgspec.json.Encoder().encode
FORBIDDEN = ("filter", "search", "order")


@dataclass(frozen=True, slots=True)
class Applied(Mapping[str, str]):
    """A request's parameters with the saved conditions in `filter`; they stay out of the links of the answer."""

    asked: Mapping[str, str]
    conditions: str

    def __getitem__(self, name: str) -> str:
        return self.conditions if name == "filter" else self.asked[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.asked)

    def __len__(self) -> int:
        return len(self.asked)


def define(account: Account, kind: str, name: str, conditions: str, owner: Ref) -> SavedFilter:
    """Saves a filter of one entity type, as an employee does in the interface."""
    made = SavedFilter(str(uuid.uuid4()), kind, name, conditions, owner)
    account.saved_filters[made.id] = made
    account.schema_version += 1
    return made


def handle(call: Call, kind: str, rest: list[str]) -> Answer:
    """Everything under `/entity/<type>/namedfilter`."""
    if call.method != "GET":
        raise errors.method_refused(call.method)
    call.need("view", kind)
    match rest:
        case []:
            return _list(call, kind)
        case [identifier]:
            return answer(_shown(call.account, _one(call.account, kind, identifier)))
    raise errors.unknown_path(call.path)


def applied(call: Call, kind: str) -> Mapping[str, str]:
    """The parameters of a list request, with a saved filter's conditions in place. Raises ApiError 63000 for one
    together with `filter`, `search`, `order` or another, 63001 for a type without saved filters or another type's
    filter, 63002 for an address that is none, 63003 for one that names no filter of its type.
    """
    href = call.query.get("namedfilter")
    if href is None:
        return call.query
    prefix = "Ошибка применения сохраненного фильтра: "
    repeated = sum(1 for name in _names(call.query_string) if name == "namedfilter") > 1
    if repeated or any(name in call.query for name in FORBIDDEN):
        text = "сохраненный фильтр несовместим с параметрами запроса filter, search и order"
        raise errors.ApiError(400, 63000, prefix + text, parameter="namedfilter")
    parts = _parts(call, href)
    if parts is None:
        raise errors.ApiError(400, 63002, f"{prefix}неверный формат ссылки на сохраненный фильтр")
    owner, identifier = parts
    if owner != kind or kind == "assortment":
        raise errors.ApiError(400, 63001, f"{prefix}указанный сохраненный фильтр несовместим с текущим эндпоинтом")
    found = call.account.saved_filters.get(identifier)
    if found is None or found.kind != kind:
        text = "указанная ссылка на сохраненный фильтр содержит несовместимые фильтр и эндпоинт"
        raise errors.ApiError(400, 63003, prefix + text)
    if call.caller.person is not None and not _may_use(call, found.owner):
        raise errors.denied("view")
    return Applied(call.query, found.conditions)


def _list(call: Call, kind: str) -> Answer:
    account, person = call.account, call.caller.person
    owner = call.query.get("owner")
    if owner is not None:
        wanted = _owner(call, owner)
    elif person is not None:
        wanted = person.employee_id
    else:
        text = "решения могут получать сохраненные фильтры только с указанным параметром запроса 'owner'"
        raise errors.ApiError(400, 63005, f"Ошибка получения сохраненных фильтров: {text}", parameter="owner")
    found = [one for one in account.saved_filters.values() if one.kind == kind and one.owner.id == wanted]
    limit, offset = listing.bounds(call.query)
    page = listing.Page([], len(found), limit, offset)
    rows = (_encode(_shown(account, one)) for one in found[offset : offset + limit])
    href = f"{account.links.entity(kind)}/namedfilter"
    return Answer(listing.wrap(account, href, "namedfilter", call.query, page, rows), kind="list")


def _owner(call: Call, href: str) -> str:
    """The employee whose filters are asked for; those of others are for administrators and solutions."""
    try:
        ref = call.account.links.read(href, "owner")
    except errors.ApiError:
        ref = Ref("", "")
    if ref.kind != "employee":
        text = f"неверное значение '{href}' параметра запроса 'owner'"
        raise errors.ApiError(400, 63004, f"Ошибка получения сохраненных фильтров: {text}", parameter="owner")
    if call.caller.person is not None and not _may_use(call, ref):
        raise errors.denied("view")
    return ref.id


def _may_use(call: Call, owner: Ref) -> bool:
    person = call.caller.person
    return person is None or person.admin or person.employee_id == owner.id


def _one(account: Account, kind: str, identifier: str) -> SavedFilter:
    if not UUID.match(identifier.lower()):
        raise errors.not_an_id(identifier)
    found = account.saved_filters.get(identifier.lower())
    if found is None or found.kind != kind:
        raise errors.not_found("namedfilter", identifier)
    return found


def _parts(call: Call, href: str) -> tuple[str, str] | None:
    """The entity type and the id in a saved filter's address."""
    try:
        path = call.account.links.path(href, "namedfilter")
    except errors.ApiError:
        return None
    match path.split("?")[0].strip("/").split("/"):
        case ["entity", kind, "namedfilter", identifier] if UUID.match(identifier.lower()):
            return kind, identifier.lower()
    return None


def _names(query_string: str) -> list[str]:
    return [piece.partition("=")[0] for piece in query_string.split("&")]


def _shown(account: Account, one: SavedFilter) -> dict[str, Any]:
    href = f"{account.links.entity(one.kind)}/namedfilter/{one.id}"
    return {
        "meta": {"href": href, "type": "namedfilter", "mediaType": JSON_TYPE},
        "owner": {"meta": account.links.meta(one.owner)},
        "accountId": account.id,
        "id": one.id,
        "name": one.name,
    }
