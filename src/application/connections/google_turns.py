"""Waiting for a turn with Google: the same over every kind of books."""

import secrets
from abc import abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from application.connections.google_ledger import GoogleErrand, GoogleLedger, GoogleReply
from application.connections.google_limits import SECOND, GoogleLimits
from application.connections.google_ports import GoogleTurn, Quota, Spending
from application.connections.ports import GoogleKey
from application.connections.queueing import Queue, monotonic
from application.digests import digest
from domain.shared.errors import VendorBusy


def refuse_in_vain(reply: GoogleReply, left: float) -> None:
    """Nobody waits for what is sure to come after the seconds that are left. Raises VendorBusy."""
    if left <= 0 or reply.sure / SECOND > left:
        raise VendorBusy(max(reply.wait, SECOND) / SECOND, vendor="google", reason="budget")


class QueuedGoogleBudgets(Queue[GoogleErrand, GoogleReply]):
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
        _, waited = await self._wait(errand, patience)
        turn = GoogleTurn(waited)
        try:
            yield turn
        finally:
            self._settle(errand, turn.refusal)

    @abstractmethod
    def _settle(self, errand: GoogleErrand, refusal: tuple[Quota, float] | None) -> None:
        """Says that the request is over."""

    def _check(self, reply: GoogleReply, left: float) -> None:
        refuse_in_vain(reply, left)


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
