"""What is left of a company in Redis."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from application.delivery.ports import QUEUE_NAMESPACE
from application.digests import digest
from domain.shared.errors import VendorFailed
from domain.shared.identities import CompanyId

_AT_ONCE = 500
_DEAD = ".XQ"


class RedisTraces:
    """See application.tenants.record_ports.CompanyTraces.

    Messages lie where Dramatiq puts them: ids in a list, `<queue>`, and what they say in a hash, `<queue>.msgs`; what
    waits for later, in `<queue>.DQ`, likewise; what failed, in the sorted set `<queue>.XQ`. A message that a worker has
    fetched already finds nothing to do.

    Of Google's quotas, the shares by company and the paces of its spreadsheets go. The log of the last minute names
    companies by their ids and is left alone: it expires by itself, and others are counted by it too.
    """

    def __init__(self, client: Redis, queues: Iterable[str]) -> None:
        self._client = client
        self._queues = [
            f"{QUEUE_NAMESPACE}:{queue}{kind}" for queue in sorted(set(queues)) for kind in ("", ".DQ", _DEAD)
        ]

    async def forget(self, company_id: CompanyId, account_id: UUID | None, spreadsheets: Sequence[str]) -> int:
        """Raises VendorFailed where Redis does not answer."""
        patterns = [f"lock:*:{company_id}"]
        patterns += [f"google:*:sheet:{digest(one).hex()[:32]}" for one in spreadsheets]
        patterns += [f"moysklad:{{{account_id}}}:*"] if account_id is not None else []
        try:
            messages = [await self._forget_messages(queue, str(company_id)) for queue in self._queues]
            keys = [await self._forget_keys(pattern) for pattern in patterns]
            shares = await self._forget_shares(str(company_id))
        except (RedisError, OSError) as lost:
            raise VendorFailed(reason=type(lost).__name__) from lost
        return sum(messages) + sum(keys) + shares

    async def _forget_keys(self, pattern: str) -> int:
        keys = [key async for key in self._keys(pattern)]
        return int(await self._client.delete(*keys)) if keys else 0

    async def _forget_shares(self, company_id: str) -> int:
        gone = 0
        async for shares in self._keys("google:*:shares"):
            gone += int(await self._client.hdel(shares, company_id))
        return gone

    async def _forget_messages(self, queue: str, company_id: str) -> int:
        gone = 0
        async for identity, body in self._client.hscan_iter(f"{queue}.msgs", count=_AT_ONCE):
            if _company_of(body) == company_id:
                if queue.endswith(_DEAD):
                    await self._client.zrem(queue, identity)
                else:
                    await self._client.lrem(queue, 0, identity)
                gone += int(await self._client.hdel(f"{queue}.msgs", identity))
        return gone

    def _keys(self, pattern: str) -> AsyncIterator[bytes]:
        return self._client.scan_iter(match=pattern, count=_AT_ONCE)


def _company_of(body: bytes) -> str | None:
    try:
        told = json.loads(body)
        return str(told["kwargs"]["company_id"])
    except (ValueError, KeyError, TypeError):  # not a message of ours
        return None
