"""What lets a process be watched."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.observability.listening import MetricsAddressTaken, serve_metrics
from adapters.observability.logs import configure_logs, log_crashes, refuse
from adapters.observability.metrics import Metrics
from adapters.observability.reports import configure_reports
from adapters.observability.tracing import configure_tracing, otlp
from adapters.wording.catalogue import words
from domain.shared.errors import SkladSheetsError
from entrypoints.settings import Settings

REFUSED_EXIT = 2


def observe(settings: Settings, process: str) -> Metrics:
    """Logs, traces, error reports and metrics of the process of that name. Ends it where the address that metrics are
    to be served at is taken.
    """
    configure_logs(process, settings.log_level)
    log_crashes()
    configure_tracing(process, otlp(settings.traces_url), settings.watch.traces_share)
    configure_reports(settings.sentry_dsn, process)
    metrics = Metrics()
    if settings.watch.metrics_port:
        try:
            serve_metrics(metrics, settings.watch.metrics_host, settings.watch.metrics_port)
        except MetricsAddressTaken as taken:
            raise SystemExit(str(taken)) from taken
    return metrics


@contextmanager
def refusals_told() -> Iterator[None]:
    """Ends the process with 2 where the application refuses to start: a line of the log has the code, and standard
    error says in both languages what to do.
    """
    try:
        yield
    except SkladSheetsError as refused:
        told = words(refused.code, refused.details)
        refuse(refused.code, **refused.details)
        print(*(f"{text.title}. {text.action}" for text in (told.ru, told.en)), sep="\n", file=sys.stderr)  # noqa: T201
        raise SystemExit(REFUSED_EXIT) from None
