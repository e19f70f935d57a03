"""MoySklad's budgets, spent together by all processes that use one server."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from application.connections.errands import Errand, Reply
from application.connections.ledger import Ledger
from application.connections.limits import (
    HEAD_START,
    KEEP,
    LONGEST_CLOSURE,
    NARROW,
    PUBLISHED_UNITS,
    SECOND,
    VendorLimits,
)
from application.connections.ports import Heard
from application.connections.turns import QueuedBudgets

_SCRIPT = Path(__file__).with_name("turns.lua").read_text(encoding="utf-8")
_SERVERS_CLOCK = 0
_CALLS = 8
"""Calls at once. More would not be answered sooner, and each takes a connection."""

_LOST = (RedisError, OSError)  # TimeoutError is an OSError

ResultT = TypeVar("ResultT")

_log = logging.getLogger(__name__)


class RedisBudgets(QueuedBudgets):
    """See application.connections.ports.VendorBudgets. One script call when a turn is free, one afterwards that nobody
    waits for. The keys of one account share a hash tag, so that a cluster keeps them together.

    While the server is lost, each process spends a quarter of the window, one request at a time, and says so once: with
    more than four processes, or in the first seconds, MoySklad may refuse a turn, which is then waited out. The server
    is tried again after `retry_after` seconds.
    """

    def __init__(
        self,
        client: Redis,
        limits: VendorLimits | None = None,
        prefix: str = "moysklad:",
        retry_after: float = 5.0,
        patience: float = 2.0,
    ) -> None:
        super().__init__(limits or VendorLimits())
        self._script = client.register_script(_SCRIPT)
        self._prefix = prefix
        self._retry_after = retry_after
        self._patience = patience
        self._settings = _settings(self._limits)
        self._alone = Ledger(self._limits.cautious())
        self._granted_alone: set[str] = set()
        self._waiting_alone: dict[str, int] = {}
        self._lost_until = 0.0
        self._lost = False
        self._under_way: set[asyncio.Task[Any]] = set()
        self._calls = asyncio.Semaphore(_CALLS)

    async def close(self) -> None:
        """Waits until every slot is given back."""
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _ask(self, errand: Errand, since: int) -> Reply:
        if time.monotonic() >= self._lost_until:
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
        return self._ask_alone(errand)._replace(since=since)

    async def _ask_server(self, errand: Errand, since: int) -> Reply | None:
        told = await self._call("ask", errand, HEAD_START[errand.urgency], since, int(errand.put))
        if told is None:
            return None
        verdict, wait, began, cost, moment, probes, closed, crowded = told
        return Reply(verdict > 0, verdict < 0, wait, began, cost, moment, probes, closed, bool(crowded))

    async def _undo(self, errand: Errand, asking: asyncio.Task[Reply | None]) -> None:
        reply = await asking
        if reply is not None and reply.granted:
            await self._give_back(errand, reply, None)
        else:
            await self._left(errand)

    def _ask_alone(self, errand: Errand) -> Reply:
        """The two clocks differ, so a place in one queue says nothing in the other."""
        reply = self._alone.ask(errand, self._waiting_alone.get(errand.id, 0), _now())
        self._waiting_alone[errand.id] = reply.since
        if reply.granted:
            del self._waiting_alone[errand.id]
            self._granted_alone.add(errand.id)
        return reply

    def _leave(self, errand: Errand) -> None:
        self._alone.leave(errand)
        self._waiting_alone.pop(errand.id, None)
        if time.monotonic() >= self._lost_until:
            self._later(self._left(errand))

    async def _left(self, errand: Errand) -> None:
        try:
            async with self._calls, asyncio.timeout(self._patience):
                await self._script.registered_client.hdel(self._keys(errand)[4], errand.id)
        except _LOST as lost:
            self._note_loss(lost)

    def _renew(self, errand: Errand) -> None:
        if errand.id in self._granted_alone:
            self._alone.renew(errand, _now())
        else:
            self._later(self._call("renew", errand))

    def _settle(self, errand: Errand, granted: Reply, heard: Heard | None) -> None:
        if errand.id in self._granted_alone:
            self._granted_alone.discard(errand.id)
            self._alone.settle(errand, granted, heard, _now())
            self._freed(errand.credential)
        else:
            self._later(self._give_back(errand, granted, heard))

    async def _give_back(self, errand: Errand, granted: Reply, heard: Heard | None) -> None:
        outcome = heard or Heard()
        await self._call(
            "settle",
            errand,
            granted.cost,
            granted.moment,
            granted.probes,
            _told(outcome.limit),
            _told(outcome.remaining),
            _microseconds(outcome.window),
            _microseconds(outcome.retry_after),
            int(outcome.refused),
            -1 if heard is None else int(outcome.failing),
        )
        self._freed(errand.credential)

    async def _call(self, action: str, errand: Errand, *more: int) -> list[int] | None:
        """The script's answer; None when the server is lost."""
        arguments: list[str | int] = [action, errand.id, _SERVERS_CLOCK, errand.units, *self._settings, *more]
        try:
            async with self._calls, asyncio.timeout(self._patience):
                told: list[int] = await self._script(keys=self._keys(errand), args=arguments)
        except _LOST as lost:
            self._note_loss(lost)
            return None
        if self._lost:
            self._lost = False
            _log.warning("Redis is back: MoySklad's budgets are shared again")
        return told

    def _note_loss(self, lost: Exception) -> None:
        self._lost_until = time.monotonic() + self._retry_after
        if not self._lost:
            self._lost = True
            _log.warning(
                "Redis is lost: each process keeps to a quarter of MoySklad's budget (%s)", type(lost).__name__
            )

    def _keys(self, errand: Errand) -> list[str]:
        account = f"{self._prefix}{{{errand.account}}}"
        own = f"{account}:{errand.credential}"
        subject = f"{own}:{errand.subject}"
        return [
            f"{own}:book",
            f"{own}:log",
            f"{own}:flight",
            f"{account}:crowd",
            f"{own}:waiting",
            f"{subject}:halt",
            f"{subject}:failures",
            f"{own}:refusals",
            f"{own}:broken",
            f"{subject}:puts",
        ]

    def _later(self, work: Coroutine[Any, Any, ResultT]) -> asyncio.Task[ResultT]:
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task


def _settings(limits: VendorLimits) -> list[int]:
    """The script's arguments from the third on, in its order."""
    return [
        limits.units,
        *map(_microseconds, (limits.window, limits.guard, limits.transit)),
        limits.parallel,
        limits.account_parallel,
        limits.least_burst,
        *map(_microseconds, (limits.lease, limits.poll, limits.grace)),
        *map(_microseconds, (limits.breaker_window, limits.breaker_pause, limits.probe)),
        limits.refusals,
        limits.failures,
        limits.puts,
        KEEP,
        NARROW,
        LONGEST_CLOSURE,
        PUBLISHED_UNITS,
    ]


def _told(number: int | None) -> int:
    return -1 if number is None else number


def _microseconds(seconds: float | None) -> int:
    return -1 if seconds is None else round(seconds * SECOND)


def _now() -> int:
    return time.monotonic_ns() // 1000
