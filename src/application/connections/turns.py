"""Waiting for a turn: the same over every kind of books."""

import asyncio
import secrets
from abc import abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from application.connections.errands import Errand, Reply
from application.connections.ledger import Ledger
from application.connections.limits import HEAD_START, SECOND, VendorLimits
from application.connections.ports import Heard, Turn, Urgency
from application.connections.queueing import Queue, monotonic, pause_of
from domain.connections.moysklad import MoySkladPaused
from domain.shared.errors import VendorBusy

_BUSY_REASON = "budget"
_PAUSED_REASON = "failures"


@dataclass(slots=True, eq=False)
class _Sleeper:
    order: tuple[int, str]
    woken: asyncio.Future[None]


def refuse_in_vain(reply: Reply, left: float) -> None:
    """During a pause nobody waits, nor for what is sure to come after the seconds that are left. Raises VendorBusy."""
    if reply.paused:
        raise MoySkladPaused(reply.wait / SECOND, reason=_PAUSED_REASON)
    if reply.closed / SECOND > left or left <= 0:
        raise VendorBusy(max(reply.wait, reply.closed, SECOND) / SECOND, reason=_BUSY_REASON)


class QueuedBudgets(Queue[Errand, Reply]):
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
        granted, waited = await self._wait(errand, patience)
        turn = Turn(waited)
        beat = self._limits.lease / 3
        self._renewals[errand.id] = asyncio.get_running_loop().call_later(beat, self._keep, errand, beat)
        try:
            yield turn
        finally:
            self._renewals.pop(errand.id).cancel()
            self._settle(errand, granted, turn.heard)

    @abstractmethod
    def _renew(self, errand: Errand) -> None:
        """Prolongs the hold of the slot."""

    @abstractmethod
    def _settle(self, errand: Errand, granted: Reply, heard: Heard | None) -> None:
        """Gives the slot back and passes on what was heard; calls `_freed` when the books say so."""

    def _check(self, reply: Reply, left: float) -> None:
        refuse_in_vain(reply, left)

    def _freed(self, credential: str) -> None:
        """Wakes the one in this process whose turn it is to take the slot that became free."""
        sleepers = [one for one in self._sleepers.get(credential, ()) if not one.woken.done()]
        if sleepers:
            min(sleepers, key=lambda one: one.order).woken.set_result(None)

    async def _sleep(self, errand: Errand, reply: Reply, longest: float) -> None:
        wait = pause_of(reply, longest)
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
        return self._ledger.ask(errand, since, monotonic())

    def _leave(self, errand: Errand) -> None:
        self._ledger.leave(errand)

    def _renew(self, errand: Errand) -> None:
        self._ledger.renew(errand, monotonic())

    def _settle(self, errand: Errand, granted: Reply, heard: Heard | None) -> None:
        self._ledger.settle(errand, granted, heard, monotonic())
        self._freed(errand.credential)
