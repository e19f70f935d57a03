"""Contract of application.tenants.rates.RateLimits: over this process's books and over Redis."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.memory.machine import MemoryClock
from adapters.memory.rates import MemoryRateLimits
from adapters.redis.connection import connect
from adapters.redis.rates import RedisRateLimits
from application.tenants.rates import RateLimits
from devstack.processes import free_port
from domain.tenants.rates import Admission, Rate
from tests.integration.harness.databases import Database

_prefixes = itertools.count()


@dataclass
class Books:
    """Two processes that keep the same books, and a way to let time pass."""

    one: RateLimits
    other: RateLimits
    wait: Callable[[float], Awaitable[None]]


@pytest_asyncio.fixture(params=["memory", "redis"])
async def books(request: pytest.FixtureRequest) -> AsyncIterator[Books]:
    if request.param == "memory":
        clock = MemoryClock()
        made = MemoryRateLimits(clock)

        async def advance(seconds: float) -> None:
            clock.advance(timedelta(seconds=seconds))

        yield Books(made, made, advance)
        return
    database: Database = request.getfixturevalue("database")
    clients: list[Redis] = [connect(database.redis_url) for _ in range(2)]
    prefix = f"rates{next(_prefixes)}:"
    one, other = (RedisRateLimits(client, prefix, patience=2.0) for client in clients)
    yield Books(one, other, asyncio.sleep)
    for client in clients:
        await client.aclose()


async def took(limits: RateLimits, name: str, rate: Rate) -> Admission:
    told = await limits.take([(name, rate)])
    assert told is not None
    (admission,) = told
    return admission


async def test_as_many_are_let_in_as_the_rate_says_and_then_none(books: Books) -> None:
    rate = Rate(5, 3600)
    told = [await took(limits, "a", rate) for limits in (books.one, books.other) * 4]
    assert [one.admitted for one in told] == [True] * 5 + [False] * 3
    assert [one.remaining for one in told] == [4, 3, 2, 1, 0, 0, 0, 0]
    assert {one.limit for one in told} == {5}
    assert all(0 < one.retry_after <= 720 for one in told[5:])
    assert all(one.retry_after == 0 for one in told[:5])
    assert 3590 < told[-1].reset_after <= 3600


async def test_each_has_books_of_its_own(books: Books) -> None:
    rate = Rate(1, 3600)
    assert [(await took(books.one, name, rate)).admitted for name in ("a", "b", "a", "b")] == [True, True, False, False]


async def test_a_request_of_several_names_is_counted_until_one_refuses(books: Books) -> None:
    address, company = ("address", Rate(4, 3600)), ("company", Rate(2, 3600))

    async def asked() -> list[tuple[bool, int]] | None:
        told = await books.one.take([address, company])
        return None if told is None else [(one.admitted, one.remaining) for one in told]

    assert await asked() == [(True, 3), (True, 1)]
    assert await asked() == [(True, 2), (True, 0)]
    assert await asked() == [(True, 1), (False, 0)]
    assert not (await took(books.other, *company)).admitted
    assert (await took(books.other, *address)).remaining == 0
    assert await asked() == [(False, 0)], "who is refused at the first is not counted at the second"
    assert await books.one.take([]) == []


async def test_the_next_is_let_in_after_as_long_as_was_told(books: Books) -> None:
    rate = Rate(4, 1.2)
    refused = [await took(books.one, "a", rate) for _ in range(5)][-1]
    assert not refused.admitted
    await books.wait(refused.retry_after + 0.01)
    assert (await took(books.other, "a", rate)).admitted
    assert not (await took(books.other, "a", rate)).admitted


async def test_of_many_at_once_no_more_are_let_in(books: Books) -> None:
    rate = Rate(10, 3600)
    told = await asyncio.gather(*(took(limits, "a", rate) for limits in (books.one, books.other) * 20))
    assert sum(one.admitted for one in told) == 10


async def test_each_of_many_at_once_gets_the_answer_to_its_own(books: Books) -> None:
    ask = [[(f"a{number}", Rate(number + 1, 3600)), ("all", Rate(1000, 3600))] for number in range(250)]
    found = await asyncio.gather(*(books.one.take(asked) for asked in ask))
    assert [told and told[0].limit for told in found] == [number + 1 for number in range(250)]
    assert sorted(told[1].remaining for told in found if told) == list(range(750, 1000))


async def test_through_each_process_no_more_get_in_than_it_may_let_in_ahead(books: Books) -> None:
    rate = Rate(100, 3600, ahead=5)
    told = [await took(limits, "a", rate) for _ in range(80) for limits in (books.one, books.other)]
    assert 100 <= sum(one.admitted for one in told) <= 100 + 2 * rate.ahead
    assert not any(one.admitted for one in told[120:])
    assert [one.remaining for one in told[:2]] == [99, 98], "who is not known yet is asked about"


async def test_what_was_let_in_ahead_is_told_soon(database: Database) -> None:
    client = connect(database.redis_url)
    prefix, rate = f"rates{next(_prefixes)}:", Rate(1000, 3600, ahead=10)
    one, other = (RedisRateLimits(client, prefix, patience=2.0, told_within=0.01) for _ in range(2))
    for _ in range(6):
        await took(one, "a", rate)
    async with asyncio.timeout(5):
        while (await RedisRateLimits(client, prefix, patience=2.0).take([("a", Rate(1000, 3600))]) or [])[
            0
        ].remaining > 993:
            await asyncio.sleep(0.01)
    await one.close()
    await took(other, "b", rate)
    for _ in range(3):
        await took(other, "b", rate)
    await other.close()
    assert (await took(RedisRateLimits(client, prefix, patience=2.0), "b", rate)).remaining == 995
    await client.aclose()


async def test_what_cannot_be_told_is_forgotten_and_asked_about_anew(database: Database) -> None:
    client = connect(database.redis_url)
    limits = RedisRateLimits(client, f"rates{next(_prefixes)}:", retry_after=0.05, told_within=0.0)
    rate = Rate(1000, 3600, ahead=10)
    await took(limits, "a", rate)
    limits._script = client.register_script("return redis.error_reply('gone')")
    await took(limits, "a", rate)
    async with asyncio.timeout(5):
        while await limits.take([("a", rate)]) is not None:
            await asyncio.sleep(0.01)
    assert limits._calling is None
    await client.aclose()


async def test_who_goes_away_while_asking_keeps_nobody_waiting(books: Books) -> None:
    rate = Rate(10, 3600)
    gone = [asyncio.create_task(books.one.take([("a", rate)])) for _ in range(3)]
    await asyncio.sleep(0)
    staying = asyncio.create_task(books.one.take([("a", rate)]))
    await asyncio.sleep(0)
    for task in gone:
        task.cancel()
    async with asyncio.timeout(2):
        assert (await staying or [])[0].admitted
        assert (await took(books.one, "a", rate)).admitted


async def test_a_server_that_was_emptied_begins_anew(database: Database) -> None:
    client = connect(database.redis_url)
    limits, rate = RedisRateLimits(client, f"rates{next(_prefixes)}:", patience=2.0), Rate(1, 3600)
    assert (await took(limits, "a", rate)).admitted
    await client.script_flush()
    assert not (await took(limits, "a", rate)).admitted, "the script is sent again"
    await client.delete(*[key async for key in client.scan_iter(match=f"{limits._prefix}*")])
    assert (await took(limits, "a", rate)).admitted
    await client.aclose()


async def test_without_a_server_it_says_so_and_asks_again_later() -> None:
    client = connect(f"redis://127.0.0.1:{free_port()}/0")
    limits = RedisRateLimits(client, retry_after=0.05)
    assert await limits.take([("a", Rate(1))]) is None
    assert await limits.take([("a", Rate(1))]) is None
    await asyncio.sleep(0.06)
    assert limits._lost_until > 0
    assert await limits.take([("a", Rate(1))]) is None
    await client.aclose()


async def test_keys_go_by_themselves(database: Database) -> None:
    client = connect(database.redis_url)
    limits = RedisRateLimits(client, f"rates{next(_prefixes)}:", patience=2.0)
    await limits.take([("a", Rate(10, 60))])
    assert 0 < await client.pttl(f"{limits._prefix}a") <= 6001
    await client.aclose()
