"""Somebody puts an announcement aside."""

from application.messages import Command
from application.ports import Clock, Transaction
from application.tenants.announcing import Announcements
from domain.shared.identities import AnnouncementId, MemberId
from domain.tenants.announcements import AnnouncementNotFound


class DismissAnnouncement(Command[None], frozen=True, kw_only=True, tag="tenants.dismiss_announcement"):
    """For the whole company. What happens anew is told anew."""

    announcement_id: AnnouncementId
    by: MemberId


class DismissAnnouncementHandler:
    """Told again it changes nothing: who was first stays."""

    def __init__(self, transaction: Transaction, announcements: Announcements, clock: Clock) -> None:
        self._transaction = transaction
        self._announcements = announcements
        self._clock = clock

    async def __call__(self, command: DismissAnnouncement) -> None:
        """Raises AnnouncementNotFound."""
        async with self._transaction(command.company_id):
            found = await self._announcements.get(command.company_id, command.announcement_id)
            if found is None:
                raise AnnouncementNotFound
            found.end(self._clock.now(), command.by)
            await self._announcements.put(found)
