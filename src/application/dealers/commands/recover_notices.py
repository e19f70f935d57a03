"""Finds notices that nobody delivers any more."""

from datetime import timedelta

from application.dealers.notice_ports import Notices
from application.dealers.queueing import wake
from application.messages import SystemCommand
from application.ports import Clock, Outbox, SystemTransaction

BATCH = 200
OVERDUE = timedelta(minutes=2)
"""A message of the queue is lost, or its worker has died, when what was due so long ago waits still."""


class RecoverNotices(SystemCommand[int], frozen=True, kw_only=True, tag="notices.recover"):
    """Told by the scheduler, again and again."""


class RecoverNoticesHandler:
    """Has workers look again at companies whose notices are overdue, or were being sent by somebody who went silent."""

    def __init__(self, system_transaction: SystemTransaction, notices: Notices, outbox: Outbox, clock: Clock) -> None:
        self._system_transaction = system_transaction
        self._notices = notices
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
        return len(stranded)
