"""The service starts only where the database keeps companies apart."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.engine import SYSTEM_ROLE, make_engine
from adapters.postgres.health import NotIsolated, ping, require_isolation
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


@pytest.mark.parametrize(
    ("sabotage", "repair"),
    [
        ("ALTER TABLE exported_rows DISABLE ROW LEVEL SECURITY", "ALTER TABLE exported_rows ENABLE ROW LEVEL SECURITY"),
        ("ALTER TABLE outbox NO FORCE ROW LEVEL SECURITY", "ALTER TABLE outbox FORCE ROW LEVEL SECURITY"),
        ("CREATE TABLE new_things (id int, company_id uuid)", "DROP TABLE new_things"),
        ("ALTER TABLE companies DISABLE ROW LEVEL SECURITY", "ALTER TABLE companies ENABLE ROW LEVEL SECURITY"),
        ("CREATE POLICY everybody ON companies USING (true)", "DROP POLICY everybody ON companies"),
    ],
)
async def test_it_does_not_start_where_a_table_is_open(
    service: AsyncEngine, owner_url: str, sabotage: str, repair: str
) -> None:
    owner = make_engine(owner_url, role=None)
    try:
        async with owner.begin() as connection:
            await connection.execute(text(sabotage))
        with pytest.raises(NotIsolated):
            await require_isolation(service)
        async with owner.begin() as connection:
            await connection.execute(text(repair))
        await require_isolation(service)
    finally:
        await owner.dispose()
