"""How many requests are let in, and how large they may be."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from dishka import Provider, Scope, provide

from adapters.memory.rates import MemoryRateLimits
from application.tenants.rates import RateLimits, Rates
from domain.tenants.rates import Rate
from tests.integration.harness.stories import Party
from tests.integration.rest.conftest import Api, check_problem, opened_api

V1 = "/api/v1"


class Few(Provider):
    """Few requests are let in."""

    scope = Scope.APP

    @provide(override=True)
    def rates(self) -> Rates:
        return Rates(sign_in=Rate(3), address=Rate(12), company=Rate(5))


FEW = Few()


@pytest_asyncio.fixture
async def narrow() -> AsyncIterator[Api]:
    async with opened_api(FEW) as opened:
        yield opened
        assert opened.unforeseen == []


@pytest_asyncio.fixture
async def party(narrow: Api) -> Party:
    return await narrow.story.party("romashka")


@pytest_asyncio.fixture
async def member(narrow: Api, party: Party) -> dict[str, str]:
    return await narrow.member(party)


async def lost(api: Api) -> None:
    limits = await api.story.world.container.get(RateLimits)
    assert isinstance(limits, MemoryRateLimits)
    limits.lost = True


def check_refused(answer: httpx.Response) -> None:
    check_problem(answer, 429, "too_many_requests")
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["ratelimit-remaining"] == "0"


async def guess(api: Api, path: str = f"{V1}/sessions") -> httpx.Response:
    body: dict[str, Any] = {
        f"{V1}/sessions": {"contextKey": "guess"},
        f"{V1}/sessions/links": {"token": "a.b.c"},
        f"{V1}/sessions/refresh": {"refreshToken": "a.b.c"},
    }[path.replace("//", "/").rstrip("/")]
    return await api.http.post(path, json=body)


async def test_guessing_at_the_sign_on_is_slow(narrow: Api) -> None:
    paths = [f"{V1}/sessions", f"{V1}/sessions/links", f"{V1}/sessions/refresh", f"{V1}/sessions/"]
    for path in paths[:3]:
        assert (await guess(narrow, path)).status_code == 401
    for path in (*paths, "/api//v1/sessions"):
        check_refused(await guess(narrow, path))
    narrow.story.clock.advance(timedelta(seconds=20))
    assert (await guess(narrow)).status_code == 401
    check_refused(await guess(narrow))


async def test_without_redis_guessing_stays_slow_and_who_reads_is_let_in(narrow: Api, member: dict[str, str]) -> None:
    await lost(narrow)
    for _ in range(3):
        assert (await guess(narrow)).status_code == 401
    check_refused(await guess(narrow))
    for _ in range(20):
        assert (await narrow.http.get(f"{V1}/me", headers=member)).status_code == 200
    written = [await narrow.http.post(f"{V1}/links", json={}, headers=member) for _ in range(7)]
    assert [answer.status_code for answer in written] == [201] * 5 + [429] * 2


async def test_a_company_has_a_rate_of_its_own(narrow: Api, member: dict[str, str]) -> None:
    stranger = await narrow.member(await narrow.story.party("vasilek"))
    for left in range(4, -1, -1):
        answer = await narrow.http.get(f"{V1}/me", headers=member)
        assert answer.status_code == 200
        assert answer.headers["ratelimit-limit"] == "5"
        assert answer.headers["ratelimit-remaining"] == str(left)
        assert answer.headers["ratelimit-policy"] == '"company";q=5;w=60'
    check_refused(await narrow.http.get(f"{V1}/me", headers=member))
    assert (await narrow.http.get(f"{V1}/me", headers=stranger)).status_code == 200


async def test_an_address_has_a_rate_of_its_own_and_no_header_changes_it(narrow: Api) -> None:
    answers = [
        await narrow.http.get("/problems/not_found", headers={"X-Forwarded-For": f"203.0.113.{number}"})
        for number in range(14)
    ]
    assert [answer.status_code for answer in answers] == [200] * 12 + [429] * 2
    check_refused(answers[-1])


async def test_what_moysklad_delivers_is_never_turned_away_for_being_much(narrow: Api) -> None:
    for _ in range(30):
        answer = await narrow.http.post("/webhooks/moysklad/unknown", json={"events": []})
        assert answer.status_code == 404
        assert (await narrow.http.get("/live")).status_code == 200
        signed = await narrow.http.get(f"/api/moysklad/vendor/1.0/apps/{'0' * 8}-0000-0000-0000-{'0' * 12}/x")
        assert signed.status_code in {401, 404}


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{V1}/sessions"),
        ("POST", f"{V1}/tasks/00000000-0000-0000-0000-000000000000/cancellation"),
        ("DELETE", f"{V1}/connections/google"),
        ("GET", f"{V1}/me"),
        ("POST", "/webhooks/moysklad/x"),
        ("PUT", "/api/moysklad/vendor/1.0/apps/x/y"),
        ("POST", "/nowhere"),
    ],
)
async def test_a_large_body_is_refused_without_reading_it_all(
    api: Api, admin: dict[str, str], method: str, path: str, chunked: bool
) -> None:
    read = 0

    async def ten_megabytes() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 100_000
            yield b" " * 100_000

    headers = {**admin, "Content-Type": "application/json"}
    if not chunked:
        headers["Content-Length"] = str(10_000_000)
    answer = await api.http.request(method, path, content=ten_megabytes(), headers=headers)
    check_problem(answer, 413, "request_too_large")
    assert answer.headers["connection"] == "close"
    assert read <= 1_300_000


async def test_a_small_body_in_pieces_is_read(api: Api, admin: dict[str, str]) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b'{"name":', b' "A"', b"}"):
            yield piece

    headers = {**admin, "Content-Type": "application/json"}
    answer = await api.http.post(f"{V1}/links", content=pieces(), headers=headers)
    assert answer.status_code == 201, answer.text
