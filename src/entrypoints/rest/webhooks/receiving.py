"""`POST /webhooks/moysklad/{token}?requestId=…`: what MoySklad's webhooks call (JSON API docs, webhooks).

Nobody signs these calls. Who knows the address is believed to be MoySklad, as far as a hint goes: what is delivered
is kept, and everything that it says is asked for once more with the company's own token.

A plain ASGI handler, because MoySklad waits for 1.5 s and calls by the thousand after a bulk change.
"""

import hashlib
from typing import Any
from urllib.parse import parse_qsl

from litestar import asgi
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, MethodNotAllowedException
from litestar.types import Receive, Scope, Send

from application.webhooks.payload import has_a_known_form, request_key
from application.webhooks.ports import Arrival, Receipt
from domain.shared.errors import NotFound
from domain.webhooks.announcements import DeliveryMalformed
from entrypoints.rest.webhooks.intake import Intake

LARGEST = 1_000_000
_LONGEST_REQUEST_ID = 200


class TooLarge(HTTPException):
    """More than a delivery of a thousand events could need."""

    status_code = 413


ROUTE = "/webhooks/moysklad/{token}"
"""What is told of the address: the rest of it is a secret."""


@asgi("/webhooks/moysklad", is_mount=True, copy_scope=False)
async def receive(scope: Scope, receive: Receive, send: Send) -> None:
    """204 once the delivery is on disk; 404 for an address that no company has, 413 and 422 for bodies that are none,
    503 with Retry-After while nothing can be stored.
    """
    if scope["type"] != ScopeType.HTTP:
        raise NotFound
    scope["path_template"] = ROUTE
    if scope["method"] != "POST":
        raise MethodNotAllowedException
    body = await _body(scope, receive)
    token = scope["path"].rstrip("/").rsplit("/", 1)[-1]
    arrival = Arrival(
        hashlib.sha256(token.encode()).digest(),
        request_key(_request_id(scope["query_string"]), body),
        body if has_a_known_form(body) else None,
        scope["state"].get("origin"),
    )
    intake: Intake = scope["litestar_app"].state.intake
    receipt, company_id = await intake.keep(arrival)
    scope["state"]["company_id"] = company_id
    if receipt is Receipt.UNKNOWN:
        raise NotFound
    if receipt is Receipt.MALFORMED:
        raise DeliveryMalformed
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _body(scope: Any, receive: Receive) -> bytes:
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if length.isdigit() and int(length) > LARGEST:
        raise TooLarge
    pieces: list[bytes] = []
    size = 0
    while True:
        message: Any = await receive()
        if message["type"] != "http.request":
            return b"".join(pieces)
        piece = message.get("body", b"")
        size += len(piece)
        if size > LARGEST:
            raise TooLarge
        pieces.append(piece)
        if not message.get("more_body", False):
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _request_id(query: bytes) -> str:
    if query.startswith(b"requestId=") and b"&" not in query and b"%" not in query:
        return query[len(b"requestId=") :].decode("latin-1")[:_LONGEST_REQUEST_ID]
    found = dict(parse_qsl(query.decode("latin-1")))
    return found.get("requestId", "")[:_LONGEST_REQUEST_ID]
