"""Traces, sent where OTEL_EXPORTER_OTLP_ENDPOINT says, and nowhere otherwise."""

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter

TRACER = trace.get_tracer("skladsheets")


def otlp(endpoint: str | None) -> SpanExporter | None:
    """An exporter to the OTLP collector at that address; None where there is none."""
    return None if endpoint is None else OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")


def configure_tracing(process: str, exporter: SpanExporter | None) -> TracerProvider:
    """Makes spans, and sends them in batches where there is an exporter."""
    provider = TracerProvider(resource=Resource.create({"service.name": "skladsheets", "service.instance": process}))
    if exporter is not None:
        provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return provider
