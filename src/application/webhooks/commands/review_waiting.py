"""Exports that wait because of their company's plan are looked at anew when it is another one."""

from application.ports import Transaction
from application.tenants.plan_command import ReviewWaiting
from application.webhooks.ports import ExportWatches
from domain.webhooks.watch import Pace


class ReviewWaitingHandler:
    """Has the scheduler look at them at once; what they may do is decided there."""

    def __init__(self, transaction: Transaction, watches: ExportWatches, pace: Pace) -> None:
        self._transaction = transaction
        self._watches = watches
        self._pace = pace

    async def __call__(self, command: ReviewWaiting) -> int:
        """How many had waited for something."""
        async with self._transaction(command.company_id):
            exports = await self._watches.listening([command.company_id], all_of_them=True)
            found = await self._watches.get(command.company_id, [one.config_id for one in exports])
            waiting = [watch for watch in found.values() if watch.not_before is not None]
            for watch in waiting:
                watch.look_anew()
                await self._watches.put(watch, watch.due_at(self._pace))
        return len(waiting)
