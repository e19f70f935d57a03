"""Transactions that only read: isolated, harmless, and nothing of them is left on the connection."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.engine import make_engine
from adapters.postgres.questions import Question
from adapters.postgres.tables import companies
from adapters.postgres.transaction import SqlReadTransaction, SqlTransaction, reader
from domain.shared.identities import CompanyId
from tests.integration.harness.databases import Database

EVERYBODY = Question(select(companies.c.id))
BOUND = Question(text("SELECT NULLIF(current_setting('app.company_id', true), '') AS company"))


def own() -> "asyncpg.Connection[asyncpg.Record]":
    found = reader()
    assert found is not None
    return found


@pytest.fixture
def one(database: Database) -> AsyncEngine:
    """An engine of a single connection, so that each transaction finds what the one before it has left."""
    return make_engine(database.service_url, pool_size=1)


async def test_postgresql_refuses_every_change(engine: AsyncEngine, company: CompanyId) -> None:
    for statement in ("DELETE FROM companies", "UPDATE members SET name = 'x'", "CREATE TEMP TABLE x (y int)"):
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            async with SqlReadTransaction(engine)(company):
                await own().execute(statement)


async def test_row_level_security_shows_only_the_companys_own(
    engine: AsyncEngine, company: CompanyId, stranger: CompanyId
) -> None:
    async def seen(who: CompanyId) -> set[object]:
        async with SqlReadTransaction(engine)(who):
            await asyncio.sleep(0)
            return {row["id"] for row in await EVERYBODY.rows()}

    found = await asyncio.gather(*(seen(who) for who in (company, stranger) * 30))
    assert found == [{company}, {stranger}] * 30


@pytest.mark.parametrize("trouble", [None, ValueError, asyncio.CancelledError])
async def test_no_company_stays_bound(
    one: AsyncEngine, company: CompanyId, trouble: type[BaseException] | None
) -> None:
    try:
        async with SqlReadTransaction(one)(company):
            (row,) = await BOUND.rows()
            assert row["company"] == str(company)
            if trouble is not None:
                raise trouble
    except (ValueError, asyncio.CancelledError):
        pass
    async with one.connect() as connection:
        assert list((await connection.execute(select(companies.c.id))).scalars()) == []
        bound = text("SELECT NULLIF(current_setting('app.company_id', true), '')")
        assert (await connection.execute(bound)).scalar_one() is None
    await one.dispose()


async def test_a_connection_that_breaks_is_replaced(one: AsyncEngine, company: CompanyId) -> None:
    with pytest.raises(asyncpg.PostgresError):
        async with SqlReadTransaction(one)(company):
            await own().execute("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(asyncpg.PostgresError):
        async with SqlReadTransaction(one)(company):
            await own().execute("SELECT 1 / 0")
    with pytest.raises(TimeoutError):
        async with SqlReadTransaction(one)(company), asyncio.timeout(0.05):
            await own().execute("SELECT pg_sleep(5)")
    async with SqlReadTransaction(one)(company):
        assert [row["id"] for row in await EVERYBODY.rows()] == [company]
    async with SqlTransaction(one)(company):
        assert [row["id"] for row in await EVERYBODY.rows()] == [company]
    await one.dispose()


async def test_more_at_once_than_the_pool_keeps(
    one: AsyncEngine, company: CompanyId, stranger: CompanyId, caplog: pytest.LogCaptureFixture
) -> None:
    """Those beyond its size are opened for the occasion, and ended afterwards."""

    async def seen(who: CompanyId) -> set[object]:
        async with SqlReadTransaction(one)(who):
            await asyncio.sleep(0.01)
            return {row["id"] for row in await EVERYBODY.rows()}

    found = await asyncio.gather(*(seen(who) for who in (company, stranger) * 8))
    assert found == [{company}, {stranger}] * 8
    assert [record.getMessage() for record in caplog.records if record.name.startswith("sqlalchemy.pool")] == []
    await one.dispose()


def test_a_question_is_asked_about_something_else_each_time(company: CompanyId) -> None:
    with pytest.raises(ValueError, match="id_1"):
        Question(select(companies).where(companies.c.id == company))
    Question(select(companies).where(companies.c.id == bindparam("company_id")))
