"""What every log line and span of one request or task carries."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import urandom

import structlog
from opentelemetry import context as otel_context
from opentelemetry import propagate, trace
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext

REQUEST_ID = "request_id"
COMPANY_ID = "company_id"
TASK_ID = "task_id"
ORIGIN = "origin"
"""Where a delivery's headers are left for whoever stores it."""
_LONGEST = 100
_TRACE_IDS = RandomIdGenerator()
_VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
"""The first two bits of that digit of a random identity are 1 and 0 (RFC 9562, 4.1)."""

_MARKS = str.maketrans("-_.", "000")
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
        with logged_with(**known):
            yield request_id
    finally:
        otel_context.detach(token)


class Unkept(NonRecordingSpan):
    """Nothing within it is kept. Its identity is drawn when somebody asks for it, to send it on."""

    def __init__(self) -> None:
        super().__init__(trace.INVALID_SPAN_CONTEXT)
        self._drawn: SpanContext | None = None

    def get_span_context(self) -> SpanContext:
        """See OpenTelemetry."""
        if self._drawn is None:
            self._drawn = SpanContext(_TRACE_IDS.generate_trace_id(), _TRACE_IDS.generate_span_id(), is_remote=False)
        return self._drawn


class unkept:  # noqa: N801 - see below
    """The same for a request that nobody keeps a trace of, here or where it comes from: it has an identity to be sent
    on, and the decision that nothing of it is kept. What the SDK would make of it is the same, in several steps.
    """

    __slots__ = ("_logged", "_request_id", "_token")

    def __init__(self, given: str) -> None:
        self._request_id = accepted(given)
        self._logged = logged_with(request_id=self._request_id, company_id=None)

    def __enter__(self) -> str:
        """Begins."""
        self._token = otel_context.attach(trace.set_span_in_context(Unkept(), otel_context.Context()))
        self._logged.__enter__()
        return self._request_id

    def __exit__(self, *_: object) -> None:
        """What was bound before is bound again."""
        self._logged.__exit__()
        otel_context.detach(self._token)


class logged_with:  # noqa: N801 - it is called like a function, once for each request and each message
    """Has lines of the block say this. structlog's own looks through everything that is bound, twice."""

    __slots__ = ("_said", "_tokens")

    def __init__(self, **said: str | None) -> None:
        self._said = said

    def __enter__(self) -> None:
        """Begins."""
        self._tokens = structlog.contextvars.bind_contextvars(**self._said)

    def __exit__(self, *_: object) -> None:
        """What was said before is said again."""
        structlog.contextvars.reset_contextvars(**self._tokens)


def accepted(request_id: str) -> str:
    """The caller's request id, or a new one where it brings none, or a strange one."""
    return request_id if _plausible(request_id) else _drawn()


def _drawn() -> str:
    """As `str(uuid4())`, in a third of the time."""
    lot = urandom(16).hex()
    return f"{lot[:8]}-{lot[8:12]}-4{lot[13:16]}-{_VARIANTS[lot[16]]}{lot[17:20]}-{lot[20:]}"


def _plausible(request_id: str) -> bool:
    return 0 < len(request_id) <= _LONGEST and request_id.translate(_MARKS).isalnum()
