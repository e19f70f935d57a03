"""Requests that may be sent twice.

The first request with a key is carried out, and its answer kept for a day; the same request with the same key is given
that answer. A key belongs to the route and to whoever used it: some answers show a secret. A refusal that changed
nothing is not kept: the request may be tried again.
"""

import asyncio
import hashlib
import re
from contextlib import suppress
from typing import Annotated, Any

import msgspec
from litestar.enums import ScopeType
from litestar.exceptions import ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.params import HeaderParameter
from litestar.types import ASGIApp, Receive, Scope, Send

from application.bus import Application
from application.delivery.commands.begin_request import Answered, BeginRequest
from application.delivery.commands.hold_request import HoldRequest
from application.delivery.commands.keep_answer import KeepAnswer
from application.delivery.commands.release_request import ReleaseRequest
from application.tenants.kept_answers import Claim
from application.tenants.occasions import occasion
from entrypoints.rest.auth import identify
from entrypoints.rest.recorded import Recorded, answer
from entrypoints.rest.requests import TextRequest

HEADER = "Idempotency-Key"
LONGEST = 255
DESCRIPTION = (
    "Any text of the caller's. The same request sent again with the same key within a day is answered like the first, "
    "which is carried out once."
)
ONCE = {"once": True}
"""For a route whose answers are kept."""

ONCE_AGAIN = {"once": True, "again": True}
"""For one whose use case recognises the key, too: it is carried out again where a process died before it answered."""

IdempotencyKey = Annotated[
    str | None, HeaderParameter(name=HEADER, min_length=1, max_length=LONGEST, description=DESCRIPTION)
]
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
HOLD_EVERY = 5.0
_KEPT = ("location", "etag", "content-type")
_REPLAYED = (b"idempotency-replayed", b"true")


def kept_key() -> str | None:
    """The key of the present request, with its route: as use cases take it that recognise it themselves."""
    claim = occasion().claim
    return None if claim is None else f"{claim.route} {claim.key}"


def answered_once(app: ASGIApp) -> ASGIApp:
    """Middleware for routes that are marked with one of the above."""

    async def once(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        handler = scope["route_handler"]
        options = handler.opt
        key = _key(scope) if options.get("once") else None
        if key is None:
            await app(scope, receive, send)
            return
        kind = handler.resolve_request_class() if isinstance(handler, HTTPRouteHandler) else TextRequest
        request = kind(scope, receive, send)
        application: Application = scope["litestar_app"].state.application
        identity = await identify(request, application)
        begun = await application.execute(
            BeginRequest(
                company_id=identity.company_id,
                route=f"{scope['method']} {scope['path']} by {occasion().actor_id}",
                key=key,
                fingerprint=_fingerprint(await request.body(), scope["query_string"]),
                again=bool(options.get("again")),
            )
        )
        if begun.answered is not None:
            await _answer_again(begun.answered, send)
        elif begun.claim is not None:
            recorded = await _carried_out(app, scope, receive, begun.claim)
            await recorded.send(send)

    return once


def _key(scope: Scope) -> str | None:
    found = next((value for name, value in scope["headers"] if name.lower() == HEADER.lower().encode()), None)
    if found is None:
        return None
    key = found.decode("latin-1")
    if not 1 <= len(key) <= LONGEST or _CONTROL.search(key):
        told = {"key": HEADER, "message": f"Expected 1 to {LONGEST} characters, none a control", "source": "header"}
        raise ValidationException(detail=f"{HEADER} does not fit", extra=[told])
    return key


def _fingerprint(body: bytes, query: bytes) -> str:
    """Of what is asked for, however it is written: neither spaces nor the order of fields tell requests apart."""
    with suppress(msgspec.DecodeError):
        body = msgspec.json.encode(msgspec.json.decode(body), order="deterministic")
    return hashlib.sha256(query + b"\n" + body).hexdigest()


async def _answer_again(answered: Answered, send: Send) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answered.headers.items()]
    length = (b"content-length", str(len(answered.body)).encode())
    await answer(send, answered.status, [*headers, length, _REPLAYED], answered.body)


async def _carried_out(app: ASGIApp, scope: Scope, receive: Receive, claim: Claim) -> Recorded:
    state = scope["litestar_app"].state
    application: Application = state.application
    recorded, present = Recorded(), occasion()
    holding = asyncio.create_task(_hold(application, claim))
    present.claim = claim
    try:
        await app(scope, receive, recorded)
    finally:
        present.claim = None
        holding.cancel()
    try:
        await _conclude(application, claim, recorded)
    except Exception as failed:  # noqa: BLE001 - what was done is done, and its answer is known now
        state.report(failed)
    return recorded


async def _hold(application: Application, claim: Claim) -> None:
    """A store that does not answer is met by the request itself, too; then the hold runs out."""
    while True:
        await asyncio.sleep(HOLD_EVERY)
        with suppress(Exception):
            await application.execute(HoldRequest(company_id=claim.company_id, claim=claim))


async def _conclude(application: Application, claim: Claim, recorded: Recorded) -> None:
    company_id, status = claim.company_id, recorded.status
    if not 200 <= status < 300:
        applied = await application.execute(ReleaseRequest(company_id=company_id, claim=claim))
        if not applied or status >= 500:
            return
    headers: dict[str, Any] = {name: recorded.header(name.encode()) for name in _KEPT}
    told = {name: value.decode("latin-1") for name, value in headers.items() if value is not None}
    keeping = KeepAnswer(company_id=company_id, claim=claim, status=status, headers=told, body=recorded.body.decode())
    await application.execute(keeping)
