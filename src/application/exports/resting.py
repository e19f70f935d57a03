"""Runs that rest because of their company's plan go on when it allows more."""

from datetime import datetime

from application.billing.quotas import Quotas
from application.exports.ports import ExportTasks
from application.exports.run_command import send_to_worker
from application.ports import Outbox
from domain.exports.task import ExportTask
from domain.shared.errors import QuotaExceeded


class Resting:
    """Works in the caller's SystemTransaction."""

    def __init__(self, tasks: ExportTasks, quotas: Quotas, outbox: Outbox) -> None:
        self._tasks = tasks
        self._quotas = quotas
        self._outbox = outbox

    async def resume(self, now: datetime, looked_before: datetime, limit: int) -> int:
        """Looks at resting runs that nobody has looked at since `looked_before`; answers how many go on from their
        checkpoints.
        """
        resumed = 0
        for task in await self._tasks.resting(looked_before, limit):
            if await self._has_room(task):
                task.resume()
                await send_to_worker(self._outbox, task, now)
                resumed += 1
            else:
                task.sent(now)
            await self._tasks.save(task)
        return resumed

    async def _has_room(self, task: ExportTask) -> bool:
        try:
            await self._quotas.require_room(task.company_id)
        except QuotaExceeded:
            return False
        return True
