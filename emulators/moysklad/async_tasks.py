"""Asynchronous exchange: a request put into a queue, its states and its result (JSON API docs, "asynchronous
exchange"; reference 1.14). Which HTTP status goes with which of its codes is not documented (UNVERIFIED): clients have
to look at the code.
"""

import uuid
from collections.abc import Callable
from typing import Any

import msgspec

from emulators.moysklad import clock, download, errors, filters, listing
from emulators.moysklad.accounts import Account, Caller
from emulators.moysklad.calls import Answer, Call, answer
from emulators.moysklad.links import JSON_TYPE, UUID
from emulators.moysklad.pages import compress
from emulators.moysklad.records import Ref
from emulators.moysklad.tasklist import HOUR, QUEUE_MOST, Task

_encode = msgspec.json.Encoder().encode
STATES = ("PENDING", "PROCESSING", "DONE", "ERROR", "CANCEL", "API_ERROR")
Build = Callable[[], bytes]


def wanted(call: Call) -> bool:
    """Whether the request asks for the background. Raises ApiError 1040 for anything but true and false."""
    text = call.query.get("async", "false")
    if text not in {"true", "false"}:
        raise errors.bad_parameters("async")
    return text == "true"


def refuse(call: Call) -> None:
    """Raises ApiError 61000 when the request asks for the background where there is none."""
    if call.method == "GET" and wanted(call):
        text = "Ошибка при создании асинхронной задачи: эндпоинт не поддерживает асинхронный обмен"
        raise errors.ApiError(400, 61000, text)


def start(call: Call, build: Build) -> Answer:
    """Puts the request into the queue: 202 with the addresses of the result and of the state.

    What `build` refuses is not refused here, but becomes the task's `API_ERROR`. The result is that of this moment.
    """
    if "limit" in call.query or "offset" in call.query:
        text = "Ошибка при создании асинхронной задачи: нельзя указывать параметры 'offset' и 'limit'"
        raise errors.ApiError(400, 61001, f"{text} для асинхронного запроса")
    account, now, settings = call.account, call.world.clock.seconds(), call.world.settings
    if account.tasks.waiting(now) >= QUEUE_MOST:
        text = "превышено ограничение на количество одновременно выполняемых асинхронных операций"
        raise errors.ApiError(412, 61002, f"Ошибка при создании асинхронной задачи: {text}")
    processing = now + settings.async_pending_seconds
    address = f"{account.links.api}{call.path}?{call.query_string}"
    task = Task(str(uuid.uuid4()), _owner(call.caller), address, now, processing)
    task.done = processing + settings.async_processing_seconds
    task.outcome = account.tasks.next_outcome()
    if task.outcome == "DONE":
        try:
            task.packed = compress(build())
        except errors.ApiError as refused:
            task.outcome, task.refusal = "API_ERROR", refused
    account.tasks.add(task, now)
    href = _href(account, task)
    return Answer(status=202, kind="async", headers={"Location": f"{href}/result", "Content-Location": href})


def handle(call: Call, rest: list[str]) -> Answer:
    """Everything under `/async`."""
    account, now = call.account, call.world.clock.seconds()
    match (call.method, rest):
        case ("GET", [] | [""]):
            return _list(call)
        case ("GET", [identifier]):
            return answer(_shown(account, _task(account, identifier, now), now), "async")
        case ("GET", [identifier, "result"]):
            return _result(call, _task(account, identifier, now), now)
        case ("PUT", [identifier, "cancel"]):
            task = _task(account, identifier, now)
            if task.state(now) not in {"PENDING", "PROCESSING"}:
                raise errors.ApiError(412, 61007, "Ошибка при отмене асинхронной задачи: задача уже завершена")
            task.cancelled = True
            return Answer(status=204, kind="async")
    raise errors.unknown_path(call.path) if len(rest) > 2 else errors.method_refused(call.method)


def _result(call: Call, task: Task, now: float) -> Answer:
    state = task.state(now)
    if state == "API_ERROR" and task.refusal is not None:
        raise task.refusal
    refusals = {
        "ERROR": (412, 61004, "задача завершилась ошибкой"),
        "CANCEL": (412, 61005, "задача была отменена"),
        "PENDING": (412, 61006, "результат еще не готов"),
        "PROCESSING": (412, 61006, "результат еще не готов"),
        "DONE": (404, 61003, "результат задачи был удален"),
    }
    if state != "DONE" or now > task.done + HOUR:
        status, code, text = refusals[state]
        raise errors.ApiError(status, code, f"Ошибка при запросе результата асинхронной задачи: {text}")
    return Answer(
        status=302, kind="async", headers={"Location": download.address(call.world, call.account.id, task.id)}
    )


def _task(account: Account, identifier: str, now: float) -> Task:
    if not UUID.match(identifier.lower()):
        raise errors.not_an_id(identifier)
    found = account.tasks.find(identifier.lower(), now)
    if found is None:
        raise errors.not_found("async", identifier)
    return found


def _list(call: Call) -> Answer:
    """Tasks of the last week, everybody's, the newest first unless asked otherwise."""
    account, now = call.account, call.world.clock.seconds()
    limit, offset = listing.bounds(call.query)
    found = [task for task in account.tasks.recent(now) if _admits(call, task, now)]
    for name, backwards in reversed(_order(call)):
        found.sort(key=lambda task, name=name: str(_values(task, now)[name] or ""), reverse=backwards)  # type: ignore[misc]
    page = listing.Page([], len(found), limit, offset)
    rows = (_encode(_shown(account, task, now)) for task in found[offset : offset + limit])
    body = listing.wrap(account, f"{account.links.api}/async", "async", call.query, page, rows)
    return Answer(body, kind="async")


def _order(call: Call) -> list[tuple[str, bool]]:
    keys = []
    for piece in call.query.get("order", "").split(";"):
        name, _, direction = piece.strip().partition(",")
        if name and name not in {"deletionDate", "request"}:
            raise errors.order_refused(name)
        if direction not in {"", "asc", "desc"}:
            raise errors.order_direction(direction, name)
        if name:
            keys.append((name, direction == "desc"))
    return keys


def _admits(call: Call, task: Task, now: float) -> bool:
    values = _values(task, now)
    equal: dict[str, bool] = {}
    for name, operator, text in filters.split(call.query.get("filter", "")):
        if name not in values or (name != "deletionDate" and operator not in {"=", "!="}):
            raise errors.filter_refused(f"неизвестное поле '{name}' или оператор '{operator}'", name)
        if name == "state" and text not in STATES:
            raise errors.filter_value(text, name)
        wanted_text = clock.parse(text) if name == "deletionDate" else text
        if wanted_text is None:
            raise errors.filter_date(name)
        if operator == "=":
            equal[name] = equal.get(name, False) or values[name] == wanted_text
        elif not _compares(values[name], operator, wanted_text):
            return False
    return all(equal.values())


def _compares(found: str | None, operator: str, wanted_text: str) -> bool:
    if operator == "!=":
        return found != wanted_text
    if found is None:
        return False
    tests = {
        "<": found < wanted_text,
        ">": found > wanted_text,
        "<=": found <= wanted_text,
        ">=": found >= wanted_text,
    }
    if operator not in tests:
        raise errors.filter_refused(f"оператор '{operator}' не поддерживается", "deletionDate")
    return tests[operator]


def _values(task: Task, now: float) -> dict[str, str | None]:
    state = task.state(now)
    deletion = clock.stamp(task.done + HOUR) if state == "DONE" else None
    return {"state": state, "request": task.request, "deletionDate": deletion}


def _shown(account: Account, task: Task, now: float) -> dict[str, Any]:
    state, href = task.state(now), _href(account, task)
    out: dict[str, Any] = {
        "meta": {"href": href, "type": "async", "mediaType": JSON_TYPE},
        "id": task.id,
        "accountId": account.id,
        "owner": {"meta": _owner_meta(account, task.owner)},
        "state": state,
        "request": task.request,
    }
    if state == "DONE":
        out |= {"resultUrl": f"{href}/result", "deletionDate": clock.stamp(task.done + HOUR)}
    if state == "API_ERROR" and task.refusal is not None:
        out["errors"] = task.refusal.body()["errors"]
    return out


def _href(account: Account, task: Task) -> str:
    return f"{account.links.api}/async/{task.id}"


def _owner(caller: Caller) -> Ref:
    if caller.install is not None:
        return Ref("application", caller.install.application.app_id)
    return Ref("employee", caller.person.employee_id if caller.person is not None else "")


def _owner_meta(account: Account, owner: Ref) -> dict[str, Any]:
    meta: dict[str, Any] = account.links.meta(owner)
    return meta
