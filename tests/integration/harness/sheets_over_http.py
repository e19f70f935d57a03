"""The application over fakes, but for Google: the real adapter over HTTP, the emulator, and what may go wrong."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec
from aiogoogle.models import Request
from aiohttp import web
from dishka import Provider, Scope, provide

from adapters.google.endpoints import GoogleEndpoints
from adapters.google.retries import Pacing
from adapters.google.session import Answer, GoogleSession
from adapters.google.sheets import GoogleSpreadsheets
from adapters.memory.spreadsheets import MemorySpreadsheets
from application.connections.google_ports import GoogleBudgets, GoogleTurn, Spending
from application.connections.ports import GoogleKey
from application.exports.vendor_ports import Spreadsheets
from domain.shared.identities import ConfigId
from emulators.common.options import Options
from emulators.google.app import build
from tests.integration.harness.ordeals import Killed
from tests.integration.harness.stories import Party

Values = list[list[Any]]
_TOO_MANY = b"""{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota exceeded", "details": [
    {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED",
     "metadata": {"quota_limit": "WriteRequestsPerMinutePerUser"}}]}}"""
_UNAVAILABLE = b'{"error": {"code": 503, "status": "UNAVAILABLE", "message": "The service is currently unavailable."}}'
_INTERNAL = b'{"error": {"code": 500, "status": "INTERNAL", "message": "Internal error encountered."}}'


@dataclass(frozen=True)
class Fault:
    """What becomes of a request: whether Google carries it out, and what we learn of it.

    A `lasting` one is tried, besides, for longer than the adapter tries by itself.
    """

    name: str
    applied: bool
    outcome: Callable[[], Answer | BaseException]
    lasting: bool = False


FAULTS = (
    Fault("connection lost before", False, aiohttp.ServerDisconnectedError),
    Fault("answer lost", True, aiohttp.ServerDisconnectedError, lasting=True),
    Fault("timeout after it was carried out", True, TimeoutError),
    Fault("500", False, lambda: Answer(500, {}, _INTERNAL), lasting=True),
    Fault("503 after it was carried out", True, lambda: Answer(503, {}, _UNAVAILABLE)),
    Fault("HTML from a proxy", True, lambda: Answer(502, {}, b"<html>Bad Gateway</html>")),
    Fault("429", False, lambda: Answer(429, {"Retry-After": "1"}, _TOO_MANY), lasting=True),
    Fault("worker killed before", False, Killed),
    Fault("worker killed after", True, Killed),
)


class FaultySession(GoogleSession):
    """Counts requests from 1; requests `at` to `at + times - 1` suffer the fault."""

    def __init__(self) -> None:
        super().__init__()
        self.plan(0, None, 0)

    def meddle(self, request: str, number: int, work: Callable[[], Awaitable[None]]) -> None:
        """Somebody does that just before the request of that number, among those that end with this text."""
        self._meddling = (request, number, work)

    def plan(self, at: int, fault: Fault | None, times: int) -> None:
        """Counts anew."""
        self._at, self._fault, self._times = at, fault, times
        self._meddling: tuple[str, int, Callable[[], Awaitable[None]]] | None = None
        self.sent: list[str] = []

    async def call(self, request: Request, access_token: str) -> Answer:
        """Like GoogleSession, where nothing is planned."""
        self.sent.append(f"{request.method} {str(request.url).split('?')[0].rsplit('/', 1)[-1]}")
        await self._meddled()
        fault = self._fault
        if fault is None or not self._at <= len(self.sent) < self._at + self._times:
            return await super().call(request, access_token)
        if fault.applied:
            await super().call(request, access_token)
        outcome = fault.outcome()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def _meddled(self) -> None:
        if self._meddling is not None and self.sent[-1].endswith(self._meddling[0]):
            request, number, work = self._meddling
            self._meddling = (request, number - 1, work) if number > 1 else None
            if number == 1:
                await work()


class OneAccount(FaultySession):
    """Whatever token a company's connection holds, requests bear this one."""

    token = ""

    async def call(self, request: Request, access_token: str) -> Answer:
        """See FaultySession."""
        del access_token
        return await super().call(request, self.token)


class FreeBudgets:
    """Everybody has a turn at once."""

    @asynccontextmanager
    async def turn(
        self, key: GoogleKey, spending: Spending, spreadsheet: str = "", *, patience: float = 30.0
    ) -> AsyncIterator[GoogleTurn]:
        del key, spending, spreadsheet, patience
        yield GoogleTurn()


class HttpSpreadsheets(GoogleSpreadsheets, MemorySpreadsheets):
    """The real adapter, in the place where stories keep their fake."""

    def __init__(self, session: GoogleSession, base: str, budgets: GoogleBudgets) -> None:
        MemorySpreadsheets.__init__(self)
        pacing = Pacing(sleep=_no_pause, chance=lambda: 0.5)
        GoogleSpreadsheets.__init__(self, session, GoogleEndpoints.at(base), pacing, budgets)


async def _no_pause(_: float) -> None:
    return None


@dataclass
class LenientGoogle(Provider):
    """An emulator that takes every credential and has no quotas, and the application's way to it."""

    base: str
    http: aiohttp.ClientSession
    session: FaultySession

    def __post_init__(self) -> None:
        super().__init__(scope=Scope.APP)

    __hash__ = object.__hash__

    @provide
    def spreadsheets(self) -> Spreadsheets:
        """Instead of the fake."""
        return HttpSpreadsheets(self.session, self.base, FreeBudgets())

    async def control(self, method: str, path: str, body: object = None) -> Any:
        """What a person or a test does behind the API's back."""
        data = None if body is None else msgspec.json.encode(body)
        async with self.http.request(method, f"{self.base}/_control/{path}", data=data) as response:
            assert response.status < 300, await response.text()
            return msgspec.json.decode(await response.read())

    async def edit(self, spreadsheet_id: str, *requests: object) -> None:
        """Edits as a person: requests of batchUpdate."""
        await self.control("POST", f"spreadsheets/{spreadsheet_id}/edit", {"requests": list(requests)})

    async def tabs(self, spreadsheet_id: str) -> list[dict[str, Any]]:
        """Everything that stands in a spreadsheet."""
        found: list[dict[str, Any]] = (await self.control("GET", f"spreadsheets/{spreadsheet_id}"))["sheets"]
        return found

    async def values(self, party: Party, config: ConfigId) -> dict[str, Values]:
        """What each tab of the export's spreadsheet shows."""
        target = (await party.config(config)).target
        if target.spreadsheet_id is None:
            return {}
        return {tab["title"]: tab["values"] for tab in await self.tabs(target.spreadsheet_id)}


@asynccontextmanager
async def strict_google() -> AsyncIterator[LenientGoogle]:
    """The same that looks at tokens, shares and protections; only quotas are off."""
    async with _running(OneAccount(), lenient=False) as google:
        await google.control("POST", "settings", {"quotas": False})
        yield google


@asynccontextmanager
async def lenient_google() -> AsyncIterator[LenientGoogle]:
    """Runs on a port of its own until the end of the block."""
    async with _running(FaultySession(), lenient=True) as google:
        yield google


@asynccontextmanager
async def _running(session: FaultySession, *, lenient: bool) -> AsyncIterator[LenientGoogle]:
    listening = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    runner = web.AppRunner(build(Options(base_url=base, lenient=lenient)), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    async with aiohttp.ClientSession() as http, session:
        yield LenientGoogle(base, http, session)
    await runner.cleanup()
