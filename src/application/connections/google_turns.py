"""Waiting for a turn with Google: the same over every kind of books."""

import asyncio
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from application.connections.errands import nap
from application.connections.google_ledger import GoogleErrand, GoogleLedger, GoogleReply
from application.connections.google_limits import SECOND, GoogleLimits
from application.connections.google_ports import GoogleTurn, Quota, Spending
from application.connections.ports import GoogleKey
from application.digests import digest
from domain.shared.errors import VendorBusy

_SHORTEST_WAIT = 0.001


class QueuedGoogleBudgets(ABC):
    """See application.connections.google_ports.GoogleBudgets."""

    def __init__(self, limits: GoogleLimits) -> None:
        self._limits = limits

    @asynccontextmanager
    async def turn(
        self, key: GoogleKey, spending: Spending, spreadsheet: str = "", *, patience: float = 30.0
    ) -> AsyncIterator[GoogleTurn]:
        """See the port."""
        errand = GoogleErrand(
            id=secrets.token_hex(8),
            project=key.project,
            user=digest(key.user).hex()[:32],
            company=str(key.company_id),
            spending=spending,
            urgency=key.urgency,
            spreadsheet=digest(spreadsheet).hex()[:32] if spreadsheet and spending is Spending.WRITE else "",
        )
        await self._wait(errand, patience)
        turn = GoogleTurn()
        try:
            yield turn
        finally:
            self._settle(errand, turn.refusal)

    @abstractmethod
    async def _ask(self, errand: GoogleErrand, since: int) -> GoogleReply:
        """One look into the books."""

    @abstractmethod
    def _leave(self, errand: GoogleErrand) -> None:
        """Gives up the place in the queue."""

    @abstractmethod
    def _settle(self, errand: GoogleErrand, refusal: tuple[Quota, float] | None) -> None:
        """Says that the request is over."""

    async def _wait(self, errand: GoogleErrand, patience: float) -> None:
        deadline = time.monotonic() + patience
        since = 0
        try:
            while True:
                reply = await self._ask(errand, since)
                if reply.granted:
                    return
                since, left = reply.since, deadline - time.monotonic()
                _check(reply, left)
                await asyncio.sleep(min(max(nap(reply.wait) / SECOND, _SHORTEST_WAIT), left))
        except BaseException:
            # Whoever is cancelled here must not hold up those behind until the place lapses by itself.
            self._leave(errand)
            raise


class InProcessGoogleBudgets(QueuedGoogleBudgets):
    """Budgets that only this process spends, on its own clock."""

    def __init__(self, limits: GoogleLimits | None = None) -> None:
        super().__init__(limits or GoogleLimits())
        self._ledger = GoogleLedger(self._limits)

    async def _ask(self, errand: GoogleErrand, since: int) -> GoogleReply:
        return self._ledger.ask(errand, since, monotonic())

    def _leave(self, errand: GoogleErrand) -> None:
        self._ledger.leave(errand)

    def _settle(self, errand: GoogleErrand, refusal: tuple[Quota, float] | None) -> None:
        self._ledger.settle(errand, refusal, monotonic())


def _check(reply: GoogleReply, left: float) -> None:
    """Raises where the turn cannot come in the seconds that are left."""
    if left <= 0 or reply.sure / SECOND > left:
        raise VendorBusy(max(reply.wait, SECOND) / SECOND, vendor="google", reason="budget")


def monotonic() -> int:
    """The clock of our own process, in whole microseconds."""
    return time.monotonic_ns() // 1000
