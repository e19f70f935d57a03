"""Locks across processes."""

import asyncio
import random
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError

_RELEASE = """
if redis.call("GET", KEYS[1]) == ARGV[1] then
    return redis.call("DEL", KEYS[1])
end
return 0
"""
"""Lets go only of one's own lock: after the lease the key may be somebody else's (Redis, distributed locks)."""

_SHORTEST_PAUSE = 0.02
_LONGEST_PAUSE = 0.25


class RedisLocks:
    """Locks that save work and guard nothing.

    Whoever has waited for the length of the lease and `margin` goes ahead without the lock, and so does everybody
    while the server is lost. Times are in seconds; `patience` is how long one command may take.
    """

    def __init__(self, client: Redis, prefix: str = "lock:", margin: float = 1.0, patience: float = 2.0) -> None:
        self._client = client
        self._prefix = prefix
        self._margin = margin
        self._patience = patience

    @asynccontextmanager
    async def hold(self, name: str, lease: timedelta) -> AsyncIterator[None]:
        """Waits for the lock with pauses of 20 to 250 ms."""
        key, token = f"{self._prefix}{name}", secrets.token_hex(16)
        held = await self._wait(key, token, lease)
        try:
            yield
        finally:
            if held:
                await self._let_go(key, token)

    async def _wait(self, key: str, token: str, lease: timedelta) -> bool:
        deadline = time.monotonic() + lease.total_seconds() + self._margin
        pause = _SHORTEST_PAUSE
        while time.monotonic() < deadline:
            try:
                if await self._take(key, token, lease):
                    return True
            except (RedisError, OSError):  # TimeoutError is an OSError
                return False
            await asyncio.sleep(pause * (0.5 + random.random()))  # noqa: S311 - to spread those who wait
            pause = min(pause * 2, _LONGEST_PAUSE)
        return False

    async def _take(self, key: str, token: str, lease: timedelta) -> bool:
        async with asyncio.timeout(self._patience):
            return bool(await self._client.set(key, token, nx=True, px=lease))

    async def _let_go(self, key: str, token: str) -> None:
        with suppress(RedisError, OSError):
            async with asyncio.timeout(self._patience):
                await self._client.eval(_RELEASE, 1, key, token)
