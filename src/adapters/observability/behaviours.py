"""What is done around every message: a span, a log line, a report of what nobody foresaw."""

import time
from typing import Any

import structlog
from opentelemetry.trace import Status, StatusCode

from adapters.observability.context import COMPANY_ID, REQUEST_ID
from adapters.observability.reports import report
from adapters.observability.tracing import TRACER
from application.bus import Next
from application.messages import Message, Outcome, Query, SystemQuery
from domain.shared.errors import SkladSheetsError, VendorFailed

_LOG = structlog.stdlib.get_logger("application")
FREQUENT = frozenset(
    {
        "RelayOutbox",
        "BookDueExports",
        "RecoverTasks",
        "PurgeExpired",
        "Identify",
        "KeepDeliveries",
        "InterpretDeliveries",
        "BookFollowUps",
        "BookTendings",
        "NoticeOutage",
    }
)
"""Messages that come many times a minute and are worth a line only when something came of them."""


async def observed(message: Message[Any], next_: Next) -> Any:
    """One span and one log line for the message, both with company_id and request_id, neither with its fields."""
    name = type(message).__name__
    company_id = getattr(message, "company_id", None)
    known = {} if company_id is None else {COMPANY_ID: str(company_id)}
    with (
        structlog.contextvars.bound_contextvars(**known),
        TRACER.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as span,
    ):
        context = structlog.contextvars.get_contextvars()
        for attribute in (COMPANY_ID, REQUEST_ID):
            if context.get(attribute) is not None:
                span.set_attribute(attribute, str(context[attribute]))
        started = time.perf_counter()
        try:
            result = await next_()
        except SkladSheetsError as error:
            span.set_status(Status(StatusCode.ERROR, error.code))
            _tell(name, started, error)
            raise
        except Exception as unforeseen:
            span.set_status(Status(StatusCode.ERROR, type(unforeseen).__name__))
            report(unforeseen, message=name, seconds=_since(started))
            raise
        if name not in FREQUENT or (isinstance(result, int) and result):
            level = "debug" if isinstance(message, Query | SystemQuery) else "info"
            told = _outcome(result)
            getattr(_LOG, "warning" if told.get("error") else level)(
                "handled", message=name, seconds=_since(started), **told
            )
        return result


def _outcome(result: Any) -> dict[str, str | None]:
    return {"outcome": result.state, "error": result.error} if isinstance(result, Outcome) else {}


def _tell(name: str, started: float, error: SkladSheetsError) -> None:
    level = "warning" if isinstance(error, VendorFailed) else "info"
    getattr(_LOG, level)("refused", message=name, error=error.code, details=error.details, seconds=_since(started))


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 4)
