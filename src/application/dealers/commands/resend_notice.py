"""Somebody wants a notice delivered that was not, or perhaps not."""

from application.dealers.directory_ports import ChatBindings
from application.dealers.notice_ports import Notices, NoticeViews
from application.dealers.queueing import wake
from application.messages import Command
from application.ports import Clock, Outbox, Transaction
from domain.dealers.bindings import ChatUnbound
from domain.dealers.notices import NoticeNotFound, NoticeNotResendable
from domain.shared.identities import NoticeId


class ResendNotice(Command[None], frozen=True, kw_only=True, tag="notices.resend"):
    """Whoever resends an uncertain one takes it upon themselves that it may come twice."""

    notice_id: NoticeId


class ResendNoticeHandler:
    """Queues it anew, if the chat is bound still: whoever has left is told nothing more."""

    def __init__(
        self,
        transaction: Transaction,
        notices: Notices,
        views: NoticeViews,
        bindings: ChatBindings,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._notices = notices
        self._views = views
        self._bindings = bindings
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: ResendNotice) -> None:
        """Raises NoticeNotFound, ChatUnbound or NoticeNotResendable."""
        now = self._clock.now()
        async with self._transaction(command.company_id):
            notice = await self._views.get(command.company_id, command.notice_id)
            if notice is None:
                raise NoticeNotFound
            if await self._bindings.get(command.company_id, notice.binding_id) is None:
                raise ChatUnbound
            if not await self._notices.again(command.company_id, command.notice_id, now):
                raise NoticeNotResendable(notice=str(command.notice_id))
            await wake(self._outbox, command.company_id, now)
