"""Somebody wants a notice delivered that was not, or perhaps not."""

from application.dealers.notice_ports import Notices
from application.dealers.queueing import wake
from application.messages import Command
from application.ports import Clock, Outbox, Transaction
from domain.dealers.notices import NoticeNotResendable
from domain.shared.identities import NoticeId


class ResendNotice(Command[None], frozen=True, kw_only=True, tag="notices.resend"):
    """Whoever resends an uncertain one takes it upon themselves that it may come twice."""

    notice_id: NoticeId


class ResendNoticeHandler:
    """Queues it anew."""

    def __init__(self, transaction: Transaction, notices: Notices, outbox: Outbox, clock: Clock) -> None:
        self._transaction = transaction
        self._notices = notices
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: ResendNotice) -> None:
        """Raises NoticeNotFound or NoticeNotResendable."""
        now = self._clock.now()
        async with self._transaction(command.company_id):
            if not await self._notices.again(command.company_id, command.notice_id, now):
                raise NoticeNotResendable(notice=str(command.notice_id))
            await wake(self._outbox, command.company_id, now)
