"""The HTTP client of both of MoySklad's APIs: turns, retries, redirects. One for a whole process."""

import asyncio
import hashlib
import random
import time
from dataclasses import dataclass, replace
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import NamedTuple, Self

import httpx
from isal import isal_zlib

from adapters.moysklad.addresses import Parameters, address, path_of, redirected, route_of, same_origin
from adapters.moysklad.connections import LONGEST_IDLE, CountedConnections
from adapters.moysklad.failures import WINDOW_SECONDS, Refusal, Verdict
from adapters.moysklad.rates import heard_of
from application.connections.limits import VendorLimits
from application.connections.ports import Failing, Heard, MoySkladKey, VendorBudgets, VendorWatch
from application.connections.turns import InProcessBudgets
from application.connections.unwatched import Unwatched
from domain.shared.errors import VendorFailed

__all__ = ["BASE_URL", "VENDOR_BASE_URL", "Answer", "MoySkladClient", "Parameters"]

BASE_URL = "https://api.moysklad.ru/api/remap/1.2"
VENDOR = "moysklad"
VENDOR_BASE_URL = "https://apps-api.moysklad.ru/api/vendor/1.0"

_HEADERS = {"Accept-Encoding": "gzip", "Accept": "application/json;charset=utf-8"}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AS_GET = frozenset({301, 302, 303})
_MOST_REDIRECTS = 3
_TRIES = 3
_LARGE = 65_536
"""Packed bytes from which on unpacking goes to another thread; it lets other Python code run meanwhile."""

_TROUBLE = (httpx.HTTPError, httpx.InvalidURL)


class Answer(NamedTuple):
    """An answer with its unpacked body."""

    status: int
    headers: httpx.Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class _Request:
    """One request. With `own` it goes to MoySklad's API, with the token and in its turn."""

    key: MoySkladKey
    method: str
    url: str
    body: bytes | None
    units: int
    own: bool = True
    beta: str = ""
    quiet_for: str = ""


class MoySkladClient:
    """Asks MoySklad, politely.

    `budgets` are those of all processes; without them the client keeps to `units` in `window` seconds and to `parallel`
    requests at once by itself, for each token. Seconds: `connect_timeout`; `read_timeout`, which MoySklad wants to be
    300; `backoff`, the first pause before a retry, doubled each time; `patience`, how long in all to wait for a turn.
    """

    def __init__(
        self,
        base_url: str = BASE_URL,
        vendor_base_url: str = VENDOR_BASE_URL,
        *,
        budgets: VendorBudgets | None = None,
        units: int = 45,
        window: float = 3.0,
        parallel: int = 4,
        connect_timeout: float = 10.0,
        read_timeout: float = 300.0,
        backoff: float = 0.5,
        patience: float = 30.0,
        transport: httpx.AsyncBaseTransport | None = None,
        watch: VendorWatch | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._vendor_base_url = vendor_base_url.rstrip("/")
        self._budgets = budgets or InProcessBudgets(VendorLimits(units=units, window=window, parallel=parallel))
        self._watch = watch or Unwatched()
        self._backoff = backoff
        self._patience = patience
        self._http = httpx.AsyncClient(
            headers=_HEADERS,
            timeout=httpx.Timeout(read_timeout, connect=connect_timeout),
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # no token's session may reach another's
            transport=transport or _connections(),
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

    async def get(
        self, key: MoySkladKey, path: str, parameters: Parameters = (), units: int = 1, beta: str = ""
    ) -> bytes:
        """The body of a successful answer: complete JSON by its look. See `ask`; other answers than 200 are refused."""
        answer = await self.ask(key, "GET", path, parameters, units=units, beta=beta)
        if answer.status != 200:
            raise VendorFailed(status=answer.status, reason="unexpected status")
        return answer.body

    async def ask(
        self,
        key: MoySkladKey,
        method: str,
        path: str,
        parameters: Parameters = (),
        body: bytes | None = None,
        units: int = 1,
        beta: str = "",
        quiet_for: str = "",
    ) -> Answer:
        """A successful answer (2xx) to one request; a body that stands for JSON is complete by its look.

        `path` is a path of the API, or an href on its own origin, such as nextHref or Content-Location. `units` is what
        the request costs a published solution: 5 for the stock reports, else 1; `beta` asks for a new form of an answer
        that has one; webhooks whose address begins with `quiet_for` are not told of what this request changes.

        Redirects are followed; to another host without the token. Waits and tries again by itself: at a refused turn
        within the patience, and a GET at a passing failure twice. Other methods are not repeated, for they may have
        taken effect.

        Raises MoySkladDisconnected, MoySkladPermissionMissing, TariffRefused, FilterRefused, MoySkladRejected,
        MoySkladPaused, VendorBusy or VendorFailed.
        """
        url = address(self.base_url, path, parameters)
        request = _Request(key, method.upper(), url, body, units, beta=beta, quiet_for=quiet_for)
        deadline = time.monotonic() + self._patience
        answer = await self._answered(request, deadline)
        for _ in range(_MOST_REDIRECTS):
            if answer.status not in _REDIRECTS:
                return answer
            request = self._follow(request, answer)
            answer = await self._answered(request, deadline)
        if answer.status in _REDIRECTS:
            raise VendorFailed(status=answer.status, reason="redirects")
        return answer

    async def ask_vendor(
        self, method: str, path: str, bearer: str, body: bytes | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """One request to the Vendor API, signed by `bearer`: status, headers and body of the answer.

        Such a token can be used once, so nothing is tried again here. Raises VendorFailed when no answer comes.
        """
        headers = {"Authorization": f"Bearer {bearer}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        url = f"{self._vendor_base_url}{path}"
        with self._watch.call(VENDOR, method, route_of(self._vendor_base_url, url)) as call:
            try:
                response = await self._http.request(method, url, headers=headers, content=body)
            except _TROUBLE as wrong:
                raise _silent(wrong) from None
            call.answered(response.status_code)
        return response.status_code, dict(response.headers), response.content

    def _follow(self, request: _Request, answer: Answer) -> _Request:
        target = redirected(request.url, answer.headers.get("location", ""))
        if target is None:
            raise VendorFailed(status=answer.status, reason="redirect")
        own = request.own and same_origin(self.base_url, target)
        as_get = answer.status in _AS_GET and request.method != "GET"
        if not own and request.method != "GET" and not as_get:
            raise VendorFailed(status=answer.status, reason="redirect")
        method, body = ("GET", None) if as_get else (request.method, request.body)
        return replace(request, method=method, url=target, body=body, own=own)

    async def _answered(self, request: _Request, deadline: float) -> Answer:
        """The answer to a request that may have to be repeated: a success or a redirect."""
        failures = turns = 0
        while True:
            answer = await self._try(request, deadline, again=failures > 0)
            if isinstance(answer, Answer):
                return answer
            verdict = answer.verdict if isinstance(answer, Refusal) else Verdict.PASSING
            if isinstance(answer, Refusal) and verdict in {Verdict.WINDOW, Verdict.PARALLEL}:
                await self._wait_for_turn(answer, deadline, turns)
                turns += 1
                continue
            failures += 1
            if verdict is not Verdict.PASSING or failures >= _TRIES or request.method != "GET":
                raise answer.error() if isinstance(answer, Refusal) else answer
            await asyncio.sleep(self._pause(failures - 1))

    async def _try(self, request: _Request, deadline: float, *, again: bool) -> Answer | Refusal | VendorFailed:
        """One try: a success or a redirect, a refusal, or a failure that may pass."""
        if not request.own:
            return _judged(await self._send(request, again=again))
        key = request.key
        async with self._budgets.turn(
            hashlib.sha256(key.token.encode()).hexdigest(),
            str(key.account_id),
            request.units,
            key.urgency,
            subject=_digest(f"{request.method} {path_of(request.url)}"),
            put=request.method == "PUT",
            patience=max(0.0, deadline - time.monotonic()),
        ) as turn:
            sent = await self._send(request, again=again)
            judged = _judged(sent)
            if isinstance(sent, Answer):
                turn.heed(heard_of(sent.headers, judged))
            else:
                turn.heed(Heard(failing=Failing.THIS))
        return judged

    async def _send(self, request: _Request, *, again: bool) -> Answer | VendorFailed:
        with self._watch.call(VENDOR, request.method, route_of(self.base_url, request.url)) as call:
            sent = await self._exchange(request, again=again)
            if isinstance(sent, Answer):
                call.answered(sent.status)
        return sent

    async def _exchange(self, request: _Request, *, again: bool) -> Answer | VendorFailed:
        """Reads the raw body and unpacks it in one go. httpx would do it piece by piece, and keep the megabytes in a
        cycle of objects until the garbage collector comes by.
        """
        headers = {"Authorization": f"Bearer {request.key.token}"} if request.own else {}
        if request.beta and request.own:
            headers["X-Lognex-Remap-Beta-Feature"] = request.beta
        if request.quiet_for and request.own:
            headers["X-Lognex-WebHook-DisableByPrefix"] = request.quiet_for
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        if again:  # MoySklad answers 500 on connections that were used too long
            headers["Connection"] = "close"
        try:
            async with self._http.stream(
                request.method, request.url, headers=headers, content=request.body
            ) as response:
                packed = b"".join([piece async for piece in response.aiter_raw()])
        except _TROUBLE as wrong:
            return _silent(wrong)
        if response.headers.get("content-encoding") != "gzip":
            return Answer(response.status_code, response.headers, packed)
        large = len(packed) > _LARGE
        body = await asyncio.to_thread(unpacked, packed) if large else unpacked(packed)
        return Answer(response.status_code, response.headers, body)

    async def _wait_for_turn(self, refusal: Refusal, deadline: float, turns: int) -> None:
        if refusal.verdict is Verdict.PARALLEL and refusal.retry_after is None:
            wait = self._pause(min(turns, 4))
        else:
            wait = refusal.retry_after or WINDOW_SECONDS
        if time.monotonic() + wait > deadline:
            raise refusal.error()
        await asyncio.sleep(wait)

    def _pause(self, earlier: int) -> float:
        return self._backoff * 2.0**earlier * random.uniform(0.75, 1.25)  # noqa: S311 - spreads retries, guards nothing


_tls = cache(httpx.create_ssl_context)
"""The certificates to trust are read once in a process: that takes longer than many requests."""


def _connections() -> CountedConnections:
    context = _tls()
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=LONGEST_IDLE)
    return CountedConnections(lambda: httpx.AsyncHTTPTransport(verify=context, limits=limits))


def _judged(sent: Answer | VendorFailed) -> Answer | Refusal | VendorFailed:
    """A success or a redirect as it is; anything else as what it means."""
    if isinstance(sent, VendorFailed) or sent.status in _REDIRECTS:
        return sent
    if not 200 <= sent.status < 300:
        return Refusal(sent.status, sent.headers, sent.body)
    body = sent.body.rstrip()
    empty_is_whole = sent.status != 200
    if body[-1:] not in {b"}", b"]"} and (body or not empty_is_whole):
        return VendorFailed(status=sent.status, reason="truncated")
    return sent


def unpacked(packed: bytes) -> bytes:
    """The unpacked body, or nothing of one that was cut off or garbled.

    The last four bytes tell its size (RFC 1952, 2.3.1), so that it is laid out in memory once: with a byte to spare,
    because room that is used up is taken for too little, and more is laid out. They are only believed as far as
    deflate can pack at best, a thousandfold.
    """
    size = min(int.from_bytes(packed[-4:], "little"), 1032 * len(packed))
    try:
        return isal_zlib.decompress(packed, isal_zlib.MAX_WBITS | 16, size + 1)
    except isal_zlib.error:  # type: ignore[misc]  # its stub names an instance
        return b""


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _silent(wrong: Exception) -> VendorFailed:
    return VendorFailed(reason=type(wrong).__name__)
