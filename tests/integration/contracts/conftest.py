"""Every test here runs twice: over the fakes and over PostgreSQL."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.engine import make_engine
from domain.shared.identities import CompanyId
from tests.integration.harness import samples
from tests.integration.harness.databases import Database, shared_database
from tests.integration.harness.worlds import World, memory_world, postgres_world


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    with shared_database() as running:
        yield running


@pytest_asyncio.fixture(scope="session")
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    made = make_engine(database.service_url)
    yield made
    await made.dispose()


@pytest.fixture(params=["memory", "postgres"])
def world(request: pytest.FixtureRequest) -> World:
    if request.param == "memory":
        return memory_world()
    return postgres_world(request.getfixturevalue("engine"))


@pytest_asyncio.fixture
async def company(world: World) -> CompanyId:
    return await samples.stored_company(world)


@pytest_asyncio.fixture
async def stranger(world: World) -> CompanyId:
    return await samples.stored_company(world)
