"""The one way in which the people who run a company are told what they should act upon."""

from datetime import datetime
from typing import Protocol

from application.ports import Clock, Ids
from domain.shared.errors import Detail
from domain.shared.identities import AnnouncementId, CompanyId
from domain.tenants.announcements import Announcement

GOOGLE = "google"
"""The cause of what is told of the connection to Google."""


class Announcements(Protocol):
    """In the company's transaction, unless it says otherwise."""

    async def get(self, company_id: CompanyId, announcement_id: AnnouncementId) -> Announcement | None:
        """Locked until the transaction ends."""
        ...

    async def last(self, company_id: CompanyId, cause: str) -> Announcement | None:
        """The newest one of that cause, over or not. The cause is locked until the transaction ends, also where nothing
        was told of it yet: whoever asks meanwhile waits.
        """
        ...

    async def put(self, announcement: Announcement) -> None:
        """Stores it."""
        ...

    async def page(
        self, company_id: CompanyId, before: AnnouncementId | None, limit: int, *, ended: bool
    ) -> list[Announcement]:
        """The newest first; with `ended` those that are over or put aside too."""
        ...

    async def prune(self, ended_before: datetime) -> int:
        """Removes what was over before then, in a SystemTransaction; answers how many."""
        ...


class Announcing:
    """Tells, in the transaction of what it tells of or of whoever looked at it. Hearing the same again changes
    nothing.
    """

    def __init__(self, announcements: Announcements, ids: Ids, clock: Clock) -> None:
        self._announcements = announcements
        self._ids = ids
        self._clock = clock

    async def tell(self, company_id: CompanyId, cause: str, occurrence: str, code: str, **params: Detail) -> None:
        """One announcement for each cause; one that was put aside is not told again of the same occurrence."""
        now = self._clock.now()
        known = await self._announcements.last(company_id, cause)
        if known is None or (known.ended_at is not None and known.occurrence != occurrence):
            number = AnnouncementId(self._ids.new())
            await self._announcements.put(
                Announcement(number, company_id, cause, occurrence, code, params, since=now, last_at=now)
            )
        elif known.ended_at is None and known.happened(occurrence, code, params, now):
            await self._announcements.put(known)

    async def over(self, company_id: CompanyId, cause: str) -> None:
        """The cause is gone, if it was told of."""
        known = await self._announcements.last(company_id, cause)
        if known is not None and known.ended_at is None:
            known.end(self._clock.now())
            await self._announcements.put(known)
