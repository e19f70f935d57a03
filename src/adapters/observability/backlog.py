"""How much waits and how fresh the sheets are: asked of the database when somebody looks, every few seconds at most."""

import threading
import time
from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from application.delivery.queries.see_backlog import Backlog

BOUNDS = (300.0, 900.0, 3600.0, 7200.0, 21600.0, 43200.0, 86400.0, 90000.0, 172800.0, 604800.0)
"""Seconds of freshness that are told apart."""

URGENCIES = ("interactive", "routine", "backfill")
_KEPT_SECONDS = 5.0

See = Callable[[], Backlog]
"""Asks the application, from any thread. May raise anything."""


class BacklogCollector(Collector):
    """What the whole installation has to do, shown by one process kind. While the database cannot be asked, only that
    is shown: an age that nobody knows is no age.
    """

    def __init__(self, see: See, seconds: Callable[[], float] = time.monotonic) -> None:
        self._see = see
        self._seconds = seconds
        self._lock = threading.Lock()
        self._asked_at: float | None = None
        self._seen: Backlog | None = None

    def describe(self) -> list[Metric]:
        """What there is, without asking anybody."""
        return [_up(reachable=True), *_Families().all()]

    def collect(self) -> Iterator[Metric]:
        """Several who look at once are told the same."""
        with self._lock:
            now = self._seconds()
            if self._asked_at is None or now - self._asked_at >= _KEPT_SECONDS:
                self._seen = self._ask()
                self._asked_at = now
            seen = self._seen
        yield _up(reachable=seen is not None)
        if seen is not None:
            yield from _Families().filled(seen)

    def _ask(self) -> Backlog | None:
        try:
            return self._see()
        except Exception:  # noqa: BLE001 - the behaviours around the question have reported it
            return None


class _Families:
    def __init__(self) -> None:
        self.oldest = GaugeMetricFamily(
            "skladsheets_waiting_task_age_seconds",
            "Since when the oldest task waits for a worker",
            labels=["urgency"],
        )
        self.waiting = GaugeMetricFamily(
            "skladsheets_waiting_tasks", "Tasks that a worker could begin", labels=["urgency"]
        )
        self.tasks = GaugeMetricFamily("skladsheets_unfinished_tasks", "Tasks that are not over", labels=["state"])
        self.outbox = GaugeMetricFamily("skladsheets_outbox_messages", "Messages to be sent", labels=["state"])
        self.outbox_age = GaugeMetricFamily(
            "skladsheets_outbox_age_seconds", "Since when the first message should have been sent"
        )
        self.queue = GaugeMetricFamily("skladsheets_queue_messages", "Messages for the workers", labels=["queue"])
        self.exports = GaugeMetricFamily("skladsheets_scheduled_exports", "Exports that could run by themselves")
        self.stale = GaugeMetricFamily("skladsheets_stale_exports", "Those staler than the target")
        self.freshness = HistogramMetricFamily(
            "skladsheets_export_freshness_seconds",
            "How long ago exports last showed their source, as they are now: a state, not a sum over time",
        )
        self.overdue = GaugeMetricFamily(
            "skladsheets_schedule_overdue_seconds", "Since when the first due export has not been dealt with"
        )

    def all(self) -> list[Metric]:
        return list(vars(self).values())

    def filled(self, seen: Backlog) -> list[Metric]:
        for urgency in URGENCIES:
            waiting = seen.waiting.get(urgency)
            self.oldest.add_metric([urgency], waiting.oldest if waiting else 0.0)
            self.waiting.add_metric([urgency], waiting.tasks if waiting else 0)
        for state, tasks in seen.tasks.items():
            self.tasks.add_metric([state], tasks)
        self.outbox.add_metric(["due"], seen.outbox.due)
        self.outbox.add_metric(["later"], seen.outbox.later)
        self.outbox_age.add_metric([], seen.outbox.oldest)
        for queue, messages in (seen.queues or {}).items():
            self.queue.add_metric([queue], messages)
        fresh = seen.freshness
        self.exports.add_metric([], fresh.exports)
        self.stale.add_metric([], fresh.stale)
        buckets = [(str(bound), float(within)) for bound, within in zip(BOUNDS, fresh.within, strict=True)]
        self.freshness.add_metric([], [*buckets, ("+Inf", float(fresh.exports))], fresh.seconds)
        self.overdue.add_metric([], seen.overdue)
        return self.all()


def _up(*, reachable: bool) -> GaugeMetricFamily:
    return GaugeMetricFamily(
        "skladsheets_database_up", "Whether PostgreSQL answers the scheduler", value=int(reachable)
    )
