"""What every log line and span of one request or task carries."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import uuid4

import structlog
from opentelemetry import context as otel_context
from opentelemetry import propagate

REQUEST_ID = "request_id"
COMPANY_ID = "company_id"
TASK_ID = "task_id"
ORIGIN = "origin"
"""Where a delivery's headers are left for whoever stores it."""
_LONGEST = 100
_TRACES = frozenset({"traceparent", "baggage"})


class ContextHeaders:
    """See application.ports.Headers: the request id and the trace of whatever is being done now."""

    def current(self) -> dict[str, str]:
        """The headers that a stored message takes along."""
        headers: dict[str, str] = {}
        propagate.inject(headers)
        request_id = structlog.contextvars.get_contextvars().get(REQUEST_ID)
        if request_id is not None:
            headers[REQUEST_ID] = str(request_id)
        return headers

    @contextmanager
    def continuing(self, headers: Mapping[str, str]) -> Iterator[None]:
        """See the port. The company stays that of whatever is being done."""
        company_id = structlog.contextvars.get_contextvars().get(COMPANY_ID)
        with bound(headers, None if company_id is None else str(company_id)):
            yield


@contextmanager
def bound(headers: Mapping[str, str], company_id: str | None = None) -> Iterator[str]:
    """Binds the request id (a new one where the headers bring none, or a strange one) and the trace."""
    request_id = accepted(headers.get(REQUEST_ID, ""))
    begun = propagate.extract(dict(headers)) if headers.keys() & _TRACES else otel_context.Context()
    token = otel_context.attach(begun)
    known = {REQUEST_ID: request_id, COMPANY_ID: company_id}
    try:
        with structlog.contextvars.bound_contextvars(**known):
            yield request_id
    finally:
        otel_context.detach(token)


def accepted(request_id: str) -> str:
    """The caller's request id, or a new one where it brings none, or a strange one."""
    return request_id if _plausible(request_id) else str(uuid4())


def _plausible(request_id: str) -> bool:
    return 0 < len(request_id) <= _LONGEST and all(sign.isalnum() or sign in "-_." for sign in request_id)
