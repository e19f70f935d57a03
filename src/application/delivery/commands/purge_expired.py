"""What time has made worthless is removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.billing.quotas import Quotas
from application.connections.installation_ports import VendorRequests
from application.connections.ports import ConsentRequests
from application.dealers.directory_ports import BindLinks
from application.dealers.notice_ports import Notices
from application.delivery.erase_command import erase_company
from application.delivery.erasing import Erasing
from application.exports.dispatch_ports import Workers
from application.exports.ports import ExportTasks
from application.exports.schedule_ports import Occurrences
from application.messages import SystemCommand
from application.ports import Clock, Nonces, Outbox, OutboxQueue, Replays, SystemTransaction
from application.tenants.announcing import Announcements
from application.tenants.audit import AuditTrail
from application.tenants.kept_answers import KeptAnswers
from application.tenants.ports import Companies, Links, Sessions
from application.tenants.record_ports import Erasures
from application.webhooks.event_ports import DocumentStates
from application.webhooks.ports import Deliveries, DeliveryCounts
from domain.shared.identities import CompanyId
from domain.tenants.erasure import ErasureIncomplete
from domain.webhooks.interests import STATE_MEMORY

OUTBOX_MEMORY = timedelta(days=3)
PARKED_MEMORY = timedelta(days=30)
IDEMPOTENCY_MEMORY = timedelta(days=1)
WORKER_MEMORY = timedelta(hours=1)
NOTICE_MEMORY = timedelta(days=90)
LEDGER_MEMORY = timedelta(days=14)
"""An export that runs every five minutes has 4,032 entries by then."""
DELIVERY_MEMORY = timedelta(days=1)
"""So long a delivery that comes again is recognised. MoySklad repeats one within seconds or never."""
CALL_MEMORY = timedelta(days=2)
"""MoySklad repeats a call for a day (Vendor API docs, 6.2)."""
COUNT_MEMORY = timedelta(days=90)
ERASURE_PATIENCE = timedelta(hours=1)
"""So long nobody else goes on with an erasure that has begun."""
COMPANIES_AT_ONCE = 100
TASKS_AT_ONCE = 1000
MOST_ROUNDS = 50
"""Fifty thousand runs in one purge, of which there is one every ten minutes."""


@dataclass(frozen=True, slots=True)
class Retention:
    """For how long runs that ended are remembered, where a plan does not say less, what the audit log tells, and
    companies without the app.
    """

    tasks: timedelta = timedelta(days=90)
    companies: timedelta = timedelta(days=180)
    audit: timedelta = timedelta(days=365)


class PurgeExpired(SystemCommand[int], frozen=True, kw_only=True, tag="delivery.purge"):
    """Told by the scheduler from time to time."""


class PurgeExpiredHandler:
    """Removes sent messages, used nonces, numbers of MoySklad's calls, ended sessions, links that are out of date,
    abandoned consents, old idempotency keys with their answers, old entries of the audit log, workers that are long
    gone, the ledger of schedules as far as it is older than a fortnight, deliveries that were interpreted, with their
    counts, states of documents that have not changed for longer than a year, and runs that are older than the company's
    plan, or the installation, remembers them. Has companies erased that left long ago, and sees to it that every
    erasure comes to its end.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        tasks: ExportTasks,
        queue: OutboxQueue,
        nonces: Nonces,
        sessions: Sessions,
        links: Links,
        bind_links: BindLinks,
        requests: ConsentRequests,
        calls: VendorRequests,
        replays: Replays,
        answers: KeptAnswers,
        trail: AuditTrail,
        workers: Workers,
        occurrences: Occurrences,
        deliveries: Deliveries,
        counts: DeliveryCounts,
        companies: Companies,
        erasures: Erasures,
        erasing: Erasing,
        outbox: Outbox,
        notices: Notices,
        states: DocumentStates,
        announcements: Announcements,
        retention: Retention,
        quotas: Quotas,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._tasks = tasks
        self._queue = queue
        self._nonces = nonces
        self._sessions = sessions
        self._links = links
        self._bind_links = bind_links
        self._requests = requests
        self._calls = calls
        self._replays = replays
        self._answers = answers
        self._trail = trail
        self._workers = workers
        self._occurrences = occurrences
        self._deliveries = deliveries
        self._counts = counts
        self._companies = companies
        self._erasures = erasures
        self._erasing = erasing
        self._outbox = outbox
        self._notices = notices
        self._states = states
        self._announcements = announcements
        self._retention = retention
        self._quotas = quotas
        self._clock = clock

    async def __call__(self, command: PurgeExpired) -> int:
        """How many rows went. Raises ErasureIncomplete where rows of an erased company keep coming."""
        del command
        now = self._clock.now()
        async with self._system_transaction():
            gone = await self._queue.prune(now - OUTBOX_MEMORY, now - PARKED_MEMORY)
            gone += await self._nonces.prune(now)
            gone += await self._sessions.prune(now)
            gone += await self._links.prune(now)
            gone += await self._bind_links.prune(now)
            gone += await self._requests.prune(now)
            gone += await self._calls.prune(now - CALL_MEMORY)
            gone += await self._replays.prune(now - IDEMPOTENCY_MEMORY)
            gone += await self._answers.prune(now - IDEMPOTENCY_MEMORY)
            gone += await self._trail.prune(now - self._retention.audit)
            gone += await self._notices.prune(now - NOTICE_MEMORY)
            gone += await self._states.prune(now - STATE_MEMORY)
            gone += await self._announcements.prune(now - NOTICE_MEMORY)
            gone += await self._workers.prune(now - WORKER_MEMORY)
            gone += await self._occurrences.prune(now - LEDGER_MEMORY)
            gone += await self._deliveries.prune(now - DELIVERY_MEMORY)
            gone += await self._counts.prune((now - COUNT_MEMORY).date())
        gone += await self._forget_runs(now - self._retention.tasks)
        for history, companies in sorted((await self._shorter()).items()):
            for first in range(0, len(companies), COMPANIES_AT_ONCE):
                gone += await self._forget_runs(now - history, companies[first : first + COMPANIES_AT_ONCE])
        await self._part_with_companies(now)
        return gone

    async def _part_with_companies(self, now: datetime) -> None:
        """Workers erase, because they speak to vendors. Once the company is gone there is only to look for leftovers,
        and no message can be stored for it any more.
        """
        async with self._system_transaction():
            for company_id in await self._companies.departed(now - self._retention.companies, COMPANIES_AT_ONCE):
                if await self._erasures.get(company_id) is None:
                    await erase_company(self._outbox, company_id)
            begun = await self._erasures.unfinished(now - ERASURE_PATIENCE, COMPANIES_AT_ONCE)
            there = [one for one in begun if await self._companies.exists(one.company_id)]
            for one in there:
                await erase_company(self._outbox, one.company_id)
        incomplete: ErasureIncomplete | None = None
        for erasure in (one for one in begun if one not in there):
            try:
                await self._erasing.verify(erasure.company_id)
            except ErasureIncomplete as still:  # told once the others have had their turn
                incomplete = still
                continue
            erasure.finished_at = now
            async with self._system_transaction():
                await self._erasures.put(erasure)
        if incomplete is not None:
            raise incomplete

    async def _shorter(self) -> dict[timedelta, list[CompanyId]]:
        """The companies by how long their plans remember, where that is shorter than usual."""
        found: dict[timedelta, list[CompanyId]] = {}
        async with self._system_transaction():
            for company_id, entitlement in (await self._quotas.everybody()).items():
                history = entitlement.plan.history
                if history is not None and history < self._retention.tasks:
                    found.setdefault(history, []).append(company_id)
        return found

    async def _forget_runs(self, ended_before: datetime, of: Sequence[CompanyId] | None = None) -> int:
        """Some at a time, each in a transaction of its own, so that nobody is held up; the rest next time."""
        gone = 0
        for _ in range(MOST_ROUNDS):
            async with self._system_transaction():
                forgotten = await self._tasks.prune(ended_before, TASKS_AT_ONCE, of)
            gone += forgotten
            if forgotten < TASKS_AT_ONCE:
                break
        return gone
