"""One HTTP session for the whole process, with aiogoogle on top.

aiogoogle keeps its session in a context variable, so a task that was created before the session was opened would
quietly open one of its own and never close it. Here every context is given the same session: there is one, and `close`
closes it. Tokens are handed over with each call and never kept, so that no company's token can serve another's call.
"""

import asyncio
import io
from collections.abc import Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self

import aiohttp
from aiogoogle.client import Aiogoogle
from aiogoogle.models import Request, Response
from aiogoogle.sessions.abc import AbstractSession

from adapters.google.routes import route_of
from application.connections.ports import VendorWatch
from application.connections.unwatched import Unwatched

VENDOR = "google"
_CONNECT_SECONDS = 10.0
_HEADERS = {"Accept-Encoding": "gzip", "User-Agent": "SkladSheets (gzip)"}
"""Google compresses its answers only when both headers say gzip (Sheets API, performance guide)."""


class Answer(NamedTuple):
    """An HTTP answer, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class GoogleSession:
    """Sends requests to Google over connections that all tasks of one event loop share.

    It opens with the first call or by `open`, and belongs to the event loop in which that happened. After `close`
    it refuses calls until it is opened again. Errors of the connection come as aiohttp raises them, a timeout as
    TimeoutError; an answer of any status is an Answer.
    """

    def __init__(self, connections: int = 100, keep_alive: float = 30.0, watch: VendorWatch | None = None) -> None:
        self.watch = watch or Unwatched()
        self._connections = connections
        self._keep_alive = keep_alive
        self._opened: _Opened | None = None
        self._closed = False

    async def open(self) -> None:
        """Prepares the session; connections are made when they are needed."""
        self._closed = False
        self._current()

    async def close(self) -> None:
        """Closes every connection. A call that is still under way fails."""
        self._closed = True
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.session.close()

    async def __aenter__(self) -> Self:
        """Opens."""
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes."""
        await self.close()

    async def call(self, request: Request, access_token: str) -> Answer:
        """Sends the request in the name of the token's owner. The request may be sent again later."""
        # Not as_user(): it would refresh tokens by itself, and leave one company's token where others find it.
        request.headers["Authorization"] = f"Bearer {access_token}"
        return await self._send(request)

    async def post_form(self, url: str, fields: Mapping[str, str], seconds: int) -> Answer:
        """Posts a form, as OAuth endpoints want it."""
        return await self._send(Request(method="POST", url=url, data=dict(fields), timeout=seconds))

    async def _send(self, request: Request) -> Answer:
        google: Any = self._current().google
        with self.watch.call(VENDOR, request.method or "GET", route_of(request)) as call:
            response: Response = await google.as_anon(request, full_res=True, raise_for_status=False)
            call.answered(response.status_code)
        return Answer(response.status_code, response.headers or {}, response.data or b"")

    def _current(self) -> "_Opened":
        loop = asyncio.get_running_loop()
        if self._closed:
            raise RuntimeError("The session with Google is closed.")
        if self._opened is None:
            session = _SharedSession(self._connections, self._keep_alive)
            self._opened = _Opened(loop, session, _aiogoogle(session))
        if self._opened.loop is not loop:
            raise RuntimeError("The session with Google belongs to another event loop.")
        return self._opened


class _SharedSession(AbstractSession):
    """aiogoogle's transport: answers come as bytes, and every request has a time limit."""

    def __init__(self, connections: int, keep_alive: float) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections, keepalive_timeout=keep_alive, ttl_dns_cache=60),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=_HEADERS,
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._session.close()

    async def send(self, *requests: Request, **_: Any) -> Response:
        """Sends the one request."""
        (request,) = requests
        if request.timeout is None:
            raise ValueError("A request to Google needs a time limit.")
        # A body of megabytes is handed over as a stream: aiohttp then sends it in pieces.
        data = io.BytesIO(request.data) if isinstance(request.data, bytes) else request.data
        async with self._session.request(
            request.method or "GET",
            request.url or "",
            headers=request.headers,
            data=data,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=request.timeout, sock_connect=_CONNECT_SECONDS),
        ) as response:
            body = await response.read()
            return Response(status_code=response.status, headers=response.headers, data=body, req=request)


class _Opened(NamedTuple):
    loop: asyncio.AbstractEventLoop
    session: _SharedSession
    google: Aiogoogle


def _aiogoogle(session: _SharedSession) -> Aiogoogle:
    def same_for_everybody() -> _SharedSession:
        return session

    return Aiogoogle(session_factory=same_for_everybody)  # type: ignore[arg-type]
