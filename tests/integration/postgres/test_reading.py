"""Transactions for questions alone: they show what the others show, to the same company, and change nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import bindparam, func, literal_column, select

from adapters.postgres.reading import Prepared, ReadConnections, SqlReadTransaction
from adapters.postgres.tables import companies, export_configs, members
from adapters.postgres.views.exports import SqlExportViews
from domain.exports.config import ConfigNotFound
from domain.shared.identities import CompanyId, ConfigId, TaskId
from tests.integration.harness import samples
from tests.integration.harness.databases import Database
from tests.integration.harness.worlds import World

VIEWS = SqlExportViews()
COUNT = Prepared(select(func.count().label("number")).select_from(members))
PID = Prepared(select(literal_column("pg_backend_pid()").label("pid")))
OTHERS = Prepared(select(export_configs.c.id).where(export_configs.c.company_id == bindparam("company_id")))


@pytest_asyncio.fixture
async def connections(database: Database) -> AsyncIterator[ReadConnections]:
    made = ReadConnections(database.service_url, size=2)
    yield made
    await made.close()


@pytest.fixture
def reading(connections: ReadConnections) -> SqlReadTransaction:
    return SqlReadTransaction(connections)


QUESTIONS: list[Callable[[CompanyId, ConfigId, TaskId], Awaitable[object]]] = [
    lambda company, config, _: VIEWS.config(company, config),
    lambda company, *_: VIEWS.configs(company, None, 10),
    lambda company, *_: VIEWS.configs(company, ConfigId(uuid4()), 10),
    lambda company, *_: VIEWS.configs(company, None, 1),
    lambda company, _, task: VIEWS.task(company, task),
    lambda company, *_: VIEWS.tasks(company, None, None, 10),
    lambda company, config, _: VIEWS.tasks(company, config, None, 10),
    lambda company, config, task: VIEWS.tasks(company, config, task, 10),
    lambda company, _, task: VIEWS.tasks(company, None, task, 10),
]


@pytest.mark.parametrize("question", QUESTIONS)
async def test_it_shows_what_other_transactions_show(
    world: World, reading: SqlReadTransaction, question: Callable[[CompanyId, ConfigId, TaskId], Awaitable[object]]
) -> None:
    company = await samples.stored_company(world)
    tasks = [await samples.stored_task(world, await samples.stored_config(world, company)) for _ in range(3)]
    asked = company, tasks[1].config_id, tasks[1].id
    async with reading(company):
        read = await question(*asked)
    async with world.transaction(company):
        assert await question(*asked) == read


async def test_it_shows_one_company_and_forgets_it_at_the_end(
    company: CompanyId, stranger: CompanyId, reading: SqlReadTransaction, connections: ReadConnections
) -> None:
    for one, other in ((company, stranger), (stranger, company)) * 2:
        async with reading(one):
            assert (await COUNT.first() or {})["number"] == 1
            assert len(await OTHERS.all(company_id=one)) == 1
            assert await OTHERS.all(company_id=other) == []
    async with connections.begun(company) as driver:
        await driver.execute("COMMIT")
        assert await driver.fetchval("SELECT count(*) FROM members") == 0
        await driver.execute("BEGIN")


async def test_it_changes_nothing(company: CompanyId, connections: ReadConnections) -> None:
    for attempt in ("UPDATE members SET name = 'x'", "DELETE FROM members", "CREATE TEMP TABLE x (y int)"):
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            async with connections.begun(company) as driver:
                await driver.execute(attempt)


async def test_it_does_not_nest(world: World, company: CompanyId, reading: SqlReadTransaction) -> None:
    for outer, inner in ((reading, reading), (world.transaction, reading), (reading, world.transaction)):
        async with outer(company):
            with pytest.raises(RuntimeError, match="nest"):
                async with inner(company):
                    pass
    with pytest.raises(RuntimeError, match="outside"):
        await COUNT.all()


async def test_a_refusal_leaves_the_connection_well(company: CompanyId, reading: SqlReadTransaction) -> None:
    pids = set()

    async def refused() -> None:
        async with reading(company):
            pids.add((await PID.first() or {})["pid"])
            raise ConfigNotFound(config="x")

    for _ in range(3):
        with pytest.raises(ConfigNotFound):
            await refused()
    assert len(pids) == 1


async def test_one_that_was_given_up_in_the_middle_is_not_used_again(
    company: CompanyId, reading: SqlReadTransaction, connections: ReadConnections
) -> None:
    async def slow() -> None:
        async with connections.begun(company) as driver:
            await driver.execute("SELECT pg_sleep(30)")

    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(slow(), 0.1)
    async with reading(company):
        assert (await COUNT.first() or {})["number"] == 1


async def test_one_that_broke_meanwhile_is_replaced(
    database: Database, company: CompanyId, reading: SqlReadTransaction
) -> None:
    async with reading(company):
        pid = (await PID.first() or {})["pid"]
    owner = await asyncpg.connect(database.owner_url)
    try:
        assert await owner.fetchval("SELECT pg_terminate_backend($1, 5000)", pid)
    finally:
        await owner.close()
    async with reading(company):
        assert (await PID.first() or {})["pid"] != pid


async def test_many_wait_for_few(company: CompanyId, reading: SqlReadTransaction) -> None:
    async def ask() -> int:
        async with reading(company):
            return int((await COUNT.first() or {})["number"])

    assert await asyncio.gather(*(ask() for _ in range(40))) == [1] * 40


async def test_json_and_absent_values_come_as_they_are(world: World, reading: SqlReadTransaction) -> None:
    company = await samples.stored_company(world)
    config = await samples.stored_config(world, company)
    query = Prepared(select(export_configs.c.columns, export_configs.c.cursor, companies.c.id).join(companies))
    async with reading(company):
        read = await query.first()
    async with world.transaction(company):
        assert await query.first() == dict(read or {})
    assert read is not None
    assert read["columns"][0]["id"] == config.columns[0].id
