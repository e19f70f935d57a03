import asyncio
import contextvars
import gzip
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest
from aiogoogle.models import Request
from aiohttp import web

from adapters.google.session import Answer, GoogleSession


@dataclass
class Counting:
    """A server that counts its connections and remembers what it was sent."""

    url: str = ""
    opened: int = 0
    open_now: int = 0
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.headers.append(dict(request.headers))
        self.bodies.append(await request.read())
        if request.path == "/hang":
            await self.release.wait()
        if request.path == "/away":
            raise web.HTTPFound("/elsewhere")
        await asyncio.sleep(0.001)
        packed = gzip.compress(b'{"a": "\xd0\xb0"}')
        return web.Response(body=packed, headers={"Content-Encoding": "gzip", "Content-Type": "application/json"})

    async def settled(self, condition: Callable[[], bool]) -> bool:
        for _ in range(200):
            if condition():
                return True
            await asyncio.sleep(0.005)
        return condition()


@pytest.fixture
async def server() -> AsyncIterator[Counting]:
    counting = Counting()
    web_server = web.Server(counting.handle)
    made = web_server.connection_made
    lost = web_server.connection_lost

    def on_made(handler: object, transport: object) -> None:
        counting.opened += 1
        counting.open_now += 1
        made(handler, transport)  # type: ignore[arg-type]

    def on_lost(handler: object, error: BaseException | None = None) -> None:
        counting.open_now -= 1
        lost(handler, error)  # type: ignore[arg-type]

    web_server.connection_made = on_made  # type: ignore[method-assign]
    web_server.connection_lost = on_lost  # type: ignore[method-assign, assignment]
    runner = web.ServerRunner(web_server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address, port = runner.addresses[0][:2]
    counting.url = f"http://{address}:{port}"
    yield counting
    counting.release.set()
    await runner.cleanup()


def get(server: Counting, path: str = "/", timeout: int = 5) -> Request:
    return Request(method="GET", url=server.url + path, timeout=timeout)


async def test_many_tasks_share_few_connections_and_close_leaves_none(server: Counting) -> None:
    session = GoogleSession(connections=4)
    answers = await asyncio.gather(*(session.call(get(server), f"token {n}") for n in range(100)))
    assert all(answer.status == 200 for answer in answers)
    assert server.opened <= 4
    assert await asyncio.gather(*(session.call(get(server), "again") for _ in range(4)))
    assert server.opened <= 4
    await session.close()
    assert await server.settled(lambda: server.open_now == 0)


async def test_each_call_goes_in_the_name_of_its_own_token(server: Counting) -> None:
    async with GoogleSession() as session:
        await asyncio.gather(*(session.call(get(server), f"token-{n}") for n in range(50)))
        form = await session.post_form(server.url, {"token": "a b&c"}, 5)
    sent = sorted(headers.get("Authorization", "") for headers in server.headers)
    assert sent == sorted(["", *(f"Bearer token-{n}" for n in range(50))])
    assert form.status == 200
    assert server.bodies[-1] == b"token=a+b%26c"


async def test_a_task_created_before_the_session_was_opened_uses_the_same_one(server: Counting) -> None:
    session = GoogleSession(connections=1)
    go = asyncio.Event()

    async def work() -> Answer:
        await go.wait()
        return await session.call(get(server), "token")

    early = [asyncio.create_task(work()) for _ in range(10)]
    await asyncio.sleep(0)
    async with session:
        late = [
            asyncio.create_task(session.call(get(server), "token"), context=contextvars.Context()) for _ in range(10)
        ]
        go.set()
        assert {answer.status for answer in await asyncio.gather(*early, *late)} == {200}
        assert server.opened == 1
    assert await server.settled(lambda: server.open_now == 0)


async def test_it_is_closed_until_it_is_opened_again(server: Counting) -> None:
    session = GoogleSession()
    async with session:
        await session.call(get(server), "token")
    with pytest.raises(RuntimeError, match="closed"):
        await session.call(get(server), "token")
    async with session:
        assert (await session.call(get(server), "token")).status == 200
    await session.close()
    await session.close()


async def test_it_belongs_to_one_event_loop(server: Counting) -> None:
    async with GoogleSession() as session:

        def elsewhere() -> None:
            with pytest.raises(RuntimeError, match="another event loop"):
                asyncio.run(session.call(get(server), "token"))

        await asyncio.to_thread(elsewhere)


async def test_a_time_limit_is_kept_and_the_connection_given_up(server: Counting) -> None:
    async with GoogleSession() as session:
        with pytest.raises(TimeoutError):
            await session.call(get(server, "/hang", timeout=1), "token")
        assert await server.settled(lambda: server.open_now == 0)
        with pytest.raises(ValueError, match="time limit"):
            await session.call(Request(method="GET", url=server.url), "token")


async def test_a_cancelled_call_gives_its_connection_up(server: Counting) -> None:
    async with GoogleSession() as session:
        task = asyncio.create_task(session.call(get(server, "/hang"), "token"))
        assert await server.settled(lambda: len(server.headers) == 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await server.settled(lambda: server.open_now == 0)


async def test_answers_are_asked_for_compressed_and_come_unpacked(server: Counting) -> None:
    async with GoogleSession() as session:
        answer = await session.call(get(server), "token")
    assert answer.body == b'{"a": "\xd0\xb0"}'
    assert server.headers[0]["Accept-Encoding"] == "gzip"
    assert "gzip" in server.headers[0]["User-Agent"]


async def test_a_request_can_be_sent_twice_and_a_redirect_is_not_followed(server: Counting) -> None:
    body = b"{}" + b" " * 900_000
    request = Request(method="POST", url=server.url, data=body, timeout=5, headers={"Content-Type": "application/json"})
    async with GoogleSession() as session:
        await session.call(request, "first")
        await session.call(request, "second")
        answer = await session.call(get(server, "/away"), "token")
    assert server.bodies[:2] == [body, body]
    assert [headers["Authorization"] for headers in server.headers[:2]] == ["Bearer first", "Bearer second"]
    assert all(headers["Content-Length"] == str(len(body)) for headers in server.headers[:2])
    assert answer.status == 302
    assert len(server.headers) == 3
