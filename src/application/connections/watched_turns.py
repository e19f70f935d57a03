"""Budgets that tell how turns were waited for: whoever watches from outside, and the history of the work at hand."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from typing import TypeVar

from application.connections.google_ports import GoogleBudgets, GoogleTurn, Spending
from application.connections.ports import GoogleKey, Turn, Urgency, VendorBudgets, VendorWatch, Waited
from application.connections.tally import tell_tally
from domain.shared.errors import VendorBusy

TurnT = TypeVar("TurnT", Turn, GoogleTurn)


class WatchedBudgets:
    """See application.connections.ports.VendorBudgets."""

    def __init__(self, budgets: VendorBudgets, watch: VendorWatch) -> None:
        self._budgets = budgets
        self._watch = watch

    def turn(
        self,
        credential: str,
        account: str,
        units: int,
        urgency: Urgency,
        *,
        subject: str = "",
        put: bool = False,
        patience: float = 30.0,
    ) -> AbstractAsyncContextManager[Turn]:
        """See the port."""
        turn = self._budgets.turn(credential, account, units, urgency, subject=subject, put=put, patience=patience)
        return _told(self._watch, "moysklad", turn)


class WatchedGoogleBudgets:
    """See application.connections.google_ports.GoogleBudgets."""

    def __init__(self, budgets: GoogleBudgets, watch: VendorWatch) -> None:
        self._budgets = budgets
        self._watch = watch

    def turn(
        self, key: GoogleKey, spending: Spending, spreadsheet: str = "", *, patience: float = 30.0
    ) -> AbstractAsyncContextManager[GoogleTurn]:
        """See the port."""
        return _told(self._watch, "google", self._budgets.turn(key, spending, spreadsheet, patience=patience))


@asynccontextmanager
async def _told(watch: VendorWatch, vendor: str, turn: AbstractAsyncContextManager[TurnT]) -> AsyncIterator[TurnT]:
    async with AsyncExitStack() as stack:
        with _no_turn_told(watch, vendor):
            granted = await stack.enter_async_context(turn)
        watch.turn(vendor, granted.waited)
        tell_tally(vendor, granted.waited)
        yield granted


@contextmanager
def _no_turn_told(watch: VendorWatch, vendor: str) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    except VendorBusy as busy:
        waited = Waited(time.monotonic() - began, str(busy.details.get("reason", "")))
        watch.no_turn(vendor, waited)
        tell_tally(vendor, waited)
        raise
