"""Interests and events kept in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from adapters.memory.rows import require_system
from adapters.memory.seen_documents import seen_by
from adapters.memory.store import EventTurn, MemoryStore, StoredEvent
from application.webhooks.event_ports import Hearing
from domain.shared.identities import CompanyId
from domain.webhooks.interests import Audience, Interest, ObjectEvent

_LOOK = "look"


class MemoryInterests:
    """See application.webhooks.event_ports.Interests."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._rows = store.event_interests

    async def replace(self, company_id: CompanyId, audience: Audience, types: Collection[str], now: datetime) -> bool:
        """See the port."""
        known = {row.type for row in self._rows.all() if (row.company_id, row.audience) == (company_id, audience)}
        for over in known - set(types):
            self._rows.remove((company_id, audience, over))
            self._store.object_events.remove_where(
                lambda row, over=over: (row.company_id, row.audience, row.event.type) == (company_id, audience, over)  # type: ignore[misc]
            )
            states = seen_by(self._store, audience)
            states.remove_where(lambda row, over=over: (row.company_id, row.type) == (company_id, over))  # type: ignore[misc]
        for new in set(types) - known:
            self._rows.put(Interest(company_id, audience, new, now))
        return known != set(types)

    async def of(self, company_ids: Collection[CompanyId]) -> list[Interest]:
        """See the port."""
        return sorted(row for row in self._rows.all() if row.company_id in company_ids)

    async def read(self, company_id: CompanyId, audience: Audience, kind: str, read_to: datetime) -> None:
        """See the port."""
        row = self._rows.find((company_id, audience, kind))
        if row is not None and row.read_to < read_to:
            self._rows.put(replace(row, read_to=read_to))

    async def claim_due(self, now: datetime, until: datetime, limit: int) -> list[CompanyId]:
        """See the port."""
        return [row.company_id for row in _claimed(self._store, now, until, limit, looking=True)]

    async def look(self, company_id: CompanyId, due_at: datetime) -> None:
        """See the port."""
        _make_due(self._store, company_id, _LOOK, due_at)

    async def looked(self, company_id: CompanyId, due_at: datetime | None) -> None:
        """See the port."""
        _set_due(self._store, company_id, _LOOK, due_at)

    async def hurry(self, now: datetime, within: timedelta) -> int:
        """See the port."""
        require_system()
        looking = [row for row in self._store.event_turns.all() if row.turn == _LOOK]
        for row in looking:
            soon = now + within * (row.company_id.int % 1000) / 1000
            self._store.event_turns.put(row._replace(due_at=min(soon, row.due_at or soon)))
        return len(looking)


class MemoryObjectEvents:
    """See application.webhooks.event_ports.ObjectEvents."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._rows = store.object_events

    async def put(
        self,
        company_id: CompanyId,
        audience: Audience,
        kind: str,
        objects: Mapping[str, bool],
        version: UUID,
        now: datetime,
        *,
        asked: bool = False,
        origin: Mapping[str, str] | None = None,
        moved: Collection[str] = (),
    ) -> None:
        """See the port."""
        for object_id, deleted in objects.items():
            event = ObjectEvent(kind, object_id, version, now, deleted, asked, origin or None, object_id in moved)
            known = self._rows.find((company_id, audience, kind, object_id))
            if known is not None:
                earlier = known.event
                event = replace(
                    event,
                    told_at=earlier.told_at,
                    asked=asked or earlier.asked,
                    origin=earlier.origin or event.origin,
                    moved=event.moved or earlier.moved,
                )
            self._rows.put(StoredEvent(company_id, audience, event))
            _make_due(self._store, company_id, audience, now)

    async def waiting(self, company_id: CompanyId, audience: Audience, limit: int) -> list[ObjectEvent]:
        """See the port."""
        return self._waiting(company_id, audience)[:limit]

    async def heard(self, company_id: CompanyId, audience: Audience, events: Sequence[ObjectEvent]) -> int:
        """See the port."""
        gone = 0
        for event in events:
            key = (company_id, audience, event.type, event.object_id)
            row = self._rows.find(key)
            if row is not None and row.event.version == event.version:
                gone += self._rows.remove(key)
        rest = self._waiting(company_id, audience)
        _set_due(self._store, company_id, audience, rest[0].told_at if rest else None)
        return gone

    async def postpone(self, company_id: CompanyId, audience: Audience, until: datetime) -> None:
        """See the port."""
        _set_due(self._store, company_id, audience, until)

    async def claim_due(self, now: datetime, until: datetime, limit: int) -> list[Hearing]:
        """See the port."""
        claimed = _claimed(self._store, now, until, limit, looking=False)
        return [Hearing(row.company_id, Audience(row.turn)) for row in claimed]

    def _waiting(self, company_id: CompanyId, audience: Audience) -> list[ObjectEvent]:
        found = [row.event for row in self._rows.all() if (row.company_id, row.audience) == (company_id, audience)]
        return sorted(found, key=lambda event: (event.told_at, event.type, event.object_id))


def _make_due(store: MemoryStore, company_id: CompanyId, turn: str, due_at: datetime) -> None:
    known = store.event_turns.find((company_id, turn))
    earlier = None if known is None else known.due_at
    store.event_turns.put(EventTurn(company_id, turn, due_at if earlier is None else min(earlier, due_at)))


def _set_due(store: MemoryStore, company_id: CompanyId, turn: str, due_at: datetime | None) -> None:
    if store.event_turns.find((company_id, turn)) is not None:
        store.event_turns.put(EventTurn(company_id, turn, due_at))


def _claimed(store: MemoryStore, now: datetime, until: datetime, limit: int, *, looking: bool) -> list[EventTurn]:
    require_system()
    due = [row for row in store.event_turns.all() if (row.turn == _LOOK) == looking]
    due = [row for row in due if row.due_at is not None and row.due_at <= now]
    due = sorted(due, key=lambda row: row.due_at or now)[:limit]
    for row in due:
        store.event_turns.put(row._replace(due_at=until))
    return due
