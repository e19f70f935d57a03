"""Books that a script keeps on the server: calling it, and noticing when the server is lost and when it is back."""

import asyncio
import logging
import time
from abc import abstractmethod
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from application.connections.queueing import ErrandT, Queue, ToldT, monotonic

_CALLS = 8
"""Calls at once. More would not be answered sooner, and each takes a connection."""

_LOST = (RedisError, OSError)  # TimeoutError is an OSError

ResultT = TypeVar("ResultT")
AskingT_contra = TypeVar("AskingT_contra", contravariant=True)
AnswerT_co = TypeVar("AnswerT_co", covariant=True)

_log = logging.getLogger(__name__)


class OwnBooks(Protocol[AskingT_contra, AnswerT_co]):
    """Books of this process."""

    def ask(self, errand: AskingT_contra, since: int, now: int) -> AnswerT_co: ...

    def leave(self, errand: AskingT_contra) -> None: ...


class SharedBooks(Queue[ErrandT, ToldT]):
    """What budgets over Redis have in common: the script is asked, and the books `alone` while the server is lost.

    `whose` names the budgets in the log. A call takes at most `patience` seconds; after one that failed the server is
    left alone for `retry_after` seconds, and each process keeps to a quarter.
    """

    def __init__(
        self,
        client: Redis,
        script: str,
        whose: str,
        alone: OwnBooks[ErrandT, ToldT],
        retry_after: float,
        patience: float,
    ) -> None:
        self._client = client
        self._script = client.register_script(script)
        self._whose = whose
        self._retry_after = retry_after
        self._patience = patience
        self._lost_until = 0.0
        self._lost = False
        self._under_way: set[asyncio.Task[Any]] = set()
        self._calls = asyncio.Semaphore(_CALLS)
        self._books_alone = alone
        self._granted_alone: set[str] = set()
        self._waiting_alone: dict[str, int] = {}

    async def close(self) -> None:
        """Waits until everything is told."""
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    @abstractmethod
    async def _ask_server(self, errand: ErrandT, since: int) -> ToldT | None:
        """What the script says; None when the server is lost."""

    @abstractmethod
    def _queue(self, errand: ErrandT) -> str:
        """The key of the hash in which places in the queue are kept."""

    async def _unused(self, errand: ErrandT, granted: ToldT) -> None:
        """A turn was granted to somebody who does not want it any more. It counts as spent unless it is given back."""

    async def _ask(self, errand: ErrandT, since: int) -> ToldT:
        if self._reachable():
            # A call of its own: one that is broken off would cost its connection, and a turn that it may have got.
            asking = self._later(self._ask_server(errand, since))
            try:
                reply = await asyncio.shield(asking)
            except asyncio.CancelledError:
                self._later(self._undo(errand, asking))
                raise
            if reply is not None:
                self._waiting_alone.pop(errand.id, None)
                return reply
        return self._ask_alone(errand).at(since)

    async def _undo(self, errand: ErrandT, asking: asyncio.Task[ToldT | None]) -> None:
        reply = await asking
        if reply is not None and reply.granted:
            await self._unused(errand, reply)
        else:
            await self._left(errand)

    def _ask_alone(self, errand: ErrandT) -> ToldT:
        """The two clocks differ, so a place in one queue says nothing in the other."""
        reply = self._books_alone.ask(errand, self._waiting_alone.get(errand.id, 0), monotonic())
        self._waiting_alone[errand.id] = reply.since
        if reply.granted:
            del self._waiting_alone[errand.id]
            self._granted_alone.add(errand.id)
        return reply

    def _leave(self, errand: ErrandT) -> None:
        self._books_alone.leave(errand)
        self._waiting_alone.pop(errand.id, None)
        if self._reachable():
            self._later(self._left(errand))

    async def _left(self, errand: ErrandT) -> None:
        await self._forget(self._queue(errand), errand.id)

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
