"""The line that comes with every request, written at once.

It is what the processors of `adapters.observability.logs` would make of it, without their going through it: all of its
words are ours, but for two that are looked at here.
"""

import logging
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
        told |= {
            "event": "answered",
            "level": "info",
            "logger": self._name,
            "timestamp": f"{datetime.now(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z",
            "process": _process,
        }
        record = logging.LogRecord(self._name, logging.INFO, "", 0, msgspec.json.encode(told).decode(), None, None)
        setattr(record, WRITTEN, True)
        self._logger.handle(record)


@lru_cache(maxsize=1024)
def _harmless(route: str) -> bool:
    steps = [_SAMPLE if step.startswith("{") else step for step in route.split("/")]
    path = "/".join(steps)
    return scrub_text(path) == path
