"""Servers of this suite's own, because what works across companies must meet nobody else's rows."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

import dramatiq
import pytest
import pytest_asyncio

from adapters.observability.context import bound
from adapters.queue.broker import Broker, make_broker
from application.delivery.commands.relay_outbox import RelayOutbox
from application.exports.commands.dispatch_runs import DispatchRuns
from application.exports.commands.report_for_work import ReportForWork
from application.handlers import WORK
from devstack.servers import Servers, servers
from entrypoints.settings import Settings
from entrypoints.workers.actors import declare
from entrypoints.workers.main import Workplace
from tests.integration.harness import hybrid
from tests.integration.harness.databases import migrate
from tests.integration.harness.stories import Party, Story

_NAMES = itertools.count(1)
_CROWD = uuid4()


@pytest.fixture(scope="package")
def running() -> Iterator[Servers]:
    with servers() as started:
        migrate(started.database_url)
        yield started


@pytest.fixture(scope="package")
def service(running: Servers) -> Settings:
    return hybrid.settings_for(running)


@pytest.fixture(scope="package")
def vendors() -> hybrid.FakeVendors:
    return hybrid.FakeVendors()


@pytest_asyncio.fixture(scope="package")
async def world(service: Settings, vendors: hybrid.FakeVendors) -> AsyncIterator[hybrid.HybridWorld]:
    async with hybrid.opened(service, vendors) as opened:
        yield opened


@pytest_asyncio.fixture
async def party(world: hybrid.HybridWorld) -> Party:
    """A company of the test's own, with ten orders, and places for many runs: those of other tests may still wait."""
    await world.application.execute(ReportForWork(worker_id=_CROWD, threads=64))
    made = await hybrid.story_in(world).party(f"company-{next(_NAMES)}")
    made.fill(10)
    return made


@pytest.fixture
def story(party: Party) -> Story:
    return party.story


@pytest.fixture
def broker(service: Settings) -> Iterator[Broker]:
    made = make_broker(service.redis_url)
    made.flush_all()
    yield made
    made.close()


@contextmanager
def working(service: Settings, vendors: hybrid.FakeVendors) -> Iterator[Broker]:
    """A worker within this process, for as long as the block lasts."""
    workplace = Workplace(partial(hybrid.application, service, vendors), bound, 2, lambda _: None)
    broker = make_broker(service.redis_url, (workplace,))
    declare(broker, WORK, workplace.carry_out, workplace.note_failure)
    worker = dramatiq.Worker(broker, worker_threads=2, worker_timeout=50)
    worker.start()
    try:
        yield broker
    finally:
        worker.stop()
        broker.close()


async def relayed(story: Story) -> int:
    """One round of the relay: how many messages went to the queue."""
    return await story.app.execute(RelayOutbox()) + await story.app.execute(DispatchRuns())


async def ended(party: Party, task_id: object, seconds: float = 20.0) -> str:
    """The state in which the task ends."""
    async with asyncio.timeout(seconds):
        while True:
            task = await party.task(task_id)  # type: ignore[arg-type]
            if task.ended_at is not None:
                return str(task.state)
            await asyncio.sleep(0.02)
