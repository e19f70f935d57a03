"""Runs, seen from outside: a span for each piece of their work, and what they have come to."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.observability.metrics import Metrics
from adapters.observability.tracing import part
from application.exports.diary import RunPhase


class ObservedRuns:
    """See application.exports.diary.RunWatch."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    @contextmanager
    def phase(self, phase: RunPhase) -> Iterator[None]:
        """Requests for pages go out ahead of who waits for them, so that none is a part of that waiting."""
        began = time.perf_counter()
        try:
            with part(f"run.{phase}", current=phase is not RunPhase.FETCH):
                yield
        finally:
            self._metrics.run_phase_seconds.labels(phase).inc(time.perf_counter() - began)

    def wrote(self, rows: int) -> None:
        """See the port."""
        self._metrics.rows_written.inc(rows)
