"""How long the queues are."""

import asyncio
from collections.abc import Iterable, Mapping

import redis
from dramatiq.brokers.redis import RedisBroker

from adapters.queue.publisher import QueueUnreachable


class RedisQueues:
    """See application.delivery.ports.Queues. Messages that a worker has fetched and not finished are not counted."""

    def __init__(self, broker: RedisBroker, queues: Iterable[str]) -> None:
        self._broker = broker
        self._queues = sorted(set(queues))

    async def depths(self) -> Mapping[str, int]:
        """Raises QueueUnreachable."""
        return await asyncio.to_thread(self._count)

    def _count(self) -> dict[str, int]:
        try:
            return {queue: self._broker.client.llen(f"{self._broker.namespace}:{queue}") for queue in self._queues}
        except redis.RedisError as lost:
            raise QueueUnreachable(reason=type(lost).__name__) from lost
