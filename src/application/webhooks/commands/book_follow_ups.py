"""Runs follow what was told, and look from time to time whether everything was told."""

from datetime import datetime, timedelta

from application.connections.ports import GoogleConnections, MoySkladConnections
from application.exports.allowing import Allowances
from application.exports.ports import ExportConfigs, ExportTasks
from application.exports.run_command import send_to_worker
from application.exports.schedule_ports import Occurrences
from application.messages import SystemCommand
from application.ports import Clock, Headers, Ids, Outbox, SystemTransaction, Transaction
from application.tenants.ports import Companies
from application.webhooks.ports import ExportWatches
from domain.connections.moysklad import ConnectionState
from domain.exports.allowance import Allowance
from domain.exports.config import ConfigNotFound
from domain.exports.occurrences import OccurrenceKind, OccurrenceOutcome, Owner, SkipReason, Verdict, postponed
from domain.exports.task import ExportTask, RunMode
from domain.shared.identities import CompanyId, TaskId
from domain.webhooks.watch import ExportWatch, Pace

BATCH = 100
UNUSABLE = timedelta(minutes=1)
"""How long an export waits whose company has the app suspended, a connection broken, or too many exports."""


class BookFollowUps(SystemCommand[int], frozen=True, kw_only=True, tag="webhooks.book"):
    """Told by the scheduler, again and again."""


class BookFollowUpsHandler:
    """Books one run for each export that is due, however much was told of it.

    While the export's last run is not over nothing is booked, and nothing forgotten: what was told meanwhile leads to
    one more run afterwards. The same goes for a company that cannot run anything now. Where the plan says so, changes
    wait until its interval since the last run's start has passed, and the ledger tells of it. The run goes on with the
    trace of what told first of a change.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        companies: Companies,
        moysklad: MoySkladConnections,
        google: GoogleConnections,
        configs: ExportConfigs,
        tasks: ExportTasks,
        watches: ExportWatches,
        allowances: Allowances,
        occurrences: Occurrences,
        outbox: Outbox,
        pace: Pace,
        headers: Headers,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._companies = companies
        self._moysklad = moysklad
        self._google = google
        self._configs = configs
        self._tasks = tasks
        self._watches = watches
        self._allowances = allowances
        self._occurrences = occurrences
        self._outbox = outbox
        self._pace = pace
        self._headers = headers
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: BookFollowUps) -> int:
        """How many runs were booked."""
        del command
        async with self._system_transaction():
            due = await self._watches.due(self._clock.now(), BATCH)
        booked = 0
        for watch in due:
            async with self._transaction(watch.company_id):
                booked += await self._book(watch)
        return booked

    async def _book(self, found: ExportWatch) -> int:
        """The export is locked before its watch is, as where it is removed; so everything is looked at once more."""
        try:
            config = await self._configs.get(found.company_id, found.config_id)
        except ConfigNotFound:
            return 0
        watch = (await self._watches.get(found.company_id, [found.config_id])).get(found.config_id)
        now = self._clock.now()
        trigger = None if watch is None else watch.trigger(now, self._pace)
        if watch is None or trigger is None:
            return 0
        allowance = (await self._allowances.of([config.company_id]))[config.company_id]
        if allowance.rests(config.id) or not await self._can_run(config.company_id):
            return await self._wait(watch, UNUSABLE)
        if await self._tasks.running(config.company_id, config.id) is not None:
            return await self._wait(watch, self._pace.again)
        if await self._too_soon(watch, allowance, now):
            return 0
        origin = watch.origin or self._headers.current()
        task = ExportTask(
            id=TaskId(self._ids.new()),
            company_id=config.company_id,
            config_id=config.id,
            mode=RunMode.INCREMENTAL,
            trigger=trigger,
            write_lock=config.write_lock(),
            booked_at=now,
            sent_at=now,
            lane=config.lane(RunMode.INCREMENTAL),
        )
        if allowance.follow_up and watch.first_at is not None:
            await self._note(watch, now, now, Verdict(OccurrenceOutcome.RAN, task.id))
        watch.booked(trigger, now)
        await self._watches.put(watch, watch.due_at(self._pace))
        with self._headers.continuing(origin):
            await send_to_worker(self._outbox, task, now)
        await self._tasks.add(task)
        return 1

    async def _wait(self, watch: ExportWatch, for_: timedelta) -> int:
        watch.wait(self._clock.now() + for_)
        await self._watches.put(watch, watch.due_at(self._pace))
        return 0

    async def _too_soon(self, watch: ExportWatch, allowance: Allowance, now: datetime) -> bool:
        """Whether the plan has the changes wait; then they do."""
        if not allowance.follow_up:
            return False
        last = await self._tasks.started_last(watch.company_id, watch.config_id)
        if last is None or now >= last + allowance.follow_up:
            return False
        watch.put_off(last + allowance.follow_up, allowance.reviewed_at, now)
        await self._watches.put(watch, watch.due_at(self._pace))
        if watch.first_at is not None:
            await self._note(watch, watch.first_at, now, postponed(SkipReason.PLAN_WAITS))
        return True

    async def _note(self, watch: ExportWatch, nominal_at: datetime, now: datetime, what: Verdict) -> None:
        owner = Owner(watch.company_id, watch.config_id, OccurrenceKind.CHANGE, now)
        await self._occurrences.add([owner.entry(nominal_at, what)])

    async def _can_run(self, company_id: CompanyId) -> bool:
        company = await self._companies.get(company_id)
        moysklad = await self._moysklad.get(company_id)
        google = await self._google.get(company_id)
        connections = (moysklad, google)
        return company.active and all(one is not None and one.state is ConnectionState.ACTIVE for one in connections)
