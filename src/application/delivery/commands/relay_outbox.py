"""Stored commands go to the queue."""

from application.messages import SystemCommand
from application.ports import Clock, OutboxQueue, Publisher, SystemTransaction

BATCH = 100


class RelayOutbox(SystemCommand[int], frozen=True, kw_only=True, tag="delivery.relay"):
    """Told by the relay, again and again."""


class RelayOutboxHandler:
    """Publishes what is due, then marks it. A crash in between publishes again; handlers absorb that."""

    def __init__(
        self, system_transaction: SystemTransaction, queue: OutboxQueue, publisher: Publisher, clock: Clock
    ) -> None:
        self._system_transaction = system_transaction
        self._queue = queue
        self._publisher = publisher
        self._clock = clock

    async def __call__(self, command: RelayOutbox) -> int:
        """How many messages were handed over."""
        del command
        now = self._clock.now()
        async with self._system_transaction():
            messages = await self._queue.take(now, BATCH)
            if messages:
                await self._publisher.publish(messages)
                await self._queue.mark_sent([message.id for message in messages], now)
        return len(messages)
