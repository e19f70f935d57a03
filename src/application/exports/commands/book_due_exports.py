"""Schedules come due."""

from application.connections.ports import GoogleConnections, MoySkladConnections
from application.exports.ports import CronCalendar, ExportConfigs, ExportTasks
from application.exports.run_command import send_to_worker
from application.messages import SystemCommand
from application.ports import Clock, Ids, Outbox, SystemTransaction
from application.tenants.ports import Companies
from domain.exports.config import ExportConfig
from domain.exports.schedule import Schedule
from domain.exports.task import ExportTask, RunMode, Trigger
from domain.shared.identities import TaskId

BATCH = 50


class BookDueExports(SystemCommand[int], frozen=True, kw_only=True, tag="exports.book_due"):
    """Told by the scheduler, again and again."""


class BookDueExportsHandler:
    """Books one task for each export that has come due, and counts its next occurrence, in one transaction.

    An export that is still running, whose company has the app suspended, or one of whose connections is missing or
    known to be broken, is not booked: it would fail at once, each time. It goes on by itself with the first occurrence
    after that has been mended; that a connection broke is told once, when it breaks. Occurrences that passed while
    nobody was looking are merged into one run.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        companies: Companies,
        moysklad: MoySkladConnections,
        google: GoogleConnections,
        configs: ExportConfigs,
        tasks: ExportTasks,
        calendar: CronCalendar,
        outbox: Outbox,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._companies = companies
        self._moysklad = moysklad
        self._google = google
        self._configs = configs
        self._tasks = tasks
        self._calendar = calendar
        self._outbox = outbox
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: BookDueExports) -> int:
        """How many tasks were booked."""
        del command
        booked = 0
        async with self._system_transaction():
            for config in await self._configs.due(self._clock.now(), BATCH):
                booked += await self._book(config)
        return booked

    async def _book(self, config: ExportConfig) -> int:
        schedule, now = config.schedule, self._clock.now()
        if schedule is None:
            return 0
        due = self._calendar.next_after(schedule.cron, schedule.time_zone, now)
        config.schedule = Schedule(schedule.cron, schedule.time_zone, due)
        await self._configs.put(config)
        if not await self._can_run(config) or await self._tasks.running(config.company_id, config.id) is not None:
            return 0
        mode = RunMode.RECONCILE if config.reconcile_due(now) else RunMode.INCREMENTAL
        task = ExportTask(
            id=TaskId(self._ids.new()),
            company_id=config.company_id,
            config_id=config.id,
            mode=mode,
            trigger=Trigger.SCHEDULE,
            write_lock=config.write_lock(),
            booked_at=now,
            sent_at=now,
            lane=config.lane(mode),
        )
        await send_to_worker(self._outbox, task, now)
        await self._tasks.add(task)
        return 1

    async def _can_run(self, config: ExportConfig) -> bool:
        company_id = config.company_id
        company = await self._companies.get(company_id)
        return company.active and await self._moysklad.works(company_id) and await self._google.works(company_id)
