"""MoySklad's budgets, spent together by all processes that use one server."""

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
from application.connections.queueing import monotonic
from application.connections.turns import QueuedBudgets

_SCRIPT = Path(__file__).with_name("turns.lua").read_text(encoding="utf-8")
_SERVERS_CLOCK = 0


class RedisBudgets(SharedBooks[Errand, Reply], QueuedBudgets):
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
        QueuedBudgets.__init__(self, limits or VendorLimits())
        self._alone = Ledger(self._limits.cautious())
        SharedBooks.__init__(self, client, _SCRIPT, "MoySklad's budgets", self._alone, retry_after, patience)
        self._prefix = prefix
        self._settings = _settings(self._limits)

    async def _ask_server(self, errand: Errand, since: int) -> Reply | None:
        told = await self._call("ask", errand, HEAD_START[errand.urgency], since, int(errand.put))
        if told is None:
            return None
        verdict, wait, began, cost, moment, probes, closed, crowded, used = told
        return Reply(verdict > 0, verdict < 0, wait, began, cost, moment, probes, closed, bool(crowded), used)

    async def _unused(self, errand: Errand, granted: Reply) -> None:
        await self._give_back(errand, granted, None)

    def _queue(self, errand: Errand) -> str:
        return self._keys(errand)[4]

    def _renew(self, errand: Errand) -> None:
        if errand.id in self._granted_alone:
            self._alone.renew(errand, monotonic())
        else:
            self._later(self._call("renew", errand))

    def _settle(self, errand: Errand, granted: Reply, heard: Heard | None) -> None:
        if errand.id in self._granted_alone:
            self._granted_alone.discard(errand.id)
            self._alone.settle(errand, granted, heard, monotonic())
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
