"""What became of a notice?"""

from application.dealers.notice_ports import NoticeView, NoticeViews
from application.messages import Query
from application.ports import Transaction
from domain.dealers.notices import NoticeNotFound
from domain.shared.identities import NoticeId


class GetNotice(Query[NoticeView], frozen=True, kw_only=True):
    """One of the company's."""

    notice_id: NoticeId


class GetNoticeHandler:
    """Answers straight from the store."""

    def __init__(self, transaction: Transaction, views: NoticeViews) -> None:
        self._transaction = transaction
        self._views = views

    async def __call__(self, query: GetNotice) -> NoticeView:
        """Raises NoticeNotFound, for another company's notice too."""
        async with self._transaction(query.company_id):
            found = await self._views.get(query.company_id, query.notice_id)
        if found is None:
            raise NoticeNotFound(notice=str(query.notice_id))
        return found
