"""Connections as MoySklad wants them: kept, not for long, not for many requests (JSON API docs, first steps)."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import httpx

MOST_REQUESTS = 100
"""On one connection. MoySklad answers 500 on connections that were used for more."""

LONGEST_IDLE = 25.0
"""Seconds. MoySklad drops a connection after 30, and one that is just being dropped fails."""


@dataclass(slots=True, eq=False)
class _Lane:
    """One connection and how many requests it has carried. Reconnecting counts on: closed early, never late."""

    origin: tuple[str, str, int | None]
    transport: httpx.AsyncBaseTransport
    sent: int = 0
    idle_since: float = 0.0


class CountedConnections(httpx.AsyncBaseTransport):
    """Sends each request on the connection that was used last and is free, or on a new one.

    How many there are at once is for the callers to limit. The last request of a connection says so in its header.
    """

    def __init__(
        self,
        make: Callable[[], httpx.AsyncBaseTransport],
        most: int = MOST_REQUESTS,
        idle: float = LONGEST_IDLE,
    ) -> None:
        self._make = make
        self._most = most
        self._longest_idle = idle
        self._idle: list[_Lane] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """See httpx. The connection is free again when the answer has been read to its end."""
        await self._close_the_stale()
        lane = self._take((request.url.scheme, request.url.host, request.url.port))
        lane.sent += 1
        if lane.sent >= self._most:
            request.headers["Connection"] = "close"
        last = request.headers.get("connection", "").lower() == "close"
        try:
            answer = await lane.transport.handle_async_request(request)
        except BaseException:
            await lane.transport.aclose()
            raise
        closing = last or answer.headers.get("connection", "").lower() == "close"
        return httpx.Response(
            status_code=answer.status_code,
            headers=answer.headers,
            stream=_Watched(answer, self, lane, closing=closing),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Closes the connections that are free."""
        while self._idle:
            await self._idle.pop().transport.aclose()

    async def give_back(self, lane: _Lane, *, closing: bool) -> None:
        """The answer on this connection is over."""
        if closing:
            await lane.transport.aclose()
        else:
            lane.idle_since = time.monotonic()
            self._idle.append(lane)

    def _take(self, origin: tuple[str, str, int | None]) -> _Lane:
        for lane in reversed(self._idle):
            if lane.origin == origin:
                self._idle.remove(lane)
                return lane
        return _Lane(origin, self._make())

    async def _close_the_stale(self) -> None:
        alive_from = time.monotonic() - self._longest_idle
        stale = [lane for lane in self._idle if lane.idle_since < alive_from]
        self._idle = [lane for lane in self._idle if lane.idle_since >= alive_from]
        for lane in stale:
            await lane.transport.aclose()


class _Watched(httpx.AsyncByteStream):
    """An answer's bytes. A connection whose answer was not read to the end is not used again."""

    def __init__(self, answer: httpx.Response, connections: CountedConnections, lane: _Lane, *, closing: bool) -> None:
        self._answer = answer
        self._connections = connections
        self._lane = lane
        self._closing = closing
        self._whole = False
        self._over = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._answer.stream:  # type: ignore[union-attr]
            yield piece
        self._whole = True

    async def aclose(self) -> None:
        """See httpx."""
        if self._over:
            return
        self._over = True
        await self._answer.aclose()
        await self._connections.give_back(self._lane, closing=self._closing or not self._whole)
