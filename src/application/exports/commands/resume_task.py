"""Somebody has a paused run go on."""

from application.exports.ports import ExportTasks
from application.exports.run_command import send_to_worker
from application.messages import Command
from application.ports import Clock, Outbox, Transaction
from application.tenants.ports import Companies
from domain.shared.identities import TaskId


class ResumeTask(Command[None], frozen=True, kw_only=True, tag="exports.resume"):
    """The run goes on from its checkpoint."""

    task_id: TaskId


class ResumeTaskHandler:
    """Puts the task back into the queue."""

    def __init__(
        self, transaction: Transaction, companies: Companies, tasks: ExportTasks, outbox: Outbox, clock: Clock
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._tasks = tasks
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: ResumeTask) -> None:
        """Raises TaskNotFound, TaskNotPaused or CompanyInactive."""
        async with self._transaction(command.company_id):
            (await self._companies.get(command.company_id)).require_active()
            task = await self._tasks.get(command.company_id, command.task_id)
            task.resume()
            await send_to_worker(self._outbox, task, self._clock.now())
            await self._tasks.save(task)
