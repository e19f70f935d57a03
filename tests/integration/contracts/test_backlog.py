"""Contract of application.delivery.ports: how much waits. Other tests leave things behind, so that changes are told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import dramatiq
import pytest
import pytest_asyncio

from adapters.memory.watching import MemoryQueues
from adapters.queue.broker import make_broker
from adapters.redis.connection import connect
from adapters.redis.depths import RedisQueues
from application.delivery.ports import QUEUE_NAMESPACE, Freshness, OutboxDepth, Queues, Waiting
from application.exports.run_command import RunExport
from domain.connections.google import GoogleConnection
from domain.connections.moysklad import ConnectionState
from domain.exports.config import ExportConfig
from domain.exports.sharing import Lane
from domain.exports.task import ExportTask, TaskState, Trigger
from domain.shared.errors import VendorFailed
from domain.shared.identities import CompanyId, TaskId
from tests.integration.harness import samples
from tests.integration.harness.databases import Database
from tests.integration.harness.worlds import World

SECOND = timedelta(seconds=1)
BOUNDS = (60.0, 3600.0, 86400.0)
TARGET = timedelta(hours=2)


async def task_of(world: World, company: CompanyId, **fields: object) -> ExportTask:
    config = await samples.stored_config(world, company)
    made = replace(samples.booked(world, config), **fields)  # type: ignore[arg-type]
    async with world.transaction(company):
        await world.tasks.add(made)
    return made


async def waiting(world: World) -> dict[str, Waiting]:
    async with world.system_transaction():
        return dict(await world.backlog.waiting(world.now))


async def test_tasks_that_wait_for_a_worker_by_urgency(world: World, company: CompanyId) -> None:
    before = await waiting(world)
    begun = world.now
    world.clock.advance(60 * SECOND)
    await task_of(world, company, booked_at=begun, trigger=Trigger.SCHEDULE)
    await task_of(world, company, booked_at=begun, due_at=begun + 50 * SECOND, trigger=Trigger.SCHEDULE)
    await task_of(world, company, due_at=world.now + SECOND, trigger=Trigger.SCHEDULE)
    await task_of(world, company, booked_at=begun + 20 * SECOND, trigger=Trigger.MANUAL)
    await task_of(world, company, booked_at=begun + 5 * SECOND, lane=Lane.BACKFILL, trigger=Trigger.MANUAL)
    held = {"state": TaskState.CLAIMED, "booked_at": begun, "lane": Lane.BACKFILL}
    await task_of(world, company, lease_until=world.now - 10 * SECOND, write_lock="left behind", **held)
    await task_of(world, company, lease_until=world.now + SECOND, write_lock="at work", **held)
    after = await waiting(world)
    grown = {urgency: after[urgency].tasks - before.get(urgency, Waiting()).tasks for urgency in after}
    assert grown == {"routine": 2, "interactive": 1, "backfill": 2}
    assert [after[urgency].oldest for urgency in ("routine", "interactive", "backfill")] == [60.0, 40.0, 55.0]


async def test_unfinished_tasks_by_state(world: World, company: CompanyId) -> None:
    async with world.system_transaction():
        before = await world.backlog.tasks(world.now)
    await task_of(world, company)
    await task_of(world, company, due_at=world.now + SECOND)
    await task_of(world, company, state=TaskState.CLAIMED, lease_until=world.now + SECOND, write_lock="mine")
    for state in (TaskState.FINISHED, TaskState.FAILED, TaskState.CANCELLED):
        await task_of(world, company, state=state, ended_at=world.now)
    async with world.system_transaction():
        after = await world.backlog.tasks(world.now)
    assert {state: after[state] - before[state] for state in after} == {"waiting": 1, "put_off": 1, "running": 1}


async def test_messages_that_should_be_on_their_way(world: World, company: CompanyId) -> None:
    async with world.system_transaction():
        before = await world.backlog.outbox(world.now)
    assert before.due == 0, "other tests are later"
    task = TaskId(world.ids.new())
    world.clock.advance(30 * SECOND)
    async with world.transaction(company):
        for seconds in (-10, -30, 5):
            command = RunExport(company_id=company, task_id=task)
            await world.outbox.put(command, deliver_after=world.now + seconds * SECOND)
    async with world.system_transaction():
        seen = await world.backlog.outbox(world.now)
        assert seen == OutboxDepth(due=2, oldest=30.0, later=before.later + 1)
        messages = await world.queue.take(world.now, 10)
        await world.queue.mark_sent([message.id for message in messages], world.now)
        assert await world.backlog.outbox(world.now) == OutboxDepth(due=0, oldest=0.0, later=before.later + 1)


async def freshness(world: World) -> Freshness:
    async with world.system_transaction():
        return await world.backlog.freshness(world.now, TARGET, BOUNDS)


async def scheduled(world: World, company: CompanyId, **fields: object) -> ExportConfig:
    usual = {"fresh_at": None, "created_at": world.now}
    made = replace(samples.full_config(world, company), **{**usual, **fields})  # type: ignore[arg-type]
    async with world.transaction(company):
        await world.configs.put(made)
    return made


def google(world: World, company: CompanyId) -> GoogleConnection:
    made = samples.google(company, world.now, "subject")
    made.state = ConnectionState.ACTIVE
    return made


@pytest_asyncio.fixture
async def connected(world: World, company: CompanyId) -> CompanyId:
    async with world.transaction(company):
        await world.moysklad.put(samples.moysklad(company))
        await world.google.put(google(world, company))
    return company


async def test_how_fresh_the_sheets_are(world: World, connected: CompanyId, stranger: CompanyId) -> None:
    before = await freshness(world)
    now = world.now
    await scheduled(world, connected, fresh_at=now - 60 * SECOND)
    await scheduled(world, connected, fresh_at=now - 61 * SECOND)
    await scheduled(world, connected, fresh_at=now - timedelta(hours=2))
    await scheduled(world, connected, fresh_at=now - timedelta(hours=2, seconds=1))
    await scheduled(world, connected, created_at=now - timedelta(days=2))
    await scheduled(world, connected, fresh_at=now - timedelta(days=9), schedule=None)
    await scheduled(world, stranger, fresh_at=now - timedelta(days=9))
    seen = await freshness(world)
    assert seen.exports - before.exports == 5, "by hand, and without connections, is not counted"
    assert seen.stale - before.stale == 2
    assert [one - other for one, other in zip(seen.within, before.within, strict=True)] == [1, 2, 4]
    assert seen.seconds - before.seconds == 60 + 61 + 7200 + 7201 + 172800


async def test_exports_that_could_not_run_are_nobodys_delay(world: World, connected: CompanyId) -> None:
    before = await freshness(world)
    await scheduled(world, connected)
    assert (await freshness(world)).exports == before.exports + 1
    async with world.transaction(connected):
        broken = google(world, connected)
        broken.state = ConnectionState.BROKEN
        await world.google.put(broken)
    assert (await freshness(world)).exports == before.exports
    async with world.transaction(connected):
        await world.google.put(google(world, connected))
        company = await world.companies.get(connected)
        company.suspend()
        await world.companies.put(company)
    assert (await freshness(world)).exports == before.exports


async def test_since_when_something_is_due(world: World, connected: CompanyId) -> None:
    config = await scheduled(world, connected)
    assert config.next_due_at is not None
    async with world.system_transaction():
        assert await world.backlog.overdue(config.next_due_at - SECOND) == 0.0
        assert await world.backlog.overdue(config.next_due_at + 7 * SECOND) == 7.0


@pytest.fixture(params=["memory", "redis"])
def queues(request: pytest.FixtureRequest) -> Iterator[Queues]:
    if request.param == "memory":
        made = MemoryQueues()
        made.waiting = {"exports": 2, "notices": 0}
        yield made
        return
    database: Database = request.getfixturevalue("database")
    broker = make_broker(database.redis_url)
    key = f"{QUEUE_NAMESPACE}:exports"
    broker.client.delete(key)
    broker.client.rpush(key, "one", "two")
    yield RedisQueues(connect(database.redis_url), ("exports", "notices", "exports"))
    broker.client.delete(key)
    broker.close()


async def test_how_long_the_queues_are(queues: Queues) -> None:
    assert await queues.depths() == {"exports": 2, "notices": 0}


async def test_queues_out_of_reach() -> None:
    client = connect("redis://127.0.0.1:1/0")
    with pytest.raises(VendorFailed):
        await RedisQueues(client, ("exports",)).depths()
    await client.aclose()


def test_the_broker_keeps_its_queues_where_they_are_counted(database: Database) -> None:
    broker = make_broker(database.redis_url)
    broker.declare_queue("counted")
    broker.enqueue(dramatiq.Message("counted", "nobody", (), {}, {}))
    assert broker.client.llen(f"{QUEUE_NAMESPACE}:counted") == 1
    broker.flush("counted")
    broker.close()
