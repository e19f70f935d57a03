"""The way of a stored message into the queue, seen from outside."""

from collections.abc import Sequence

import msgspec
from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind

from adapters.observability import tracing
from adapters.observability.context import COMPANY_ID, REQUEST_ID
from application.ports import OutboxMessage, Publisher


class TracedPublisher:
    """See application.ports.Publisher. A span for each message that belongs to a trace, between who stored it and who
    carries it out.
    """

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    async def publish(self, messages: Sequence[OutboxMessage]) -> None:
        """See the port."""
        await self._publisher.publish([_traced(message) for message in messages])


def _traced(message: OutboxMessage) -> OutboxMessage:
    parent = propagate.extract(message.headers)
    if not trace.get_current_span(parent).get_span_context().is_valid:
        return message
    named = {"messaging.message.id": str(message.id), COMPANY_ID: str(message.company_id)}
    if REQUEST_ID in message.headers:
        named[REQUEST_ID] = message.headers[REQUEST_ID]
    span = tracing.TRACER.start_span(f"publish {message.tag}", context=parent, kind=SpanKind.PRODUCER, attributes=named)
    headers = dict(message.headers)
    propagate.inject(headers, trace.set_span_in_context(span))
    span.end()
    return msgspec.structs.replace(message, headers=headers)
