"""Announcements kept in memory."""

from collections.abc import Collection
from datetime import datetime

from adapters.memory.rows import require_system
from adapters.memory.store import MemoryStore
from domain.shared.identities import AnnouncementId, CompanyId
from domain.tenants.announcements import Announcement


class MemoryAnnouncements:
    """See application.tenants.announcing.Announcements."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.announcements

    async def get(self, company_id: CompanyId, announcement_id: AnnouncementId) -> Announcement | None:
        """See the port."""
        return next((row for row in self._own(company_id) if row.id == announcement_id), None)

    async def last(self, company_id: CompanyId, cause: str) -> Announcement | None:
        """See the port."""
        found = [row for row in self._own(company_id) if row.cause == cause]
        return max(found, key=lambda row: row.id, default=None)

    async def put(self, announcement: Announcement) -> None:
        """See the port."""
        self._rows.put(announcement)

    async def page(
        self, company_id: CompanyId, before: AnnouncementId | None, limit: int, *, ended: bool
    ) -> list[Announcement]:
        """See the port."""
        found = [row for row in self._own(company_id) if (ended or row.ended_at is None)]
        older = [row for row in found if before is None or row.id < before]
        return sorted(older, key=lambda row: row.id, reverse=True)[:limit]

    async def untold(self, company_id: CompanyId, limit: int) -> list[Announcement]:
        """See the port."""
        found = [row for row in self._own(company_id) if row.told_at is None and row.ended_at is None]
        return sorted(found, key=lambda row: row.id)[:limit]

    async def mark_told(self, company_id: CompanyId, told: Collection[Announcement], now: datetime) -> None:
        """See the port."""
        read = {one.id: one.worsened for one in told}
        for row in self._own(company_id):
            if read.get(row.id) == row.worsened:
                row.told_at = now
                self._rows.put(row)

    async def stranded(self, last_before: datetime, limit: int) -> list[CompanyId]:
        """See the port."""
        require_system()
        waiting = [row for row in self._rows.all() if row.told_at is None and row.ended_at is None]
        return sorted({row.company_id for row in waiting if row.last_at < last_before})[:limit]

    async def prune(self, ended_before: datetime) -> int:
        """See the port."""
        return self._rows.prune(lambda row: row.ended_at is not None and row.ended_at < ended_before)

    def _own(self, company_id: CompanyId) -> list[Announcement]:
        return [row for row in self._rows.all() if row.company_id == company_id]
