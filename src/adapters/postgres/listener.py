"""Waking up when something new stands in the outbox."""

import asyncio

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.repositories.delivery import OUTBOX_CHANNEL


class OutboxListener:
    """Waits for notifications of new messages. A lost connection ends the waiting, and is made anew by the next."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._woken = asyncio.Event()
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109 - the timeout is the point: it is the poll's interval
        """Returns at a notification, or after `timeout` seconds.

        Returns at once after connecting, since what was stored before is not told of any more: look first.
        """
        if self._connection is None or self._connection.is_closed():
            await self._connect()
            return
        try:
            await asyncio.wait_for(self._woken.wait(), timeout)
        except TimeoutError:
            return
        finally:
            self._woken.clear()

    async def close(self) -> None:
        """Ends listening."""
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close()

    async def _connect(self) -> None:
        url = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._woken.clear()
        self._connection = await asyncpg.connect(url, timeout=10)
        self._connection.add_termination_listener(lambda _: self._woken.set())
        await self._connection.add_listener(OUTBOX_CHANNEL, lambda *_: self._woken.set())
