"""Dealers are told what happened to their documents."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from application.billing.zones import Zones
from application.connections.document_ports import Documents
from application.connections.ports import MoySkladConnections, Urgency
from application.connections.vendor_access import MoySkladAccess
from application.dealers.directory_ports import ChatBindings, Dealers
from application.dealers.own_words import OwnWords, Texts
from application.dealers.queueing_ports import NewNotice, NoticeQueue
from application.dealers.reading import EXPANDED, DocumentUnreadable, facts_of
from application.messages import Outcome
from application.ports import Clock, Transaction
from application.tenants.announcing import Announcing
from application.tenants.ports import Companies
from application.webhooks.event_ports import DocumentStates, ObjectEvents, SeenState
from application.webhooks.hearing_commands import TellDealers
from domain.connections.moysklad import MoySkladDisconnected, MoySkladPermissionMissing, MoySkladRejected, TariffRefused
from domain.dealers.bindings import ChatBinding
from domain.dealers.dealers import Dealer
from domain.dealers.happenings import Decided, DocumentFacts, decide
from domain.dealers.rhythms import Telling, telling
from domain.shared.errors import SkladSheetsError, VendorBusy, VendorFailed
from domain.shared.identities import CompanyId, DealerId
from domain.tenants.company import CompanyInactive
from domain.webhooks.interests import Audience, ObjectEvent

BATCH = 50
PAGE = 500
_SOON, _LATER = timedelta(minutes=2), timedelta(hours=1)


class TellDealersHandler:
    """Reads what happened anew, and queues notices of it in the transaction in which it is heard and states are noted:
    killed anywhere, it begins again and nobody is told twice.
    """

    def __init__(
        self,
        transaction: Transaction,
        events: ObjectEvents,
        access: MoySkladAccess,
        connections: MoySkladConnections,
        documents: Documents,
        companies: Companies,
        dealers: Dealers,
        bindings: ChatBindings,
        states: DocumentStates,
        words: OwnWords,
        queue: NoticeQueue,
        announcing: Announcing,
        zones: Zones,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._events = events
        self._access = access
        self._connections = connections
        self._documents = documents
        self._companies = companies
        self._dealers = dealers
        self._bindings = bindings
        self._states = states
        self._words = words
        self._queue = queue
        self._announcing = announcing
        self._zones = zones
        self._clock = clock

    async def __call__(self, command: TellDealers) -> Outcome:
        """Raises nothing that was foreseen: while a vendor cannot answer, what waits goes on waiting."""
        company_id = command.company_id
        async with self._transaction(company_id):
            events = await self._events.waiting(company_id, Audience.NOTICES, BATCH)
            connection = await self._connections.get(company_id)
        if not events:
            return Outcome(state="nothing to do")
        try:
            found, unreadable = await self._read(company_id, events)
        except VendorBusy as busy:
            return await self._postpone(company_id, timedelta(seconds=busy.retry_after), busy)
        except (VendorFailed, MoySkladRejected) as failed:
            return await self._postpone(company_id, _SOON, failed)
        except (MoySkladDisconnected, CompanyInactive, MoySkladPermissionMissing, TariffRefused) as no:
            if isinstance(no, MoySkladDisconnected) and connection is not None:
                await self._access.mark_broken(company_id, connection.token)
            return await self._postpone(company_id, _LATER, no)
        async with self._transaction(company_id):
            told = await self._tell(company_id, found)
            await self._events.heard(company_id, Audience.NOTICES, events)
            if unreadable:
                await self._announcing.tell(
                    company_id,
                    "documents",
                    str(self._clock.now()),
                    "announcements.documents_unreadable",
                    documents=unreadable,
                )
        state = f"queued {told}" if told else "nothing to tell"
        return Outcome(state=state, error=DocumentUnreadable.code if unreadable else None)

    async def _postpone(self, company_id: CompanyId, wait: timedelta, error: SkladSheetsError) -> Outcome:
        async with self._transaction(company_id):
            await self._events.postpone(company_id, Audience.NOTICES, self._clock.now() + wait)
        return Outcome(state="postponed", error=error.code)

    async def _read(self, company_id: CompanyId, events: Sequence[ObjectEvent]) -> tuple[list[DocumentFacts], int]:
        """Those that are there still, and how many have a form that MoySklad does not describe: reading these again
        would not help, and the others must not wait for them. They are told of in the outcome.
        """
        by_type: dict[str, list[str]] = {}
        for event in events:
            if not event.deleted and event.type in EXPANDED:
                by_type.setdefault(event.type, []).append(event.object_id)
        facts, unreadable = [], 0
        key = await self._access.key(company_id, Urgency.ROUTINE)
        for kind, ids in sorted(by_type.items()):
            for document in (await self._documents.read(key, kind, ids, EXPANDED[kind])).values():
                try:
                    facts.append(facts_of(kind, document))
                except DocumentUnreadable:
                    unreadable += 1
        return sorted(facts, key=lambda one: one.updated), unreadable

    async def _tell(self, company_id: CompanyId, found: Sequence[DocumentFacts]) -> int:
        changes: dict[tuple[str, str], int] = {}
        for kind in sorted({one.type for one in found}):
            seen = {one.id: SeenState(one.state_id, one.updated) for one in found if one.type == kind}
            changed = await self._states.seen(company_id, Audience.NOTICES, kind, seen)
            changes |= {(kind, object_id): count for object_id, count in changed.items()}
        zone = self._zones.zone((await self._companies.get(company_id)).time_zone)
        now, told, texts = self._clock.now(), 0, await self._words.of(company_id)
        after: DealerId | None = None
        while page := await self._dealers.page(company_id, after, PAGE):
            after = page[-1].id
            chats: dict[DealerId | None, list[ChatBinding]] = {}
            for chat in await self._bindings.of(company_id, [dealer.id for dealer in page]):
                chats.setdefault(chat.dealer_id, []).append(chat)
            decided = [
                (one, dealer)
                for dealer in page
                if dealer.id in chats
                for facts in found
                for one in decide(dealer, chats[dealer.id], facts, changes.get((facts.type, facts.id), 0))
            ]
            notices = await asyncio.to_thread(self._notices, decided, texts, zone, now)
            if notices:
                told += await self._queue.queue(company_id, notices)
        await self._words.note(company_id, texts)
        return told

    def _notices(
        self, decided: Sequence[tuple[Decided, Dealer]], texts: Texts, zone: tzinfo, now: datetime
    ) -> list[NewNotice]:
        """In a thread: companies' own texts may be laborious."""
        return [
            self._notice(one, dealer, texts, zone, telling(dealer.rhythm, dealer.quiet, now, zone))
            for one, dealer in decided
        ]

    def _notice(self, decided: Decided, dealer: Dealer, texts: Texts, zone: tzinfo, due: Telling) -> NewNotice:
        worded = self._words.say(texts, decided.kind, decided.facts, zone, dealer.name, dealer.language)
        return NewNotice(
            dealer_id=decided.chat.dealer_id,
            binding_id=decided.chat.id,
            address=decided.chat.address,
            kind=decided.kind.value,
            once_key=decided.once_key,
            text=worded.html,
            plain=worded.plain,
            due_at=due.due_at,
            together=due.together,
            about=decided.facts.address,
            language=dealer.language,
            subject=worded.subject,
        )
