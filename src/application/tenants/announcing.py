"""The one way in which the people who run a company are told what they should act upon."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

from application.ports import Clock, Ids, Outbox
from application.tenants.announced_command import TellOwners
from domain.shared.errors import Detail
from domain.shared.identities import AnnouncementId, CompanyId
from domain.tenants.announcements import Announcement

GOOGLE = "google"
"""The cause of what is told of the connection to Google."""

GATHERING = timedelta(seconds=10)
"""What else happens within that time is told people in the same message."""


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

    async def untold(self, company_id: CompanyId, limit: int) -> list[Announcement]:
        """Those of which people have not been told and which are not over, the oldest first."""
        ...

    async def mark_told(self, company_id: CompanyId, told: Collection[Announcement], now: datetime) -> None:
        """People were told of them, as bad as they were when they were read: not of what has worsened since."""
        ...

    async def stranded(self, last_before: datetime, limit: int) -> list[CompanyId]:
        """Companies with announcements of which people were to be told by then. In a SystemTransaction."""
        ...

    async def prune(self, ended_before: datetime) -> int:
        """Removes what was over before then, in a SystemTransaction; answers how many."""
        ...


class Announcing:
    """Tells, in the transaction of what it tells of or of whoever looked at it. Hearing the same again changes
    nothing. The people who run the company are told by a command that is stored with it, so that nothing which may
    happen to a message is the matter of whoever announces.
    """

    def __init__(self, announcements: Announcements, outbox: Outbox, ids: Ids, clock: Clock) -> None:
        self._announcements = announcements
        self._outbox = outbox
        self._ids = ids
        self._clock = clock

    async def tell(self, company_id: CompanyId, cause: str, occurrence: str, code: str, **params: Detail) -> None:
        """One announcement for each cause; one that was put aside is not told again of the same occurrence. People are
        told of a cause once until it is over.
        """
        await self._tell(company_id, cause, occurrence, code, params, worse=False)

    async def tell_worse(self, company_id: CompanyId, cause: str, occurrence: str, code: str, **params: Detail) -> None:
        """The same, but each occurrence matters more than the one before: people are told of every one."""
        await self._tell(company_id, cause, occurrence, code, params, worse=True)

    async def _tell(
        self, company_id: CompanyId, cause: str, occurrence: str, code: str, params: dict[str, Detail], *, worse: bool
    ) -> None:
        now = self._clock.now()
        known = await self._announcements.last(company_id, cause)
        if known is None or (known.ended_at is not None and known.occurrence != occurrence):
            number = AnnouncementId(self._ids.new())
            known = Announcement(number, company_id, cause, occurrence, code, params, since=now, last_at=now)
        elif known.ended_at is not None or not known.happened(occurrence, code, params, now):
            return
        elif worse:
            known.worsen()
        await self._announcements.put(known)
        if known.told_at is None:
            await self._outbox.put(TellOwners(company_id=company_id), deliver_after=now + GATHERING)

    async def over(self, company_id: CompanyId, cause: str) -> None:
        """The cause is gone, if it was told of."""
        known = await self._announcements.last(company_id, cause)
        if known is not None and known.ended_at is None:
            known.end(self._clock.now())
            await self._announcements.put(known)
