"""Finds notices that nobody delivers any more, and announcements of which nobody tells."""

from datetime import timedelta

from application.dealers.notice_ports import Notices
from application.dealers.queueing import wake
from application.messages import SystemCommand
from application.ports import Clock, Outbox, SystemTransaction
from application.tenants.announced_command import TellOwners
from application.tenants.announcing import Announcements

BATCH = 200
OVERDUE = timedelta(minutes=2)
"""A message of the queue is lost, or its worker has died, when what was due so long ago waits still."""


class RecoverNotices(SystemCommand[int], frozen=True, kw_only=True, tag="notices.recover"):
    """Told by the scheduler, again and again."""


class RecoverNoticesHandler:
    """Has workers look again at companies whose notices are overdue, or were being sent by somebody who went silent,
    and at those whose people were to be told of something by now.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        notices: Notices,
        announcements: Announcements,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._notices = notices
        self._announcements = announcements
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: RecoverNotices) -> int:
        """How many companies."""
        del command
        now = self._clock.now()
        async with self._system_transaction():
            stranded = await self._notices.stranded(now - OVERDUE, now, BATCH)
            for company_id in stranded:
                await wake(self._outbox, company_id, now)
            untold = await self._announcements.stranded(now - OVERDUE, BATCH)
            for company_id in untold:
                await self._outbox.put(TellOwners(company_id=company_id), once_key=f"owners:{company_id}")
        return len({*stranded, *untold})
