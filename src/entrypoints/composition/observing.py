"""What lets a process be watched."""

from adapters.observability.logs import configure_logs
from adapters.observability.reports import configure_reports
from adapters.observability.tracing import configure_tracing, otlp
from entrypoints.settings import Settings


def observe(settings: Settings, process: str) -> None:
    """Logs, traces and error reports of the process of that name."""
    configure_logs(process, settings.log_level)
    configure_tracing(process, otlp(settings.traces_url))
    configure_reports(settings.sentry_dsn, process)
