"""The line that comes with every request, written at once.

It is what the processors of `adapters.observability.logs` would make of it, without their going through it: all of its
words are ours, but for two that are looked at here.
"""

import logging
import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
import structlog

from adapters.observability.scrubbing import scrub_text

WRITTEN = "written"
"""What marks a record whose message is the whole line."""

_SAMPLE = "00000000-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_process: str | None = None


def write_for(process: str | None) -> None:
    """Lines are those of the process of that name from now on. Without one they go the long way."""
    global _process  # noqa: PLW0603 - as logging itself, one for the process
    _process = process


class Requests:
    """Lines about requests."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._logger = logging.getLogger(name)

    def answered(
        self, method: str, path: str, route: str, status: int, seconds: float, request_id: str, company_id: str | None
    ) -> None:
        """One line. `path` has the route's own words and identities alone; whether there could be a secret among them
        is asked once for each route.
        """
        if _process is not None and not self._logger.isEnabledFor(logging.INFO):
            return
        told: dict[str, Any] = {
            "method": method if method in _METHODS else scrub_text(method),
            "path": path if _harmless(route) else scrub_text(path),
            "status": status,
            "seconds": round(seconds, 4),
            "request_id": scrub_text(request_id),
            "company_id": company_id,
        }
        if _process is None:
            structlog.stdlib.get_logger(self._name).info("answered", **told)
            return
        now = time.time()
        told |= {
            "event": "answered",
            "level": "info",
            "logger": self._name,
            "timestamp": moment(now),
            "process": _process,
        }
        self._logger.handle(Line(self._name, now, msgspec.json.encode(told).decode()))


class Line(logging.LogRecord):
    """A record without what `logging` finds out for each about the thread, the task and the code that it comes from:
    a line says nothing of them.
    """

    def __init__(self, name: str, now: float, line: str) -> None:
        self.__dict__.update(_USUAL, name=name, msg=line, created=now, msecs=now % 1 * 1000)


_UNKNOWN = ("thread", "threadName", "process", "processName")
_USUAL = {
    **vars(logging.LogRecord("", logging.INFO, "", 0, "", None, None)),
    **dict.fromkeys(_UNKNOWN),
    WRITTEN: True,
}


def moment(now: float) -> str:
    """As structlog's TimeStamper writes it."""
    second = int(now)
    return f"{_second(second)}.{int((now - second) * 1e6):06}Z"


@lru_cache(maxsize=2)
def _second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).replace(tzinfo=None).isoformat()


@lru_cache(maxsize=1024)
def _harmless(route: str) -> bool:
    steps = [_SAMPLE if step.startswith("{") else step for step in route.split("/")]
    path = "/".join(steps)
    return scrub_text(path) == path
