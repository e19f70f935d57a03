"""How the client behaves when MoySklad does not."""

import asyncio
import gzip
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from adapters.moysklad.client import MoySkladClient
from domain.connections.moysklad import MoySkladDisconnected
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
    "target",
    [
        "https://evil.test/api/y",
        "//evil.test/y",
        "http://ms.test/api/y",
        "https://ms.test:8443/y",
        "https://ms.test.evil.test/",
        "https://[broken",
        "https://user@ms.test/api/y",
    ],
)
async def test_the_token_never_goes_elsewhere(target: str, quick: dict[str, Any]) -> None:
    vendor = Vendor(says(302, location=target), says(200))
    async with vendor.client(**quick) as client:
        with pytest.raises(VendorFailed) as caught:
            await client.get(KEY, "/x")
    assert len(vendor.asked) == 1
    assert caught.value.details["status"] == 302


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
        (403, 1016, MoySkladDisconnected),
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


async def test_connections_are_kept(quick: dict[str, Any], emulator: Any, seeded: Any) -> None:
    await emulator.post("/settings", quotas=False)
    async with emulator.client(**quick) as client:
        for _ in range(5):
            await client.get(moysklad_key(seeded.token), "/entity/currency")
        assert len(client._http._transport._pool.connections) == 1
