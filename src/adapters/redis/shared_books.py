"""Books that a script keeps on the server: calling it, and noticing when the server is lost and when it is back."""

import asyncio
import logging
import time
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

_CALLS = 8
"""Calls at once. More would not be answered sooner, and each takes a connection."""

_LOST = (RedisError, OSError)  # TimeoutError is an OSError

ResultT = TypeVar("ResultT")

_log = logging.getLogger(__name__)


class SharedBooks:
    """What budgets over Redis have in common.

    `whose` names the budgets in the log. A call takes at most `patience` seconds; after one that failed the server is
    left alone for `retry_after` seconds, and each process keeps to a quarter.
    """

    def __init__(self, client: Redis, script: str, whose: str, retry_after: float, patience: float) -> None:
        self._client = client
        self._script = client.register_script(script)
        self._whose = whose
        self._retry_after = retry_after
        self._patience = patience
        self._lost_until = 0.0
        self._lost = False
        self._under_way: set[asyncio.Task[Any]] = set()
        self._calls = asyncio.Semaphore(_CALLS)

    async def close(self) -> None:
        """Waits until everything is told."""
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    def _reachable(self) -> bool:
        return time.monotonic() >= self._lost_until

    async def _run(self, keys: Sequence[str], arguments: Sequence[str | int]) -> list[int] | None:
        """The script's answer; None when the server is lost."""
        try:
            async with self._calls, asyncio.timeout(self._patience):
                told: list[int] = await self._script(keys=keys, args=arguments)
        except _LOST as lost:
            self._note_loss(lost)
            return None
        if self._lost:
            self._lost = False
            _log.warning("Redis is back: %s are shared again", self._whose)
        return told

    async def _forget(self, key: str, field: str) -> None:
        """Removes a field of a hash."""
        try:
            async with self._calls, asyncio.timeout(self._patience):
                await self._client.hdel(key, field)
        except _LOST as lost:
            self._note_loss(lost)

    def _note_loss(self, lost: Exception) -> None:
        self._lost_until = time.monotonic() + self._retry_after
        if not self._lost:
            self._lost = True
            _log.warning("Redis is lost: each process keeps to a quarter of %s (%s)", self._whose, type(lost).__name__)

    def _later(self, work: Coroutine[Any, Any, ResultT]) -> asyncio.Task[ResultT]:
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task
