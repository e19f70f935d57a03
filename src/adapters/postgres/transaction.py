"""Transactions that see one company, or by explicit leave all of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.util import greenlet_spawn

from adapters.postgres.engine import FIRST_WORDS, SYSTEM_ROLE
from domain.shared.identities import CompanyId

if TYPE_CHECKING:
    import asyncpg

    Driver = asyncpg.Connection[asyncpg.Record]

_current: ContextVar[AsyncConnection | None] = ContextVar("postgres_connection", default=None)
_reading: ContextVar["Driver | None"] = ContextVar("postgres_reading", default=None)
_BIND_COMPANY = "SELECT set_config('app.company_id', '{}', true)"
_BECOME_SYSTEM = f"SET LOCAL ROLE {SYSTEM_ROLE}"


def connection() -> AsyncConnection:
    """The connection of the transaction that this task is in. Raises RuntimeError outside of one."""
    current = _current.get()
    if current is None:
        raise RuntimeError("a repository was used outside a transaction")
    return current


def reader() -> "Driver | None":
    """The driver's own connection, where this task is in a transaction that only reads."""
    return _reading.get()


class SqlReadTransaction:
    """See application.ports.ReadTransaction. PostgreSQL refuses to change anything, and row-level security shows only
    the company's rows, as in SqlTransaction. SQLAlchemy lends the connection and does nothing else: what it does around
    a transaction takes longer than the questions.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def __call__(self, company_id: CompanyId) -> AsyncIterator[None]:
        """See the port. A connection that may still be in the transaction is closed rather than lent to anybody else;
        the pool replaces it.
        """
        _refuse_nesting()
        lent = await self._engine.raw_connection()
        own = cast("Driver", lent.driver_connection)
        token = _reading.set(own)
        try:
            await own.execute(f"BEGIN READ ONLY; {_BIND_COMPANY.format(UUID(bytes=company_id.bytes))}")
            try:
                yield
            finally:
                await own.execute("COMMIT")
        finally:
            _reading.reset(token)
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
