"""The governor of messengers: the fake's books and Redis decide the same."""

import asyncio
import time

import pytest
from redis.asyncio import Redis

from adapters.memory.machine import MemoryClock
from adapters.memory.notices import MemoryGovernor
from adapters.redis.notices import RedisGovernor
from application.dealers.notice_ports import Governor
from domain.dealers.addresses import Address, Channel
from domain.dealers.pacing import Pace

PACE = Pace(bot=5, chat=1, group=3, mails=2, scale=100.0)
"""So slow that nothing becomes free again while a test runs."""


def chat(number: int) -> Address:
    return Address(Channel.TELEGRAM, str(number))


@pytest.fixture(params=["memory", "redis"])
def governor(request: pytest.FixtureRequest) -> Governor:
    if request.param == "memory":
        fake = MemoryGovernor(MemoryClock())
        fake.pace = PACE
        return fake
    return RedisGovernor(request.getfixturevalue("client"), PACE)


async def test_a_chat_a_bot_and_mail_have_their_pace(governor: Governor) -> None:
    assert await governor.take(chat(1)) == 0
    assert 100 < await governor.take(chat(1)) <= 105
    for number in range(2, 6):
        assert await governor.take(chat(number)) == 0
    assert 90 < await governor.take(chat(6)) <= 100
    mail = Address(Channel.EMAIL, "a@example.org")
    assert [await governor.take(mail) for _ in range(2)] == [0, 0]
    assert await governor.take(mail) > 90


async def test_a_group_has_a_minute(client: Redis) -> None:
    governor = RedisGovernor(client, Pace(bot=100, chat=100, group=3))
    group = chat(-5)
    assert [await governor.take(group) for _ in range(3)] == [0, 0, 0]
    assert 59 < await governor.take(group) <= 61


async def test_one_chat_rests_alone_and_two_have_the_whole_bot_rest(governor: Governor) -> None:
    await governor.hold(chat(1), 30)
    assert 29 < await governor.take(chat(1)) <= 30
    assert await governor.take(chat(2)) == 0
    await governor.hold(chat(3), 20)
    assert 19 < await governor.take(chat(4)) <= 20
    assert await governor.take(Address(Channel.EMAIL, "a@example.org")) == 0
    await governor.rest(Channel.EMAIL, 40)
    assert 39 < await governor.take(Address(Channel.EMAIL, "a@example.org")) <= 40


async def test_any_number_of_processes_never_get_beyond_the_pace(client: Redis) -> None:
    pace = Pace(scale=0.2)
    governors = [RedisGovernor(client, pace) for _ in range(4)]
    granted: list[float] = []
    began = time.monotonic()

    async def write(governor: RedisGovernor, first: int) -> None:
        for number in range(first, first + 25):
            while (wait := await governor.take(chat(number))) > 0:
                await asyncio.sleep(wait)
            granted.append(time.monotonic() - began)

    await asyncio.gather(*(write(one, 1 + 100 * place) for place, one in enumerate(governors)))
    assert len(granted) == 100
    assert sum(1 for one in granted if one < 0.15) <= 25
    assert granted[-1] >= 3 * 0.2 - 0.05


async def test_while_redis_is_lost_a_process_goes_slowly_alone(lost: Redis) -> None:
    governor = RedisGovernor(lost, Pace(bot=8, scale=100.0))
    assert [await governor.take(chat(number)) for number in (1, 2)] == [0, 0]
    assert await governor.take(chat(3)) > 90
    await governor.hold(chat(9), 500)
    assert await governor.take(chat(9)) > 400
