"""The Google emulator in this process, over HTTP, and the adapter pointed at it."""

import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from adapters.google.consent import GoogleOAuthConsent
from adapters.google.endpoints import GoogleEndpoints
from adapters.google.retries import Pacing
from adapters.google.session import GoogleSession
from adapters.google.sheets import GoogleSpreadsheets
from adapters.memory.budgets import MemoryGoogleBudgets
from application.connections.google_limits import GoogleLimits
from application.connections.ports import GoogleKey
from application.exports.sheets import Spreadsheet
from emulators.common.options import Options
from emulators.google.app import build
from tests.integration.harness.samples import google_key, spreadsheet_made

DRIVE_FILE = "https://www.googleapis.com/auth/drive.file"
SHEETS = "https://www.googleapis.com/auth/spreadsheets"
REDIRECT = "https://skladsheets.example/google/callback?from=consent page&x=1"
CLIENT = "client.apps.googleusercontent.com"
NUMBERS = itertools.count(1)
PLENTY = GoogleLimits(user=100_000, project=100_000, burst=1.0, spacing=0.0)


@dataclass
class Account:
    """A Google account with a live grant. `token` is what the adapter takes."""

    email: str
    token: GoogleKey
    refresh: str


@dataclass
class Emulator:
    """What a test does behind the API's back."""

    base: str
    http: aiohttp.ClientSession

    async def control(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else msgspec.json.encode(body)
        async with self.http.request(method, f"{self.base}/_control/{path}", data=data) as response:
            assert response.status < 300, await response.text()
            return msgspec.json.decode(await response.read())

    async def account(self, scopes: tuple[str, ...] = (DRIVE_FILE,), email: str = "") -> Account:
        address = email or f"user{next(NUMBERS)}@example.com"
        asked = {"email": address, "clientId": CLIENT, "scopes": list(scopes)}
        tokens = await self.control("POST", "tokens", asked)
        return Account(address, google_key(tokens["access_token"], address), tokens["refresh_token"])

    async def fault(self, action: str, **details: object) -> None:
        await self.control("POST", "faults", {"action": action, **details})

    async def sheet(self, spreadsheet_id: str, sheet_id: int = 0) -> Any:
        contents = await self.control("GET", f"spreadsheets/{spreadsheet_id}?sheetId={sheet_id}")
        (tab,) = contents["sheets"]
        return tab

    async def values(self, spreadsheet_id: str, sheet_id: int = 0) -> list[list[Any]]:
        rows: list[list[Any]] = (await self.sheet(spreadsheet_id, sheet_id))["values"]
        return rows

    async def edit(self, spreadsheet_id: str, *requests: object) -> None:
        await self.control("POST", f"spreadsheets/{spreadsheet_id}/edit", {"requests": list(requests)})

    async def requests(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = (await self.control("GET", "journal?last=1000"))["entries"]
        return entries


@dataclass
class Pauses:
    """Pauses that take no time, and how long they would have been."""

    taken: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.taken.append(seconds)


@asynccontextmanager
async def emulated_google() -> AsyncIterator[Emulator]:
    """The emulator on a free port, with our client."""
    listening = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    runner = web.AppRunner(build(Options(base_url=base)), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    async with aiohttp.ClientSession() as http:
        emulator = Emulator(base, http)
        client = {"clientId": CLIENT, "clientSecret": "client secret", "redirectUris": [REDIRECT]}
        await emulator.control("POST", "clients", client)
        yield emulator
    await runner.cleanup()


@pytest.fixture(scope="session")
async def running() -> AsyncIterator[Emulator]:
    async with emulated_google() as emulator:
        yield emulator


@pytest.fixture
async def emulator(running: Emulator) -> Emulator:
    await running.control("DELETE", "faults")
    await running.control("DELETE", "journal")
    await running.control("DELETE", "quotas")
    return running


@pytest.fixture
async def account(emulator: Emulator) -> Account:
    return await emulator.account()


@pytest.fixture
async def session() -> AsyncIterator[GoogleSession]:
    async with GoogleSession() as opened:
        yield opened


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def pacing(pauses: Pauses) -> Pacing:
    # The clock stands 5 s before the next minute, and chance always says the same.
    return Pacing(sleep=pauses.sleep, chance=lambda: 0.5, wall_clock=lambda: 1_800_000_000.0 + 55.0)


@pytest.fixture
def endpoints(emulator: Emulator) -> GoogleEndpoints:
    return GoogleEndpoints.at(emulator.base)


@pytest.fixture
def spreadsheets(session: GoogleSession, endpoints: GoogleEndpoints, pacing: Pacing) -> GoogleSpreadsheets:
    return GoogleSpreadsheets(session, endpoints, pacing, MemoryGoogleBudgets(PLENTY))


@pytest.fixture
def consent(session: GoogleSession, endpoints: GoogleEndpoints, pacing: Pacing) -> GoogleOAuthConsent:
    return GoogleOAuthConsent(session, endpoints, pacing, CLIENT, "client secret", REDIRECT)


@pytest.fixture
async def book(spreadsheets: GoogleSpreadsheets, account: Account, emulator: Emulator) -> Spreadsheet:
    made = await spreadsheet_made(spreadsheets, account.token, "Заказы", "Данные", "Europe/Moscow")
    await emulator.control("DELETE", "journal")
    return made
