"""MoySklad's budgets, spent together by all processes that use one server."""

import asyncio
import time
from pathlib import Path

from redis.asyncio import Redis

from adapters.redis.shared_books import SharedBooks
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


class RedisBudgets(SharedBooks, QueuedBudgets):
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
        SharedBooks.__init__(self, client, _SCRIPT, "MoySklad's budgets", retry_after, patience)
        QueuedBudgets.__init__(self, limits or VendorLimits())
        self._prefix = prefix
        self._settings = _settings(self._limits)
        self._alone = Ledger(self._limits.cautious())
        self._granted_alone: set[str] = set()
        self._waiting_alone: dict[str, int] = {}

    async def _ask(self, errand: Errand, since: int) -> Reply:
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
        if self._reachable():
            self._later(self._left(errand))

    async def _left(self, errand: Errand) -> None:
        await self._forget(self._keys(errand)[4], errand.id)

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
        return await self._run(
            self._keys(errand), [action, errand.id, _SERVERS_CLOCK, errand.units, *self._settings, *more]
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
