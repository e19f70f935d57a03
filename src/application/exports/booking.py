"""Booking a run: by hand, for one that is started and one that is tried again, or by an export's schedule."""

from datetime import datetime

from application.billing.quotas import Quotas
from application.exports.allowing import Allowances
from application.exports.ports import ExportConfigs, ExportTasks
from application.exports.run_command import send_to_worker
from application.ports import Clock, Ids, Outbox
from application.tenants.ports import Companies
from domain.exports.scheduled import Scheduled
from domain.exports.sharing import Lane
from domain.exports.task import ExportAlreadyRunning, ExportTask, RunMode, Trigger
from domain.shared.identities import CompanyId, ConfigId, TaskId


class ManualBooking:
    """Books runs in the caller's transaction."""

    def __init__(
        self,
        companies: Companies,
        quotas: Quotas,
        configs: ExportConfigs,
        tasks: ExportTasks,
        outbox: Outbox,
        ids: Ids,
        clock: Clock,
        allowances: Allowances,
    ) -> None:
        self._allowances = allowances
        self._companies = companies
        self._quotas = quotas
        self._configs = configs
        self._tasks = tasks
        self._outbox = outbox
        self._ids = ids
        self._clock = clock

    async def book(self, company_id: CompanyId, config_id: ConfigId, mode: RunMode, *, may_remove: bool) -> ExportTask:
        """Raises ConfigNotFound, ModeUnfit, CompanyInactive, ExportAlreadyRunning, or QuotaExceeded where the run could
        not write a row, or the export is one too many for the plan.
        """
        (await self._companies.get(company_id)).require_active()
        config = await self._configs.get(company_id, config_id)
        config.check_mode(mode)
        running = await self._tasks.running(company_id, config_id)
        if running is not None:
            raise ExportAlreadyRunning(task=str(running.id))
        await self._allowances.require(company_id, config_id)
        await self._quotas.require_room(company_id)
        now = self._clock.now()
        task = ExportTask(
            id=TaskId(self._ids.new()),
            company_id=company_id,
            config_id=config.id,
            mode=mode,
            trigger=Trigger.MANUAL,
            write_lock=config.write_lock(),
            booked_at=now,
            sent_at=now,
            lane=config.lane(mode),
            may_remove=may_remove,
        )
        await send_to_worker(self._outbox, task, now)
        await self._tasks.add(task)
        return task


def scheduled_task(export: Scheduled, task_id: TaskId, now: datetime) -> ExportTask:
    """The task as it is booked. From time to time it compares everything."""
    compares = export.compares_from is not None and now >= export.compares_from
    return ExportTask(
        id=task_id,
        company_id=export.company_id,
        config_id=export.id,
        mode=RunMode.RECONCILE if compares else RunMode.INCREMENTAL,
        trigger=Trigger.SCHEDULE,
        write_lock=export.write_lock,
        booked_at=now,
        sent_at=now,
        lane=Lane.BACKFILL if compares or export.unread else Lane.LIVE,
    )
