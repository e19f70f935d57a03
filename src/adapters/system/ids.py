"""Identities and unguessable tokens."""

import secrets
import threading
import time
from collections.abc import Callable
from uuid import UUID

_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62
_LOW_BITS = 62
_COUNTED_BITS = 74
_STEP_BITS = 32
_TOKEN_BYTES = 32


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000


class SystemIds:
    """UUIDs of version 7 that never go backwards within a process, and tokens of 256 random bits.

    The 74 bits after the time are random; within one millisecond, and while the clock stands behind, they grow by a
    random step instead (RFC 9562, 6.2, method 2). Safe to share between threads.
    """

    def __init__(self, milliseconds: Callable[[], int] = _milliseconds) -> None:
        self._milliseconds = milliseconds
        self._lock = threading.Lock()
        self._last_time = -1
        self._last_counted = 0

    def new(self) -> UUID:
        """Greater than every one before it."""
        with self._lock:
            moment = self._milliseconds()
            if moment > self._last_time:
                self._start(moment)
            else:
                self._last_counted += 1 + secrets.randbits(_STEP_BITS)
                if self._last_counted >> _COUNTED_BITS:
                    self._start(self._last_time + 1)
            return _uuid(self._last_time, self._last_counted)

    def token(self) -> str:
        """43 characters of the URL-safe alphabet."""
        return secrets.token_urlsafe(_TOKEN_BYTES)

    def _start(self, moment: int) -> None:
        self._last_time = moment
        self._last_counted = secrets.randbits(_COUNTED_BITS)


def _uuid(moment: int, counted: int) -> UUID:
    high, low = counted >> _LOW_BITS, counted & ((1 << _LOW_BITS) - 1)
    return UUID(int=moment << 80 | _VERSION | high << 64 | _VARIANT | low)
