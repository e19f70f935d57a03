"""Transactions that see one company, or by explicit leave all of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, NamedTuple, cast
from uuid import UUID

from sqlalchemy import PoolProxiedConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.util import greenlet_spawn

from adapters.postgres.engine import FIRST_WORDS, SYSTEM_ROLE
from domain.shared.identities import CompanyId

if TYPE_CHECKING:
    import asyncpg

    Driver = asyncpg.Connection[asyncpg.Record]

_current: ContextVar[AsyncConnection | None] = ContextVar("postgres_connection", default=None)
_reading: ContextVar["Reading | None"] = ContextVar("postgres_reading", default=None)
KEPT_FOR = 0.5
"""Seconds at most after which a connection that was kept for readers is anybody's again."""

_BIND_COMPANY = "SELECT set_config('app.company_id', '{}', true)"
_BECOME_SYSTEM = f"SET LOCAL ROLE {SYSTEM_ROLE}"


def connection() -> AsyncConnection:
    """The connection of the transaction that this task is in. Raises RuntimeError outside of one."""
    current = _current.get()
    if current is None:
        raise RuntimeError("a repository was used outside a transaction")
    return current


class Reading(NamedTuple):
    """Whose rows may be read, and the driver's connection that they are read through."""

    company: str
    driver: "Driver"


def reader() -> Reading | None:
    """The present one, where this task is in a transaction that only reads."""
    return _reading.get()


class SqlReadTransaction:
    """See application.ports.ReadTransaction. Nothing is begun: each question binds the company for itself alone and for
    as long as it takes (`Question`), so that none is bound before or after it, whatever happens.

    SQLAlchemy's pool lends the connections. Up to `kept` of them stay here for a moment after they were used: what the
    pool does for a loan takes as long as half a question. Where any are kept, no more than those are in use at once:
    whoever comes then waits for the next that is free, the first first, which takes less than a loan. Questions are
    short, and a core answers no more of them at once.
    """

    def __init__(self, engine: AsyncEngine, kept: int = 0) -> None:
        self._engine = engine
        self._most = kept
        self._room = asyncio.Semaphore(kept) if kept else None
        self._kept: list[PoolProxiedConnection] = []
        self._giving_back: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()

    def __call__(self, company_id: CompanyId) -> AbstractAsyncContextManager[None]:
        """See the port. A connection that may be in the midst of something is closed rather than lent to anybody else;
        the pool replaces it.
        """
        return _ReadingFor(self, str(company_id))

    async def begin(self) -> PoolProxiedConnection:
        """A connection for one transaction. Whoever has it gives it to `end`."""
        _refuse_nesting()
        if self._room is not None:
            await self._room.acquire()
        try:
            return await self._lend()
        except BaseException:
            self._leave()
            raise

    async def end(self, lent: PoolProxiedConnection, *, well: bool) -> None:
        """The transaction is over, and went `well`."""
        own = cast("Driver", lent.driver_connection)
        try:
            if well and len(self._kept) < self._most and not own.is_closed() and not own.is_in_transaction():
                self._keep(lent)
            else:
                await _give_back(lent)
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._room is not None:
            self._room.release()

    async def _lend(self) -> PoolProxiedConnection:
        while self._kept:
            lent = self._kept.pop()
            if not cast("Driver", lent.driver_connection).is_closed():
                return lent
            await _give_back(lent)
        return await self._engine.raw_connection()

    async def close(self) -> None:
        """Gives everything back to the pool."""
        if self._giving_back is not None:
            self._giving_back.cancel()
            self._giving_back = None
        self._most = 0
        await self._empty()
        if self._closing:
            await asyncio.wait(self._closing)

    def _keep(self, lent: PoolProxiedConnection) -> None:
        self._kept.append(lent)
        if self._giving_back is None:
            self._giving_back = asyncio.get_running_loop().call_later(KEPT_FOR, self._later)

    def _later(self) -> None:
        self._giving_back = None
        task = asyncio.get_running_loop().create_task(self._empty())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _empty(self) -> None:
        while self._kept:
            await _give_back(self._kept.pop())


class _ReadingFor:
    """One transaction; a class, since a generator takes as long to enter and leave as all that it does here."""

    __slots__ = ("_company", "_lent", "_reading", "_token")

    def __init__(self, reading: SqlReadTransaction, company: str) -> None:
        self._reading = reading
        self._company = company

    async def __aenter__(self) -> None:
        self._lent = await self._reading.begin()
        self._token = _reading.set(Reading(self._company, cast("Driver", self._lent.driver_connection)))

    async def __aexit__(self, kind: object, *_: object) -> None:
        _reading.reset(self._token)
        await self._reading.end(self._lent, well=kind is None)


async def _give_back(lent: PoolProxiedConnection) -> None:
    own = cast("Driver", lent.driver_connection)
    if own.is_in_transaction():
        own.terminate()
    await greenlet_spawn(lent.close)  # the pool may have room for it no more, and end it


class SqlTransaction:
    """Transactions of one company: row-level security shows nothing else."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def __call__(self, company_id: CompanyId) -> AsyncIterator[None]:
        """See application.ports.Transaction."""
        async with _begun(self._engine, _BIND_COMPANY.format(UUID(bytes=company_id.bytes))):
            yield


class SqlSystemTransaction:
    """Transactions across companies, under a role that may touch only what such work needs."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """See application.ports.SystemTransaction."""
        async with _begun(self._engine, _BECOME_SYSTEM):
            yield


@asynccontextmanager
async def _begun(engine: AsyncEngine, words: str) -> AsyncIterator[AsyncConnection]:
    _refuse_nesting()
    said: Token[str | None] = FIRST_WORDS.set(words)
    try:
        async with engine.begin() as begun:
            token: Token[AsyncConnection | None] = _current.set(begun)
            try:
                yield begun
            finally:
                _current.reset(token)
    finally:
        FIRST_WORDS.reset(said)


def _refuse_nesting() -> None:
    if _current.get() is not None or _reading.get() is not None:
        raise RuntimeError("transactions do not nest")
