"""A running emulator on a free port, in a thread of its own, and clients for it."""

import asyncio
import itertools
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from aiohttp import web

from emulators.common.options import Options
from emulators.moysklad.app import build
from tests.integration.harness.once import TLS

API = "/api/remap/1.2"
_names = itertools.count(1)


class Emulator:
    """A running emulator and the control calls that tests need."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.control = httpx.Client(base_url=f"{base_url}/_control", timeout=60)
        self.usual: dict[str, Any] = {}

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self.control.post(path, json=body or {})
        assert answer.is_success, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self.control.get(path)
        assert answer.is_success, answer.text
        return answer.json()

    def app(self, **fields: Any) -> dict[str, Any]:
        return dict(self.post("/apps", {"endpointBase": "http://127.0.0.1:9", **fields}))

    def account(self, *, draft: bool = False) -> "Customer":
        account = self.post("/accounts", {"name": f"shop{next(_names)}"})
        app = self.app(draft=draft)
        path = f"/accounts/{account['accountId']}"
        token = self.post(f"{path}/tokens", {"kind": "app", "appId": app["appId"]})["token"]
        return Customer(self, path, account, app, token)

    def client(self, token: str, **headers: str) -> httpx.Client:
        known = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip", **headers}
        return httpx.Client(base_url=self.base_url + API, headers=known, timeout=60, verify=TLS)


@dataclass
class Customer:
    """One account with one installed solution."""

    emulator: Emulator
    path: str
    account: dict[str, Any]
    app: dict[str, Any]
    token: str

    @property
    def api(self) -> httpx.Client:
        return self.emulator.client(self.token)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.emulator.post(self.path + path, body)

    def objects(self, kind: str, expand: str = "") -> list[dict[str, Any]]:
        return list(self.emulator.get(f"{self.path}/objects/{kind}?expand={expand}"))

    def first(self, kind: str) -> dict[str, Any]:
        return {"meta": self.objects(kind)[0]["meta"]}

    def order(self, **fields: Any) -> dict[str, Any]:
        """A body with everything that an order needs."""
        return {"organization": self.first("organization"), "agent": self.first("counterparty"), **fields}

    def seed(self, **plan: int) -> None:
        self.post("/seed", {"orders": 30, "counterparties": 10, "products": 5, **plan})


def serve(application: web.Application, sock: socket.socket, ready: threading.Event, stop: list[Any]) -> None:
    async def run() -> None:
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.SockSite(runner, sock).start()
        done = asyncio.Event()
        stop.append((asyncio.get_running_loop(), done))
        ready.set()
        await done.wait()
        await runner.cleanup()

    asyncio.run(run())


def start(*, lenient: bool) -> Iterator[Emulator]:
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    base_url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    ready, stop = threading.Event(), []
    application = build(Options(base_url=base_url, lenient=lenient))
    thread = threading.Thread(target=serve, args=(application, sock, ready, stop))
    thread.start()
    ready.wait(10)
    emulator = Emulator(base_url)
    emulator.usual = emulator.get("/settings")
    yield emulator
    emulator.control.close()
    loop, done = stop[0]
    loop.call_soon_threadsafe(done.set)
    thread.join(10)


@pytest.fixture(scope="session")
def strict() -> Iterator[Emulator]:
    yield from start(lenient=False)


@pytest.fixture(scope="session")
def lenient() -> Iterator[Emulator]:
    yield from start(lenient=True)


@pytest.fixture
def emulator(strict: Emulator) -> Iterator[Emulator]:
    """The strict emulator; settings, faults and the journal are as new before and after each test."""
    strict.post("/settings", strict.usual)
    strict.control.delete("/faults")
    strict.control.delete("/journal")
    yield strict
    strict.post("/settings", strict.usual)
    strict.control.delete("/faults")


@pytest.fixture
def shop(emulator: Emulator) -> Customer:
    """A fresh account with a little data."""
    customer = emulator.account()
    customer.seed()
    return customer


@pytest.fixture(scope="session")
def big_shop(strict: Emulator) -> Customer:
    """An account with 2,500 orders that tests only read."""
    customer = strict.account()
    customer.seed(orders=2500, counterparties=50, products=20, burst=30)
    return customer


@pytest.fixture
def calm(emulator: Emulator) -> Emulator:
    """Quotas off."""
    emulator.post("/settings", {"quotas": False})
    return emulator


def code(answer: httpx.Response) -> int:
    """The first error's code."""
    return int(answer.json()["errors"][0]["code"])
