"""Rates that all processes keep together."""

import asyncio
import logging
import time
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from domain.tenants.rates import SECOND, Admission, Rate

_SCRIPT = Path(__file__).with_name("rates.lua").read_text(encoding="utf-8")
_log = logging.getLogger(__name__)


class RedisRateLimits:
    """See application.tenants.rates.RateLimits. One script call, after which the key lives until all is made good; a
    server that was emptied begins anew.

    A call takes at most `patience` seconds; after one that failed the server is left alone for `retry_after` seconds.
    """

    def __init__(self, client: Redis, prefix: str = "rate:", patience: float = 0.3, retry_after: float = 5.0) -> None:
        self._client = client
        self._script = client.register_script(_SCRIPT)
        self._prefix = prefix
        self._patience = patience
        self._retry_after = retry_after
        self._lost_until = 0.0

    async def take(self, name: str, rate: Rate) -> Admission | None:
        """See the port."""
        if time.monotonic() < self._lost_until:
            return None
        try:
            async with asyncio.timeout(self._patience):
                told = await self._script(keys=[self._prefix + name], args=[rate.interval, rate.requests])
        except (RedisError, OSError) as lost:  # TimeoutError is an OSError
            self._lost_until = time.monotonic() + self._retry_after
            _log.warning("Redis is lost: requests are not counted together (%s)", type(lost).__name__)
            return None
        admitted, remaining, reset, retry = map(int, told)
        return Admission(
            admitted=bool(admitted),
            limit=rate.requests,
            remaining=remaining,
            reset_after=reset / SECOND,
            retry_after=retry / SECOND,
        )
