"""Somebody has a run rest."""

from application.exports.ports import ExportTasks
from application.messages import Command
from application.ports import Clock, Transaction
from domain.shared.identities import TaskId


class PauseTask(Command[None], frozen=True, kw_only=True, tag="exports.pause"):
    """What stands in the sheet stays; the run keeps its checkpoint, and its export does not begin another."""

    task_id: TaskId


class PauseTaskHandler:
    """Takes the task away from its worker, which notices within seconds, and from the queue."""

    def __init__(self, transaction: Transaction, tasks: ExportTasks, clock: Clock) -> None:
        self._transaction = transaction
        self._tasks = tasks
        self._clock = clock

    async def __call__(self, command: PauseTask) -> None:
        """Raises TaskNotFound or TaskAlreadyEnded. Pausing a paused task changes nothing."""
        async with self._transaction(command.company_id):
            task = await self._tasks.get(command.company_id, command.task_id)
            task.pause(self._clock.now())
            await self._tasks.save(task)
