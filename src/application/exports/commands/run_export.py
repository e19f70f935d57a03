"""A worker carries out one run."""

import asyncio
from datetime import datetime, timedelta

from application.billing.quotas import Quotas
from application.connections.ports import MoySkladConnections
from application.connections.vendor_access import MoySkladAccess
from application.exports.claims import Claim
from application.exports.diary import Diary, RunWatch, keeping, write_down
from application.exports.limits import RunLimits
from application.exports.ports import ExportConfigs, ExportTasks
from application.exports.run_command import RunExport, send_to_worker
from application.exports.tidings import Tidings
from application.exports.transfer import Transfer
from application.heartbeat import Heartbeat
from application.messages import Outcome
from application.ports import Clock, Ids, Outbox, Transaction
from application.tenants.ports import Companies
from domain.connections.moysklad import MoySkladDisconnected
from domain.exports.spreadsheet import SpreadsheetTaken
from domain.exports.task import (
    ClaimLost,
    ExportTask,
    HandedOver,
    TaskAlreadyClaimed,
    TaskAlreadyEnded,
    TaskError,
    TaskNotFound,
    TaskState,
    WorkerStopped,
)
from domain.shared.errors import QuotaExceeded, SkladSheetsError, VendorBusy, VendorFailed
from domain.shared.identities import ClaimId

SPREADSHEET_TAKEN_DELAY = timedelta(seconds=5)


class RunExportHandler:
    """Claims the task, keeps the claim alive while rows move, and notes how it ended.

    Told twice, it works once: a task that is over, or held by a living worker, is left alone. A worker killed at any
    moment leaves a task that the next one takes up at its checkpoint.
    """

    def __init__(
        self,
        transaction: Transaction,
        companies: Companies,
        configs: ExportConfigs,
        tasks: ExportTasks,
        outbox: Outbox,
        transfer: Transfer,
        tidings: Tidings,
        quotas: Quotas,
        moysklad: MoySkladAccess,
        connections: MoySkladConnections,
        limits: RunLimits,
        watch: RunWatch,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._companies = companies
        self._configs = configs
        self._tasks = tasks
        self._outbox = outbox
        self._transfer = transfer
        self._tidings = tidings
        self._quotas = quotas
        self._moysklad = moysklad
        self._connections = connections
        self._limits = limits
        self._watch = watch
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: RunExport) -> Outcome:
        """Raises only what nobody foresaw, after noting it in the task, which is tried again."""
        try:
            claim = await self._claim(command)
        except (TaskAlreadyClaimed, TaskAlreadyEnded, TaskNotFound) as settled:
            return Outcome(state="left alone", error=settled.code)
        except SpreadsheetTaken as taken:
            await self._wait_for_spreadsheet(command)
            return Outcome(state=TaskState.BOOKED, error=taken.code)
        if claim.task.state is not TaskState.CLAIMED:
            return Outcome(state=claim.task.state, error=claim.task.error.code if claim.task.error else None)
        try:
            with keeping(Diary(self._watch, claim.task.counts)):
                return await self._carry_out(claim)
        except (ClaimLost, TaskNotFound) as lost:
            return Outcome(state="left alone", error=lost.code)

    async def _carry_out(self, claim: Claim) -> Outcome:
        try:
            await self._work(claim)
        except (ClaimLost, TaskNotFound):
            raise
        except asyncio.CancelledError:
            await asyncio.shield(self._postpone(claim, self._clock.now(), WorkerStopped.code))
            raise
        except HandedOver as asked:
            state = await self._postpone(claim, self._clock.now(), asked.code)
            return Outcome(state=state, error=asked.code)
        except SkladSheetsError as error:
            state = await self._note(claim, error)
            return Outcome(state=state, error=error.code)
        except Exception as unforeseen:
            await self._stumble(claim, TaskError(SkladSheetsError.code, {"kind": type(unforeseen).__name__}))
            raise
        return Outcome(state=TaskState.FINISHED)

    async def _claim(self, command: RunExport) -> Claim:
        """The claim; after too many crashes one whose task has just been failed."""
        async with self._transaction(command.company_id):
            task = await self._tasks.get(command.company_id, command.task_id)
            claim_id = ClaimId(self._ids.new())
            task.claim(claim_id, self._clock.now(), self._limits.lease)
            config = await self._configs.get(command.company_id, task.config_id)
            company = await self._companies.get(command.company_id)
            task.write_lock = config.write_lock()
            await self._quotas.release(command.company_id, task.id)  # whoever held the task before is gone
            await self._rest_if_refused(task)
            await self._tasks.save(task)
            await self._tidings.ended(config, task)
            moysklad = await self._connections.get(command.company_id)
        return Claim(claim_id, task, config, company.time_zone, moysklad.token if moysklad else None)

    async def _rest_if_refused(self, task: ExportTask) -> None:
        if task.state is TaskState.CLAIMED:
            try:
                await self._quotas.require_running(task.company_id)
            except QuotaExceeded as refused:
                task.rest(TaskError(refused.code, refused.details), self._clock.now())

    async def _work(self, claim: Claim) -> None:
        beat = Heartbeat(
            clock=self._clock,
            lease=self._limits.lease,
            renew=lambda: self._renew(claim),
            lost=ClaimLost,
            look=lambda: self._look(claim),
        )
        await beat.beside(self._transfer.run(claim))

    async def _look(self, claim: Claim) -> None:
        company_id, task_id = claim.task.company_id, claim.task.id
        async with self._transaction(company_id):
            held = await self._tasks.still_held(company_id, task_id, claim.claim_id)
        if not held:
            raise ClaimLost(task=str(task_id))

    async def _renew(self, claim: Claim) -> datetime:
        async with self._transaction(claim.task.company_id):
            task = await self._tasks.held(claim.task.company_id, claim.task.id, claim.claim_id)
            task.lease_until = self._clock.now() + self._limits.lease
            await self._tasks.save(task)
        return task.lease_until

    async def _note(self, claim: Claim, error: SkladSheetsError) -> TaskState:
        noted = TaskError(error.code, error.details)
        if isinstance(error, VendorBusy):
            return await self._postpone(claim, self._clock.now() + timedelta(seconds=error.retry_after), error.code)
        if isinstance(error, QuotaExceeded):
            return await self._rest(claim, noted)
        if isinstance(error, VendorFailed):
            return await self._stumble(claim, noted)
        if isinstance(error, MoySkladDisconnected):
            await self._moysklad.mark_broken(claim.task.company_id, claim.moysklad_token)
        return await self._fail(claim, noted)

    async def _rest(self, claim: Claim, why: TaskError) -> TaskState:
        """Between two batches: what was written stands, and the checkpoint behind it."""
        async with self._transaction(claim.task.company_id):
            task = await self._tasks.held(claim.task.company_id, claim.task.id, claim.claim_id)
            await self._quotas.release(task.company_id, task.id)
            write_down(task)
            task.rest(why, self._clock.now())
            await self._tasks.save(task)
        return task.state

    async def _postpone(self, claim: Claim, until: datetime, why: str) -> TaskState:
        async with self._transaction(claim.task.company_id):
            task = await self._tasks.held(claim.task.company_id, claim.task.id, claim.claim_id)
            await self._quotas.release(task.company_id, task.id)
            write_down(task)
            task.postpone(until, self._clock.now(), why)
            await send_to_worker(self._outbox, task, until)
            await self._tasks.save(task)
        return task.state

    async def _stumble(self, claim: Claim, error: TaskError) -> TaskState:
        async with self._transaction(claim.task.company_id):
            task = await self._tasks.held(claim.task.company_id, claim.task.id, claim.claim_id)
            await self._quotas.release(task.company_id, task.id)
            write_down(task)
            task.stumble(error, self._clock.now())
            if task.due_at is not None:
                await send_to_worker(self._outbox, task, task.due_at)
            await self._tasks.save(task)
            await self._tidings.ended(claim.config, task)
        return task.state

    async def _fail(self, claim: Claim, error: TaskError) -> TaskState:
        async with self._transaction(claim.task.company_id):
            task = await self._tasks.held(claim.task.company_id, claim.task.id, claim.claim_id)
            await self._quotas.release(task.company_id, task.id)
            write_down(task)
            task.fail(error, self._clock.now())
            await self._tasks.save(task)
            await self._tidings.ended(claim.config, task)
        return task.state

    async def _wait_for_spreadsheet(self, command: RunExport) -> None:
        async with self._transaction(command.company_id):
            task = await self._tasks.get(command.company_id, command.task_id)
            if task.idle(self._clock.now()):
                until = self._clock.now() + SPREADSHEET_TAKEN_DELAY
                task.postpone(until, self._clock.now(), SpreadsheetTaken.code)
                await send_to_worker(self._outbox, task, until)
                await self._tasks.save(task)
