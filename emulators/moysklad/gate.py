"""What stands before every request of the JSON API: headers, credentials, quotas, compression
(JSON API docs, "authentication", "restrictions", "compression of the content").
"""

import asyncio
from dataclasses import dataclass, field

from aiohttp import web

from emulators.common.serving import KIND
from emulators.moysklad import audit, contexts, errors
from emulators.moysklad.accounts import Caller, World
from emulators.moysklad.bans import Bans
from emulators.moysklad.calls import BODY_MOST, Answer, Call, answer
from emulators.moysklad.dispatch import dispatch
from emulators.moysklad.founding import found_account
from emulators.moysklad.limits import Quotas, weight
from emulators.moysklad.links import API
from emulators.moysklad.pages import Pages, compress

HEADERS_MOST = 8 * 1024
COMPRESS_FROM = 256
_BODY_METHODS = {"POST", "PUT", "PATCH"}
_ACCEPTED = {"", "*/*", "application/*", "application/json"}


@dataclass(slots=True)
class Seen:
    """What is known of a request so far: who it comes from, its body and its rate headers."""

    caller: Caller | None = None
    body: bytes = b""
    rates: dict[str, str] = field(default_factory=dict)


class Gate:
    """Serves the JSON API of one world."""

    def __init__(self, world: World, quotas: Quotas, bans: Bans, pages: Pages) -> None:
        self._world = world
        self._quotas = quotas
        self._bans = bans
        self._pages = pages

    async def serve(self, request: web.Request) -> web.Response:
        """Answers one request, refusals included."""
        seen = Seen()
        try:
            check_size(request)
            fresh = self._check_connection(request)
            self._check_compression(request)
            _check_accept(request)
            caller = seen.caller = self._caller(request.headers.get("Authorization", ""))
            self._check_access(caller, fresh=fresh)
            price = weight(caller, self._world.clock.today(), request.path.removeprefix(API))
            seen.rates = self._quotas.standing(caller, price) if self._world.settings.quotas else {}
            done = await self._limited(request, caller, price, seen)
        except errors.EmptyAnswer as refused:
            response = respond(Answer(status=refused.status, kind="refused"), {}, compressed=False)
        except errors.ApiError as refused:
            response = refuse(refused, seen.rates)
        else:
            response = respond(done, seen.rates, compressed=self._compresses(request))
        response.headers["Date"] = self._world.clock.http_date()
        if seen.caller is not None and self._guards:
            self._bans.judge(seen.caller, request.method, request.path_qs, seen.body, response.status)
        return response

    @property
    def _guards(self) -> bool:
        """Whether misbehaviour has consequences."""
        return self._world.settings.quotas and self._world.settings.bans

    def _check_connection(self, request: web.Request) -> bool:
        """Raises ApiError 500 on a connection that carried too many requests; tells whether it is a new one.

        No limit holds while quotas are off.
        """
        connection = request.transport
        if connection is None:
            return False
        count, settings = self._bans.connected(connection), self._world.settings
        if settings.quotas and 0 < settings.connection_requests < count:
            self._bans.worn += 1
            raise errors.worn_out()
        return count == 1

    def _check_access(self, caller: Caller, *, fresh: bool) -> None:
        if not self._guards:
            return
        most = self._world.settings.new_connections_per_minute
        if most and fresh:
            self._bans.opened(caller, most)
        self._bans.check(caller)

    async def _limited(self, request: web.Request, caller: Caller, price: int, seen: Seen) -> Answer:
        if not self._world.settings.quotas:
            return await self._handle(request, caller, seen)
        with self._quotas.running(caller):
            seen.rates = seen.rates | self._quotas.spend(caller, price)
            return await self._handle(request, caller, seen)

    async def _handle(self, request: web.Request, caller: Caller, seen: Seen) -> Answer:
        raw = seen.body = await _body(request)
        if self._world.settings.latency_seconds > 0:
            await asyncio.sleep(self._world.settings.latency_seconds)
        call = Call(
            self._world,
            self._pages,
            caller,
            request.method,
            request.path.removeprefix(API),
            request.query,
            request.query_string,
            raw,
            request.headers,
        )
        audit.begin(caller.account)
        return dispatch(call, request.headers.get("Authorization", ""))

    def _check_compression(self, request: web.Request) -> None:
        if self._world.lenient:
            return
        if "gzip" not in request.headers.get("Accept-Encoding", "").lower():
            raise errors.EmptyAnswer(415)

    def _compresses(self, request: web.Request) -> bool:
        return self._world.settings.compress and "gzip" in request.headers.get("Accept-Encoding", "").lower()

    def _caller(self, authorization: str) -> Caller:
        world = self._world
        scheme, _, rest = authorization.partition(" ")
        known: Caller | None = None
        if scheme.lower() == "bearer":
            known = world.tokens.get(rest.strip())
        else:
            pair = contexts.basic(authorization)
            if pair is not None:
                known = world.by_login(*pair)
        if known is None and world.lenient:
            account = next(iter(world.accounts.values()), None) or found_account(world, "default")
            return Caller(account, person=account.people[0])
        if known is None:
            self._quotas.failed(authorization)
            raise errors.bad_credentials()
        return known


def check_size(request: web.Request) -> None:
    """The address and the headers together take at most 8 KB (JSON API docs, restrictions)."""
    size = len(request.raw_path) + sum(len(name) + len(value) + 4 for name, value in request.raw_headers)
    if size > HEADERS_MOST:
        raise errors.EmptyAnswer(414)


def refuse(refused: errors.ApiError, rates: dict[str, str]) -> web.Response:
    """A refusal with its documented body."""
    shown = answer(refused.body(), "refused", refused.status)
    shown.headers = refused.headers
    return respond(shown, rates, compressed=False)


def respond(done: Answer, rates: dict[str, str], *, compressed: bool) -> web.Response:
    """The HTTP answer; bodies worth it are compressed."""
    headers = {**rates, **done.headers}
    body = done.body
    if body:
        headers["Content-Type"] = "application/json;charset=utf-8"
    if done.encoding == "gzip":
        headers["Content-Encoding"] = "gzip"
    elif not done.encoding and compressed and len(body) >= COMPRESS_FROM:
        body = compress(body)
        headers["Content-Encoding"] = "gzip"
    response = web.Response(body=body, status=done.status, headers=headers)
    response[KIND] = done.kind
    return response


def _check_accept(request: web.Request) -> None:
    given = request.headers.get("Accept", "")
    for one in given.lower().split(","):
        kind, _, rest = one.strip().partition(";")
        if kind.strip() in _ACCEPTED and "charset" not in rest.replace("charset=utf-8", ""):
            return
    text = "Неверное значение заголовка 'Accept'. Поддерживается только значение 'application/json;charset=utf-8'"
    raise errors.ApiError(400, 1062, text)


async def _body(request: web.Request) -> bytes:
    if not request.can_read_body:
        return b""
    raw = await _read(request)
    if raw and request.method in _BODY_METHODS and request.content_type != "application/json":
        raise errors.ApiError(415, 1037, "Неверно указан Content-Type запроса")
    return raw


async def _read(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        text = f"Превышен максимальный размер запроса: {BODY_MOST // 1024 // 1024} МБ"
        raise errors.ApiError(413, 1044, text) from None
