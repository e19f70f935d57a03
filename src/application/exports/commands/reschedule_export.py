"""An administrator changes when an export runs by itself."""

from application.exports.ports import CronCalendar, ExportConfigs
from application.messages import Command
from application.ports import Clock, Transaction
from application.tenants.ports import Companies
from domain.exports.schedule import Schedule
from domain.shared.identities import ConfigId


class RescheduleExport(Command[None], frozen=True, kw_only=True, tag="exports.reschedule"):
    """No `cron` means: only by hand."""

    config_id: ConfigId
    cron: str | None


class RescheduleExportHandler:
    """Counts the next occurrence from now on the company's wall clock."""

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        configs: ExportConfigs,
        calendar: CronCalendar,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._configs = configs
        self._calendar = calendar
        self._clock = clock

    async def __call__(self, command: RescheduleExport) -> None:
        """Raises ConfigNotFound or CronInvalid."""
        async with self._transaction(command.company_id):
            config = await self._configs.get(command.company_id, command.config_id)
            config.schedule = None
            if command.cron is not None:
                zone = (await self._companies.get(command.company_id)).time_zone
                due = self._calendar.next_after(command.cron, zone, self._clock.now())
                config.schedule = Schedule(command.cron, zone, due)
            await self._configs.put(config)
