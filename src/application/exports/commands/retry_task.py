"""Somebody tries a failed run again."""

from application.digests import request_fingerprint
from application.exports.booking import ManualBooking
from application.exports.ports import ExportTasks
from application.messages import Command
from application.ports import Replays, Transaction
from domain.shared.identities import TaskId


class RetryTask(Command[TaskId], frozen=True, kw_only=True, tag="exports.retry"):
    """A new run of the same export, in the same mode."""

    task_id: TaskId
    idempotency_key: str | None = None


class RetryTaskHandler:
    """Books another task. What the failed one has written stands; an incremental run reads from where the last one that
    finished got to and writes only what is missing.
    """

    def __init__(self, transaction: Transaction, booking: ManualBooking, tasks: ExportTasks, replays: Replays) -> None:
        self._transaction = transaction
        self._booking = booking
        self._tasks = tasks
        self._replays = replays

    async def __call__(self, command: RetryTask) -> TaskId:
        """Raises TaskNotFound, TaskNotFailed, CompanyInactive, ExportAlreadyRunning or IdempotencyKeyReused."""
        company_id, key = command.company_id, command.idempotency_key
        async with self._transaction(company_id):
            if key is not None:
                earlier = await self._replays.earlier(company_id, key, request_fingerprint(command))
                if earlier is not None:
                    return TaskId(earlier)
            failed = await self._tasks.get(company_id, command.task_id)
            failed.require_failed()
            task = await self._booking.book(company_id, failed.config_id, failed.mode, may_remove=failed.may_remove)
            if key is not None:
                await self._replays.remember(company_id, key, task.id)
        return task.id
