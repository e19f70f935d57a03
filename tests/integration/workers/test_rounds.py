"""The relay and the scheduler, round after round."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from adapters.postgres.engine import make_engine
from adapters.postgres.listener import OutboxListener
from adapters.queue.broker import Broker
from application.bus import Application
from application.exports.commands.book_due_exports import BookDueExports
from application.exports.commands.cancel_task import CancelTask
from application.exports.commands.recover_tasks import RecoverTasks
from devstack.servers import Servers
from domain.exports.sharing import Shares
from entrypoints.relay.main import relay
from entrypoints.scheduler.main import PURGE_SECONDS, schedule
from entrypoints.settings import Settings
from tests.integration.harness.stories import Party, Story
from tests.integration.workers.conftest import relayed

LONG, SOON = 600.0, 15.0


@asynccontextmanager
async def going_on(step: Callable[[asyncio.Event], Awaitable[None]]) -> Any:
    """A process's loop beside the test; it has to end when it is told to."""
    stop = asyncio.Event()
    task = asyncio.ensure_future(step(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 5)


async def test_a_new_message_wakes_the_relay_at_once(
    party: Party, story: Story, service: Settings, running: Servers, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("entrypoints.relay.main.POLL_SECONDS", LONG)
    engine = make_engine(service.database_url, pool_size=1)
    listener = OutboxListener(engine)
    configs = [await party.create() for _ in range(3)]
    failures: list[BaseException] = []
    async with going_on(lambda stop: relay(story.app, listener, stop, failures.append)):
        await _listening(listener)
        for config in configs[:2]:
            await _arrives_soon(party, config, broker)
            await asyncio.sleep(0.05)
        await _hang_up(running)
        await party.start(configs[2])
        await _arrived(broker, 3, SOON)  # a lost connection is noticed, not waited for
    await listener.close()
    await engine.dispose()


FOLLOWING = ("Interpret", "BookFollowUps", "BookTendings")
"""What goes on beside, in a loop of its own."""


async def test_the_scheduler_books_recovers_and_sweeps(
    party: Party, story: Story, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("entrypoints.scheduler.main.TICK_SECONDS", 0.01)
    told: list[str] = []
    seconds = 0.0

    class Listening(Application):
        def __init__(self) -> None:
            """Stands before the real one."""

        async def execute(self, command: Any) -> Any:
            nonlocal seconds
            told.append(type(command).__name__)
            if len(told) == 3:
                raise ConnectionError("the database is away")
            seconds += PURGE_SECONDS / 40
            return await story.app.execute(command)

    monkeypatch.setattr("entrypoints.rounds.LONGEST_PAUSE", 0.01)
    failures: list[BaseException] = []
    async with going_on(lambda stop: schedule(Listening(), stop, lambda: seconds, failures.append)):
        async with asyncio.timeout(10):
            while "PurgeExpired" not in told:
                await asyncio.sleep(0.02)
    assert [name for name in told if not name.startswith(FOLLOWING)][:2] == ["BookDueExports", "RecoverTasks"]
    assert "InterpretDeliveries" in told
    assert told.count("BookDueExports") > 3
    assert told.count("PurgeExpired") >= 1
    assert [str(failure) for failure in failures] == ["the database is away"]


async def test_two_schedulers_book_once(
    party: Party, story: Story, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    configs = [await party.create(cron="*/5 * * * *") for _ in range(5)]
    monkeypatch.setattr("adapters.system.clock.SystemClock.now", _later(timedelta(minutes=10)))
    booked = await asyncio.gather(*(story.app.execute(BookDueExports()) for _ in range(4)))
    assert sum(booked) == len(configs)
    tasks = await party.tasks()
    assert sorted(task.config_id for task in tasks) == sorted(configs)


async def test_two_schedulers_recover_once(
    party: Party, story: Story, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.system.clock.SystemClock.now", _later(timedelta(hours=2)))
    while await story.app.execute(RecoverTasks()):
        pass
    for _ in range(3):
        await party.start(await party.create())
    while await relayed(story):
        pass
    monkeypatch.setattr("adapters.system.clock.SystemClock.now", _later(timedelta(hours=2, seconds=90)))
    recovered = await asyncio.gather(*(story.app.execute(RecoverTasks()) for _ in range(4)))
    assert sum(recovered) >= Shares().backfill
    assert await story.app.execute(RecoverTasks()) == 0


def _later(by: timedelta) -> Callable[[object], Any]:
    from datetime import UTC, datetime

    return lambda _: datetime.now(UTC) + by


async def _listening(listener: OutboxListener) -> None:
    async with asyncio.timeout(5):
        while listener._connection is None:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)


async def _arrives_soon(party: Party, config: Any, broker: Broker) -> None:
    """Within a small part of the poll's interval: nothing but the notification can have done it."""
    before = _waiting(broker)
    task_id = await party.start(config)
    await _arrived(broker, before + 1, SOON)
    await party.app.execute(CancelTask(company_id=party.id, task_id=task_id))


async def _arrived(broker: Broker, messages: int, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while _waiting(broker) < messages:
            await asyncio.sleep(0.01)


def _waiting(broker: Broker) -> int:
    found: int = broker.client.hlen("skladsheets:exports.msgs")
    return found


async def _hang_up(running: Servers) -> None:
    owner = await asyncpg.connect(running.database_url)
    await owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
    await owner.close()
