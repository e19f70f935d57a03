"""Traces, sent where OTEL_EXPORTER_OTLP_ENDPOINT says, and nowhere otherwise.

A trace goes from the HTTP request through the outbox and the queue to the worker and its calls to vendors: the headers
of a stored message carry `traceparent`. Spans bear names, numbers, codes and our own identities, never a token, an
address with what is asked for, or a body.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import structlog
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace import Span as SdkSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from adapters.observability.context import COMPANY_ID, REQUEST_ID, TASK_ID, Unkept
from adapters.observability.scrubbing import scrub, scrub_error, scrub_text
from domain.shared.errors import SkladSheetsError

TRACER = trace.get_tracer("skladsheets")
MOST_SPANS = 200
"""Within one message. A run of a million rows makes thousands of calls; what is beyond is counted."""


@dataclass(slots=True)
class Room:
    """How many spans more there may be within the message at hand, and how many were left out."""

    left: int = MOST_SPANS
    left_out: int = 0


_KEPT = False
_ROOM: ContextVar[Room | None] = ContextVar("span_room", default=None)


class Identities(SpanProcessor):
    """Gives every span the identities of the request or task that it is part of."""

    def on_start(self, span: SdkSpan, parent_context: Context | None = None) -> None:
        """See the SDK."""
        del parent_context
        known = structlog.contextvars.get_contextvars()
        for name in (COMPANY_ID, REQUEST_ID, TASK_ID):
            if known.get(name) is not None:
                span.set_attribute(name, str(known[name]))


class ScrubbedSpans(SpanExporter):
    """Sends spans on with everything hidden that looks like a secret, should somebody have put it there by mistake.
    What spans say of errors is left out: their texts quote what they were about.
    """

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """See the SDK."""
        return self._exporter.export([_scrubbed(span) for span in spans])

    def shutdown(self) -> None:
        """See the SDK."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """See the SDK."""
        return self._exporter.force_flush(timeout_millis)


def _scrubbed(span: ReadableSpan) -> ReadableSpan:
    description = span.status.description
    return ReadableSpan(
        name=scrub_text(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=scrub(dict(span.attributes or {})),
        events=(),
        links=span.links,
        kind=span.kind,
        instrumentation_scope=span.instrumentation_scope,
        status=Status(span.status.status_code, None if description is None else scrub_error(description)),
        start_time=span.start_time,
        end_time=span.end_time,
    )


@contextmanager
def roomy() -> Iterator[Room]:
    """Room for the spans of one message; of a message within another, what that has left."""
    known = _ROOM.get()
    if known is not None:
        yield known
        return
    room = Room()
    token = _ROOM.set(room)
    try:
        yield room
    finally:
        _ROOM.reset(token)


def left_out(parent: Span) -> bool:
    """Whether nothing within that span is kept, as somebody has decided where the trace began: then nothing more needs
    to be begun, and what is sent on bears the parent.
    """
    if isinstance(parent, Unkept):
        return True
    known = parent.get_span_context()
    return known.is_valid and not known.trace_flags.sampled


def opened(name: str, kind: SpanKind) -> AbstractContextManager[Span]:
    """A span, the present one for the block. Of errors it tells nothing by itself: they quote what they were about."""
    return TRACER.start_as_current_span(name, kind=kind, record_exception=False, set_status_on_exception=False)


@contextmanager
def part(
    name: str,
    attributes: Mapping[str, str | int] | None = None,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    current: bool = True,
) -> Iterator[Span]:
    """A span of a part of the work, if there is room for it. Within a `current` one further parts are its own.

    What goes wrong is told by its code or its class, never by its text.
    """
    if left_out(trace.get_current_span()):
        yield trace.INVALID_SPAN
        return
    room = _ROOM.get()
    if room is not None:
        if room.left <= 0:
            room.left_out += 1
            yield trace.INVALID_SPAN
            return
        room.left -= 1
    span = TRACER.start_span(name, kind=kind, attributes=attributes)
    token = otel_context.attach(trace.set_span_in_context(span)) if current else None
    try:
        yield span
    except BaseException as failed:
        spoil(span, failed)
        raise
    finally:
        if token is not None:
            otel_context.detach(token)
        span.end()


def spoil(span: Span, failed: BaseException) -> None:
    """The span ends with that error."""
    code = failed.code if isinstance(failed, SkladSheetsError) else type(failed).__name__
    span.set_status(Status(StatusCode.ERROR, code))


def otlp(endpoint: str | None) -> SpanExporter | None:
    """An exporter of spans to that address, which names the path too; None where there is none.

    Headers, time-outs, certificates and compression are those of OTEL_EXPORTER_OTLP_* (OpenTelemetry specification,
    Protocol Exporter), which the exporter reads by itself.
    """
    if endpoint is None:
        return None
    # Loaded where traces are sent and nowhere else: its messages take memory in every process.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    return OTLPSpanExporter(endpoint=endpoint)


def kept() -> bool:
    """Whether this process keeps any spans."""
    return _KEPT


def configure_tracing(process: str, exporter: SpanExporter | None, share: float = 1.0) -> TracerProvider:
    """Makes spans, and sends them in batches where there is an exporter. Where there is none, none are kept: what
    begins here is marked as not to be kept by those who go on with it either, so that all processes have to be told
    the same.

    `share` of the traces that begin here are kept, whole: what follows from a request is kept where the request is.
    OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES name the process for whoever reads them.
    """
    global _KEPT  # noqa: PLW0603 - as the provider itself, one for the process
    rate = share if exporter is not None else 0.0
    _KEPT = rate > 0
    usual = {"service.name": "skladsheets", "service.instance": process, "service.namespace": "skladsheets"}
    resource = Resource(usual).merge(Resource.create())
    if str(resource.attributes.get("service.name", "")).startswith("unknown_service"):  # what the SDK calls a stranger
        resource = resource.merge(Resource({"service.name": "skladsheets"}))
    provider = TracerProvider(resource=resource, sampler=ParentBased(TraceIdRatioBased(rate)))
    provider.add_span_processor(Identities())
    if exporter is not None:
        provider.add_span_processor(BatchSpanProcessor(ScrubbedSpans(exporter)))
    trace.set_tracer_provider(provider)
    return provider
