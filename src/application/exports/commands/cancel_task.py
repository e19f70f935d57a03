"""Somebody stops a run."""

from application.exports.ports import ExportConfigs, ExportTasks
from application.exports.tidings import Tidings
from application.messages import Command
from application.ports import Clock, Transaction
from domain.shared.identities import TaskId


class CancelTask(Command[None], frozen=True, kw_only=True, tag="exports.cancel"):
    """What stands in the sheet stays."""

    task_id: TaskId


class CancelTaskHandler:
    """Takes the task away from its worker, which notices at its next batch or heartbeat."""

    def __init__(
        self, transaction: Transaction, configs: ExportConfigs, tasks: ExportTasks, tidings: Tidings, clock: Clock
    ) -> None:
        self._transaction = transaction
        self._configs = configs
        self._tasks = tasks
        self._tidings = tidings
        self._clock = clock

    async def __call__(self, command: CancelTask) -> None:
        """Raises TaskNotFound or TaskAlreadyEnded."""
        async with self._transaction(command.company_id):
            task = await self._tasks.get(command.company_id, command.task_id)
            task.cancel(self._clock.now())
            await self._tasks.save(task)
            await self._tidings.ended(await self._configs.get(command.company_id, task.config_id), task)
