"""How long the queues are."""

from collections.abc import Iterable, Mapping

from redis.asyncio import Redis
from redis.exceptions import RedisError

from application.delivery.ports import QUEUE_NAMESPACE
from domain.shared.errors import VendorFailed


class RedisQueues:
    """See application.delivery.ports.Queues. Messages that a worker has fetched and not finished are not counted."""

    def __init__(self, client: Redis, queues: Iterable[str]) -> None:
        self._client = client
        self._queues = sorted(set(queues))

    async def depths(self) -> Mapping[str, int]:
        """Raises VendorFailed where Redis does not answer."""
        try:
            return {queue: int(await self._client.llen(f"{QUEUE_NAMESPACE}:{queue}")) for queue in self._queues}
        except (RedisError, OSError) as lost:
            raise VendorFailed(reason=type(lost).__name__) from lost
