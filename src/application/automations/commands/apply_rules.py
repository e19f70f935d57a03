"""A company's rules look at the documents of which something was told."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from application.automations.booking import Booking, Told
from application.automations.drafting import expanded
from application.automations.ports import AutomationRules
from application.connections.document_ports import Document, Documents
from application.connections.ports import MoySkladConnections, Urgency
from application.connections.vendor_access import MoySkladAccess
from application.messages import Outcome
from application.ports import Clock, Transaction
from application.webhooks.event_ports import ObjectEvents
from application.webhooks.hearing_commands import ApplyRules
from domain.automations.recipes import RECIPES
from domain.connections.moysklad import (
    MoySkladConnection,
    MoySkladDisconnected,
    MoySkladPermissionMissing,
    MoySkladRejected,
    TariffRefused,
)
from domain.shared.errors import SkladSheetsError, VendorBusy, VendorFailed
from domain.shared.identities import CompanyId
from domain.tenants.company import CompanyInactive
from domain.webhooks.interests import Audience, ObjectEvent

BATCH = 100
_AGAIN = timedelta(minutes=1)
_LATER = timedelta(minutes=10)
_REFUSALS = (
    MoySkladDisconnected,
    CompanyInactive,
    MoySkladPermissionMissing,
    TariffRefused,
    VendorBusy,
    VendorFailed,
    MoySkladRejected,
)


class _Reading(NamedTuple):
    """Documents by type and id; types that could not be read, after what time to try again, and why."""

    found: dict[tuple[str, str], Document]
    missing: set[str]
    wait: timedelta
    error: str | None


class ApplyRulesHandler:
    """Reads the documents anew, all of a type in one request, and books what follows in the transaction in which the
    events are heard. What cannot be read now stays told, and is looked at later.
    """

    def __init__(
        self,
        transaction: Transaction,
        access: MoySkladAccess,
        connections: MoySkladConnections,
        documents: Documents,
        rules: AutomationRules,
        events: ObjectEvents,
        booking: Booking,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._access = access
        self._connections = connections
        self._documents = documents
        self._rules = rules
        self._events = events
        self._booking = booking
        self._clock = clock

    async def __call__(self, command: ApplyRules) -> Outcome:
        """Raises nothing that was foreseen."""
        company_id = command.company_id
        async with self._transaction(company_id):
            events = await self._events.waiting(company_id, Audience.RULES, BATCH)
            rules = [rule for rule in await self._rules.all(company_id) if rule.enabled]
            connection = await self._connections.get(company_id)
        if not events:
            return Outcome(state="nothing to do")
        read, missing, wait, error = await self._read(company_id, events, connection)
        heard = [event for event in events if event.type not in missing]
        told = [Told(event, read.get((event.type, event.object_id))) for event in heard]
        async with self._transaction(company_id):
            await self._booking.book(company_id, rules, told)
            await self._events.heard(company_id, Audience.RULES, heard)
            if missing:
                await self._events.postpone(company_id, Audience.RULES, self._clock.now() + wait)
        return Outcome(state="put off" if missing else "heard", error=error)

    async def _read(
        self, company_id: CompanyId, events: Sequence[ObjectEvent], connection: MoySkladConnection | None
    ) -> _Reading:
        """Documents that were told to be deleted are looked for, too: they may be back. One type that cannot be read
        does not keep the others waiting.
        """
        recipes = {recipe.source: recipe for recipe in RECIPES.values()}
        wanted: dict[str, set[str]] = {}
        for event in events:
            if event.type in recipes:
                wanted.setdefault(event.type, set()).add(event.object_id)
        found: dict[tuple[str, str], Document] = {}
        missing: set[str] = set()
        wait, error = timedelta(), None
        for kind, ids in sorted(wanted.items()):
            try:
                key = await self._access.key(company_id, Urgency.EVENT)
                links = [one for one in expanded(recipes[kind]) if not one.startswith("positions")]
                read = await self._documents.read(key, kind, sorted(ids), links)
            except _REFUSALS as refused:
                missing.add(kind)
                wait, error = max(wait, _wait(refused)), refused.code
                if isinstance(refused, MoySkladDisconnected) and connection is not None:
                    await self._access.mark_broken(company_id, connection.token)
            else:
                found |= {(kind, object_id): document for object_id, document in read.items()}
        return _Reading(found, missing, wait, error)


def _wait(refused: SkladSheetsError) -> timedelta:
    if isinstance(refused, VendorBusy):
        return timedelta(seconds=refused.retry_after)
    return _AGAIN if isinstance(refused, VendorFailed | MoySkladRejected) else _LATER
