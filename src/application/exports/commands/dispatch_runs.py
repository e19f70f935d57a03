"""Runs get their turns."""

from datetime import datetime

import msgspec

from application.exports.dispatch_ports import RunPlaces
from application.exports.dispatching import Occupied, Places
from application.exports.run_command import RunExport
from application.messages import SystemCommand
from application.ports import Clock, FailedMessages, OutboxMessage, OutboxQueue, Publisher, SystemTransaction, Turns
from domain.exports.sharing import Lane, Waiting, chosen
from domain.shared.identities import CompanyId, TaskId

COMPANIES = 200
"""How many companies are weighed against each other at once; the others' turns are nearer than theirs."""


class DispatchRuns(SystemCommand[int], frozen=True, kw_only=True, tag="exports.dispatch"):
    """Told by the relay, again and again."""


class DispatchRunsHandler:
    """Tells the workers of as many runs as they have places for, shared out among the companies.

    Little lies in the queue, so that whoever comes late does not wait behind what came in bulk. A crash after
    publishing publishes again; a run that is told twice works once.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        places: Places,
        turns: Turns,
        queue: OutboxQueue,
        runs: RunPlaces,
        publisher: Publisher,
        failed: FailedMessages,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._places = places
        self._turns = turns
        self._queue = queue
        self._runs = runs
        self._publisher = publisher
        self._failed = failed
        self._clock = clock

    async def __call__(self, command: DispatchRuns) -> int:
        """How many runs got their turn."""
        del command
        now = self._clock.now()
        served: dict[Lane, list[CompanyId]] = {}
        messages: list[OutboxMessage] = []
        async with self._system_transaction():
            if not await self._turns.alone():
                return 0
            occupied = await self._places.look(now)
            for lane in Lane:
                found = await self._choose(lane, occupied)
                served[lane] = [message.company_id for message in found]
                messages += found
            if messages:
                await self._queue.mark_sent([message.id for message in messages], now)
                await self._hand_out(messages, now)
        for lane, companies in served.items():
            if companies:
                async with self._system_transaction():
                    await self._turns.served(lane.value, set(companies), now)
        return len(messages)

    async def _hand_out(self, messages: list[OutboxMessage], now: datetime) -> None:
        """One that cannot be read is parked, so that it holds up nobody."""
        readable: dict[TaskId, OutboxMessage] = {}
        for message in messages:
            try:
                readable[msgspec.json.decode(message.body, type=RunExport).task_id] = message
            except msgspec.DecodeError as unreadable:
                await self._failed.failed(message.id, type(unreadable).__name__)
                await self._failed.park(message.id, now)
        if readable:
            await self._runs.dispatched(readable, now)
            await self._publisher.publish(list(readable.values()))

    async def _choose(self, lane: Lane, occupied: Occupied) -> list[OutboxMessage]:
        room, most, now = occupied.left(lane), self._places.shares.of(lane), self._clock.now()
        if not room:
            return []
        queued = await self._turns.waiting(lane.value, now, occupied.full(lane), most, COMPANIES)
        by_key = {str(one.message.id): one.message for one in queued}
        waiting = [
            Waiting(str(one.message.id), one.message.company_id, one.due_at, one.urgent, one.served_at, one.weight)
            for one in queued
        ]
        found = chosen(waiting, occupied.of(lane), room, most, now)
        occupied.take(lane, [one.company_id for one in found])
        return [by_key[one.key] for one in found]
