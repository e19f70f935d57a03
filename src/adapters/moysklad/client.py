"""The HTTP client of both of MoySklad's APIs: connections, budgets, retries. One for a whole process."""

import asyncio
import random
import time
import zlib
from collections.abc import Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import quote, urljoin, urlsplit

import httpx

from adapters.moysklad.budget import Budget, Budgets
from adapters.moysklad.failures import Refusal, Verdict
from application.connections.ports import MoySkladKey
from domain.shared.errors import VendorFailed

BASE_URL = "https://api.moysklad.ru/api/remap/1.2"
VENDOR_BASE_URL = "https://apps-api.moysklad.ru/api/vendor/1.0"

_HEADERS = {"Accept-Encoding": "gzip", "Accept": "application/json;charset=utf-8"}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3
_TRIES = 3
_LARGE = 65_536
"""Packed bytes from which on unpacking goes to another thread; zlib lets other Python code run meanwhile."""

_TROUBLE = (httpx.HTTPError, httpx.InvalidURL)
Parameters = Iterable[tuple[str, str]]


class _Answer(NamedTuple):
    status: int
    headers: httpx.Headers
    body: bytes


class MoySkladClient:
    """Asks MoySklad, politely.

    Connections are kept alive for at most 30 s, because MoySklad bans clients that connect for each request. Seconds:
    `connect_timeout`; `read_timeout`, which MoySklad wants to be 300; `backoff`, the first pause before a retry,
    doubled each time; `patience`, how long in all to wait for a turn that MoySklad refuses. `units` in `window` seconds
    and `parallel` are the limits of one token.
    """

    def __init__(
        self,
        base_url: str = BASE_URL,
        vendor_base_url: str = VENDOR_BASE_URL,
        *,
        units: int = 45,
        window: float = 3.0,
        parallel: int = 4,
        connections: int = 4,
        connect_timeout: float = 10.0,
        read_timeout: float = 300.0,
        backoff: float = 0.5,
        patience: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._vendor_base_url = vendor_base_url.rstrip("/")
        self._budgets = Budgets(units, window, parallel)
        self._backoff = backoff
        self._patience = patience
        self._http = httpx.AsyncClient(
            headers=_HEADERS,
            timeout=httpx.Timeout(read_timeout, connect=connect_timeout),
            limits=httpx.Limits(
                max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=30.0
            ),
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # no token's session may reach another's
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        """Nothing is opened before the first request."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the connections."""
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def get(self, key: MoySkladKey, path: str, parameters: Parameters = (), units: int = 1) -> bytes:
        """The body of a successful answer: complete JSON by its look.

        Raises MoySkladDisconnected, FilterRefused, VendorBusy or VendorFailed. Waits and tries again by itself: at a
        refused turn within the patience, at a passing failure twice. `units` is what the request costs at weight 1.
        """
        url = f"{self.base_url}{path}{_query(parameters)}"
        budget = self._budgets.of(key.token)
        deadline = time.monotonic() + self._patience
        failures = turns = 0
        while True:
            answer = await self._try(budget, units, key.token, url, again=failures > 0)
            if isinstance(answer, bytes):
                return answer
            verdict = answer.verdict if isinstance(answer, Refusal) else Verdict.PASSING
            if isinstance(answer, Refusal) and verdict in {Verdict.WINDOW, Verdict.PARALLEL}:
                await self._wait_for_turn(budget, answer, deadline, turns)
                turns += 1
                continue
            failures += 1
            if verdict is not Verdict.PASSING or failures >= _TRIES:
                raise answer.error() if isinstance(answer, Refusal) else answer
            await asyncio.sleep(self._pause(failures - 1))

    async def post_vendor(self, path: str, bearer: str) -> tuple[int, dict[str, str], bytes]:
        """One POST without a body to the Vendor API, signed by `bearer`: status, headers and body of the answer.

        Such a token can be used once, so nothing is tried again here. Raises VendorFailed when no answer comes.
        """
        headers = {"Authorization": f"Bearer {bearer}"}
        try:
            response = await self._http.post(f"{self._vendor_base_url}{path}", headers=headers)
        except _TROUBLE as wrong:
            raise _silent(wrong) from None
        return response.status_code, dict(response.headers), response.content

    async def _try(
        self, budget: Budget, units: int, token: str, url: str, *, again: bool
    ) -> bytes | Refusal | VendorFailed:
        """One try: the body, a refusal, or a failure that may pass."""
        async with budget.turn(units):
            try:
                answer = await self._send(token, url, again=again)
            except _TROUBLE as wrong:
                return _silent(wrong)
            budget.heed(answer.headers)
        if answer.status != 200:
            return Refusal(answer.status, answer.headers, answer.body)
        if answer.body.rstrip()[-1:] not in {b"}", b"]"}:
            return VendorFailed(status=200, reason="truncated")
        return answer.body

    async def _send(self, token: str, url: str, *, again: bool) -> _Answer:
        # A retry is the last request of its connection: MoySklad answers 500 on connections that were used too long.
        headers = {"Authorization": f"Bearer {token}"} | ({"Connection": "close"} if again else {})
        answer = await self._get(url, headers)
        for _ in range(_MOST_REDIRECTS):
            target = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not _same_origin(url, target):
                break
            url = urljoin(url, target)
            answer = await self._get(url, headers)
        return answer

    async def _get(self, url: str, headers: dict[str, str]) -> _Answer:
        """Reads the raw body and unpacks it in one go. httpx would do it piece by piece, and keep the megabytes in a
        cycle of objects until the garbage collector comes by.
        """
        async with self._http.stream("GET", url, headers=headers) as response:
            packed = b"".join([piece async for piece in response.aiter_raw()])
        if response.headers.get("content-encoding") != "gzip":
            return _Answer(response.status_code, response.headers, packed)
        large = len(packed) > _LARGE
        body = await asyncio.to_thread(_unpacked, packed) if large else _unpacked(packed)
        return _Answer(response.status_code, response.headers, body)

    async def _wait_for_turn(self, budget: Budget, refusal: Refusal, deadline: float, turns: int) -> None:
        busy = refusal.error()
        parallel = refusal.verdict is Verdict.PARALLEL and refusal.retry_after is None
        wait = self._pause(min(turns, 4)) if parallel else getattr(busy, "retry_after", 0.0)
        if time.monotonic() + wait > deadline:
            raise busy
        if parallel:
            await asyncio.sleep(wait)
        else:
            budget.pause(wait)

    def _pause(self, earlier: int) -> float:
        return self._backoff * 2.0**earlier * random.uniform(0.75, 1.25)  # noqa: S311 - spreads retries, guards nothing


def _unpacked(packed: bytes) -> bytes:
    """The unpacked body, or nothing of one that was cut off or garbled.

    The last four bytes tell its size (RFC 1952, 2.3.1), so that it is laid out in memory once. They are only believed
    as far as deflate can pack at best, a thousandfold.
    """
    size = min(int.from_bytes(packed[-4:], "little"), 1032 * len(packed))
    try:
        return zlib.decompress(packed, zlib.MAX_WBITS | 16, max(size, 1))
    except zlib.error:
        return b""


def _query(parameters: Parameters) -> str:
    pairs = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters)
    return f"?{pairs}" if pairs else ""


def _same_origin(one: str, other: str) -> bool:
    try:
        return urlsplit(one)[:2] == urlsplit(urljoin(one, other))[:2]
    except ValueError:
        return False


def _silent(wrong: Exception) -> VendorFailed:
    return VendorFailed(reason=type(wrong).__name__)
