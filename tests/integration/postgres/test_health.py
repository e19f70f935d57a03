"""The service starts only where the database keeps companies apart."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres import waiting
from adapters.postgres.engine import SYSTEM_ROLE, make_engine
from adapters.postgres.health import NotIsolated, ping, require_isolation
from adapters.postgres.waiting import once_it_is_up
from devstack.postgres import scratch_database
from devstack.servers import service_login
from tests.integration.harness.databases import Database, migrate


@pytest.fixture(scope="module")
def owner_url(database: Database) -> Iterator[str]:
    """A database whose guards may be taken down."""
    with scratch_database(database.owner_url) as url:
        migrate(url)
        yield url


@pytest_asyncio.fixture
async def service(owner_url: str) -> AsyncIterator[AsyncEngine]:
    made = make_engine(service_login(owner_url))
    yield made
    await made.dispose()


async def test_it_starts_as_the_application(engine: AsyncEngine) -> None:
    await require_isolation(engine)
    await require_isolation(engine)
    await ping(engine)


class Gate:
    """A way to the database that opens after a while: until then nobody listens."""

    def __init__(self, url: str) -> None:
        self._real = make_url(url)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.url = self._real.set(host="127.0.0.1", port=self.port).render_as_string(hide_password=False)

    async def open(self) -> asyncio.Server:
        return await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection(self._real.host, self._real.port)

        async def pour(source: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
            while piece := await source.read(65_536):
                into.write(piece)
            into.close()

        await asyncio.gather(pour(reader, ours), pour(theirs, writer))


async def test_who_starts_before_the_database_waits_for_it(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_PAUSE_SECONDS", 0.02)
    gate, told = Gate(database.service_url), list[str]()
    early = make_engine(gate.url)
    starting = asyncio.create_task(once_it_is_up(partial(require_isolation, early), told.append))
    while not told:
        await asyncio.sleep(0.01)
    assert not starting.done()
    server = await gate.open()
    await starting
    assert told == ["waiting for the database"]
    await early.dispose()
    server.close()


async def test_a_server_that_goes_while_it_is_asked_is_waited_for(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_PAUSE_SECONDS", 0.0)
    told: list[str] = []
    goodbyes = [asyncpg.InternalClientError("another operation is in progress"), asyncpg.InterfaceError("closed")]
    prepare = asyncpg.Connection.prepare

    async def interrupted(driver: Any, *arguments: Any, **options: Any) -> Any:
        if goodbyes:
            raise goodbyes.pop()
        return await prepare(driver, *arguments, **options)

    async def check() -> None:
        async with engine.connect() as connection:
            await connection.execute(text(f"SELECT '{uuid4()}'"))  # one that was not prepared before

    monkeypatch.setattr(asyncpg.Connection, "prepare", interrupted)

    await once_it_is_up(check, told.append)
    assert not goodbyes
    assert told == ["waiting for the database"]


async def test_what_does_not_pass_is_told_at_once(
    database: Database, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    nowhere = make_engine(make_url(database.service_url).set(database="nowhere").render_as_string(hide_password=False))
    with pytest.raises(DBAPIError, match="does not exist"):
        await once_it_is_up(partial(require_isolation, nowhere), told.append)
    unsafe = make_engine(service_login(owner_url), role=SYSTEM_ROLE)
    with pytest.raises(NotIsolated):
        await once_it_is_up(partial(require_isolation, unsafe), told.append)
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(waiting, "_PAUSE_SECONDS", 0.02)
    absent = make_engine(Gate(database.service_url).url)
    with pytest.raises(OSError):
        await once_it_is_up(partial(require_isolation, absent), told.append)
    assert told == ["waiting for the database"]
    for engine in (nowhere, unsafe, absent):
        await engine.dispose()


async def test_the_probe_leaves_nothing_behind(engine: AsyncEngine) -> None:
    await require_isolation(engine)
    async with engine.begin() as connection:
        await connection.execute(text(f"SET LOCAL ROLE {SYSTEM_ROLE}"))
        left = await connection.execute(text("SELECT count(*) FROM companies WHERE account_name = 'probe'"))
        assert left.scalar_one() == 0


@pytest.mark.parametrize("role", [None, SYSTEM_ROLE])
async def test_it_does_not_start_as_anybody_else(database: Database, role: str | None) -> None:
    url = database.owner_url if role is None else database.service_url
    somebody = make_engine(url, role=role)
    try:
        with pytest.raises(NotIsolated, match="works as"):
            await require_isolation(somebody)
    finally:
        await somebody.dispose()


RULE = "company_id = NULLIF(current_setting('app.company_id', true), '')::uuid"


@pytest.mark.parametrize(
    ("sabotage", "repair"),
    [
        ("ALTER TABLE exported_rows DISABLE ROW LEVEL SECURITY", "ALTER TABLE exported_rows ENABLE ROW LEVEL SECURITY"),
        ("ALTER TABLE outbox NO FORCE ROW LEVEL SECURITY", "ALTER TABLE outbox FORCE ROW LEVEL SECURITY"),
        ("CREATE TABLE new_things (id int, company_id uuid)", "DROP TABLE new_things"),
        ("ALTER TABLE companies DISABLE ROW LEVEL SECURITY", "ALTER TABLE companies ENABLE ROW LEVEL SECURITY"),
        ("ALTER TABLE companies NO FORCE ROW LEVEL SECURITY", "ALTER TABLE companies FORCE ROW LEVEL SECURITY"),
        ("CREATE POLICY everybody ON companies USING (true)", "DROP POLICY everybody ON companies"),
        ("ALTER POLICY own_company ON members USING (true)", f"ALTER POLICY own_company ON members USING ({RULE})"),
        (
            "ALTER POLICY own_company ON outbox WITH CHECK (true)",
            f"ALTER POLICY own_company ON outbox WITH CHECK ({RULE})",
        ),
        ("ALTER POLICY own_company ON turns RENAME TO mine", "ALTER POLICY mine ON turns RENAME TO own_company"),
        ("CREATE ROLE mighty BYPASSRLS ROLE {login}", "DROP ROLE mighty"),
        (
            "CREATE ROLE rich ROLE {login}; ALTER TABLE turns OWNER TO rich",
            "REASSIGN OWNED BY rich TO CURRENT_USER; DROP ROLE rich",
        ),
        ("ALTER ROLE {login} BYPASSRLS", "ALTER ROLE {login} NOBYPASSRLS"),
    ],
)
async def test_it_does_not_start_where_a_table_is_open(
    service: AsyncEngine, owner_url: str, sabotage: str, repair: str
) -> None:
    owner = make_engine(owner_url, role=None)
    try:
        login = f'"{service.url.username}"'
        async with owner.begin() as connection:
            for statement in sabotage.format(login=login).split(";"):
                await connection.execute(text(statement))
        with pytest.raises(NotIsolated):
            await require_isolation(service)
        async with owner.begin() as connection:
            for statement in repair.format(login=login).split(";"):
                await connection.execute(text(statement))
        await require_isolation(service)
    finally:
        await owner.dispose()
