"""Interests, and what was told for them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, select, text

from adapters.postgres.repositories.seen_documents import SEEN_BY
from adapters.postgres.storing import count_deleted
from adapters.postgres.tables import event_interests, object_events
from adapters.postgres.transaction import connection
from application.webhooks.event_ports import Hearing
from domain.shared.identities import CompanyId
from domain.webhooks.interests import Audience, Interest, ObjectEvent

_LOOK = "look"

_CLAIM = text("""
    UPDATE event_turns SET due_at = :until FROM (
        SELECT company_id, turn FROM event_turns WHERE due_at <= :now AND (turn = :look) = :looking
        ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED
    ) AS due WHERE event_turns.company_id = due.company_id AND event_turns.turn = due.turn
    RETURNING event_turns.company_id, event_turns.turn
""")
_DUE = text("""
    INSERT INTO event_turns (company_id, turn, due_at) VALUES (:company_id, :turn, :due_at)
    ON CONFLICT (company_id, turn) DO UPDATE SET due_at = LEAST(event_turns.due_at, excluded.due_at)
""")
_SET_DUE = text("UPDATE event_turns SET due_at = :due_at WHERE company_id = :company_id AND turn = :turn")
_LOCK = text("SELECT due_at FROM event_turns WHERE company_id = :company_id AND turn = :turn FOR UPDATE")
_HURRY = text("""
    UPDATE event_turns SET due_at = LEAST(
        due_at,
        CAST(:now AS timestamptz) + CAST(:within AS interval) * (abs(hashtext(company_id::text) % 1000) / 1000.0)
    ) WHERE turn = :look
""")
_PUT = text("""
    INSERT INTO object_events (company_id, audience, type, object_id, version, told_at, deleted, asked, origin, moved)
    SELECT
        :company_id, :audience, :type, told.id, :version, :now, told.deleted, :asked, CAST(:origin AS jsonb), told.moved
    FROM unnest(CAST(:objects AS uuid[]), CAST(:deleted AS boolean[]), CAST(:moved AS boolean[]))
        AS told (id, deleted, moved) ORDER BY told.id
    ON CONFLICT (company_id, audience, type, object_id) DO UPDATE SET
        version = excluded.version, deleted = excluded.deleted, asked = object_events.asked OR excluded.asked,
        origin = COALESCE(object_events.origin, excluded.origin), moved = object_events.moved OR excluded.moved
""")
_HEARD = text("""
    DELETE FROM object_events USING unnest(
        CAST(:types AS text[]), CAST(:objects AS uuid[]), CAST(:versions AS uuid[])
    ) AS heard (type, id, version)
    WHERE company_id = :company_id AND audience = :audience AND object_events.type = heard.type
      AND object_id = heard.id AND object_events.version = heard.version
""")
_NEXT = text("""
    UPDATE event_turns SET due_at = (
        SELECT min(told_at) FROM object_events WHERE company_id = :company_id AND audience = :turn
    ) WHERE company_id = :company_id AND turn = :turn
""")


class SqlInterests:
    """See application.webhooks.event_ports.Interests."""

    async def replace(self, company_id: CompanyId, audience: Audience, types: Collection[str], now: datetime) -> bool:
        """See the port."""
        columns = event_interests.c
        own = (columns.company_id == company_id, columns.audience == audience)
        known = set((await connection().execute(select(columns.type).where(*own))).scalars())
        new, over = set(types) - known, known - set(types)
        if over:
            await connection().execute(delete(event_interests).where(*own, columns.type.in_(over)))
            told = (object_events.c.company_id == company_id, object_events.c.audience == audience)
            await connection().execute(delete(object_events).where(*told, object_events.c.type.in_(over)))
            seen = SEEN_BY[audience]
            await connection().execute(delete(seen).where(seen.c.company_id == company_id, seen.c.type.in_(over)))
        if new:
            rows = [
                {"company_id": company_id, "audience": audience.value, "type": one, "read_to": now}
                for one in sorted(new)
            ]
            await connection().execute(event_interests.insert(), rows)
        return bool(new or over)

    async def of(self, company_ids: Collection[CompanyId]) -> list[Interest]:
        """See the port."""
        query = select(event_interests).where(event_interests.c.company_id.in_(list(company_ids)))
        return sorted(
            Interest(CompanyId(row.company_id), Audience(row.audience), row.type, row.read_to)
            for row in await connection().execute(query)
        )

    async def read(self, company_id: CompanyId, audience: Audience, kind: str, read_to: datetime) -> None:
        """See the port."""
        columns = event_interests.c
        own = (columns.company_id == company_id, columns.audience == audience, columns.type == kind)
        further = event_interests.update().where(*own, columns.read_to < read_to).values(read_to=read_to)
        await connection().execute(further)

    async def claim_due(self, now: datetime, until: datetime, limit: int) -> list[CompanyId]:
        """See the port."""
        return [CompanyId(row.company_id) for row in await _claimed(now, until, limit, looking=True)]

    async def look(self, company_id: CompanyId, due_at: datetime) -> None:
        """See the port."""
        await _make_due(company_id, _LOOK, due_at)

    async def looked(self, company_id: CompanyId, due_at: datetime | None) -> None:
        """See the port."""
        values = {"company_id": company_id, "turn": _LOOK, "due_at": due_at}
        await connection().execute(_SET_DUE, values)

    async def hurry(self, now: datetime, within: timedelta) -> int:
        """See the port."""
        found = await connection().execute(_HURRY, {"now": now, "within": within, "look": _LOOK})
        return int(found.rowcount)


class SqlObjectEvents:
    """See application.webhooks.event_ports.ObjectEvents. One statement, however many there are.

    Whoever tells and whoever has heard lock the audience's turn first, so that nothing told meanwhile is left lying.
    """

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
        if not objects:
            return
        await _make_due(company_id, audience, now)
        values = {
            "company_id": company_id,
            "audience": audience.value,
            "type": kind,
            "objects": [UUID(one) for one in objects],
            "deleted": list(objects.values()),
            "moved": [one in moved for one in objects],
            "version": version,
            "now": now,
            "asked": asked,
            "origin": None if not origin else _json(origin),
        }
        await connection().execute(_PUT, values)

    async def waiting(self, company_id: CompanyId, audience: Audience, limit: int) -> list[ObjectEvent]:
        """See the port."""
        columns = object_events.c
        query = select(object_events).where(columns.company_id == company_id, columns.audience == audience)
        query = query.order_by(columns.told_at, columns.type, columns.object_id).limit(limit)
        return [
            ObjectEvent(
                type=row.type,
                object_id=str(row.object_id),
                version=row.version,
                told_at=row.told_at,
                deleted=row.deleted,
                asked=row.asked,
                origin=row.origin,
                moved=row.moved,
            )
            for row in await connection().execute(query)
        ]

    async def heard(self, company_id: CompanyId, audience: Audience, events: Sequence[ObjectEvent]) -> int:
        """See the port."""
        turn = {"company_id": company_id, "turn": audience.value}
        await connection().execute(_LOCK, turn)
        values = {
            "company_id": company_id,
            "audience": audience.value,
            "types": [one.type for one in events],
            "objects": [UUID(one.object_id) for one in events],
            "versions": [one.version for one in events],
        }
        heard = await count_deleted(_HEARD.bindparams(**values))
        await connection().execute(_NEXT, turn)
        return heard

    async def postpone(self, company_id: CompanyId, audience: Audience, until: datetime) -> None:
        """See the port."""
        await connection().execute(_SET_DUE, {"company_id": company_id, "turn": audience.value, "due_at": until})

    async def claim_due(self, now: datetime, until: datetime, limit: int) -> list[Hearing]:
        """See the port."""
        return [
            Hearing(CompanyId(row.company_id), Audience(row.turn))
            for row in await _claimed(now, until, limit, looking=False)
        ]


async def _make_due(company_id: CompanyId, turn: str, due_at: datetime) -> None:
    await connection().execute(_DUE, {"company_id": company_id, "turn": str(turn), "due_at": due_at})


async def _claimed(now: datetime, until: datetime, limit: int, *, looking: bool) -> Any:
    values = {"now": now, "until": until, "limit": limit, "look": _LOOK, "looking": looking}
    return await connection().execute(_CLAIM, values)


def _json(origin: Mapping[str, str]) -> str:
    return msgspec.json.encode(dict(origin)).decode()
