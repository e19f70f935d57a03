"""What relays and workers are made of. The API's is in entrypoints.composition.serving, the scheduler's in scheduling:
each process loads what it needs, and web frameworks and readers of workbooks take long to load.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from functools import partial

import uvloop

from adapters.observability.backlog import BOUNDS, BacklogCollector, See
from adapters.observability.context import bound
from adapters.observability.logs import announce
from adapters.observability.metrics import Metrics
from adapters.observability.reports import report
from adapters.postgres.engine import make_engine
from adapters.postgres.listener import OutboxListener
from adapters.queue.broker import make_broker
from application.bus import Application
from application.delivery.queries.see_backlog import Backlog, SeeBacklog
from entrypoints.composition.live import live_application
from entrypoints.composition.observing import observe, refusals_told
from entrypoints.relay.main import relay
from entrypoints.rounds import stop_on_signals
from entrypoints.settings import Settings
from entrypoints.workers.main import Workplace, work

_SCRAPE_SECONDS = 8.0
"""Prometheus gives up after 10 s unless told otherwise."""


def run_relay(settings: Settings) -> None:
    """Relays until stopped."""
    metrics = observe(settings, "relay")
    with refusals_told():
        uvloop.run(_relay(settings, metrics))


def run_worker(settings: Settings) -> None:
    """Works until stopped."""
    metrics = observe(settings, "worker")
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    workplace = Workplace(partial(live_application, settings, metrics), bound, settings.worker_threads, report)
    broker = make_broker(settings.redis_url, (workplace,))
    with refusals_told():
        work(broker, workplace, settings.worker_threads, ready=partial(announce, "worker ready"))


async def _relay(settings: Settings, metrics: Metrics) -> None:
    """Of all processes the relay tells how much waits: there are few of them, and they speak to both servers anyway."""
    stop = stop_on_signals()
    async with _opened(settings, metrics, "relay") as application, _listening(settings) as listener:
        metrics.watch(BacklogCollector(_backlog_of(application, settings, asyncio.get_running_loop())))
        await relay(application, listener, stop, report)


@asynccontextmanager
async def _opened(settings: Settings, metrics: Metrics, process: str) -> AsyncIterator[Application]:
    opening: AbstractAsyncContextManager[Application] = live_application(settings, metrics)
    async with opening as application:
        announce(f"{process} ready")
        yield application


@asynccontextmanager
async def _listening(settings: Settings) -> AsyncIterator[OutboxListener]:
    engine = make_engine(settings.database_url, pool_size=1)
    listener = OutboxListener(engine)
    try:
        yield listener
    finally:
        await listener.close()
        await engine.dispose()


def _backlog_of(application: Application, settings: Settings, loop: asyncio.AbstractEventLoop) -> See:
    """Asks from the thread in which somebody looks, on the loop on which the application lives."""
    query = SeeBacklog(stale_after=timedelta(seconds=settings.watch.fresh_seconds), bounds=BOUNDS)

    def see() -> Backlog:
        asking = asyncio.run_coroutine_threadsafe(application.ask(query), loop)
        try:
            return asking.result(_SCRAPE_SECONDS)
        finally:
            asking.cancel()

    return see
