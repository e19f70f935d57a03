"""The path of every API call: latency, credentials, quota, the work itself, and the answer or Google's error."""

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from emulators.common.serving import Handler, json_response
from emulators.google import masks
from emulators.google.errors import ApiError, drive_body, invalid
from emulators.google.fields import unknown_paths
from emulators.google.world import Caller, World

LARGE_BODY = 100_000
Work = Callable[[web.Request, bytes, Caller], Any]


def api(world: World, kind: str, work: Work, answers: str = "") -> Handler:
    """A handler around `work(request, body, caller)`, which answers plain data. `kind` is read, write or drive.

    With `answers`, the message's name, fields that it does not have are refused in the request's mask.

    Drive calls have quotas of their own, which are not emulated.
    """

    async def handler(request: web.Request) -> web.Response:
        began = time.perf_counter()
        answer = _answer(request, await request.read())
        settings = world.settings
        latency = settings.write_latency_seconds if kind == "write" else settings.read_latency_seconds
        left = latency - (time.perf_counter() - began)
        if left > 0 and kind != "drive":
            await asyncio.sleep(left)
        return answer

    def _answer(request: web.Request, raw: bytes) -> web.Response:
        try:
            caller = world.caller(request.headers.get("Authorization", ""), request.query.get("access_token", ""))
            if kind != "drive" and not world.options.lenient:
                world.quotas.spend(kind, caller.email, caller.project)
            fields = request.query.get("fields") or request.query.get("$fields")
            if fields and answers:
                _check_fields(fields, answers)
            with _uncollected(len(raw) > LARGE_BODY):
                answer = work(request, raw, caller)
            if fields and isinstance(answer, dict):
                answer = masks.apply(read_mask(fields), answer)
        except ApiError as error:
            return json_response(drive_body(error) if kind == "drive" else error.body(), error.code, kind)
        if answer is None:
            return web.Response(status=204)
        if isinstance(answer, web.Response):
            return answer
        return json_response(answer, 200, kind)

    return handler


def _check_fields(text: str, message: str) -> None:
    wrong = unknown_paths(read_mask(text), message)
    if wrong:
        said = "Error expanding 'fields' parameter. Cannot find matching fields for path"
        violations = [{"field": path, "description": f"{said} '{path}'."} for path in wrong]
        details = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations}
        raise ApiError(400, "", [details])


@contextmanager
def _uncollected(large: bool) -> Iterator[None]:
    """Keeps the cycle collector from walking the cells of a large body while they are made: a fifth of the work."""
    paused = large and gc.isenabled()
    if paused:
        gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def read_mask(text: str | None) -> masks.Mask:
    """The mask of the `fields` parameter. Raises ApiError."""
    if not text:
        return {}
    try:
        return masks.parse(text)
    except masks.MaskRefused as wrong:
        raise invalid(f"Request contains an invalid argument: fields={text}") from wrong


def flag(request: web.Request, name: str) -> bool:
    """A boolean parameter; clients send true, True or 1."""
    return request.query.get(name, "").lower() in {"true", "1"}


def choice(given: Any, name: str, allowed: tuple[str, ...], default: str) -> str:
    """An enum parameter or field. Raises ApiError."""
    if given in (None, "") or (isinstance(given, str) and given.endswith("UNSPECIFIED")):
        return default
    if given not in allowed:
        raise invalid(f"Invalid value at '{name}' (type.googleapis.com/google.apps.sheets.v4.{name}), \"{given}\"")
    return str(given)
