"""What time has made worthless is removed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from application.connections.installation_ports import VendorRequests
from application.connections.ports import ConsentRequests
from application.exports.dispatch_ports import Workers
from application.exports.ports import ExportTasks
from application.exports.schedule_ports import Occurrences
from application.messages import SystemCommand
from application.ports import Clock, Nonces, OutboxQueue, Replays, SystemTransaction
from application.tenants.audit import AuditTrail
from application.tenants.kept_answers import KeptAnswers
from application.tenants.ports import Links, Sessions
from application.webhooks.ports import Deliveries, DeliveryCounts

OUTBOX_MEMORY = timedelta(days=3)
PARKED_MEMORY = timedelta(days=30)
IDEMPOTENCY_MEMORY = timedelta(days=1)
WORKER_MEMORY = timedelta(hours=1)
LEDGER_MEMORY = timedelta(days=14)
"""An export that runs every five minutes has 4,032 entries by then."""
DELIVERY_MEMORY = timedelta(days=1)
"""So long a delivery that comes again is recognised. MoySklad repeats one within seconds or never."""
CALL_MEMORY = timedelta(days=2)
"""MoySklad repeats a call for a day (Vendor API docs, 6.2)."""
COUNT_MEMORY = timedelta(days=90)
TASKS_AT_ONCE = 1000
MOST_ROUNDS = 50
"""Fifty thousand runs in one purge, of which there is one every ten minutes."""


@dataclass(frozen=True, slots=True)
class Retention:
    """For how long runs that ended are remembered, and what the audit log tells."""

    tasks: timedelta = timedelta(days=90)
    audit: timedelta = timedelta(days=365)


class PurgeExpired(SystemCommand[int], frozen=True, kw_only=True, tag="delivery.purge"):
    """Told by the scheduler from time to time."""


class PurgeExpiredHandler:
    """Removes sent messages, used nonces, numbers of MoySklad's calls, ended sessions, links that are out of date,
    abandoned consents, old idempotency keys with their answers, old entries of the audit log, workers that are long
    gone, the ledger of schedules as far as it is older than a fortnight, deliveries that were interpreted, with their
    counts, and old runs.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        tasks: ExportTasks,
        queue: OutboxQueue,
        nonces: Nonces,
        sessions: Sessions,
        links: Links,
        requests: ConsentRequests,
        calls: VendorRequests,
        replays: Replays,
        answers: KeptAnswers,
        trail: AuditTrail,
        workers: Workers,
        occurrences: Occurrences,
        deliveries: Deliveries,
        counts: DeliveryCounts,
        retention: Retention,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._tasks = tasks
        self._queue = queue
        self._nonces = nonces
        self._sessions = sessions
        self._links = links
        self._requests = requests
        self._calls = calls
        self._replays = replays
        self._answers = answers
        self._trail = trail
        self._workers = workers
        self._occurrences = occurrences
        self._deliveries = deliveries
        self._counts = counts
        self._retention = retention
        self._clock = clock

    async def __call__(self, command: PurgeExpired) -> int:
        """How many rows went."""
        del command
        now = self._clock.now()
        async with self._system_transaction():
            gone = await self._queue.prune(now - OUTBOX_MEMORY, now - PARKED_MEMORY)
            gone += await self._nonces.prune(now)
            gone += await self._sessions.prune(now)
            gone += await self._links.prune(now)
            gone += await self._requests.prune(now)
            gone += await self._calls.prune(now - CALL_MEMORY)
            gone += await self._replays.prune(now - IDEMPOTENCY_MEMORY)
            gone += await self._answers.prune(now - IDEMPOTENCY_MEMORY)
            gone += await self._trail.prune(now - self._retention.audit)
            gone += await self._workers.prune(now - WORKER_MEMORY)
            gone += await self._occurrences.prune(now - LEDGER_MEMORY)
            gone += await self._deliveries.prune(now - DELIVERY_MEMORY)
            gone += await self._counts.prune((now - COUNT_MEMORY).date())
        return gone + await self._forget_runs(now - self._retention.tasks)

    async def _forget_runs(self, ended_before: datetime) -> int:
        """Some at a time, each in a transaction of its own, so that nobody is held up; the rest next time."""
        gone = 0
        for _ in range(MOST_ROUNDS):
            async with self._system_transaction():
                forgotten = await self._tasks.prune(ended_before, TASKS_AT_ONCE)
            gone += forgotten
            if forgotten < TASKS_AT_ONCE:
                break
        return gone
