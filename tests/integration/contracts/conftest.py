"""Every test here runs twice: over the fakes and over PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.google.endpoints import GoogleEndpoints
from adapters.google.retries import Pacing
from adapters.google.session import GoogleSession
from adapters.google.sheets import GoogleSpreadsheets
from adapters.memory.budgets import MemoryGoogleBudgets
from adapters.postgres.engine import make_engine
from domain.shared.identities import CompanyId
from tests.integration.google.conftest import PLENTY, Pauses, emulated_google
from tests.integration.harness import samples
from tests.integration.harness.databases import Database, shared_database
from tests.integration.harness.sheet_benches import Bench, GoogleBench, MemoryBench
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


@asynccontextmanager
async def benches() -> AsyncIterator[GoogleBench]:
    async with emulated_google() as emulator, GoogleSession() as session:
        await emulator.control("POST", "settings", {"quotas": False})
        pacing = Pacing(sleep=Pauses().sleep)
        sheets = GoogleSpreadsheets(session, GoogleEndpoints.at(emulator.base), pacing, MemoryGoogleBudgets(PLENTY))
        yield await GoogleBench.begin(sheets, emulator)


@pytest_asyncio.fixture(scope="module")
async def google_bench() -> AsyncIterator[GoogleBench]:
    async with benches() as bench:
        yield bench


@pytest.fixture(params=["memory", "google"])
def bench(request: pytest.FixtureRequest) -> Bench:
    if request.param == "memory":
        return MemoryBench()
    made: Bench = request.getfixturevalue("google_bench")
    return made
