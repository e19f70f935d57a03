"""Somebody tries again what has failed, all of it."""

from datetime import datetime

import msgspec

from application.exports.booking import ManualBooking
from application.exports.ports import ExportTasks
from application.messages import Command
from application.ports import Transaction
from domain.shared.errors import SkladSheetsError
from domain.shared.identities import ConfigId, TaskId

MOST = 500
"""Exports in one call. Where more have failed, `more` says so and the call is to be made again."""


class Retried(msgspec.Struct, frozen=True, kw_only=True):
    """A task that failed, and the new one, or the code of what is in its way."""

    failed: TaskId
    config_id: ConfigId
    task: TaskId | None
    refused: str | None


class RetriedTasks(msgspec.Struct, frozen=True, kw_only=True):
    """What was tried again, and whether there is more."""

    retried: list[Retried]
    more: bool


class RetryFailedTasks(Command[RetriedTasks], frozen=True, kw_only=True, tag="exports.retry_failed"):
    """Exports whose last run failed since that moment, with that code if one is given."""

    since: datetime
    code: str | None = None


class RetryFailedTasksHandler:
    """Books a task for each export whose last run failed. An export that cannot run now does not hinder the others.
    Told twice it does nothing more: an export that has been booked has no failed last run.
    """

    def __init__(self, transaction: Transaction, booking: ManualBooking, tasks: ExportTasks) -> None:
        self._transaction = transaction
        self._booking = booking
        self._tasks = tasks

    async def __call__(self, command: RetryFailedTasks) -> RetriedTasks:
        """Raises nothing of its own."""
        company_id = command.company_id
        async with self._transaction(company_id):
            failed = await self._tasks.failed_last(company_id, command.since, command.code, MOST + 1)
        retried = []
        for task in failed[:MOST]:
            booked, refused = None, None
            try:
                async with self._transaction(company_id):
                    again = await self._booking.book(company_id, task.config_id, task.mode, may_remove=task.may_remove)
                    booked = again.id
            except SkladSheetsError as error:
                refused = error.code
            retried.append(Retried(failed=task.id, config_id=task.config_id, task=booked, refused=refused))
        return RetriedTasks(retried=retried, more=len(failed) > MOST)
