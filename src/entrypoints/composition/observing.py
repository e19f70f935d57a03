"""What lets a process be watched."""

from adapters.observability.listening import MetricsAddressTaken, serve_metrics
from adapters.observability.logs import configure_logs
from adapters.observability.metrics import Metrics
from adapters.observability.reports import configure_reports
from adapters.observability.tracing import configure_tracing, otlp
from entrypoints.settings import Settings


def observe(settings: Settings, process: str) -> Metrics:
    """Logs, traces, error reports and metrics of the process of that name. Ends it where the address that metrics are
    to be served at is taken.
    """
    configure_logs(process, settings.log_level)
    configure_tracing(process, otlp(settings.traces_url), settings.watch.traces_share)
    configure_reports(settings.sentry_dsn, process)
    metrics = Metrics()
    if settings.watch.metrics_port:
        try:
            serve_metrics(metrics, settings.watch.metrics_host, settings.watch.metrics_port)
        except MetricsAddressTaken as taken:
            raise SystemExit(str(taken)) from taken
    return metrics
