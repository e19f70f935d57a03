"""The command that tells of a run in the spreadsheet itself, and how it gets to a worker."""

from datetime import datetime

from application.exports.ports import Tellings
from application.exports.succession import Succession
from application.messages import Command, Outcome
from application.ports import Outbox
from domain.exports.config import ExportConfig
from domain.exports.task import ExportTask
from domain.exports.telling import Telling
from domain.shared.identities import ConfigId, TaskId


class TellSheet(Command[Outcome], frozen=True, kw_only=True, tag="exports.tell_sheet"):
    """Told by the queue, perhaps more than once. The export is named, so that it can be locked before its runs are."""

    config_id: ConfigId
    task_id: TaskId


class Tidings:
    """Sees to it that a run which ends is told about, where the company wants that, and that what follows it does."""

    def __init__(self, tellings: Tellings, succession: Succession, outbox: Outbox) -> None:
        self._tellings = tellings
        self._succession = succession
        self._outbox = outbox

    async def ended(self, config: ExportConfig, task: ExportTask) -> None:
        """In the transaction that ends the task and has saved it. Does nothing while the task is not over."""
        if task.ended_at is None:
            return
        await self._succession.ended(task, task.ended_at)
        if not config.told_of():
            return
        telling = Telling(task.id, config.id, task.company_id, task.ended_at, task.ended_at)
        await self.send(telling, task.ended_at)

    async def send(self, telling: Telling, when: datetime) -> None:
        """In a transaction: stores the telling and the command, which no worker shall see before that moment."""
        telling.sent(when)
        command = TellSheet(company_id=telling.company_id, config_id=telling.config_id, task_id=telling.task_id)
        await self._outbox.put(command, deliver_after=when, once_key=f"tell:{telling.task_id}")
        await self._tellings.put(telling)
