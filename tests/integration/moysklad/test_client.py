"""How the client behaves when MoySklad does not."""

import asyncio
import gzip
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from adapters.memory.budgets import MemoryBudgets
from adapters.moysklad.client import MoySkladClient
from adapters.moysklad.connections import CountedConnections
from application.connections.ports import Urgency
from domain.connections.moysklad import (
    MoySkladDisconnected,
    MoySkladPaused,
    MoySkladPermissionMissing,
    TariffRefused,
)
from domain.exports.filters import FilterRefused
from domain.shared.errors import VendorBusy, VendorFailed
from tests.integration.harness.samples import moysklad_key
from tests.integration.moysklad.wire import Wire

TOKEN = "0123456789abcdef0123456789abcdef01234567"
KEY = moysklad_key(TOKEN)
ANOTHER = moysklad_key("another")
WINDOW = {"errors": [{"code": 1049, "error": "слишком часто"}]}
PARALLEL = {"errors": [{"code": 1073, "error": "слишком много сразу"}]}


class Vendor:
    """Answers from a script, the last line of which goes on for ever; keeps what it was asked."""

    def __init__(self, *script: Callable[[httpx.Request], httpx.Response]) -> None:
        self.script = list(script)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return (self.script.pop(0) if len(self.script) > 1 else self.script[0])(request)

    def client(self, **settings: Any) -> MoySkladClient:
        return MoySkladClient("https://ms.test/api", transport=Wire(self), **settings)


def says(status: int, content: Any = None, **headers: str) -> Callable[[httpx.Request], httpx.Response]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"rows": []} if content is None else content
    if isinstance(body, bytes):
        return lambda _: httpx.Response(status, content=body, headers=named)
    return lambda _: httpx.Response(status, json=body, headers=named)


def breaks(error: type[httpx.TransportError]) -> Callable[[httpx.Request], httpx.Response]:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error("trouble", request=request)

    return fail


async def test_every_request_bears_what_moysklad_demands(quick: dict[str, Any]) -> None:
    vendor = Vendor(says(200))
    async with vendor.client(**quick) as client:
        await client.get(KEY, "/entity/x", [("filter", "a=1;b=дом & сад"), ("limit", "5")])
    request = vendor.asked[0]
    assert request.headers["accept-encoding"] == "gzip"
    assert request.headers["accept"] == "application/json;charset=utf-8"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.url.params["filter"] == "a=1;b=дом & сад"
    assert b"filter=a%3D1%3Bb%3D%D0" in request.url.query


async def test_gzip_is_unpacked(quick: dict[str, Any]) -> None:
    vendor = Vendor(says(200, gzip.compress(b'{"rows":[]}'), content_encoding="gzip"))
    async with vendor.client(**quick) as client:
        assert await client.get(KEY, "/x") == b'{"rows":[]}'


async def test_a_redirect_on_the_same_host_is_followed(quick: dict[str, Any]) -> None:
    vendor = Vendor(says(308, location="/api/y"), says(200))
    async with vendor.client(**quick) as client:
        await client.get(KEY, "/x")
    assert str(vendor.asked[1].url) == "https://ms.test/api/y"


@pytest.mark.parametrize(
    "target", ["https://files.test/y", "//files.test/y", "https://ms.test:8443/y", "https://ms.test.evil.test/"]
)
async def test_a_redirect_elsewhere_is_followed_without_the_token(target: str, quick: dict[str, Any]) -> None:
    vendor = Vendor(says(302, location=target), says(200))
    async with vendor.client(**quick) as client:
        assert await client.get(KEY, "/x") == b'{"rows":[]}'
    assert str(vendor.asked[1].url) == httpx.URL(vendor.asked[0].url).join(target)
    assert "authorization" not in vendor.asked[1].headers
    assert TOKEN not in str(vendor.asked[1].url)


async def test_the_token_does_not_come_back_after_a_trip_elsewhere(quick: dict[str, Any]) -> None:
    vendor = Vendor(says(302, location="https://files.test/y"), says(302, location="https://ms.test/api/z"), says(200))
    async with vendor.client(**quick) as client:
        await client.get(KEY, "/x")
    assert ["authorization" in asked.headers for asked in vendor.asked] == [True, False, False]


@pytest.mark.parametrize(
    "target",
    ["http://ms.test/api/y", "https://[broken", "https://user@ms.test/api/y", "ftp://ms.test/y", "", "file:///x"],
)
async def test_the_token_never_goes_where_it_could_be_read(target: str, quick: dict[str, Any]) -> None:
    vendor = Vendor(says(302, location=target), says(200))
    async with vendor.client(**quick) as client:
        with pytest.raises(VendorFailed) as caught:
            await client.get(KEY, "/x")
    assert len(vendor.asked) == 1
    assert caught.value.details["status"] == 302


@pytest.mark.parametrize(
    "href",
    [
        "https://evil.test/api/entity/x",
        "//evil.test/x",
        "http://ms.test/api/entity/x",
        "https://ms.test:8443/api/x",
        "https://token@ms.test/api/x",
        "https://[broken/x",
    ],
)
async def test_a_foreign_href_is_not_asked(href: str, quick: dict[str, Any]) -> None:
    vendor = Vendor(says(200))
    async with vendor.client(**quick) as client:
        with pytest.raises(VendorFailed):
            await client.get(KEY, href)
    assert not vendor.asked


async def test_an_href_of_the_api_itself_is_asked_as_it_is(quick: dict[str, Any]) -> None:
    vendor = Vendor(says(200))
    async with vendor.client(**quick) as client:
        await client.get(KEY, "https://ms.test:443/api/entity/x?limit=2&offset=2", [("filter", "a=b")])
    assert vendor.asked[0].url.query == b"limit=2&offset=2&filter=a%3Db"
    assert vendor.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


async def test_an_answer_without_a_body_is_passed_on_with_its_headers(quick: dict[str, Any]) -> None:
    vendor = Vendor(says(202, b"", location="https://ms.test/api/async/1/result", content_location="/async/1"))
    async with vendor.client(**quick) as client:
        answer = await client.ask(KEY, "get", "/report/stock/all", [("async", "true")], units=5)
        assert (answer.status, answer.body) == (202, b"")
        assert answer.headers["content-location"] == "/async/1"
        with pytest.raises(VendorFailed):
            await client.get(KEY, "/report/stock/all", [("async", "true")])


async def test_a_body_is_sent_as_json(quick: dict[str, Any]) -> None:
    vendor = Vendor(says(200))
    async with vendor.client(**quick) as client:
        await client.ask(KEY, "POST", "/entity/x", body=b'{"name":"x"}')
    assert vendor.asked[0].headers["content-type"] == "application/json"
    assert vendor.asked[0].content == b'{"name":"x"}'


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_what_may_have_taken_effect_is_not_sent_twice(method: str, quick: dict[str, Any]) -> None:
    for trouble in (says(503, b""), breaks(httpx.ReadTimeout), says(200, b'{"cut')):
        vendor = Vendor(trouble)
        async with vendor.client(**quick) as client:
            with pytest.raises(VendorFailed):
                await client.ask(KEY, method, "/entity/x", body=b"{}")
        assert len(vendor.asked) == 1
    vendor = Vendor(says(429, PARALLEL), says(200))
    async with vendor.client(**quick) as client:
        await client.ask(KEY, method, "/entity/x", body=b"{}")
    assert len(vendor.asked) == 2


async def test_cookies_of_one_token_do_not_reach_another(quick: dict[str, Any]) -> None:
    vendor = Vendor(says(200, set_cookie="session=one; Path=/"), says(200))
    async with vendor.client(**quick) as client:
        await client.get(KEY, "/x")
        await client.get(ANOTHER, "/x")
    assert "cookie" not in vendor.asked[1].headers


async def test_redirects_in_a_circle_end(quick: dict[str, Any]) -> None:
    vendor = Vendor(says(302, location="/api/x"))
    async with vendor.client(**quick) as client:
        with pytest.raises(VendorFailed):
            await client.get(KEY, "/x")
    assert len(vendor.asked) < 6


async def test_the_window_limit_is_waited_out_as_long_as_moysklad_says(quick: dict[str, Any]) -> None:
    vendor = Vendor(
        says(429, WINDOW, x_lognex_retry_after="120"), says(429, WINDOW, x_lognex_retry_after="60"), says(200)
    )
    started = time.monotonic()
    async with vendor.client(**quick) as client:
        await client.get(KEY, "/x")
    assert time.monotonic() - started >= 0.18
    assert len(vendor.asked) == 3


async def test_patience_ends(quick: dict[str, Any]) -> None:
    vendor = Vendor(says(429, WINDOW, x_lognex_retry_after="90000"))
    async with vendor.client(**quick) as client:
        with pytest.raises(VendorBusy) as caught:
            await client.get(KEY, "/x")
    assert caught.value.retry_after == 90
    assert len(vendor.asked) == 1


async def test_one_busy_token_does_not_hold_up_another(quick: dict[str, Any]) -> None:
    vendor = Vendor(says(429, WINDOW, x_lognex_retry_after="400"), says(200))
    async with vendor.client(**quick) as client:
        busy = asyncio.create_task(client.get(KEY, "/x"))
        await asyncio.sleep(0.05)
        started = time.monotonic()
        await client.get(ANOTHER, "/x")
        assert time.monotonic() - started < 0.2
        await busy


async def test_the_parallel_limit_is_tried_again(quick: dict[str, Any]) -> None:
    vendor = Vendor(says(429, PARALLEL), says(429, b""), says(200))
    async with vendor.client(**quick) as client:
        await client.get(KEY, "/x")
    assert len(vendor.asked) == 3
    vendor = Vendor(says(429, PARALLEL))
    async with vendor.client(**{**quick, "backoff": 0.05, "patience": 0.2}) as client:
        with pytest.raises(VendorBusy):
            await client.get(KEY, "/x")
    assert 2 <= len(vendor.asked) < 10


@pytest.mark.parametrize(
    "trouble",
    [
        says(500, b""),
        says(502, b"<html>nginx</html>"),
        says(503, {"errors": [{"code": 1074, "error": "работы"}]}),
        says(504, b""),
        says(200, b"<html>login</html>"),
        says(200, b'{"rows":[{"id":'),
        says(200, b""),
        says(200, b"no gzip at all", content_encoding="gzip"),
        breaks(httpx.ReadTimeout),
        breaks(httpx.ConnectError),
        breaks(httpx.ConnectTimeout),
        breaks(httpx.RemoteProtocolError),
    ],
)
async def test_passing_trouble_is_tried_three_times(
    trouble: Callable[[httpx.Request], httpx.Response], quick: dict[str, Any]
) -> None:
    vendor = Vendor(trouble, trouble, says(200))
    async with vendor.client(**quick) as client:
        assert await client.get(KEY, "/x") == b'{"rows":[]}'
    vendor = Vendor(trouble)
    async with vendor.client(**quick) as client:
        with pytest.raises(VendorFailed) as caught:
            await client.get(KEY, "/x")
    assert len(vendor.asked) == 3
    assert TOKEN not in repr(caught.value)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 1034, FilterRefused),
        (401, 1056, MoySkladDisconnected),
        (403, 1016, MoySkladPermissionMissing),
        (403, 47000, TariffRefused),
        (404, None, VendorFailed),
        (415, None, VendorFailed),
    ],
)
async def test_what_is_wrong_is_not_asked_twice(
    status: int, code: int | None, kind: type[Exception], quick: dict[str, Any]
) -> None:
    vendor = Vendor(says(status, {"errors": [{"code": code, "error": "x"}]}))
    async with vendor.client(**quick) as client:
        with pytest.raises(kind) as caught:
            await client.get(KEY, "/x")
    assert len(vendor.asked) == 1
    assert TOKEN not in repr(caught.value)


async def test_requests_are_spread_and_at_most_four_at_once() -> None:
    running = most = 0
    moments: list[float] = []

    async def answer(_: httpx.Request) -> httpx.Response:
        nonlocal running, most
        moments.append(time.monotonic())
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.03)
        running -= 1
        return httpx.Response(200, json={})

    transport = Wire(answer)
    async with MoySkladClient("https://ms.test", transport=transport, units=20, window=0.4) as client:
        await asyncio.gather(*(client.get(KEY, "/x") for _ in range(60)))
    assert most <= 4
    for start in moments:
        assert len([moment for moment in moments if start <= moment < start + 0.39]) <= 21


async def test_a_low_remainder_slows_the_client_down() -> None:
    headers = {"x_ratelimit_limit": "11", "x_ratelimit_remaining": "0", "x_lognex_retry_timeinterval": "300"}
    vendor = Vendor(says(200, **headers), says(200))
    async with vendor.client(window=0.3) as client:
        started = time.monotonic()
        await client.get(KEY, "/x")
        await client.get(KEY, "/x")
    assert time.monotonic() - started >= 0.1


async def test_quotas_of_the_emulator_are_never_exceeded(emulator: Any) -> None:
    customer = await emulator.customer()
    await emulator.post("/settings", quotas=True)
    await emulator.control.delete("/faults")
    await emulator.control.delete("/journal")
    async with emulator.client() as client:
        await asyncio.gather(*(client.get(moysklad_key(customer.token), "/entity/group") for _ in range(70)))
    statuses = {entry["status"] for entry in await emulator.requests()}
    await emulator.post("/settings", quotas=False)
    assert statuses == {200}


@pytest.mark.parametrize(
    "fault",
    [{"action": "drop"}, {"action": "truncate"}, {"action": "html", "status": 502}, {"action": "hang", "seconds": 1.0}],
)
async def test_faults_on_the_wire_pass(fault: dict[str, Any], emulator: Any, seeded: Any) -> None:
    await emulator.post("/settings", quotas=False)
    await emulator.fault(path="/entity/currency", times=2, **fault)
    async with emulator.client(read_timeout=0.4) as client:
        assert b'"rows"' in await client.get(moysklad_key(seeded.token), "/entity/currency")
        await emulator.fault(path="/entity/currency", times=3, **fault)
        with pytest.raises(VendorFailed):
            await client.get(moysklad_key(seeded.token), "/entity/currency")


async def test_what_fails_again_and_again_is_not_asked_for_a_while(quick: dict[str, Any]) -> None:
    vendor = Vendor(says(404, {"errors": [{"error": "нет"}]}))
    async with vendor.client(**quick) as client:
        for number in range(20):
            with pytest.raises(VendorFailed):
                await client.get(KEY, "/x", [("offset", str(number))])
        with pytest.raises(MoySkladPaused) as caught:
            await client.get(KEY, "/x")
        assert 50 < caught.value.retry_after <= 60
        with pytest.raises(VendorFailed):
            await client.get(KEY, "/y")
        with pytest.raises(VendorFailed):
            await client.get(ANOTHER, "/x")
    assert len(vendor.asked) == 22


async def test_a_dead_token_is_not_tried_again_and_again(quick: dict[str, Any]) -> None:
    vendor = Vendor(says(401, {"errors": [{"code": 1056, "error": "x"}]}))
    async with vendor.client(**quick) as client:
        for number in range(20):
            with pytest.raises(MoySkladDisconnected):
                await client.get(KEY, f"/entity/{number}")
        with pytest.raises(MoySkladPaused):
            await client.get(KEY, "/another")


async def test_forty_refusals_in_a_minute_are_enough() -> None:
    vendor = Vendor(says(429, PARALLEL))
    async with vendor.client(units=100_000, parallel=64, backoff=0.0001, patience=10) as client:
        with pytest.raises(MoySkladPaused):
            await client.get(KEY, "/x")
    assert len(vendor.asked) == 40


async def test_the_same_key_is_one_credential_for_the_budgets_and_never_told() -> None:
    asked: list[tuple[str, str, int, Urgency]] = []

    class Listening(MemoryBudgets):
        def turn(self, credential: str, account: str, units: int, urgency: Urgency, **more: Any) -> Any:
            asked.append((credential, account, units, urgency))
            return super().turn(credential, account, units, urgency, **more)

    vendor = Vendor(says(200))
    async with vendor.client(budgets=Listening()) as client:
        await client.get(KEY, "/x")
        await client.get(replace(KEY, urgency=Urgency.INTERACTIVE), "/y", units=5)
    assert asked[0][:2] == asked[1][:2] == (asked[0][0], str(KEY.account_id))
    assert [entry[2:] for entry in asked] == [(1, Urgency.ROUTINE), (5, Urgency.INTERACTIVE)]
    assert TOKEN not in repr(asked)
    assert TOKEN not in repr(KEY)


async def test_connections_are_kept_but_for_a_hundred_requests_at_most() -> None:
    carried: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        place = len(carried)
        carried.append(0)
        while await reader.readline():
            while await reader.readline() not in {b"\r\n", b""}:
                pass
            carried[place] += 1
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with MoySkladClient(f"http://127.0.0.1:{port}", units=1_000_000) as client:
        for _ in range(250):
            await client.get(KEY, "/x")
    server.close()
    assert carried == [100, 100, 50]


async def test_connections_that_were_idle_too_long_are_closed() -> None:
    opened = 0

    async def answer(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.005)
        return httpx.Response(200, json={})

    def make() -> Wire:
        nonlocal opened
        opened += 1
        return Wire(answer)

    transport = CountedConnections(make, idle=0.05)
    async with MoySkladClient("https://ms.test", units=1_000_000, transport=transport) as client:
        await client.get(KEY, "/x")
        await client.get(KEY, "/x")
        assert opened == 1
        await asyncio.sleep(0.06)
        await client.get(KEY, "/x")
        assert opened == 2
        await asyncio.gather(*(client.get(KEY, "/x") for _ in range(3)))
        assert 3 <= opened <= 4
