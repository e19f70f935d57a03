"""MoySklad without a socket: the emulator's own world behind the real client, in one process and at a test's clock."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl

import httpx
import msgspec
from dishka import Provider, Scope, provide
from multidict import CIMultiDict

from adapters.memory.failures import PlannedFailures
from adapters.memory.source import MemorySource
from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.gateway import MoySkladSource
from adapters.moysklad.planning import Paging
from application.connections.ports import MoySkladKey
from application.exports.vendor_ports import Page, Reading, Source, Trash
from domain.exports.columns import Column
from domain.exports.exporter import BaseExporter
from domain.exports.filters import Condition
from emulators.moysklad import errors, touching, writing
from emulators.moysklad.accounts import Account, Application, Caller, Install, World
from emulators.moysklad.calls import Call
from emulators.moysklad.clock import Clock, stamp
from emulators.moysklad.dispatch import dispatch
from emulators.moysklad.founding import found_account
from emulators.moysklad.links import API
from emulators.moysklad.pages import Pages
from emulators.moysklad.records import Record

BASE = "http://moysklad.test"


class TestClock(Clock):
    """Stands still until it is moved."""

    __test__ = False

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def seconds(self) -> float:
        return self._seconds

    def pass_time(self, seconds: float) -> None:
        self._seconds += seconds


class Wire(httpx.AsyncBaseTransport):
    """Hands requests to the emulator. `before` is called before each with how many there were.

    `questions` are the paths and parameters that were asked for. Answers that are not `dated` bear no Date.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._pages = Pages()
        self.asked = 0
        self.questions: list[tuple[str, dict[str, str]]] = []
        self.dated = True
        self.failures = PlannedFailures()
        self.before: Callable[[int], None] = lambda _: None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        self.questions.append((request.url.path, dict(request.url.params)))
        self.before(self.asked)
        with self.failures.around("request"):
            return self._answer(request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = self._dispatched(request)
        if self.dated:
            answer.headers["Date"] = self._world.clock.http_date()
        return answer

    def _dispatched(self, request: httpx.Request) -> httpx.Response:
        authorization = request.headers["Authorization"]
        caller = self._world.tokens.get(authorization.removeprefix("Bearer "))
        if caller is None:
            return _response(401, msgspec.json.encode(errors.bad_credentials().body()), {})
        query_string = request.url.query.decode()
        call = Call(
            self._world,
            self._pages,
            caller,
            request.method,
            request.url.path.removeprefix(API),
            dict(parse_qsl(query_string, keep_blank_values=True)),
            query_string,
            request.content,
            CIMultiDict(request.headers),
        )
        try:
            done = dispatch(call, authorization)
        except errors.ApiError as refused:
            return _response(refused.status, msgspec.json.encode(refused.body()), refused.headers)
        return _response(done.status, done.body, done.headers)


def _response(status: int, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


class EmulatedAccount:
    """One account of the emulator with the app installed. Changes are made past the API, as people make them."""

    def __init__(self, name: str, seconds: float, paging: Paging | None = None) -> None:
        self.clock = TestClock(seconds)
        self.world = World(BASE, lenient=False)
        self.world.clock = self.clock
        self.world.settings.compress = False
        self.world.settings.quotas = False
        self.account: Account = found_account(self.world, name)
        application = Application("app", "app.vendor", "secret", "http://127.0.0.1:9")
        install = self.account.installs.setdefault("app", Install(application))
        self.token = install.token = self.world.issue(Caller(self.account, install=install))
        self.admin = Caller(self.account, person=self.account.people[0])
        self.wire = Wire(self.world)
        client = MoySkladClient(f"{BASE}{API}", f"{BASE}/vendor", transport=self.wire, units=1_000_000, backoff=0.0)
        self.source = MoySkladSource(client, paging)

    def create(self, kind: str, **fields: Any) -> Record:
        shelf = self.account.shelves[kind]
        return writing.create(self.account, shelf, fields, self.admin, self.clock)

    def change(self, record: Record, **fields: Any) -> None:
        writing.update(self.account, record, fields, self.admin, self.clock)

    def trash(self, record: Record) -> None:
        writing.remove(self.account, record, self.clock)

    def restore(self, record: Record) -> None:
        writing.restore(self.account, record, self.clock)

    def purge(self, record: Record) -> None:
        writing.purge(self.account, record)

    def settle(self, record: Record, **sums: float) -> None:
        touching.settle(self.account, record, sums)

    def archive(self, record: Record, *, archived: bool) -> None:
        touching.archive(self.account, record, self.clock, archived=archived)

    def link(self, record: Record) -> dict[str, Any]:
        return {"meta": self.account.links.meta(record.ref)}

    def first(self, kind: str) -> dict[str, Any]:
        return self.link(next(iter(self.account.shelves[kind])))

    def live(self, kind: str) -> list[Record]:
        """What lists show of that kind, the archived included."""
        return [record for record in self.account.shelves[kind] if not record.trashed]

    @property
    def now(self) -> str:
        return stamp(self.clock.seconds())


def plain(value: Any) -> Any:
    """What the emulator shows, as plain values."""
    return msgspec.json.decode(msgspec.json.encode(value))


class EmulatedSource(MemorySource):
    """Passes everything on to the emulated account that the key opens."""

    def __init__(self) -> None:
        super().__init__()
        self.accounts: dict[str, EmulatedAccount] = {}

    def add(self, account: EmulatedAccount) -> None:
        assert account.token is not None
        self.accounts[account.token] = account

    async def custom_columns(
        self, key: MoySkladKey, exporter: BaseExporter, conditions: Sequence[Condition] = ()
    ) -> tuple[Column, ...]:
        with self.failures.around("custom_columns"):
            return await self.accounts[key.token].source.custom_columns(key, exporter, conditions)

    async def read(self, key: MoySkladKey, reading: Reading) -> AsyncIterator[Page]:
        async for page in self.accounts[key.token].source.read(key, reading):
            with self.failures.around("read"):
                yield page

    async def deleted(self, key: MoySkladKey, reading: Reading, since: str | None) -> AsyncIterator[Trash]:
        async for page in self.accounts[key.token].source.deleted(key, reading, since):
            with self.failures.around("deleted"):
                yield page

    async def existing(self, key: MoySkladKey, reading: Reading, ids: Sequence[str]) -> frozenset[str]:
        with self.failures.around("existing"):
            return await self.accounts[key.token].source.existing(key, reading, ids)

    async def count(self, key: MoySkladKey, reading: Reading) -> int:
        with self.failures.around("count"):
            return await self.accounts[key.token].source.count(key, reading)

    def units(self, reading: Reading, objects: int) -> int:
        return next(iter(self.accounts.values())).source.units(reading, objects)


class Emulated(Provider):
    """An emulated MoySklad in place of the fake one."""

    scope = Scope.APP
    source = provide(EmulatedSource, provides=Source)


EMULATED = Emulated()
