"""Waiting for a turn: the same over every kind of books."""

import asyncio
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from application.connections.errands import Errand, Reply, nap
from application.connections.ledger import Ledger
from application.connections.limits import HEAD_START, SECOND, VendorLimits
from application.connections.ports import Heard, Turn, Urgency
from domain.connections.moysklad import MoySkladPaused
from domain.shared.errors import VendorBusy

_SHORTEST_WAIT = 0.001
_BUSY_REASON = "budget"
_PAUSED_REASON = "failures"


@dataclass(slots=True, eq=False)
class _Sleeper:
    order: tuple[int, str]
    woken: asyncio.Future[None]


class QueuedBudgets(ABC):
    """See application.connections.ports.VendorBudgets. Whoever waits holds no slot, only a place in the queue."""

    def __init__(self, limits: VendorLimits) -> None:
        self._limits = limits
        self._sleepers: dict[str, list[_Sleeper]] = {}
        self._renewals: dict[str, asyncio.TimerHandle] = {}

    @asynccontextmanager
    async def turn(
        self,
        credential: str,
        account: str,
        units: int,
        urgency: Urgency,
        *,
        subject: str = "",
        put: bool = False,
        patience: float = 30.0,
    ) -> AsyncIterator[Turn]:
        """See application.connections.ports.VendorBudgets."""
        errand = Errand(secrets.token_hex(8), credential, account, units, urgency, subject, put)
        granted = await self._wait(errand, patience)
        turn = Turn()
        beat = self._limits.lease / 3
        self._renewals[errand.id] = asyncio.get_running_loop().call_later(beat, self._keep, errand, beat)
        try:
            yield turn
        finally:
            self._renewals.pop(errand.id).cancel()
            self._settle(errand, granted, turn.heard)

    @abstractmethod
    async def _ask(self, errand: Errand, since: int) -> Reply:
        """One look into the books."""

    @abstractmethod
    def _leave(self, errand: Errand) -> None:
        """Gives up the place in the queue."""

    @abstractmethod
    def _renew(self, errand: Errand) -> None:
        """Prolongs the hold of the slot."""

    @abstractmethod
    def _settle(self, errand: Errand, granted: Reply, heard: Heard | None) -> None:
        """Gives the slot back and passes on what was heard; calls `_freed` when the books say so."""

    def _freed(self, credential: str) -> None:
        """Wakes the one in this process whose turn it is to take the slot that became free."""
        sleepers = [one for one in self._sleepers.get(credential, ()) if not one.woken.done()]
        if sleepers:
            min(sleepers, key=lambda one: one.order).woken.set_result(None)

    async def _wait(self, errand: Errand, patience: float) -> Reply:
        deadline = time.monotonic() + patience
        since = 0
        try:
            while True:
                reply = await self._ask(errand, since)
                if reply.granted:
                    return reply
                since, left = reply.since, deadline - time.monotonic()
                _check(reply, left)
                await self._sleep(errand, reply, left)
        except BaseException:
            # Whoever is cancelled here must not block those behind until the place lapses by itself.
            self._leave(errand)
            raise

    async def _sleep(self, errand: Errand, reply: Reply, longest: float) -> None:
        wait = min(max(nap(reply.wait) / SECOND, _SHORTEST_WAIT), longest)
        if not reply.crowded:
            await asyncio.sleep(wait)
            return
        sleeper = _Sleeper(
            (reply.since + HEAD_START[errand.urgency], errand.id), asyncio.get_running_loop().create_future()
        )
        sleepers = self._sleepers.setdefault(errand.credential, [])
        sleepers.append(sleeper)
        try:
            await asyncio.wait({sleeper.woken}, timeout=wait)
        finally:
            sleeper.woken.cancel()
            sleepers.remove(sleeper)
            if not sleepers:
                self._sleepers.pop(errand.credential, None)

    def _keep(self, errand: Errand, beat: float) -> None:
        self._renew(errand)
        self._renewals[errand.id] = asyncio.get_running_loop().call_later(beat, self._keep, errand, beat)


class InProcessBudgets(QueuedBudgets):
    """Budgets that only this process spends, on its own clock."""

    def __init__(self, limits: VendorLimits | None = None) -> None:
        super().__init__(limits or VendorLimits())
        self._ledger = Ledger(self._limits)

    async def _ask(self, errand: Errand, since: int) -> Reply:
        return self._ledger.ask(errand, since, _now())

    def _leave(self, errand: Errand) -> None:
        self._ledger.leave(errand)

    def _renew(self, errand: Errand) -> None:
        self._ledger.renew(errand, _now())

    def _settle(self, errand: Errand, granted: Reply, heard: Heard | None) -> None:
        self._ledger.settle(errand, granted, heard, _now())
        self._freed(errand.credential)


def _check(reply: Reply, left: float) -> None:
    """Raises where waiting is in vain: during a pause, and when the turn cannot come in the seconds that are left."""
    if reply.paused:
        raise MoySkladPaused(reply.wait / SECOND, reason=_PAUSED_REASON)
    if reply.closed / SECOND > left or left <= 0:
        raise VendorBusy(max(reply.wait, reply.closed, SECOND) / SECOND, reason=_BUSY_REASON)


def _now() -> int:
    return time.monotonic_ns() // 1000
