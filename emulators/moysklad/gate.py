"""What stands before every request of the JSON API: headers, credentials, quotas, compression
(JSON API docs, "authentication", "restrictions", "compression of the content").
"""

import asyncio

from aiohttp import web

from emulators.common.serving import KIND
from emulators.moysklad import contexts, errors
from emulators.moysklad.accounts import Caller, World
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


class Gate:
    """Serves the JSON API of one world."""

    def __init__(self, world: World, quotas: Quotas, pages: Pages) -> None:
        self._world = world
        self._quotas = quotas
        self._pages = pages

    async def serve(self, request: web.Request) -> web.Response:
        """Answers one request, refusals included."""
        rates: dict[str, str] = {}
        try:
            check_size(request)
            self._check_compression(request)
            _check_accept(request)
            caller = self._caller(request.headers.get("Authorization", ""))
            price = weight(caller, self._world.clock.today())
            rates = self._quotas.idle(price) if self._world.settings.quotas else {}
            done = await self._limited(request, caller, price, rates)
        except errors.EmptyAnswer as refused:
            return respond(Answer(status=refused.status, kind="refused"), {}, compressed=False)
        except errors.ApiError as refused:
            return refuse(refused, rates)
        return respond(done, rates, compressed=self._compresses(request))

    async def _limited(self, request: web.Request, caller: Caller, price: int, rates: dict[str, str]) -> Answer:
        if not self._world.settings.quotas:
            return await self._handle(request, caller)
        with self._quotas.running(caller):
            rates |= self._quotas.spend(caller, price)
            return await self._handle(request, caller)

    async def _handle(self, request: web.Request, caller: Caller) -> Answer:
        raw = await _body(request)
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
