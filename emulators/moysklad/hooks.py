"""Requests about webhooks and stock webhooks (JSON API docs, "webhooks", "stock webhooks", error codes 30000 to 30010).

The documentation does not pair codes with HTTP statuses; what a rule refuses is 412 here, what the caller may not do is
403. An application may have one webhook for a type and action: with which code a second one with another address is
refused is UNVERIFIED, 30007 here, whose words name a limit.
"""

import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import msgspec

from emulators.moysklad import errors, listing
from emulators.moysklad.calls import Answer, Call, answer
from emulators.moysklad.catalogue import ENTITIES
from emulators.moysklad.hookbook import FOR_APPS, FOR_USERS, Hook
from emulators.moysklad.links import JSON_TYPE, UUID

KINDS = ("webhook", "webhookstock")
URL_MOST = 255
HEADER = "X-Lognex-WebHook-DisableByPrefix"
_ACTIONS = ("CREATE", "UPDATE", "DELETE")
_PROCESSED = "PROCESSED"
_SAVING = "Ошибка сохранения webhook: "
_encode = msgspec.json.Encoder().encode


def handle(call: Call, kind: str, rest: list[str]) -> Answer:
    """Everything under `/entity/webhook` and `/entity/webhookstock`."""
    _check_rights(call)
    match (call.method, rest):
        case ("GET", []):
            return _list(call, kind)
        case ("POST", []) | ("POST", ["batch"]):
            body = call.json()
            if isinstance(body, list):
                return _each(body, lambda item: _saved(call, kind, item))
            return answer(_saved(call, kind, body), "write")
        case ("POST", ["delete"]):
            return _delete_many(call, kind)
        case ("GET", [identifier]):
            return answer(_shown(call, _one(call, kind, identifier)))
        case ("PUT", [identifier]):
            hook = _one(call, kind, identifier)
            return answer(_shown(call, _write(call, kind, call.json(), hook)), "write")
        case ("DELETE", [identifier]):
            del call.account.hooks.hooks[_one(call, kind, identifier).id]
            return Answer(kind="write")
    raise errors.method_refused(call.method)


def muted(call: Call) -> tuple[str, ...]:
    """The prefixes of addresses that this request switches off, each in a header of its own. Raises ApiError 400 for
    one without a whole domain (documented to be refused; with which code is not).
    """
    given: Iterable[str] = getattr(call.headers, "getall", lambda *_: [])(HEADER, [])
    prefixes = tuple(given)
    for prefix in prefixes:
        parts = urlsplit(prefix)
        whole = parts.hostname is not None and ("." in parts.hostname or parts.hostname == "localhost")
        if parts.scheme not in {"http", "https"} or not whole:
            raise errors.ApiError(400, None, f"Неверное значение заголовка {HEADER}: '{prefix}'", parameter=HEADER)
    return prefixes


def _check_rights(call: Call) -> None:
    person, install = call.caller.person, call.caller.install
    denied = install is not None and bool(install.denied.get("webhook"))
    if denied or (person is not None and not person.admin):
        raise errors.ApiError(403, 30004, "Необходимы права администратора для работы с webhook")


def _list(call: Call, kind: str) -> Answer:
    found = [hook for hook in call.account.hooks.hooks.values() if hook.kind == kind]
    limit, offset = listing.bounds(call.query)
    page = listing.Page([], len(found), limit, offset)
    rows = (_encode(_shown(call, hook)) for hook in found[offset : offset + limit])
    href = call.account.links.entity(kind)
    return Answer(listing.wrap(call.account, href, kind, call.query, page, rows), kind="list")


def _saved(call: Call, kind: str, body: Any) -> dict[str, Any]:
    """Makes a webhook, or changes the one whose `meta` the body has."""
    known = None
    if isinstance(body, dict) and isinstance(body.get("meta"), dict):
        known = _one(call, kind, str(body["meta"].get("href", "")).rstrip("/").rsplit("/", 1)[-1])
    return _shown(call, _write(call, kind, body, known))


def _write(call: Call, kind: str, body: Any, known: Hook | None) -> Hook:
    if not isinstance(body, dict):
        raise errors.bad_json()
    book = call.account.hooks
    if not book.allowed:
        raise errors.ApiError(403, 30006, "Ваш тарифный план не позволяет создавать или обновлять веб-хуки")
    owner = call.caller.install.application.app_id if call.caller.install is not None else ""
    hook = Hook(str(uuid.uuid4()), owner, "") if known is None else known
    made = Hook(hook.id, hook.owner, _url(body, hook), _flag(body, "enabled", hook.enabled))
    if kind == "webhookstock":
        _stock(body, hook, made)
    else:
        _entity(body, hook, made)
    _check_others(call, made)
    book.hooks[made.id] = made
    return made


def _entity(body: dict[str, Any], hook: Hook, made: Hook) -> None:
    made.entity = _text(body, "entityType", hook.entity)
    made.action = _text(body, "action", hook.action)
    if made.entity != "async" and (made.entity not in ENTITIES or made.entity in {"webhook", "discount", "notes"}):
        raise _refused(30000, f"неподдерживаемый тип сущности '{made.entity}'", "entityType")
    if made.action not in {*_ACTIONS, _PROCESSED}:
        allowed = ", ".join(_ACTIONS)
        raise _refused(30002, f"неизвестное действие '{made.action}'. Допустимые: {allowed}", "action")
    allowed_here = (_PROCESSED,) if made.entity == "async" else _ACTIONS
    if made.action not in allowed_here:
        text = f"тип сущности '{made.entity}' не поддерживает действие '{made.action}'. Допустимые: "
        raise _refused(30008, text + ", ".join(allowed_here), "action")
    if body.get("method", "POST") != "POST":
        raise _refused(30001, f"неизвестный HTTP-метод '{body['method']}'. Допустимый: POST", "method")
    given = body.get("diffType")
    if given is not None and made.action != "UPDATE":
        text = f"указание значения поля 'diffType' не поддерживается для действия '{made.action}'. Допустимые: UPDATE"
        raise _refused(30009, text, "diffType")
    if given is not None and given not in {"NONE", "FIELDS"}:
        raise errors.bad_choice("diffType", str(given), ("NONE", "FIELDS"))
    made.diff = str(given or hook.diff or "NONE") if made.action == "UPDATE" else ""


def _stock(body: dict[str, Any], hook: Hook, made: Hook) -> None:
    made.stock = _text(body, "stockType", hook.stock)
    made.report = _text(body, "reportType", hook.report)
    for name, value, choices in (
        ("stockType", made.stock, ("stock",)),
        ("reportType", made.report, ("all", "bystore")),
    ):
        if value not in choices:
            raise errors.bad_choice(name, value, choices)


def _check_others(call: Call, made: Hook) -> None:
    others = [
        one
        for one in call.account.hooks.hooks.values()
        if one.id != made.id and one.kind == made.kind and one.subject == made.subject
    ]
    if any(one.url == made.url for one in others):
        raise _refused(30003, "webhook с данным набором параметров уже существует")
    most = FOR_APPS if made.owner else FOR_USERS
    if sum(1 for one in others if one.owner == made.owner) >= most:
        raise errors.ApiError(412, 30007, f"Нельзя создать больше '{most}' веб-хуков одинакового типа на одну сущность")


def _url(body: dict[str, Any], hook: Hook) -> str:
    url = _text(body, "url", hook.url)
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _refused(30005, "значение поля url не является корректным адресом запроса", "url")
    if len(url) > URL_MOST:
        raise _refused(30010, f"длина url адреса больше {URL_MOST} символов", "url")
    return url


def _text(body: dict[str, Any], name: str, usual: str) -> str:
    value = body.get(name, usual)
    if value in {None, ""}:
        raise errors.required(name)
    if not isinstance(value, str):
        raise errors.bad_type(name, "строка")
    return value


def _flag(body: dict[str, Any], name: str, usual: bool) -> bool:
    value = body.get(name, usual)
    if not isinstance(value, bool):
        raise errors.bad_type(name, "логическое значение")
    return value


def _refused(code: int, text: str, name: str = "") -> errors.ApiError:
    refusal = errors.ApiError(412, code, _SAVING + text)
    if name:
        refusal.entry["parameter"] = name
    return refusal


def _one(call: Call, kind: str, identifier: str) -> Hook:
    if not UUID.match(identifier.lower()):
        raise errors.not_an_id(identifier)
    found = call.account.hooks.hooks.get(identifier.lower())
    if found is None or found.kind != kind:
        raise errors.not_found(kind, identifier)
    return found


def _delete_many(call: Call, kind: str) -> Answer:
    body = call.json()
    if not isinstance(body, list):
        raise errors.bad_json()

    def remove(item: Any) -> dict[str, Any]:
        meta = item.get("meta") if isinstance(item, dict) else None
        href = str(meta.get("href", "")) if isinstance(meta, dict) else ""
        hook = _one(call, kind, href.rstrip("/").rsplit("/", 1)[-1])
        del call.account.hooks.hooks[hook.id]
        return {"info": f"Сущность '{kind}' с UUID: {hook.id} успешно удалена"}

    return _each(body, remove)


def _each(items: list[Any], act: Callable[[Any], dict[str, Any]]) -> Answer:
    """Every element has its own outcome."""
    told: list[dict[str, Any]] = []
    for item in items:
        try:
            told.append(act(item))
        except errors.ApiError as refused:
            told.append(refused.body())
    return answer(told, "write")


def _shown(call: Call, hook: Hook) -> dict[str, Any]:
    links = call.account.links
    base = links.entity(hook.kind)
    meta = {"href": f"{base}/{hook.id}", "metadataHref": f"{base}/metadata", "type": hook.kind, "mediaType": JSON_TYPE}
    shown: dict[str, Any] = {"meta": meta, "id": hook.id, "accountId": call.account.id}
    if hook.owner:
        application = links.entity("application")
        shown["authorApplication"] = {
            "meta": {
                "href": f"{application}/{hook.owner}",
                "metadataHref": f"{application}/metadata",
                "type": "application",
                "mediaType": JSON_TYPE,
            }
        }
    if hook.report:
        shown |= {"stockType": hook.stock, "reportType": hook.report, "url": hook.url, "enabled": hook.enabled}
        return shown
    shown |= {"entityType": hook.entity, "url": hook.url, "method": "POST", "enabled": hook.enabled}
    shown["action"] = hook.action
    if hook.diff:
        shown["diffType"] = hook.diff
    return shown
