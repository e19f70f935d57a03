"""Somebody starts an export by hand."""

from application.digests import request_fingerprint
from application.exports.ports import ExportConfigs, ExportTasks
from application.exports.run_command import send_to_worker
from application.messages import Command
from application.ports import Clock, Ids, Outbox, Replays, Transaction
from application.tenants.ports import Companies
from domain.exports.task import ExportAlreadyRunning, ExportTask, Trigger, mode_named
from domain.shared.identities import ConfigId, TaskId


class StartExport(Command[TaskId], frozen=True, kw_only=True, tag="exports.start"):
    """`mode` is `incremental`, `full` or `reconcile`. `may_remove` agrees to however many rows have to be removed."""

    config_id: ConfigId
    mode: str = "incremental"
    may_remove: bool = False
    idempotency_key: str | None = None


class StartExportHandler:
    """Books a task and leaves the work to a worker."""

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        configs: ExportConfigs,
        tasks: ExportTasks,
        replays: Replays,
        outbox: Outbox,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._configs = configs
        self._tasks = tasks
        self._replays = replays
        self._outbox = outbox
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: StartExport) -> TaskId:
        """Raises ConfigNotFound, ModeUnknown, ModeUnfit, CompanyInactive, ExportAlreadyRunning or
        IdempotencyKeyReused.
        """
        mode = mode_named(command.mode)
        key = command.idempotency_key
        async with self._transaction(command.company_id):
            if key is not None:
                earlier = await self._replays.earlier(command.company_id, key, request_fingerprint(command))
                if earlier is not None:
                    return TaskId(earlier)
            (await self._companies.get(command.company_id)).require_active()
            config = await self._configs.get(command.company_id, command.config_id)
            config.check_mode(mode)
            running = await self._tasks.running(command.company_id, command.config_id)
            if running is not None:
                raise ExportAlreadyRunning(task=str(running.id))
            now = self._clock.now()
            task = ExportTask(
                id=TaskId(self._ids.new()),
                company_id=command.company_id,
                config_id=config.id,
                mode=mode,
                trigger=Trigger.MANUAL,
                write_lock=config.write_lock(),
                booked_at=now,
                sent_at=now,
                may_remove=command.may_remove,
            )
            await send_to_worker(self._outbox, task, now)
            await self._tasks.add(task)
            if key is not None:
                await self._replays.remember(command.company_id, key, task.id)
        return task.id
