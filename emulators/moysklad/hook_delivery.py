"""Delivering what webhooks have to tell (JSON API docs, "webhooks"; reference 5.2): a POST with `requestId` in the
address; 200 or 204 within 1.5 s, else three more attempts at once with the same id; then it is dropped for good.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import aiohttp
import msgspec
from aiohttp import web

from emulators.moysklad.accounts import Account, World
from emulators.moysklad.hookbook import Message, logged
from emulators.moysklad.reports import ledger

AGENT = "MoySklad webhook touch agent 2.0 (/https://www.moysklad.ru)"
ATTEMPTS = 4
_LOOK_SECONDS = 0.02
_AT_ONCE = 64


class Deliverer:
    """Calls the receivers of every account, while the emulator runs."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._sending: set[asyncio.Task[None]] = set()

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """For the application's life."""
        async with aiohttp.ClientSession() as session:
            looking = asyncio.create_task(self._look(session))
            yield
            looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await looking
            for task in self._sending:
                task.cancel()
            await asyncio.gather(*self._sending, return_exceptions=True)

    async def _look(self, session: aiohttp.ClientSession) -> None:
        stock_at = time.monotonic()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if time.monotonic() - stock_at >= self._world.settings.stock_webhook_seconds:
                stock_at = time.monotonic()
                for account in self._world.accounts.values():
                    look_at_stock(account, self._world)
            for account in self._world.accounts.values():
                for message in account.hooks.take():
                    task = asyncio.create_task(self._deliver(session, account, message))
                    self._sending.add(task)
                    task.add_done_callback(self._sending.discard)

    async def _deliver(self, session: aiohttp.ClientSession, account: Account, message: Message) -> None:
        await asyncio.sleep(account.hooks.mishaps.delay)
        async with self._places:
            status: int | None = None
            for attempt in range(1, ATTEMPTS + 1):
                status = await self._once(session, message)
                if status in {200, 204}:
                    account.hooks.log.append(logged(message, attempt, status, "delivered"))
                    return
            account.hooks.log.append(logged(message, ATTEMPTS, status, "dropped"))

    async def _once(self, session: aiohttp.ClientSession, message: Message) -> int | None:
        url = message.hook.url
        address = f"{url}{'&' if '?' in url else '?'}requestId={message.request_id}"
        timeout = aiohttp.ClientTimeout(total=self._world.settings.webhook_timeout_seconds)
        headers = {"User-Agent": AGENT, "Content-Type": "application/json"}
        try:
            async with session.post(
                address, data=msgspec.json.encode(message.body), headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            return None


def look_at_stock(account: Account, world: World) -> None:
    """Tells stock webhooks once where the numbers of any good became others since they were last told."""
    if not any(hook.report for hook in account.hooks.hooks.values()):
        return
    ledger.current(account, world.clock.now())
    newest = max(account.stock.changed.values(), default="")
    since, account.hooks.stock_since = account.hooks.stock_since, newest
    if newest > since:
        told = (since or account.stock.written[0] or newest)[:19]
        report = f"{account.links.api}/report/stock"
        account.hooks.tell_stock(
            account.id, {name: f"{report}/{name}/current?changedSince={told}" for name in ("all", "bystore")}
        )
