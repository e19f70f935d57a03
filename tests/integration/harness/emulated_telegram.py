"""The emulator of Telegram in this process, and somebody who chats there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from devstack.processes import free_port
from emulators.common.options import Options
from emulators.telegram.app import build
from emulators.telegram.world import DEFAULT_TOKEN


class Telegram:
    """The emulator's base URL, its bot, and its control surface."""

    def __init__(self, base: str, http: aiohttp.ClientSession) -> None:
        self.base = base
        self.token = DEFAULT_TOKEN
        self._http = http

    async def control(self, method: str, path: str, body: object = None) -> Any:
        async with self._http.request(method, f"{self.base}/_control/{path}", json=body) as response:
            told = await response.json()
            assert response.status < 300, told
            return told

    async def call(self, method: str, *, token: str = "", verb: str = "POST", **sent: Any) -> dict[str, Any]:
        """One call of the Bot API: `json=`, `data=` or `params=` as aiohttp takes them."""
        async with self._http.request(verb, f"{self.base}/bot{token or self.token}/{method}", **sent) as response:
            told: dict[str, Any] = await response.json()
            return {"status": response.status, **told}

    async def person(self, name: str = "Анна") -> int:
        """Somebody who started the bot; answers the chat's id."""
        made = await self.control("POST", "users", {"firstName": name})
        await self.control("POST", "say", {"userId": made["id"], "text": "/start"})
        return int(made["id"])

    async def texts(self, chat: int) -> list[str]:
        """What the bot wrote there."""
        told = await self.control("GET", f"chats/{chat}/messages")
        return [one["text"] for one in told if one["from"]["is_bot"] and "text" in one]


@asynccontextmanager
async def emulated_telegram(*, limits: bool = False) -> AsyncIterator[Telegram]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    runner = web.AppRunner(build(Options(base_url=base)), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        async with aiohttp.ClientSession() as http:
            telegram = Telegram(base, http)
            await telegram.control("POST", "settings", {"limits": limits})
            yield telegram
    finally:
        await runner.cleanup()
