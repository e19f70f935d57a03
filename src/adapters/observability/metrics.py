"""Everything that is counted, in the form that Prometheus reads.

A label's values come from lists that the code knows: routes, messages, codes, vendors, quotas. Nothing that a company,
a person or a vendor may choose is one, so that the number of series does not grow with companies.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from adapters.observability.codes import known_code

# When each series began is asked by nobody, and would make half as many series again.
disable_created_metrics()  # type: ignore[no-untyped-call]

_QUICK = (0.01, 0.05, 0.25, 1.0, 5.0)
_FEW = (0.05, 0.5, 5.0)
"""There are more messages than anything else that is timed."""

_CALLS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 190.0)
_RUNS = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 21600.0)
_WAITS = (0.05, 0.25, 1.0, 3.0, 10.0, 30.0)
_LAGS = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 3600.0)
_SHARES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0)

MetricT = TypeVar("MetricT", Counter, Histogram)
Pool = Callable[[], Mapping[str, int]]
"""How many connections to PostgreSQL are in each state."""


class Metrics:
    """One process's. Each has a registry of its own, so that tests do not count one another's."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._known: dict[tuple[Any, ...], Any] = {}
        PlatformCollector(registry=registry)
        ProcessCollector(registry=registry)
        self.http_requests = Counter(
            "skladsheets_http_requests", "HTTP requests answered", ("route", "status"), registry=registry
        )
        self.http_seconds = Histogram(
            "skladsheets_http_request_seconds", "How long answers took", ("route",), buckets=_QUICK, registry=registry
        )
        self.messages = Counter(
            "skladsheets_messages", "Commands and queries dealt with", ("message", "outcome"), registry=registry
        )
        self.message_seconds = Histogram(
            "skladsheets_message_seconds", "How long they took", ("message",), buckets=_FEW, registry=registry
        )
        self.runs = Counter(
            "skladsheets_runs", "Attempts at runs that ended, by what became of them", ("outcome", "code"),
            registry=registry,
        )  # fmt: skip
        self.run_seconds = Histogram(
            "skladsheets_run_seconds", "How long attempts took", ("outcome",), buckets=_RUNS, registry=registry
        )
        self.run_phase_seconds = Counter(
            "skladsheets_run_phase_seconds", "Seconds that runs spent on each kind of work", ("phase",),
            registry=registry,
        )  # fmt: skip
        self.rows_written = Counter("skladsheets_rows_written", "Rows written into sheets", registry=registry)
        self.vendor_requests = Counter(
            "skladsheets_vendor_requests", "Requests to vendors, by what they answered", ("vendor", "outcome"),
            registry=registry,
        )  # fmt: skip
        self.vendor_seconds = Histogram(
            "skladsheets_vendor_request_seconds", "How long vendors took", ("vendor",), buckets=_CALLS,
            registry=registry,
        )  # fmt: skip
        self.quota_wait_seconds = Histogram(
            "skladsheets_quota_wait_seconds", "Turns that had to be waited for", ("vendor", "reason"), buckets=_WAITS,
            registry=registry,
        )  # fmt: skip
        self.quota_refusals = Counter(
            "skladsheets_quota_refusals", "Turns that did not come in time", ("vendor", "reason"), registry=registry
        )
        self.quota_share = Histogram(
            "skladsheets_quota_share", "How much of a quota was spent when a turn was given", ("vendor", "quota"),
            buckets=_SHARES, registry=registry,
        )  # fmt: skip
        self.schedule_lag_seconds = Histogram(
            "skladsheets_schedule_lag_seconds", "How late due exports were found", buckets=_LAGS, registry=registry
        )
        self.webhook_deliveries = Counter(
            "skladsheets_webhook_deliveries", "Webhooks that MoySklad delivered", ("outcome",), registry=registry
        )
        self.webhook_delivered_at = Gauge(
            "skladsheets_webhook_last_delivery_timestamp_seconds", "When the last one came", registry=registry
        )

    def answered(self, route: str, status: int, seconds: float) -> None:
        """An HTTP request was answered. `route` is a template, never a path."""
        self._series(self.http_requests, route, f"{status // 100}xx").inc()
        self._series(self.http_seconds, route).observe(seconds)

    def dealt_with(self, message: str, outcome: str, seconds: float) -> None:
        """A command or query was dealt with. `outcome` is done, refused or failed."""
        self._series(self.messages, message, outcome).inc()
        self._series(self.message_seconds, message).observe(seconds)

    def ended(self, outcome: str, code: str | None, seconds: float) -> None:
        """An attempt at a run is over."""
        self.runs.labels(outcome, known_code(code)).inc()
        self.run_seconds.labels(outcome).observe(seconds)

    def webhook(self, outcome: str) -> None:
        """MoySklad delivered a webhook. `outcome` is one word of few: taken, repeated, refused, unknown."""
        self.webhook_deliveries.labels(outcome).inc()
        self.webhook_delivered_at.set(time.time())

    def _series(self, metric: MetricT, *labels: str) -> MetricT:
        """One series of the metric. The library checks labels anew and takes a lock each time that it is asked for it;
        there are few, and they stay.
        """
        known = self._known.get((id(metric), *labels))
        if known is None:
            known = self._known[id(metric), *labels] = metric.labels(*labels)
        return known

    def watch_pool(self, pool: Pool) -> None:
        """Shows the process's connections to PostgreSQL, each time that somebody looks."""
        self.registry.register(_PoolCollector(pool))

    def watch(self, collector: Collector) -> None:
        """Shows what that collector finds, each time that somebody looks."""
        self.registry.register(collector)


class _PoolCollector(Collector):
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def describe(self) -> list[GaugeMetricFamily]:
        return [self._family()]

    def collect(self) -> list[GaugeMetricFamily]:
        family = self._family()
        for state, connections in self._pool().items():
            family.add_metric([state], connections)
        return [family]

    @staticmethod
    def _family() -> GaugeMetricFamily:
        return GaugeMetricFamily(
            "skladsheets_database_connections", "Connections to PostgreSQL by state", labels=["state"]
        )
