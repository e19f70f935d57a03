"""Somebody looks for changes that no webhook told of."""

from collections.abc import Collection
from datetime import datetime, timedelta

from application.connections.document_ports import Documents
from application.connections.ports import MoySkladConnections, Urgency
from application.connections.vendor_access import MoySkladAccess
from application.messages import Outcome
from application.ports import Clock, Ids, Transaction
from application.webhooks.event_ports import Interests, ObjectEvents
from application.webhooks.hearing_commands import CatchUpEvents
from domain.connections.moysklad import MoySkladDisconnected, MoySkladPermissionMissing, MoySkladRejected, TariffRefused
from domain.shared.errors import VendorBusy, VendorFailed
from domain.shared.identities import CompanyId
from domain.tenants.company import CompanyInactive
from domain.webhooks.interests import OVERLAP, Audience, Interest
from domain.webhooks.watch import Pace

_AGAIN = timedelta(minutes=2)


class CatchUpEventsHandler:
    """Asks MoySklad what changed since it was last asked, for each type that an audience wants to hear of.

    What was heard of already is told once more: whoever hears absorbs repetitions. An object that was deleted without
    our being told is not found in this way; whoever has to know of it looks for it where it matters.
    """

    def __init__(
        self,
        transaction: Transaction,
        access: MoySkladAccess,
        connections: MoySkladConnections,
        documents: Documents,
        interests: Interests,
        events: ObjectEvents,
        pace: Pace,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._access = access
        self._connections = connections
        self._documents = documents
        self._interests = interests
        self._events = events
        self._pace = pace
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: CatchUpEvents) -> Outcome:
        """Raises nothing that was foreseen: what could not be done is tried again later."""
        company_id = command.company_id
        now = self._clock.now()
        async with self._transaction(company_id):
            interests = await self._interests.of([company_id])
            connection = await self._connections.get(company_id)
            if not interests:
                await self._interests.looked(company_id, None)
                return Outcome(state="nothing to do")
        again, error = self._pace.catch_up, None
        by_type: dict[str, list[Interest]] = {}
        for interest in interests:
            by_type.setdefault(interest.type, []).append(interest)
        try:
            for kind, wanting in sorted(by_type.items()):
                await self._look(kind, wanting, now)
        except (MoySkladDisconnected, CompanyInactive, MoySkladPermissionMissing, TariffRefused) as no:
            error = no.code
            if isinstance(no, MoySkladDisconnected) and connection is not None:
                await self._access.mark_broken(company_id, connection.token)
        except VendorBusy as busy:
            again, error = timedelta(seconds=busy.retry_after), busy.code
        except (VendorFailed, MoySkladRejected) as failed:
            again, error = _AGAIN, failed.code
        async with self._transaction(company_id):
            await self._interests.looked(company_id, now + again)
        return Outcome(state="looked", error=error)

    async def _look(self, kind: str, wanting: Collection[Interest], now: datetime) -> None:
        """Each page is told as it comes, and how far was read is noted last: a look that breaks off begins anew."""
        company_id = next(iter(wanting)).company_id
        key = await self._access.key(company_id, Urgency.ROUTINE)
        since = min(one.read_to for one in wanting) - OVERLAP
        audiences = sorted({one.audience for one in wanting})
        async for ids in self._documents.changed(key, kind, since):
            async with self._transaction(company_id):
                await self._tell(company_id, audiences, kind, ids, now)
        async with self._transaction(company_id):
            for audience in audiences:
                await self._interests.read(company_id, audience, kind, now)

    async def _tell(
        self, company_id: CompanyId, audiences: Collection[Audience], kind: str, ids: Collection[str], now: datetime
    ) -> None:
        version = self._ids.new()
        for audience in audiences:
            await self._events.put(company_id, audience, kind, dict.fromkeys(ids, False), version, now)
