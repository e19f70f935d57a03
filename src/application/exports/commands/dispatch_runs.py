"""Runs get their turns."""

import msgspec

from application.exports.dispatch_ports import RunPlaces
from application.exports.dispatching import Occupied, Places
from application.exports.run_command import RunExport
from application.messages import SystemCommand
from application.ports import Clock, OutboxMessage, OutboxQueue, Publisher, SystemTransaction, Turns
from domain.exports.sharing import Lane, Waiting, chosen
from domain.shared.identities import CompanyId

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
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._places = places
        self._turns = turns
        self._queue = queue
        self._runs = runs
        self._publisher = publisher
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
                tasks = [msgspec.json.decode(message.body, type=RunExport).task_id for message in messages]
                await self._queue.mark_sent([message.id for message in messages], now)
                await self._runs.dispatched(tasks, now)
                await self._publisher.publish(messages)
        for lane, companies in served.items():
            if companies:
                async with self._system_transaction():
                    await self._turns.served(lane.value, set(companies), now)
        return len(messages)

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
