"""An administrator changes the clock by which the company lives."""

from dataclasses import replace
from datetime import datetime

from application.exports.ports import CronCalendar, ExportConfigs, ExportTasks
from application.exports.run_command import send_to_worker
from application.exports.schedule_ports import Occurrences
from application.exports.superseding import superseded
from application.messages import Command
from application.ports import Clock, Outbox, Transaction
from application.tenants.ports import Companies
from domain.exports.config import ExportConfig
from domain.exports.schedule import CronSchedule
from domain.exports.task import ExportAlreadyRunning
from domain.shared.identities import CompanyId, ConfigId


class ChangeTimeZone(Command[None], frozen=True, kw_only=True, tag="exports.change_time_zone"):
    """`time_zone` is an IANA name."""

    time_zone: str


class ChangeTimeZoneHandler:
    """From now on schedules, periods and what sheets show follow that clock.

    Tables whose rows are kept up to date are written anew by their next runs; a run that is under way begins anew.
    Rows that are never touched again stay as they are.
    """

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        configs: ExportConfigs,
        tasks: ExportTasks,
        occurrences: Occurrences,
        calendar: CronCalendar,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._configs = configs
        self._tasks = tasks
        self._occurrences = occurrences
        self._calendar = calendar
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: ChangeTimeZone) -> None:
        """Raises TimeZoneUnknown, CompanyInactive, or ExportAlreadyRunning where a run began just now."""
        self._calendar.zone(command.time_zone)
        now, company_id = self._clock.now(), command.company_id
        async with self._transaction(company_id):
            company = await self._companies.get(company_id)
            company.require_active()
            if company.time_zone == command.time_zone:
                return
            for config_id in sorted(await self._configs.links(company_id)):
                await self._follow(company_id, config_id, command.time_zone, now)
            company.time_zone = command.time_zone
            await self._companies.put(company)

    async def _follow(self, company_id: CompanyId, config_id: ConfigId, time_zone: str, now: datetime) -> None:
        """Whoever runs an export locks its task first, and then the export."""
        found = await self._tasks.running(company_id, config_id)
        task = None if found is None else await self._tasks.get(company_id, found.id)
        config = await self._configs.get(company_id, config_id)
        began = await self._tasks.running(company_id, config_id)
        if began is not None and (task is None or began.id != task.id):
            raise ExportAlreadyRunning(task=str(began.id))
        anew = config.show_times_anew()
        await self._reschedule(config, time_zone, now)
        await self._configs.put(config)
        if anew and task is not None and not task.ended:
            if task.begin_anew(now):
                await send_to_worker(self._outbox, task, now)
            await self._tasks.save(task)

    async def _reschedule(self, config: ExportConfig, time_zone: str, now: datetime) -> None:
        old = config.schedule
        if not isinstance(old, CronSchedule):
            return
        following = self._calendar.next_after(old.cron, time_zone, now)
        config.schedule = replace(old, time_zone=time_zone, nominal_at=following)
        passed = superseded(self._calendar, config, old, now)
        if passed:
            await self._occurrences.add(passed)
