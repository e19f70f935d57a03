"""From the outbox to the queue."""

import asyncio
from collections.abc import Mapping, Sequence

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker

from application.ports import OutboxMessage
from domain.shared.errors import VendorFailed


class QueueUnreachable(VendorFailed):
    """Redis does not take messages just now; they stay in the outbox."""

    code = "delivery.queue_unreachable"


class DramatiqPublisher:
    """See application.ports.Publisher. `queues` says in which queue each tag waits."""

    def __init__(self, broker: RedisBroker, queues: Mapping[str, str]) -> None:
        self._broker = broker
        self._queues = queues

    async def publish(self, messages: Sequence[OutboxMessage]) -> None:
        """Raises QueueUnreachable; then some of the messages may be in the queue already."""
        await asyncio.to_thread(self._enqueue, messages)

    def _enqueue(self, messages: Sequence[OutboxMessage]) -> None:
        try:
            for message in messages:
                self._broker.enqueue(self._envelope(message))
        except (redis.RedisError, dramatiq.DramatiqError) as refused:
            raise QueueUnreachable(reason=type(refused).__name__) from refused

    def _envelope(self, message: OutboxMessage) -> "dramatiq.Message[None]":
        return dramatiq.Message(
            queue_name=self._queues[message.tag],
            actor_name=message.tag,
            args=(),
            kwargs={
                "body": message.body.decode(),
                "company_id": str(message.company_id),
                "headers": message.headers,
                "message_id": str(message.id),
            },
            options={},
            message_id=str(message.id),
        )
