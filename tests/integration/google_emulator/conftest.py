"""The emulator in a thread of its own, and a small user agent for it."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
from aiohttp import web

from emulators.common.options import Options
from emulators.google.app import build
from tests.integration.google_emulator.agent import Book, Google, User


def serve(*, lenient: bool) -> Iterator[str]:
    """Runs the emulator on a free port until the generator is closed; gives its base URL."""
    started = threading.Event()
    urls: list[str] = []
    loop = asyncio.new_event_loop()

    async def start() -> web.AppRunner:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        runner = web.AppRunner(build(Options(base_url=url, lenient=lenient)), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        urls.append(url)
        return runner

    def run() -> None:
        runner = loop.run_until_complete(start())
        started.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(10)
    yield urls[0]
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.fixture(scope="session")
def google() -> Iterator[Google]:
    for base in serve(lenient=False):
        yield Google(base)


@pytest.fixture(scope="session")
def lenient_google() -> Iterator[Google]:
    for base in serve(lenient=True):
        yield Google(base)


@pytest.fixture
def user(google: Google) -> User:
    return google.user()


@pytest.fixture
def book(user: User) -> Book:
    return user.create()
