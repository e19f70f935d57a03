"""Transactions that only read: isolated, harmless, and nothing of them is left on the connection."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres import transaction as transaction_module
from adapters.postgres.engine import connections, make_engine
from adapters.postgres.questions import Question
from adapters.postgres.tables import companies
from adapters.postgres.transaction import SqlReadTransaction, SqlTransaction
from domain.shared.identities import CompanyId
from tests.integration.harness.databases import Database

EVERYBODY = Question(select(companies.c.id))
BOUND = Question(text("SELECT NULLIF(current_setting('app.company_id', true), '') AS company"))


def asking(statement: str) -> Question:
    return Question(text(statement))


@pytest.fixture
def one(database: Database) -> AsyncEngine:
    """An engine of a single connection, so that each transaction finds what the one before it has left."""
    return make_engine(database.service_url, pool_size=1)


async def test_postgresql_refuses_every_change(engine: AsyncEngine, company: CompanyId) -> None:
    async with engine.begin() as connection:
        assert (await connection.execute(text("SELECT lo_create(0) > 0"))).scalar_one(), "it may change something"
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with SqlReadTransaction(engine)(company):
            await asking("SELECT lo_create(0)").rows()
    with pytest.raises(asyncpg.PostgresSyntaxError):
        async with SqlReadTransaction(engine)(company):
            await asking("DELETE FROM companies RETURNING id").rows()


async def test_row_level_security_shows_only_the_companys_own(
    engine: AsyncEngine, company: CompanyId, stranger: CompanyId
) -> None:
    async def seen(who: CompanyId) -> set[object]:
        async with SqlReadTransaction(engine)(who):
            await asyncio.sleep(0)
            return {row["id"] for row in await EVERYBODY.rows()}

    found = await asyncio.gather(*(seen(who) for who in (company, stranger) * 30))
    assert found == [{company}, {stranger}] * 30


PLANNERS = (
    "plan_cache_mode = auto",
    "plan_cache_mode = force_generic_plan",
    "plan_cache_mode = force_custom_plan",
    "enable_nestloop = off",
    "enable_material = off",
    "enable_indexscan = off",
    "join_collapse_limit = 1",
)
OF_ONE = Question(
    select(companies.c.id, companies.c.time_zone).where(companies.c.id == bindparam("company_id")).order_by("id")
)


@pytest.mark.parametrize("planner", PLANNERS)
async def test_whatever_the_planner_does_one_company_after_another_sees_its_own(
    one: AsyncEngine, company: CompanyId, stranger: CompanyId, planner: str
) -> None:
    """On the same connection, with statements that stay prepared."""
    setting, _, value = planner.partition(" = ")
    async with one.begin() as connection:
        await connection.execute(text(f"SET {planner}"))
    reading = SqlReadTransaction(one, kept=1)
    for _ in range(8):
        for own, other in ((company, stranger), (stranger, company)):
            async with reading(own):
                assert [row["id"] for row in await EVERYBODY.rows()] == [own]
                assert [row["id"] for row in await OF_ONE.rows(company_id=own)] == [own]
                assert await OF_ONE.rows(company_id=other) == []
                assert (await BOUND.rows())[0]["company"] == str(own)
    await reading.close()
    async with one.connect() as connection:
        assert (await connection.execute(text(f"SHOW {setting}"))).scalar_one() == value
        assert list((await connection.execute(select(companies.c.id))).scalars()) == []
    await one.dispose()


async def test_rows_keep_their_order(engine: AsyncEngine, company: CompanyId) -> None:
    counting = asking("SELECT n FROM generate_series(1, 5000) AS n ORDER BY n DESC")
    async with SqlReadTransaction(engine)(company):
        for _ in range(8):
            assert [row["n"] for row in await counting.rows()] == list(range(5000, 0, -1))


@pytest.mark.parametrize(
    "trouble", ["SELECT 1 / 0 AS x", "SELECT pg_sleep(5)", "SELECT pg_terminate_backend(pg_backend_pid())"]
)
async def test_after_a_question_that_went_wrong_the_next_company_sees_its_own(
    one: AsyncEngine, company: CompanyId, stranger: CompanyId, trouble: str
) -> None:
    reading, wrong = SqlReadTransaction(one, kept=1), asking(trouble)
    for own in (company, stranger) * 2:
        with pytest.raises((asyncpg.PostgresError, TimeoutError)):
            async with asyncio.timeout(0.2), reading(company):
                await wrong.rows()
        async with reading(own):
            assert [row["id"] for row in await EVERYBODY.rows()] == [own]
    await reading.close()
    await one.dispose()


async def test_who_is_cancelled_while_asking_leaves_nothing_to_the_next(
    one: AsyncEngine, company: CompanyId, stranger: CompanyId
) -> None:
    reading = SqlReadTransaction(one, kept=1)

    async def ask(who: CompanyId) -> list[object]:
        async with reading(who):
            return [row["id"] for row in await EVERYBODY.rows()]

    for number in range(40):
        asking_first = asyncio.create_task(ask(company))
        for _ in range(number % 8):
            await asyncio.sleep(0)
        asking_first.cancel()
        assert await ask(stranger) == [stranger]
        await asyncio.gather(asking_first, return_exceptions=True)
    await reading.close()
    await one.dispose()


async def test_kept_connections_are_anybodys_after_a_moment(
    one: AsyncEngine, company: CompanyId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction_module, "KEPT_FOR", 0.01)
    reading = SqlReadTransaction(one, kept=1)
    for _ in range(3):
        async with reading(company):
            assert await EVERYBODY.rows()
        assert connections(one)["in_use"] == 1
        async with asyncio.timeout(5):
            while connections(one)["in_use"]:
                await asyncio.sleep(0.005)
    async with reading(company):
        pass
    await reading.close()
    assert connections(one)["in_use"] == 0
    await one.dispose()


async def test_a_kept_connection_whose_server_went_away_is_not_used(
    one: AsyncEngine, company: CompanyId, database: Database
) -> None:
    reading = SqlReadTransaction(one, kept=1)
    async with reading(company):
        assert await EVERYBODY.rows()
    server = await asyncpg.connect(database.owner_url)
    await server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND application_name = 'skladsheets'"
    )
    await server.close()
    await asyncio.sleep(0.1)
    async with reading(company):
        assert [row["id"] for row in await EVERYBODY.rows()] == [company]
    await reading.close()
    await one.dispose()


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
            await asking("SELECT pg_terminate_backend(pg_backend_pid())").rows()
    with pytest.raises(asyncpg.PostgresError):
        async with SqlReadTransaction(one)(company):
            await asking("SELECT 1 / 0 AS x").rows()
    with pytest.raises(TimeoutError):
        async with SqlReadTransaction(one)(company), asyncio.timeout(0.05):
            await asking("SELECT pg_sleep(5)").rows()
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


async def test_who_comes_while_all_that_are_kept_are_in_use_waits_for_one(
    engine: AsyncEngine, company: CompanyId, stranger: CompanyId
) -> None:
    reading, inside, most = SqlReadTransaction(engine, kept=2), 0, 0

    async def seen(who: CompanyId) -> set[object]:
        nonlocal inside, most
        async with reading(who):
            inside += 1
            most = max(most, inside)
            found = {row["id"] for row in await EVERYBODY.rows()}
            inside -= 1
        return found

    asked = (company, stranger) * 10
    assert await asyncio.gather(*map(seen, asked)) == [{who} for who in asked]
    assert most == 2
    assert connections(engine)["in_use"] == 2
    await reading.close()
    assert connections(engine)["in_use"] == 0


@pytest.mark.parametrize("trouble", ["cancelled", "broken", "left"])
async def test_who_waits_and_goes_away_takes_no_room_along(one: AsyncEngine, company: CompanyId, trouble: str) -> None:
    reading = SqlReadTransaction(one, kept=1)

    async def ask(statement: str) -> None:
        async with reading(company):
            await asking(statement).rows()

    for _ in range(3):
        holding = asyncio.create_task(ask("SELECT pg_sleep(0.05)" if trouble != "broken" else "SELECT 1 / 0 AS x"))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(ask("SELECT 1 AS x"))
        await asyncio.sleep(0)
        if trouble == "cancelled":
            waiting.cancel()
        elif trouble == "left":
            holding.cancel()
        await asyncio.gather(holding, waiting, return_exceptions=True)
    async with asyncio.timeout(5):
        await ask("SELECT 1 AS x")
    await reading.close()
    await one.dispose()


def test_a_question_is_asked_about_something_else_each_time(company: CompanyId) -> None:
    with pytest.raises(ValueError, match="id_1"):
        Question(select(companies).where(companies.c.id == company))
    Question(select(companies).where(companies.c.id == bindparam("company_id")))
