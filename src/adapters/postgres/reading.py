"""Reading: transactions for questions alone, straight over the driver, and questions that are put together once.

People who look at their exports ask many small things. SQLAlchemy's part in each is several times PostgreSQL's: a
statement is built or looked for, its result described anew, and each step goes through a greenlet.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import Select
from sqlalchemy.dialects import registry
from sqlalchemy.engine import make_url

from adapters.postgres.engine import ANSWERED_WITHIN, APPLICATION_ROLE, SERVER_SETTINGS
from adapters.postgres.transaction import READING, connection, require_none_begun
from domain.shared.errors import SkladSheetsError
from domain.shared.identities import CompanyId

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Driver = PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Driver = Pool = Any

Row = Mapping[Any, Any]

_BEGIN = "BEGIN READ ONLY; SELECT set_config('app.company_id', '{}', true)"
_END = "COMMIT"
_GONE = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_dialect = registry.load("postgresql.asyncpg")()


class ReadConnections:
    """Connections that act as the application's role and are never written over."""

    def __init__(self, database_url: str, size: int = 8) -> None:
        """`database_url` is a `postgresql://` address. Nothing is opened before somebody reads."""
        self._url = make_url(database_url).render_as_string(hide_password=False)
        self._size = size
        self._pool: Pool | None = None
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        """Closes the connections."""
        if self._pool is not None:
            await self._pool.close()

    @asynccontextmanager
    async def begun(self, company_id: CompanyId) -> AsyncIterator[Driver]:
        """A connection in a transaction that is bound to the company. One that broke meanwhile is replaced."""
        pool = self._pool or await self._open()
        driver, well = await _bound(pool, company_id), False
        try:
            yield driver
            await driver.execute(_END)
            well = True
        except SkladSheetsError:  # somebody was refused something; that is not the connection's fault
            await driver.execute(_END)
            well = True
            raise
        finally:
            if not well:  # whatever it was in the middle of
                driver.terminate()
            await pool.release(driver)

    async def _open(self) -> Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=self._size,
                    init=_reads_json,
                    reset=_nothing_to_reset,
                    server_settings={**SERVER_SETTINGS, "role": APPLICATION_ROLE},
                    timeout=10,
                    command_timeout=60,
                )
            return self._pool


class SqlReadTransaction:
    """See application.ports.ReadTransaction."""

    def __init__(self, connections: ReadConnections) -> None:
        self._connections = connections

    @asynccontextmanager
    async def __call__(self, company_id: CompanyId) -> AsyncIterator[None]:
        """See the port."""
        require_none_begun()
        async with self._connections.begun(company_id) as driver:
            token = READING.set(driver)
            try:
                yield
            finally:
                READING.reset(token)


class Prepared:
    """A query with named parameters (`bindparam`), put together once."""

    def __init__(self, query: Select[Any]) -> None:
        compiled = query.compile(dialect=_dialect)
        self._query = query
        self._sql = str(compiled)
        self._names = tuple(compiled.positiontup or ())

    async def all(self, **values: Any) -> Sequence[Row]:
        """Every row, by the names of its columns; in the transaction of either kind that this task is in."""
        driver = READING.get()
        if driver is None:
            return [dict(row) for row in (await connection().execute(self._query, values)).mappings()]
        rows: Sequence[Any] = await driver.fetch(self._sql, *[values[name] for name in self._names])
        return rows

    async def first(self, **values: Any) -> Row | None:
        """The first row, None where there is none."""
        rows = await self.all(**values)
        return rows[0] if rows else None


async def _bound(pool: Pool, company_id: CompanyId) -> Driver:
    words = _BEGIN.format(UUID(bytes=company_id.bytes))
    try:
        return await _told(await pool.acquire(), pool, words)
    except _GONE:  # TimeoutError is an OSError
        return await _told(await pool.acquire(), pool, words)


async def _told(driver: Driver, pool: Pool, words: str) -> Driver:
    try:
        await driver.execute(words, timeout=ANSWERED_WITHIN)
    except BaseException:
        driver.terminate()
        await pool.release(driver)
        raise
    return driver


async def _reads_json(driver: Any) -> None:
    for kind in ("json", "jsonb"):
        await driver.set_type_codec(kind, encoder=str, decoder=msgspec.json.decode, schema="pg_catalog")


async def _nothing_to_reset(driver: Any) -> None:
    """Whatever began has ended by the time it comes back, or the connection with it; the setting went with it."""
    del driver
