"""The HTTP side over fakes. Whatever nobody foresaw fails the test."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest_asyncio
from dishka import Provider
from litestar import Litestar

from adapters.memory.machine import MemorySystems
from adapters.observability.asgi import RequestLog
from adapters.observability.behaviours import observed
from application.bus import Application
from application.ports import Systems
from entrypoints.composition.application import make_application
from entrypoints.composition.serving import wording
from entrypoints.rest.app import create_app
from tests.integration.harness.stories import SMALL, Party, Story


class Api:
    """The API, who calls it, and what it reported."""

    def __init__(self, story: Story, app: Litestar, http: httpx.AsyncClient, unforeseen: list[BaseException]) -> None:
        self.story = story
        self.app = app
        self.http = http
        self.unforeseen = unforeseen

    async def member(self, party: Party, *, administrator: bool = True) -> dict[str, str]:
        """The company's owner comes in, or somebody who may look; answers the headers of their calls."""
        pair = await party.sign_in(administrator=administrator, person="anna" if administrator else "boris")
        return {"Authorization": f"Bearer {pair.access_token}"}


class Stage:
    """An HTTP side, which takes seconds to build, and whatever plays on it now: one application after another."""

    def __init__(self, public_url: str | None) -> None:
        self.playing: Application | None = None
        self.unforeseen: list[BaseException] = []
        self.app = create_app(self._opening, wording, self._report, public_url)
        self._bare = self.app.state.dict()

    @asynccontextmanager
    async def _opening(self) -> AsyncIterator[Application]:
        assert self.playing is not None
        yield self.playing

    def _report(self, error: BaseException) -> None:
        self.unforeseen.append(error)

    def cleared(self) -> None:
        """Nothing is left of what was played."""
        self.playing, self.unforeseen = None, []
        self.app.state.clear()
        self.app.state.update(self._bare)


_FREE: defaultdict[str | None, list[Stage]] = defaultdict(list)


@asynccontextmanager
async def opened_api(*instead: Provider, public_url: str | None = None) -> AsyncIterator[Api]:
    """An API over a world of its own; what `instead` provides replaces fakes."""
    story = await Story.begin(SMALL, *instead)
    systems = await story.world.container.get(Systems)
    assert isinstance(systems, MemorySystems)
    systems.states = {"postgres": "ok", "redis": "ok"}
    free = _FREE[public_url]
    stage = free.pop() if free else Stage(public_url)
    stage.playing = make_application(story.world.container, (observed,))
    async with served(stage.app) as http:
        yield Api(story, stage.app, http, stage.unforeseen)
    await story.world.container.close()
    stage.cleared()
    free.append(stage)  # a test that failed leaves its stage to nobody


@asynccontextmanager
async def served(app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app, which is started and stopped."""
    transport = httpx.ASGITransport(RequestLog(app))
    ready, done = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(_serve(app, ready, done))
    await ready.wait()
    async with httpx.AsyncClient(transport=transport, base_url="http://skladsheets") as http:
        yield http
    done.set()
    await serving


async def _serve(app: Litestar, ready: asyncio.Event, done: asyncio.Event) -> None:
    """One task from start-up to shutdown: fixtures begin in one and may end in another."""
    async with app.lifespan():
        ready.set()
        await done.wait()


@pytest_asyncio.fixture
async def api() -> AsyncIterator[Api]:
    async with opened_api() as opened:
        yield opened
        assert opened.unforeseen == []


@pytest_asyncio.fixture
async def romashka(api: Api) -> Party:
    party = await api.story.party("romashka")
    party.fill(3)
    return party


@pytest_asyncio.fixture
async def admin(api: Api, romashka: Party) -> dict[str, str]:
    return await api.member(romashka)


def check_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """A problem as RFC 9457 and this product describe it: with words in both languages and what to do next."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem: dict[str, Any] = answer.json()
    assert (problem["code"], problem["status"], problem["type"]) == (code, status, f"/problems/{code}")
    for language in ("ru", "en"):
        words = problem["words"][language]
        assert words["title"]
        assert words["action"]
        assert "{" not in words["title"] + words["action"]
    assert problem["words"]["ru"] != problem["words"]["en"]
    assert problem["title"] in {words["title"] for words in problem["words"].values()}
    assert problem["detail"] in {words["action"] for words in problem["words"].values()}
    assert problem["requestId"] == answer.headers["x-request-id"]
    return problem
