"""The command that carries out a run, and how it gets to a worker."""

from collections.abc import Sequence
from datetime import datetime

from application.messages import Command, Outcome
from application.ports import OneOfMany, Outbox, Turn
from domain.exports.task import ExportTask
from domain.shared.identities import TaskId


class RunExport(Command[Outcome], frozen=True, kw_only=True, tag="exports.run"):
    """Told by the queue, perhaps more than once."""

    task_id: TaskId


async def send_to_worker(outbox: Outbox, task: ExportTask, when: datetime) -> None:
    """Stores the command for the task, once, in the transaction that books or postpones it and then saves it.

    It waits for its company's turn, from the moment `when` on.
    """
    await send_all_to_workers(outbox, [task], when)


async def send_all_to_workers(outbox: Outbox, tasks: Sequence[ExportTask], when: datetime) -> None:
    """The same for many tasks that are booked at once."""
    for task in tasks:
        task.sent(when)
    commands = [
        OneOfMany(
            command=RunExport(company_id=task.company_id, task_id=task.id),
            once_key=f"run:{task.id}",
            turn=Turn(task.lane.value, urgent=task.urgent),
        )
        for task in tasks
    ]
    await outbox.put_all(commands, when)
