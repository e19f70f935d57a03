"""Requests about the audit: contexts, their events, the events of one object (JSON API docs, "audit")."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from emulators.moysklad import clock, errors, filters, listing
from emulators.moysklad.accounts import Account
from emulators.moysklad.audit import JSON_API
from emulators.moysklad.auditbook import Context, Event
from emulators.moysklad.calls import Answer, Call, answer
from emulators.moysklad.catalogue import ENTITIES
from emulators.moysklad.links import JSON_TYPE
from emulators.moysklad.records import Ref

_encode = msgspec.json.Encoder().encode
PAGE, PAGE_MOST = 25, 100
EVENTS = (
    *("create", "update", "delete", "puttorecyclebin", "restorefromrecyclebin", "puttoarchive", "restorefromarchive"),
    *("print", "openpublication", "closepublication", "sendemailfromentity", "bulkoperation", "replacetoken"),
    "registration",
)
SOURCES = ("clearrecyclebin", "combine", "connectors", "copy", "emailsend", "evotor", "export", "import", "jsonapi")
SOURCES_MORE = ("loginlogout", "phone-1.0", "posapi", "registration", "restapi", "retail", "scriptor")
FIRST, LAST = "0000", "9999"


def handle(call: Call, rest: list[str]) -> Answer:
    """Everything under `/audit`. Raises ApiError 38000 for who is neither administrator nor a solution with
    `viewAudit`.
    """
    _permit(call)
    if call.method != "GET":
        raise errors.method_refused(call.method)
    match rest:
        case [] | [""]:
            return _contexts(call)
        case ["metadata", "filters"]:
            return answer(_filters(call.account), "audit")
        case [identifier, "events"]:
            context = call.account.audit.by_id.get(identifier.lower())
            if context is None:
                raise errors.not_found("audit", identifier)
            return _events(call, [(context, event) for event in context.events])
    raise errors.unknown_path(call.path)


def of_object(call: Call, target: Ref) -> Answer:
    """`GET /entity/<type>/<id>/audit`: what happened to one object; for everybody who may see it."""
    call.need("view", target.kind)
    return _events(call, call.account.audit.of(target))


def _permit(call: Call) -> None:
    install, person = call.caller.install, call.caller.person
    refused = "view" in install.denied.get("viewAudit", ()) if install is not None else not (person and person.admin)
    if refused:
        raise errors.ApiError(403, 38000, "Необходимы права администратора для работы с аудитом")


def _contexts(call: Call) -> Answer:
    account = call.account
    low, high, tests = _conditions(call)
    found = [one for one in account.audit.between(low, high) if all(test(one) for test in tests)]
    return _listed(call, f"{account.links.api}/audit/", "audit", found, lambda one: _context(account, one))


def _conditions(call: Call) -> tuple[str, str, list[Callable[[Context], bool]]]:
    low, high = FIRST, LAST
    wanted: dict[str, set[str]] = {}
    for name, operator, text in filters.split(call.query.get("filter", "")):
        if name == "moment" and operator in {">=", "<="}:
            moment = clock.parse(text)
            if moment is None:
                raise errors.filter_date(name)
            low, high = (max(low, moment), high) if operator == ">=" else (low, min(high, moment))
        elif name in _VALUES and operator == "=":
            wanted.setdefault(name, set()).add(_read(call, name, text))
        else:
            raise errors.filter_refused(f"неизвестное поле '{name}' или оператор '{operator}'", name)
    tests = [_within(_VALUES[name], values) for name, values in wanted.items()]
    return low, high, tests


def _within(values: Callable[[Context], set[str]], wanted: set[str]) -> Callable[[Context], bool]:
    return lambda one: bool(values(one) & wanted)


def _read(call: Call, name: str, text: str) -> str:
    if name == "employee":
        return call.account.links.read(text, name).id
    if name == "entityType" and text.startswith("http"):
        return text.rstrip("/").rsplit("/", 1)[-1]
    if name == "eventType" and text not in EVENTS:
        raise errors.filter_value(text, name)
    if name == "source" and text not in (*SOURCES, *SOURCES_MORE):
        raise errors.filter_value(text, name)
    return text


_VALUES: dict[str, Callable[[Context], set[str]]] = {
    "eventType": lambda one: {event.kind for event in one.events},
    "entityType": lambda one: {value for event in one.events for value in (event.target.kind, event.target.parent)},
    "source": lambda one: {"jsonapi" if one.source == JSON_API else one.source},
    "uid": lambda one: {one.uid},
    "employee": lambda one: {one.employee},
}


def _context(account: Account, one: Context) -> dict[str, Any]:
    href = f"{account.links.api}/audit/{one.id}"
    out: dict[str, Any] = {
        "meta": {"href": href, "type": "audit", "mediaType": JSON_TYPE},
        "id": one.id,
        "uid": one.uid,
        "source": one.source,
        "moment": one.moment[:19],
        "objectCount": len(one.events),
        "events": {"meta": {"href": f"{href}/events", "type": "auditevent", "mediaType": JSON_TYPE}},
    }
    for name in ("eventType", "entityType"):
        common = one.common(name)
        if common is not None:
            out[name] = common
    return out


def _events(call: Call, found: Sequence[tuple[Context, Event]]) -> Answer:
    account = call.account
    href = f"{account.links.api}{call.path}"
    return _listed(call, href, "auditevent", found, lambda pair: _event(account, *pair))


def _event(account: Account, context: Context, event: Event) -> dict[str, Any]:
    out: dict[str, Any] = {
        "source": context.source,
        "eventType": event.kind,
        "entityType": event.target.kind,
        "uid": context.uid,
        "moment": context.moment[:19],
        "name": event.name,
        "objectCount": 1,
        "audit": {"meta": {"href": f"{account.links.api}/audit/{context.id}", "type": "audit", "mediaType": JSON_TYPE}},
        "entity": {"meta": account.links.meta(event.target)},
    }
    if event.kind != "create":
        out["diff"] = {name: _values(account, pair) for name, pair in event.diff.items()}
    return out


def _values(account: Account, pair: dict[str, Any]) -> dict[str, Any]:
    return {key: {"meta": account.links.meta(one)} if isinstance(one, Ref) else one for key, one in pair.items()}


def _listed(call: Call, href: str, kind: str, found: Sequence[Any], shape: Callable[[Any], dict[str, Any]]) -> Answer:
    """25 of a list, at most 100 (documented; that more is refused, and not cut to 100, is UNVERIFIED)."""
    limit, offset = listing.bounds(call.query, PAGE_MOST, PAGE)
    page = listing.Page([], len(found), limit, offset)
    rows = (_encode(shape(one)) for one in found[offset : offset + limit])
    return Answer(listing.wrap(call.account, href, kind, call.query, page, rows), kind="audit")


def _filters(account: Account) -> dict[str, list[str]]:
    own = [f"{account.links.api}/entity/customentity/{identifier}" for identifier in account.dictionaries]
    return {
        "source": [*SOURCES, *SOURCES_MORE],
        "entitytype": [*ENTITIES, *own],
        "eventtype": list(EVENTS),
    }
