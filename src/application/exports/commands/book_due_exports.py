"""Schedules come due."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from application.exports.allowing import Allowances
from application.exports.booking import scheduled_task
from application.exports.ports import CronCalendar, ExportConfigs, ExportTasks
from application.exports.run_command import send_all_to_workers
from application.exports.schedule_ports import Occurrences, Standings
from application.messages import SystemCommand
from application.ports import Clock, Ids, Outbox, SystemTransaction
from domain.exports.allowance import Allowance
from domain.exports.freshness import resting_until
from domain.exports.occurrences import (
    NOBODY,
    Occurrence,
    OccurrenceKind,
    Owner,
    Passed,
    SkipReason,
    Standing,
    Verdict,
    after_misfire,
    entries,
    skipped,
    verdict,
)
from domain.exports.schedule import CronInvalid, CronSchedule, FreshnessSchedule, TimeZoneUnknown, offset, too_soon
from domain.exports.scheduled import Scheduled
from domain.exports.task import ExportTask
from domain.shared.identities import CompanyId, ConfigId, TaskId

BATCH = 500
BATCHES = 20
"""One telling goes no further, so that what else a scheduler does gets its turn after a long outage."""

UNREADABLE_PAUSE = timedelta(days=1)


class BookDueExports(SystemCommand[int], frozen=True, kw_only=True, tag="exports.book_due"):
    """Told by the scheduler, again and again."""


@dataclass(slots=True)
class _Batch:
    """Exports that have come due, what is known of them, and what is decided."""

    now: datetime
    standings: dict[CompanyId, Standing]
    allowances: dict[CompanyId, Allowance]
    unfinished: dict[ConfigId, ExportTask]
    new: dict[ConfigId, TaskId]
    entries: list[Occurrence] = field(default_factory=list)
    to_book: dict[tuple[ConfigId, datetime], ExportTask] = field(default_factory=dict)

    def verdict(self, config: Scheduled) -> Verdict:
        """What becomes of an occurrence that is due now."""
        standing = self.standings.get(config.company_id, NOBODY)
        allowance = self.allowances.get(config.company_id)
        if allowance is not None and standing.active and allowance.rests(config.id):
            return skipped(SkipReason.PLAN_EXPORTS)
        return verdict(standing, self.unfinished.get(config.id), self.new[config.id])

    def book(self, config: Scheduled, nominal_at: datetime, decided: Verdict) -> None:
        """A run, if that is what was decided."""
        if decided.books:
            task = scheduled_task(config, self.new[config.id], self.now)
            self.to_book[config.id, nominal_at] = task


class BookDueExportsHandler:
    """Decides what becomes of each occurrence that has come due: entry, run and next occurrence in one transaction.

    A few statements serve a whole batch. Exports that another scheduler has in hand are passed over, and an occurrence
    that has an entry already is never booked again, so that any number of schedulers may work and be killed.

    An export that is still running, whose company has the app suspended, or one of whose connections is missing or
    known to be broken, is not booked: it would fail at once, each time. It goes on by itself with the first occurrence
    after that has been mended; that a connection broke is told once, when it breaks. After a change to a smaller plan
    the youngest exports rest, and occurrences that come too soon for it are skipped.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        configs: ExportConfigs,
        tasks: ExportTasks,
        standings: Standings,
        occurrences: Occurrences,
        allowances: Allowances,
        calendar: CronCalendar,
        outbox: Outbox,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._configs = configs
        self._tasks = tasks
        self._standings = standings
        self._occurrences = occurrences
        self._allowances = allowances
        self._calendar = calendar
        self._outbox = outbox
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: BookDueExports) -> int:
        """How many tasks were booked."""
        del command
        booked = 0
        for _ in range(BATCHES):
            now = self._clock.now()
            async with self._system_transaction():
                due = await self._configs.due(now, BATCH)
                if due:
                    booked += await self._decide(due, now)
            if len(due) < BATCH:
                break
        return booked

    async def _decide(self, due: list[Scheduled], now: datetime) -> int:
        companies = sorted({config.company_id for config in due})
        batch = _Batch(
            now,
            await self._standings.of(companies),
            await self._allowances.of(companies),
            await self._tasks.unfinished([config.id for config in due]),
            {config.id: TaskId(self._ids.new()) for config in due},
        )
        for config in due:
            if isinstance(config.schedule, CronSchedule):
                self._decide_cron(batch, config, config.schedule)
            elif isinstance(config.schedule, FreshnessSchedule):
                self._decide_freshness(batch, config, config.schedule)
        stored = await self._occurrences.add(batch.entries)
        booked = [task for occurrence, task in batch.to_book.items() if occurrence in stored]
        if booked:
            await send_all_to_workers(self._outbox, booked, now)
            await self._tasks.add_all(booked)
        await self._configs.plan(due)
        return len(booked)

    def _decide_cron(self, batch: _Batch, config: Scheduled, schedule: CronSchedule) -> None:
        owner = Owner(config.company_id, config.id, OccurrenceKind.CRON, batch.now)
        late_by = offset(config.id, schedule.spread)
        try:
            passed = self._passed(schedule, batch.now - late_by)
        except (CronInvalid, TimeZoneUnknown):
            # One export must not stop all others; this one is looked at again, and its ledger says what is wrong.
            batch.entries.append(owner.entry(schedule.nominal_at, skipped(SkipReason.UNREADABLE)))
            config.schedule = replace(schedule, nominal_at=batch.now + UNREADABLE_PAUSE)
            return
        last = passed.moments[-1]
        newest = after_misfire(batch.verdict(config), schedule.misfire, last + late_by, batch.now)
        if newest.books and self._too_soon(batch, config, schedule, last):
            newest = skipped(SkipReason.PLAN_INTERVAL)
        batch.entries.extend(entries(owner, passed, newest, schedule.misfire))
        batch.book(config, last, newest)
        ran_at = last if newest.books else schedule.ran_at
        config.schedule = replace(schedule, nominal_at=passed.following, ran_at=ran_at)

    def _too_soon(self, batch: _Batch, config: Scheduled, schedule: CronSchedule, nominal_at: datetime) -> bool:
        allowance = batch.allowances.get(config.company_id)
        if allowance is None:
            return False
        return too_soon(schedule, nominal_at, self._calendar.zone(schedule.time_zone), allowance.terms)

    def _passed(self, schedule: CronSchedule, until: datetime) -> Passed:
        first = schedule.nominal_at
        return self._calendar.passed(schedule.cron, schedule.time_zone, first, max(first, until))

    def _decide_freshness(self, batch: _Batch, config: Scheduled, schedule: FreshnessSchedule) -> None:
        if schedule.due_at is None:
            return
        decided = batch.verdict(config)
        owner = Owner(config.company_id, config.id, OccurrenceKind.FRESHNESS, batch.now)
        batch.entries.append(owner.entry(schedule.due_at, decided))
        batch.book(config, schedule.due_at, decided)
        due = None  # the end of the run that there is now tells when the next is due
        if decided.task_id is None:
            allowance = batch.allowances.get(config.company_id)
            shortest = timedelta(0) if allowance is None else allowance.terms.shortest
            due = resting_until(schedule.target, shortest, batch.now)
        config.schedule = FreshnessSchedule(schedule.target, due)
