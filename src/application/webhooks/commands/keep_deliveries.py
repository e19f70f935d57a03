"""MoySklad told something: it is kept before MoySklad hears that we have it."""

from collections import Counter

from application.messages import SystemCommand
from application.ports import Clock, SystemTransaction
from application.webhooks.ports import Arrival, Deliveries, DeliveryCounts, Kept, Receipt
from domain.shared.identities import CompanyId


class KeepDeliveries(SystemCommand[list[Kept]], frozen=True, kw_only=True, tag="webhooks.keep"):
    """Calls that arrived within a few milliseconds, of whichever companies."""

    arrivals: list[Arrival]


class KeepDeliveriesHandler:
    """Stores calls together, in one transaction, and tells whose they are. Nothing of them is believed yet.

    A call to an address that no company has takes the same way as any other, to its end.
    """

    def __init__(
        self, system_transaction: SystemTransaction, deliveries: Deliveries, counts: DeliveryCounts, clock: Clock
    ) -> None:
        self._system_transaction = system_transaction
        self._deliveries = deliveries
        self._counts = counts
        self._clock = clock

    async def __call__(self, command: KeepDeliveries) -> list[Kept]:
        """What became of each, in their order. What is answered as kept is on disk."""
        now = self._clock.now()
        async with self._system_transaction():
            kept = await self._deliveries.keep(command.arrivals, now)
            odd: Counter[tuple[CompanyId, str]] = Counter()
            for receipt, company_id in kept:
                if company_id is not None and receipt is not Receipt.KEPT:
                    odd[company_id, receipt.value] += 1
            if odd:
                await self._counts.add(now.date(), odd)
        return kept
