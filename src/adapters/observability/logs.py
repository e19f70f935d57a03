"""JSON logs, one object a line, each with company_id and request_id."""

import logging
import sys
import threading
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import msgspec
import structlog

from adapters.observability.context import COMPANY_ID, REQUEST_ID
from adapters.observability.scrubbing import scrub, scrub_trace
from adapters.observability.written import WRITTEN, write_for

_PROCESS = "process"
_QUIET = ("httpx", "httpcore", "aiohttp", "asyncio", "dramatiq", "sqlalchemy", "alembic", "uvicorn.access")


def configure_logs(process: str, level: str = "INFO") -> None:
    """Sends everything, our own events and the libraries', to standard output as JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _named(process),
        _scrubbed,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        _Formatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _json],
        )
    )
    write_for(process)
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # no line tells of them
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger(_PROCESS).setLevel(logging.INFO)  # told at every level: supervisors wait for these lines
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "litestar"):
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        return str(record.msg) if WRITTEN in record.__dict__ else super().format(record)


def _named(process: str) -> Any:
    def add(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["process"] = process
        event.setdefault(COMPANY_ID, None)
        event.setdefault(REQUEST_ID, None)
        return event

    return add


def _scrubbed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if isinstance(event.get("exception"), str):
        event["exception"] = scrub_trace(event["exception"])
    kept = {name: value for name, value in event.items() if name.startswith("_") or name == "exc_info"}
    return {**scrub({name: value for name, value in event.items() if name not in kept}), **kept}


def _json(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    return msgspec.json.encode(event, enc_hook=repr).decode()


def announce(event: str) -> None:
    """A line about the process itself."""
    structlog.stdlib.get_logger(_PROCESS).info(event)


def refuse(code: str, **details: str | int) -> None:
    """A line about why the process does not start."""
    structlog.stdlib.get_logger(_PROCESS).error("refused to start", error=code, details=details)


def log_crashes() -> None:
    """What ends the process or one of its threads becomes a line like all others, in which nothing is quoted, instead
    of a bare traceback on standard error.
    """

    def ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            structlog.stdlib.get_logger(_PROCESS).critical("crashed", exc_info=(kind, error, trace))

    def thread_ended(told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None and not issubclass(told.exc_type, SystemExit):
            ended(told.exc_type, told.exc_value, told.exc_traceback)

    sys.excepthook = ended
    threading.excepthook = thread_ended
