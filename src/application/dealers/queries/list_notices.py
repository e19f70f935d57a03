"""What was told to dealers, and what came of it?"""

from application.dealers.notice_ports import NoticeView, NoticeViews
from application.messages import Query
from application.ports import Transaction
from domain.dealers.notices import NoticeState, NoticeStateUnknown
from domain.shared.identities import DealerId, NoticeId


class ListNotices(Query[list[NoticeView]], frozen=True, kw_only=True):
    """The newest first, from before `before` on; of one dealer, or in one state."""

    state: str | None = None
    dealer_id: DealerId | None = None
    before: NoticeId | None = None
    limit: int = 50


class ListNoticesHandler:
    """Answers straight from the store."""

    def __init__(self, transaction: Transaction, views: NoticeViews) -> None:
        self._transaction = transaction
        self._views = views

    async def __call__(self, query: ListNotices) -> list[NoticeView]:
        """At most `limit` notices. Raises NoticeStateUnknown."""
        try:
            state = None if query.state is None else NoticeState(query.state)
        except ValueError as wrong:
            raise NoticeStateUnknown(state=(query.state or "")[:50], known=", ".join(NoticeState)) from wrong
        async with self._transaction(query.company_id):
            return await self._views.list(
                query.company_id, state=state, dealer_id=query.dealer_id, before=query.before, limit=query.limit
            )
