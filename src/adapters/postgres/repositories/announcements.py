"""Announcements."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text, tuple_, update

from adapters.postgres.storing import count_deleted, put
from adapters.postgres.tables import announcements
from adapters.postgres.transaction import connection
from domain.shared.identities import AnnouncementId, CompanyId, MemberId
from domain.tenants.announcements import Announcement

_columns = announcements.c
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:cause, 0))")
"""A cause of which nothing was told yet has no row that could be locked."""


class SqlAnnouncements:
    """See application.tenants.announcing.Announcements."""

    async def get(self, company_id: CompanyId, announcement_id: AnnouncementId) -> Announcement | None:
        """See the port."""
        query = select(announcements).where(_columns.company_id == company_id, _columns.id == announcement_id)
        found = (await connection().execute(query.with_for_update())).mappings().first()
        return None if found is None else _announcement(found)

    async def last(self, company_id: CompanyId, cause: str) -> Announcement | None:
        """See the port."""
        await connection().execute(_ALONE, {"cause": f"announcements:{company_id}:{cause}"})
        query = select(announcements).where(_columns.company_id == company_id, _columns.cause == cause)
        newest = query.order_by(_columns.id.desc()).limit(1).with_for_update()
        found = (await connection().execute(newest)).mappings().first()
        return None if found is None else _announcement(found)

    async def put(self, announcement: Announcement) -> None:
        """See the port."""
        row = {
            "company_id": announcement.company_id,
            "id": announcement.id,
            "cause": announcement.cause,
            "occurrence": announcement.occurrence,
            "code": announcement.code,
            "params": dict(announcement.params),
            "count": announcement.count,
            "since": announcement.since,
            "last_at": announcement.last_at,
            "ended_at": announcement.ended_at,
            "ended_by": announcement.ended_by,
            "told_at": announcement.told_at,
            "worsened": announcement.worsened,
        }
        await put(announcements, row)

    async def page(
        self, company_id: CompanyId, before: AnnouncementId | None, limit: int, *, ended: bool
    ) -> list[Announcement]:
        """See the port."""
        query = select(announcements).where(_columns.company_id == company_id)
        if not ended:
            query = query.where(_columns.ended_at.is_(None))
        if before is not None:
            query = query.where(_columns.id < before)
        found = await connection().execute(query.order_by(_columns.id.desc()).limit(limit))
        return [_announcement(row) for row in found.mappings()]

    async def untold(self, company_id: CompanyId, limit: int) -> list[Announcement]:
        """See the port."""
        query = select(announcements).where(
            _columns.company_id == company_id, _columns.told_at.is_(None), _columns.ended_at.is_(None)
        )
        found = await connection().execute(query.order_by(_columns.id).limit(limit))
        return [_announcement(row) for row in found.mappings()]

    async def mark_told(self, company_id: CompanyId, told: Collection[Announcement], now: datetime) -> None:
        """See the port."""
        as_read = tuple_(_columns.id, _columns.worsened).in_([(one.id, one.worsened) for one in told])
        own = update(announcements).where(_columns.company_id == company_id, as_read)
        await connection().execute(own.values(told_at=now))

    async def stranded(self, last_before: datetime, limit: int) -> list[CompanyId]:
        """See the port."""
        waiting = (_columns.told_at.is_(None), _columns.ended_at.is_(None), _columns.last_at < last_before)
        query = select(_columns.company_id).where(*waiting).distinct().order_by(_columns.company_id).limit(limit)
        return [CompanyId(one) for one in (await connection().execute(query)).scalars()]

    async def prune(self, ended_before: datetime) -> int:
        """See the port."""
        return await count_deleted(delete(announcements).where(_columns.ended_at < ended_before))


def _announcement(row: Mapping[Any, Any]) -> Announcement:
    return Announcement(
        id=AnnouncementId(row["id"]),
        company_id=CompanyId(row["company_id"]),
        cause=row["cause"],
        occurrence=row["occurrence"],
        code=row["code"],
        params=row["params"],
        count=row["count"],
        since=row["since"],
        last_at=row["last_at"],
        ended_at=row["ended_at"],
        ended_by=None if row["ended_by"] is None else MemberId(row["ended_by"]),
        told_at=row["told_at"],
        worsened=row["worsened"],
    )
