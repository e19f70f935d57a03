"""What the API's process is made of."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

import uvicorn
import uvloop

from adapters.observability.asgi import RequestLog
from adapters.observability.metrics import Metrics
from adapters.observability.reports import report
from adapters.wording.catalogue import words
from application.bus import Application
from entrypoints.composition.live import live_application
from entrypoints.composition.observing import observe, refusals_told
from entrypoints.rest.app import create_app
from entrypoints.rest.words import Text, Words
from entrypoints.rounds import calm_garbage_collector
from entrypoints.settings import Settings

_IDLE_SECONDS = 75
"""Longer than clients and proxies keep an idle connection (httpx 5, load balancers mostly 60 s): whoever closes first
must not be us, as a request that is under way then finds nobody and cannot be told from one that was carried out."""


def wording(code: str, details: Mapping[str, str | int]) -> Words:
    """The words of a code, as the REST layer shows them."""
    found = words(code, details)
    return Words(
        ru=Text(title=found.ru.title, action=found.ru.action), en=Text(title=found.en.title, action=found.en.action)
    )


def run_api(settings: Settings, host: str, port: int) -> None:
    """Serves HTTP until stopped."""
    metrics = observe(settings, "api")
    with refusals_told():
        uvloop.run(_opens(settings))  # uvicorn would bury a refusal in a traceback, and end as if all were well
    opening = partial(_calmly, settings, metrics)
    hops = settings.guarding.trusted_hops
    app = RequestLog(create_app(opening, wording, report, settings.public_url, hops, settings.bot), metrics)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=20,
        timeout_keep_alive=_IDLE_SECONDS,
        proxy_headers=False,  # the guard reads them, and knows how many proxies there are
        server_header=False,
    )
    uvicorn.Server(config).run()


@asynccontextmanager
async def _calmly(settings: Settings, metrics: Metrics) -> AsyncIterator[Application]:
    async with live_application(settings, metrics) as application:
        calm_garbage_collector()  # what was made to open it stays, too
        yield application


async def _opens(settings: Settings) -> None:
    async with live_application(settings):
        return
