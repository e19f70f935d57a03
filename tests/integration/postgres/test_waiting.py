"""Who waits for whom, and who passes by."""

import asyncio
import contextvars
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.listener import OutboxListener
from application.exports.run_command import RunExport
from domain.exports.schedule import CronSchedule
from domain.shared.identities import ClaimId, CompanyId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World, troubled

PATIENCE = 5.0
OUTSIDE = contextvars.Context()


def beside_this(other: Callable[[], Coroutine[Any, Any, int]]) -> asyncio.Task[int]:
    """Another worker, which is in no transaction of ours."""
    return asyncio.create_task(other(), context=OUTSIDE)


async def test_a_relay_passes_over_what_another_has_locked(world: World) -> None:
    company = await samples.stored_company(world)
    task = await samples.stored_task(world, await samples.stored_config(world, company))
    async with world.transaction(company):
        for _ in range(3):
            await world.outbox.put(RunExport(company_id=company, task_id=task.id))

    async def other() -> int:
        async with world.system_transaction():
            return len(await world.queue.take(world.now, 10))

    async with world.system_transaction():
        assert len(await world.queue.take(world.now, 2)) == 2
        beside = beside_this(other)
        assert await asyncio.wait_for(beside, PATIENCE) == 1


async def test_a_scheduler_passes_over_what_another_has_locked(world: World) -> None:
    company = await samples.stored_company(world)
    async with world.transaction(company):
        for _ in range(3):
            schedule = CronSchedule("0 9 * * *", "Europe/Moscow", world.now)
            await world.configs.put(replace(samples.bare_config(world, company), schedule=schedule))

    async def other() -> int:
        async with world.system_transaction():
            return len(await world.configs.due(world.now, 10))

    async with world.system_transaction():
        assert len(await world.configs.due(world.now, 2)) == 2
        beside = beside_this(other)
        assert await asyncio.wait_for(beside, PATIENCE) == 1


async def test_whoever_wants_a_locked_task_waits_and_sees_what_became_of_it(world: World) -> None:
    company = await samples.stored_company(world)
    made = await samples.stored_task(world, await samples.stored_config(world, company))

    async def other() -> int:
        async with world.transaction(company):
            return (await world.tasks.get(company, made.id)).failures

    async with world.transaction(company):
        task = await world.tasks.get(company, made.id)
        beside = beside_this(other)
        await asyncio.sleep(0.2)
        assert not beside.done()
        task.failures = 3
        await world.tasks.save(task)
    assert await asyncio.wait_for(beside, PATIENCE) == 3


async def test_whether_a_task_is_still_held_is_told_while_it_is_locked(world: World) -> None:
    company = await samples.stored_company(world)
    made = await samples.stored_task(world, await samples.stored_config(world, company))
    claim = ClaimId(uuid4())

    async def other() -> int:
        async with world.transaction(company):
            return await world.tasks.still_held(company, made.id, claim)

    async with world.transaction(company):
        task = await world.tasks.get(company, made.id)
        task.claim(claim, world.now, timedelta(seconds=30))
        await world.tasks.save(task)
        assert await asyncio.wait_for(beside_this(other), PATIENCE) == 0
    assert await asyncio.wait_for(beside_this(other), PATIENCE) == 1


async def test_a_message_wakes_the_relay_when_it_is_committed(world: World, engine: AsyncEngine) -> None:
    company: CompanyId = await samples.stored_company(world)
    task = await samples.stored_task(world, await samples.stored_config(world, company))
    told = RunExport(company_id=company, task_id=task.id)
    listener = OutboxListener(engine)
    try:
        await listener.wait(0.01)
        async with troubled(world.transaction(company)):
            await world.outbox.put(told)
        assert await waited(listener, 0.2) >= 0.19
        async with world.transaction(company):
            await world.outbox.put(told)
        assert await waited(listener, PATIENCE) < PATIENCE / 2
    finally:
        await listener.close()


async def test_a_relay_that_lost_its_connection_listens_again(world: World, engine: AsyncEngine) -> None:
    company: CompanyId = await samples.stored_company(world)
    task = await samples.stored_task(world, await samples.stored_config(world, company))
    listener = OutboxListener(engine)
    try:
        await listener.wait(0.01)
        connection = listener._connection
        assert connection is not None
        async with engine.begin() as killer:
            await killer.execute(text("SET LOCAL ROLE NONE"))
            pid = connection.get_server_pid()
            await killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        while not connection.is_closed():
            await asyncio.sleep(0.01)
        await listener.wait(0.01)
        async with world.transaction(company):
            await world.outbox.put(RunExport(company_id=company, task_id=task.id))
        assert await waited(listener, PATIENCE) < PATIENCE / 2
    finally:
        await listener.close()


async def waited(listener: OutboxListener, timeout: float) -> float:
    """For how many seconds the listener waited."""
    begun = time.monotonic()
    await listener.wait(timeout)
    return time.monotonic() - begun
