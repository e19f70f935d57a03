"""What is done around every message: a span, a log line, counting, a report of what nobody foresaw."""

import logging
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from uuid import UUID

import structlog
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind

from adapters.observability.context import COMPANY_ID, TASK_ID, logged_with
from adapters.observability.metrics import Metrics
from adapters.observability.reports import report
from adapters.observability.tracing import left_out, opened, roomy, spoil
from application.bus import Behaviour, Next
from application.exports.commands.cancel_task import CancelTask
from application.exports.run_command import RunExport
from application.messages import Message, Outcome, Query, SystemQuery
from domain.exports.task import TaskState
from domain.shared.errors import SkladSheetsError, VendorFailed

_LOG = structlog.stdlib.get_logger("application")
_NONE = nullcontext(trace.INVALID_SPAN)
_DEBUGGED = logging.getLogger("application")
FREQUENT = frozenset(
    {
        "RelayOutbox",
        "BookDueExports",
        "RecoverTasks",
        "PurgeExpired",
        "KeepDeliveries",
        "InterpretDeliveries",
        "BookFollowUps",
        "BookTendings",
        "NoticeOutage",
        "SeeBacklog",
        "DispatchRuns",
        "MakeRoom",
        "ReportForWork",
        "BeginRequest",
        "HoldRequest",
        "KeepAnswer",
        "ReleaseRequest",
    }
)
"""Messages that come many times a minute and are worth a line only when something came of them, and a span only as a
part of something else.
"""

_KEEPING = "webhooks.keep"
"""The command that keeps what MoySklad delivers. It answers, for each delivery, a word of few and whose it was."""


async def observed(message: Message[Any], next_: Next) -> Any:
    """One span and one log line for the message, both with the identities that it bears, neither with its fields."""
    name = type(message).__name__
    with logged_with(**_identities(message)), _spanned(name) as span:
        started = time.perf_counter()
        try:
            result = await next_()
        except SkladSheetsError as error:
            _tell(name, started, error)
            raise
        except Exception as unforeseen:
            report(unforeseen, message=name, seconds=_since(started))
            raise
        if isinstance(result, UUID):
            span.set_attribute("made", str(result))
        if name not in FREQUENT or (isinstance(result, int) and result):
            if isinstance(message, Query | SystemQuery):
                if _DEBUGGED.isEnabledFor(logging.DEBUG):
                    _LOG.debug("handled", message=name, seconds=_since(started))
                return result
            told = _outcome(result)
            getattr(_LOG, "warning" if told.get("error") else "info")(
                "handled", message=name, seconds=_since(started), **told
            )
        return result


def counted(metrics: Metrics) -> Behaviour:
    """A behaviour that counts messages and times them, and tells what became of runs."""

    async def count(message: Message[Any], next_: Next) -> Any:
        name, started, outcome = _label(message), time.perf_counter(), "failed"
        try:
            result = await next_()
            outcome = "done"
        except SkladSheetsError:
            outcome = "refused"
            raise
        finally:
            seconds = time.perf_counter() - started
            metrics.dealt_with(name, outcome, seconds)
            if outcome == "failed" and isinstance(message, RunExport):
                metrics.ended("unforeseen", None, seconds)
        if isinstance(message, RunExport):
            metrics.ended(result.state.replace(" ", "_"), result.error, seconds)
        elif name == _KEEPING:
            for receipt, _ in result:
                metrics.webhook(str(receipt.value))
        elif isinstance(message, CancelTask):
            metrics.ended(TaskState.CANCELLED, None, 0.0)
        return result

    return count


def _identities(message: Message[Any]) -> dict[str, str]:
    named = {}
    for name in (COMPANY_ID, TASK_ID):
        value = getattr(message, name, None)
        if value is not None:
            named[name] = str(value)
    return named


def _spanned(name: str) -> AbstractContextManager[Span]:
    present = trace.get_current_span()
    if left_out(present):
        return _NONE
    parent = present.get_span_context()
    if name in FREQUENT and not parent.is_valid:
        return _NONE
    return _kept(name, SpanKind.CONSUMER if parent.is_remote else SpanKind.INTERNAL)


@contextmanager
def _kept(name: str, kind: SpanKind) -> Iterator[Span]:
    with roomy() as room, opened(name, kind) as span:
        try:
            yield span
        except BaseException as failed:
            spoil(span, failed)
            raise
        finally:
            if room.left_out:
                span.set_attribute("spans_left_out", room.left_out)


def _label(message: Message[Any]) -> str:
    """The tag of a message that has one of its own, else its name."""
    tag = type(message).__struct_config__.tag
    return tag if isinstance(tag, str) else type(message).__name__


def _outcome(result: Any) -> dict[str, str | None]:
    return {"outcome": result.state, "error": result.error} if isinstance(result, Outcome) else {}


def _tell(name: str, started: float, error: SkladSheetsError) -> None:
    level = "warning" if isinstance(error, VendorFailed) else "info"
    getattr(_LOG, level)("refused", message=name, error=error.code, details=error.details, seconds=_since(started))


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 4)
