import asyncio
import time
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from adapters.redis.connection import ping
from adapters.redis.locks import RedisLocks

LEASE = timedelta(seconds=10)


async def test_one_holds_and_the_others_wait(client: Redis) -> None:
    inside = most = 0

    async def work() -> None:
        nonlocal inside, most
        async with RedisLocks(client).hold("work", LEASE):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(work() for _ in range(8)))
    assert most == 1
    assert await client.keys() == []


async def test_locks_of_different_names_do_not_meet(client: Redis) -> None:
    locks = RedisLocks(client)
    started = time.monotonic()
    async with locks.hold("a", LEASE), locks.hold("b", LEASE):
        assert sorted(await client.keys()) == [b"lock:a", b"lock:b"]
    assert time.monotonic() - started < 1


async def test_it_is_let_go_when_the_block_raises(client: Redis) -> None:
    with pytest.raises(ZeroDivisionError):
        async with RedisLocks(client).hold("work", LEASE):
            raise ZeroDivisionError
    assert await client.keys() == []


async def test_it_is_let_go_when_the_block_is_cancelled(client: Redis) -> None:
    async def hold() -> None:
        async with RedisLocks(client).hold("work", LEASE):
            await asyncio.sleep(60)

    task = asyncio.create_task(hold())
    while not await client.keys():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await client.keys() == []


async def test_a_dead_holder_is_waited_for_until_its_lease_ends(client: Redis) -> None:
    await client.set("lock:work", "dead", px=300)
    started = time.monotonic()
    async with RedisLocks(client).hold("work", timedelta(seconds=5)):
        assert 0.2 < time.monotonic() - started < 2
        assert await client.get("lock:work") not in {None, b"dead"}


async def test_after_the_lease_and_a_margin_work_goes_on_without_the_lock(client: Redis) -> None:
    await client.set("lock:work", "stuck")
    started = time.monotonic()
    async with RedisLocks(client, margin=0.2).hold("work", timedelta(seconds=0.3)):
        assert 0.5 <= time.monotonic() - started < 2
    assert await client.get("lock:work") == b"stuck"


async def test_a_lock_that_has_become_somebody_elses_is_left_to_them(client: Redis) -> None:
    async with RedisLocks(client).hold("work", LEASE):
        await client.set("lock:work", "another")
    assert await client.get("lock:work") == b"another"


async def test_the_lease_ends_by_itself(client: Redis) -> None:
    async with RedisLocks(client).hold("work", LEASE):
        assert 9_000 < await client.pttl("lock:work") <= 10_000


async def test_a_lost_server_stops_nobody(lost: Redis) -> None:
    started = time.monotonic()
    async with RedisLocks(lost).hold("work", LEASE):
        pass
    assert time.monotonic() - started < 1


async def test_a_hung_server_stops_nobody_for_long(hung: Redis) -> None:
    started = time.monotonic()
    async with RedisLocks(hung, patience=0.2).hold("work", LEASE):
        pass
    assert time.monotonic() - started < 1


async def test_a_server_that_is_lost_meanwhile_harms_nobody(client: Redis, lost: Redis) -> None:
    locks = RedisLocks(client)
    async with locks.hold("work", LEASE):
        locks._client = lost


async def test_an_error_inside_the_block_is_not_taken_for_the_servers(client: Redis) -> None:
    with pytest.raises(ConnectionError, match="mine"):
        async with RedisLocks(client).hold("work", LEASE):
            raise ConnectionError("mine")


async def test_ping(client: Redis, lost: Redis, hung: Redis) -> None:
    assert await ping(client) == "ok"
    assert await ping(lost) == "ConnectionError"
    assert await ping(hung) in {"no answer", "TimeoutError"}
