"""Delivering updates to a bot's webhook: one after the other, each until it was taken with 2xx."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
from aiohttp import web

from emulators.telegram.bot_api import BotApi
from emulators.telegram.errors import BotError
from emulators.telegram.params import Params
from emulators.telegram.updates import Webhook
from emulators.telegram.world import Bot, World

_LOOK_SECONDS = 0.02


class Deliverer:
    """Calls the webhooks of all bots, while the emulator runs."""

    def __init__(self, world: World, api: BotApi) -> None:
        self._world = world
        self._api = api
        self._lines: dict[str, asyncio.Task[None]] = {}

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """For the application's life."""
        async with aiohttp.ClientSession() as session:
            looking = asyncio.create_task(self._look(session))
            yield
            for task in (looking, *self._lines.values()):
                task.cancel()
            await asyncio.gather(looking, *self._lines.values(), return_exceptions=True)

    async def _look(self, session: aiohttp.ClientSession) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            for bot in list(self._world.bots.values()):
                line = self._lines.get(bot.token)
                if bot.updates.webhook and bot.updates.waiting and (line is None or line.done()):
                    self._lines[bot.token] = asyncio.create_task(self._deliver(session, bot))

    async def _deliver(self, session: aiohttp.ClientSession, bot: Bot) -> None:
        while (hook := bot.updates.webhook) is not None and bot.updates.waiting:
            update = bot.updates.waiting[0]
            if await self._once(session, bot, hook, update):
                bot.updates.done(update)
            else:
                await asyncio.sleep(self._world.settings.webhook_retry_seconds)

    async def _once(self, session: aiohttp.ClientSession, bot: Bot, hook: Webhook, update: dict[str, Any]) -> bool:
        headers = {"Content-Type": "application/json"}
        if hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        timeout = aiohttp.ClientTimeout(total=self._world.settings.webhook_timeout_seconds)
        try:
            async with session.post(
                hook.url, data=msgspec.json.encode(update), headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                body = await response.read()
                if 200 <= response.status < 300:
                    await self._answered(bot, body)
                    return True
                hook.error = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as wrong:
            hook.error = f"Connection failed: {wrong}"
        hook.error_at = int(time.time())
        return False

    async def _answered(self, bot: Bot, body: bytes) -> None:
        """A webhook may answer with a call of a method, whose result it is not told."""
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, BotError):
            wanted = msgspec.json.decode(body or b"{}")
            if isinstance(wanted, dict) and isinstance(wanted.get("method"), str):
                await self._api.carry_out(bot, wanted.pop("method").lower(), Params(wanted))
