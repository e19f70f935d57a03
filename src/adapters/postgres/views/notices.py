"""The ledger of notices, for whoever looks at it."""

from typing import Any

from sqlalchemy import select

from adapters.postgres.tables import notices
from adapters.postgres.transaction import connection
from application.dealers.notice_ports import NoticeView
from domain.dealers.addresses import Channel
from domain.dealers.notices import NoticeState
from domain.shared.identities import BindingId, CompanyId, DealerId, NoticeId

_columns = notices.c


class SqlNoticeViews:
    """See application.dealers.notice_ports.NoticeViews."""

    async def list(
        self,
        company_id: CompanyId,
        *,
        state: NoticeState | None,
        dealer_id: DealerId | None,
        before: NoticeId | None,
        limit: int,
    ) -> list[NoticeView]:
        """See the port."""
        query = select(notices).where(_columns.company_id == company_id)
        if state is not None:
            query = query.where(_columns.state == state.value)
        if dealer_id is not None:
            query = query.where(_columns.dealer_id == dealer_id)
        if before is not None:
            query = query.where(_columns.id < before)
        found = await connection().execute(query.order_by(_columns.id.desc()).limit(limit))
        return [_view(row) for row in found]

    async def get(self, company_id: CompanyId, notice_id: NoticeId) -> NoticeView | None:
        """See the port."""
        query = select(notices).where(_columns.company_id == company_id, _columns.id == notice_id)
        row = (await connection().execute(query)).first()
        return None if row is None else _view(row)


def _view(row: Any) -> NoticeView:
    return NoticeView(
        id=NoticeId(row.id),
        dealer_id=None if row.dealer_id is None else DealerId(row.dealer_id),
        binding_id=BindingId(row.binding_id),
        channel=Channel(row.channel),
        recipient=row.recipient,
        kind=row.kind,
        about=row.about,
        plain=row.plain,
        state=NoticeState(row.state),
        failures=row.failures,
        reason=row.reason,
        message_id=row.message_id,
        queued_at=row.queued_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
        together=row.together,
    )
