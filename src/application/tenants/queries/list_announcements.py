"""What should we know and act upon?"""

from application.messages import Query
from application.ports import Transaction
from application.tenants.announcing import Announcements
from domain.shared.identities import AnnouncementId
from domain.tenants.announcements import Announcement


class ListAnnouncements(Query[list[Announcement]], frozen=True, kw_only=True):
    """The newest first, from before that one on; with `ended` those that are over or put aside too."""

    before: AnnouncementId | None = None
    limit: int = 50
    ended: bool = False


class ListAnnouncementsHandler:
    """Answers straight from the store."""

    def __init__(self, transaction: Transaction, announcements: Announcements) -> None:
        self._transaction = transaction
        self._announcements = announcements

    async def __call__(self, query: ListAnnouncements) -> list[Announcement]:
        """The company's own."""
        async with self._transaction(query.company_id):
            return await self._announcements.page(query.company_id, query.before, query.limit, ended=query.ended)
