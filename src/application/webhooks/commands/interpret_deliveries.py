"""What MoySklad told is interpreted: which objects of which exports have to be read."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from application.messages import SystemCommand
from application.ports import Clock, Ids, SystemTransaction
from application.webhooks.event_ports import Interests, ObjectEvents
from application.webhooks.following import Following
from application.webhooks.payload import told_by
from application.webhooks.ports import (
    Deliveries,
    DeliveryCounts,
    ExportWatches,
    ListeningExport,
    StoredDelivery,
    WebhookEndpoints,
)
from domain.shared.identities import CompanyId
from domain.webhooks.announcements import Announced, Refused, ToldStock
from domain.webhooks.interests import Interest
from domain.webhooks.scenario import Listener

BATCH = 250


class InterpretDeliveries(SystemCommand[int], frozen=True, kw_only=True, tag="webhooks.interpret"):
    """Told by the scheduler, again and again."""


class InterpretDeliveriesHandler:
    """Turns a batch of deliveries into marks and events in one transaction: each object once for each export that shows
    it, and for each audience that wants to hear of it.

    Deliveries are hints: nothing of them but ids is used, and every id is asked for with the company's own token. What
    is in another account, of a type that nobody follows, or was delivered while the app was suspended, is counted
    and comes to nothing.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        deliveries: Deliveries,
        counts: DeliveryCounts,
        endpoints: WebhookEndpoints,
        watches: ExportWatches,
        following: Following,
        interests: Interests,
        events: ObjectEvents,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._deliveries = deliveries
        self._counts = counts
        self._endpoints = endpoints
        self._watches = watches
        self._following = following
        self._interests = interests
        self._events = events
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: InterpretDeliveries) -> int:
        """How many deliveries were interpreted."""
        del command
        now = self._clock.now()
        async with self._system_transaction():
            waiting = await self._deliveries.waiting(BATCH)
            if not waiting:
                return 0
            by_company: dict[CompanyId, list[StoredDelivery]] = defaultdict(list)
            for delivery in waiting:
                by_company[delivery.company_id].append(delivery)
            companies = sorted(by_company)
            exports = await self._watches.listening(companies)
            interests = await self._interests.of(companies)
            counts: Counter[tuple[CompanyId, str]] = Counter()
            for company_id in companies:
                own = by_company[company_id]
                announced = await self._take_in(company_id, own, exports, interests)
                counts[company_id, "deliveries"] += len(own)
                counts[company_id, "events"] += announced.events
                counts.update({(company_id, reason.value): count for reason, count in announced.refused.items()})
            await self._counts.add(now.date(), counts)
            await self._endpoints.delivered(companies, now)
            await self._deliveries.interpreted(waiting, now)
        return len(waiting)

    async def _take_in(
        self,
        company_id: CompanyId,
        deliveries: Sequence[StoredDelivery],
        exports: Sequence[ListeningExport],
        interests: Sequence[Interest],
    ) -> Announced:
        listeners = self._following.listeners(one for one in exports if one.company_id == company_id)
        interested = [one for one in interests if one.company_id == company_id]
        announced = _announced(deliveries, listeners, interested)
        if announced.objects or announced.reports:
            await self._following.take_in(company_id, listeners, announced)
        await self._let_hear(interested, announced)
        return announced

    async def _let_hear(self, interested: Sequence[Interest], announced: Announced) -> None:
        version, now = self._ids.new(), self._clock.now()
        for company_id, audience, kind in sorted((one.company_id, one.audience, one.type) for one in interested):
            objects = announced.objects.get(kind, {})
            origin = announced.origins.get(kind)
            moved = announced.moved.get(kind, ())
            await self._events.put(company_id, audience, kind, objects, version, now, origin=origin, moved=moved)


def _announced(
    deliveries: Sequence[StoredDelivery], listeners: Sequence[Listener], interested: Sequence[Interest]
) -> Announced:
    types = {kind for one in listeners for kind in one.exporter.announced_types} | {one.type for one in interested}
    reports = {one.exporter.stock_report for one in listeners if one.exporter.stock_report}
    announced = Announced()
    for delivery in deliveries:
        told = told_by(delivery.body)
        if not delivery.active or told is None:
            announced.refuse(Refused.IGNORED if delivery.active else Refused.INACTIVE)
        elif isinstance(told, ToldStock):
            announced.take_stock(told, delivery.account_id, reports, delivery.origin)
        else:
            announced.take(told, delivery.account_id, types, delivery.origin)
    return announced
