"""A running emulator with one seeded account, and clients for it."""

import itertools
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiohttp import web

from adapters.moysklad.client import MoySkladClient
from emulators.common.options import Options
from emulators.moysklad.app import build

_names = itertools.count(1)


class Emulator:
    """A running emulator and the control calls that tests need."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.control = httpx.AsyncClient(base_url=f"{base_url}/_control", timeout=60)

    async def post(self, path: str, /, **body: Any) -> Any:
        answer = await self.control.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def fault(self, **fault: Any) -> None:
        await self.control.delete("/faults")
        await self.post("/faults", **fault)

    async def requests(self, last: int = 200) -> list[dict[str, Any]]:
        answer = (await self.control.get("/journal", params={"last": last})).json()
        return list(answer["entries"])

    async def customer(self, **plan: int) -> "Customer":
        account = await self.post("/accounts", name=f"customer{next(_names)}")
        app = await self.post("/apps", endpointBase="http://127.0.0.1:9")
        path = f"/accounts/{account['accountId']}"
        token = (await self.post(f"{path}/tokens", kind="app", appId=app["appId"]))["token"]
        if plan:
            await self.post(f"{path}/seed", **plan)
        return Customer(self, path, account, app, token)

    def client(self, **settings: Any) -> MoySkladClient:
        base = self.base_url
        return MoySkladClient(f"{base}/api/remap/1.2", f"{base}/api/vendor/1.0", **{"backoff": 0.01, **settings})


@dataclass
class Customer:
    """One account with one installed app."""

    emulator: Emulator
    path: str
    account: dict[str, Any]
    app: dict[str, Any]
    token: str

    async def post(self, path: str, /, **body: Any) -> Any:
        return await self.emulator.post(f"{self.path}{path}", **body)


@pytest_asyncio.fixture(scope="session")
async def emulator() -> AsyncIterator[Emulator]:
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    base_url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    runner = web.AppRunner(build(Options(base_url=base_url)), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.SockSite(runner, sock).start()
    running = Emulator(base_url)
    yield running
    await running.control.aclose()
    await runner.cleanup()


@pytest_asyncio.fixture(scope="session")
async def seeded(emulator: Emulator) -> Customer:
    """3000 orders, 1200 of which share one stamp; not changed by any test."""
    return await emulator.customer(orders=3000, counterparties=1200, burst=1200)


@pytest_asyncio.fixture(loop_scope="session")
async def client(emulator: Emulator) -> AsyncIterator[MoySkladClient]:
    await emulator.control.delete("/faults")
    await emulator.post("/settings", quotas=False)
    async with emulator.client(units=10_000) as made:
        yield made
    await emulator.control.delete("/faults")


@pytest.fixture
def quick() -> dict[str, Any]:
    """Settings of a client that waits for nothing."""
    return {"units": 1_000_000, "backoff": 0.001, "patience": 0.5}
