"""Somebody starts an export by hand."""

from application.digests import request_fingerprint
from application.exports.booking import ManualBooking
from application.messages import Command
from application.ports import Replays, Transaction
from domain.exports.task import mode_named
from domain.shared.identities import ConfigId, TaskId


class StartExport(Command[TaskId], frozen=True, kw_only=True, tag="exports.start"):
    """`mode` is `incremental`, `full` or `reconcile`. `may_remove` agrees to however many rows have to be removed."""

    config_id: ConfigId
    mode: str = "incremental"
    may_remove: bool = False
    idempotency_key: str | None = None


class StartExportHandler:
    """Books a task and leaves the work to a worker."""

    def __init__(self, transaction: Transaction, booking: ManualBooking, replays: Replays) -> None:
        self._transaction = transaction
        self._booking = booking
        self._replays = replays

    async def __call__(self, command: StartExport) -> TaskId:
        """Raises ConfigNotFound, ModeUnknown, ModeUnfit, CompanyInactive, ExportAlreadyRunning,
        QuotaExceeded or IdempotencyKeyReused.
        """
        mode = mode_named(command.mode)
        key = command.idempotency_key
        async with self._transaction(command.company_id):
            if key is not None:
                earlier = await self._replays.earlier(command.company_id, key, request_fingerprint(command))
                if earlier is not None:
                    return TaskId(earlier)
            task = await self._booking.book(command.company_id, command.config_id, mode, may_remove=command.may_remove)
            if key is not None:
                await self._replays.remember(command.company_id, key, task.id)
        return task.id
