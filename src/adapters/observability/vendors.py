"""Requests to vendors, seen from outside: a span each, counted, timed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import SpanKind, Status, StatusCode

from adapters.observability.metrics import Metrics
from adapters.observability.tracing import part
from application.connections.ports import VendorCall, Waited

_TOO_MANY = 429


class ObservedVendors:
    """See application.connections.ports.VendorWatch."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    @contextmanager
    def call(self, vendor: str, method: str, route: str) -> Iterator[VendorCall]:
        """See the port."""
        call = VendorCall()
        named = {"peer.service": vendor, "http.request.method": method, "url.template": route}
        began = time.perf_counter()
        with part(f"{vendor} {method} {route}", named, kind=SpanKind.CLIENT) as span:
            try:
                yield call
            finally:
                self._metrics.vendor_requests.labels(vendor, outcome_of(call.status)).inc()
                self._metrics.vendor_seconds.labels(vendor).observe(time.perf_counter() - began)
                if call.status is not None:
                    span.set_attribute("http.response.status_code", call.status)
                if call.status is None or call.status >= 400:
                    span.set_status(Status(StatusCode.ERROR, outcome_of(call.status)))

    def turn(self, vendor: str, waited: Waited) -> None:
        """See the port."""
        if waited.seconds > 0:
            self._metrics.quota_wait_seconds.labels(vendor, waited.reason).observe(waited.seconds)
        for quota, share in waited.shares.items():
            self._metrics.quota_share.labels(vendor, quota).observe(share)

    def no_turn(self, vendor: str, waited: Waited) -> None:
        """See the port."""
        self._metrics.quota_wait_seconds.labels(vendor, waited.reason).observe(waited.seconds)
        self._metrics.quota_refusals.labels(vendor, waited.reason).inc()


def outcome_of(status: int | None) -> str:
    """What became of a request: a class of statuses, 429 by itself, or `lost` where no answer came."""
    if status is None:
        return "lost"
    if status == _TOO_MANY:
        return str(_TOO_MANY)
    return f"{status // 100}xx" if 200 <= status < 600 else "other"
