"""What is done around every HTTP request: a request id, and one log line."""

import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog

from adapters.observability.context import COMPANY_ID, REQUEST_ID, accepted, bound
from adapters.observability.scrubbing import scrub_text

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[..., Awaitable[None]]

HEADER = b"x-request-id"
_LOG = structlog.stdlib.get_logger("http")
_TAKEN = 204
_UNWATCHED = frozenset({"/live", "/ready"})
_DELIVERIES = "/webhooks/"
"""What comes by the thousand, at addresses that are secrets; it is worth a line only when it was not taken."""


class RequestLog:
    """Takes over the caller's X-Request-ID or makes one, answers it, and logs method, path, status and seconds.

    The query string is left out: it may hold codes and keys. MoySklad's own X_Lognex_RequestId serves as well. The
    company is known once the request was authenticated, which leaves it in `scope["state"]["company_id"]`.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, path = time.perf_counter(), scope["path"]  # what is mounted somewhere changes the path
        status = 500
        binding = _named if path.startswith(_DELIVERIES) else bound
        with binding(_given(scope)) as request_id:
            scope.setdefault("state", {})[REQUEST_ID] = request_id

            async def answering(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    message["headers"] = [*message.get("headers", []), (HEADER, request_id.encode())]
                await send(message)

            try:
                await self._app(scope, receive, answering)
            finally:
                self._tell(scope, path, status, time.perf_counter() - started)

    def _tell(self, scope: Scope, path: str, status: int, seconds: float) -> None:
        if path in _UNWATCHED or (status == _TAKEN and path.startswith(_DELIVERIES)):
            return
        company = scope["state"].get(COMPANY_ID)
        known = {REQUEST_ID: scope["state"][REQUEST_ID], **({} if company is None else {COMPANY_ID: str(company)})}
        _LOG.info(
            "answered", method=scope["method"], path=scrub_text(path), status=status, seconds=round(seconds, 4), **known
        )


@contextmanager
def _named(given: dict[str, str]) -> Iterator[str]:
    """The request's id alone. Binding it costs as much as taking a delivery in, which is stored with others of its kind
    and has no line of its own.
    """
    yield accepted(given.get(REQUEST_ID, ""))


def _given(scope: Scope) -> dict[str, str]:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    request_id = headers.get("x-request-id") or headers.get("x_lognex_requestid") or ""
    given = {REQUEST_ID: request_id}
    if "traceparent" in headers:
        given["traceparent"] = headers["traceparent"]
    return given
