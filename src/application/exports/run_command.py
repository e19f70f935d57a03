"""The command that carries out a run, and how it gets to a worker."""

from datetime import datetime

from application.messages import Command, Outcome
from application.ports import Outbox, Turn
from domain.exports.task import ExportTask
from domain.shared.identities import TaskId


class RunExport(Command[Outcome], frozen=True, kw_only=True, tag="exports.run"):
    """Told by the queue, perhaps more than once."""

    task_id: TaskId


async def send_to_worker(outbox: Outbox, task: ExportTask, when: datetime) -> None:
    """Stores the command for the task, once, in the transaction that books or postpones it and then saves it.

    It waits for its company's turn, from the moment `when` on.
    """
    task.sent(when)
    turn = Turn(task.lane.value, urgent=task.urgent)
    command = RunExport(company_id=task.company_id, task_id=task.id)
    await outbox.put(command, deliver_after=when, once_key=f"run:{task.id}", turn=turn)
