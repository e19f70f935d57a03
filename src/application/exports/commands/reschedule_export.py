"""An administrator changes when an export runs by itself."""

from dataclasses import replace
from datetime import datetime

from application.exports.ports import CronCalendar, ExportConfigs
from application.exports.schedule_ports import Occurrences
from application.exports.scheduling import ScheduleChoice, Scheduling, one_choice
from application.exports.superseding import superseded
from application.exports.versions import require_version
from application.exports.views import ExportViews
from application.messages import Command
from application.ports import Clock, Transaction
from application.tenants.ports import Companies
from domain.exports.config import ExportConfig
from domain.exports.schedule import CronSchedule, FreshnessSchedule, Schedule
from domain.shared.identities import ConfigId


class RescheduleExport(Command[None], frozen=True, kw_only=True, tag="exports.reschedule"):
    """Neither `schedule` nor `cron` means: only by hand. `cron` is short for a schedule with that cron.
    `expected` are versions of the export, of which it has to be one.
    """

    config_id: ConfigId
    cron: str | None = None
    schedule: ScheduleChoice | None = None
    expected: frozenset[str] | None = None


class RescheduleExportHandler:
    """Counts the next occurrence from now on the company's wall clock.

    Occurrences that have come due and have not been decided yet, because their start is still to come or no scheduler
    has looked, are superseded. Saving the same times again changes nothing of the kind.
    """

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        configs: ExportConfigs,
        views: ExportViews,
        occurrences: Occurrences,
        scheduling: Scheduling,
        calendar: CronCalendar,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._configs = configs
        self._views = views
        self._occurrences = occurrences
        self._scheduling = scheduling
        self._calendar = calendar
        self._clock = clock

    async def __call__(self, command: RescheduleExport) -> None:
        """Raises ConfigNotFound, PreconditionFailed, and what Scheduling raises."""
        now = self._clock.now()
        choice = one_choice(command.cron, command.schedule)
        async with self._transaction(command.company_id):
            company = await self._companies.get(command.company_id)
            schedule = None if choice is None else await self._scheduling.make(company, choice, now)
            await self._scheduling.confirm(command.company_id, command.config_id, schedule)
            config = await self._configs.get(command.company_id, command.config_id)
            require_version(await self._views.config(command.company_id, command.config_id), command.expected)
            if isinstance(schedule, FreshnessSchedule):
                schedule = await self._scheduling.aimed(config, schedule.target, now)
            await self._change(config, schedule, now)
            await self._configs.put(config)

    async def _change(self, config: ExportConfig, schedule: Schedule | None, now: datetime) -> None:
        old = config.schedule
        if isinstance(old, CronSchedule) and isinstance(schedule, CronSchedule) and old.same_times(schedule):
            config.schedule = replace(schedule, nominal_at=old.nominal_at, ran_at=old.ran_at)
            return
        config.schedule = schedule
        passed = superseded(self._calendar, config, old, now)
        if passed:
            await self._occurrences.add(passed)
