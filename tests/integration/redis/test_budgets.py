"""What is particular to budgets over Redis; the promises of the port are in contracts/test_budgets.py."""

import asyncio
import logging
import time

import pytest
from redis.asyncio import Redis

from adapters.redis.budgets import RedisBudgets
from adapters.redis.connection import connect
from application.connections.limits import VendorLimits
from application.connections.ports import Failing, Heard, Urgency, VendorBudgets
from domain.connections.moysklad import MoySkladPaused
from domain.shared.errors import VendorBusy


async def take(budgets: VendorBudgets, patience: float = 5.0, heard: Heard | None = None) -> float:
    async with budgets.turn("credential", "account", 1, Urgency.ROUTINE, patience=patience) as turn:
        moment = time.monotonic()
        turn.heed(heard or Heard())
    return moment


async def calls(client: Redis) -> int:
    stats = await client.info("commandstats")
    return int(stats["cmdstat_evalsha"]["calls"])


async def test_a_free_turn_takes_one_call_and_one_more_afterwards(client: Redis) -> None:
    budgets = RedisBudgets(client)
    await take(budgets)
    await budgets.close()
    before = await calls(client)
    async with budgets.turn("credential", "account", 1, Urgency.ROUTINE):
        assert await calls(client) == before + 1
    await budgets.close()
    assert await calls(client) == before + 2


async def test_everything_expires_and_keys_of_an_account_stay_together(client: Redis) -> None:
    budgets = RedisBudgets(client)
    await take(budgets, heard=Heard(limit=45, remaining=40, failing=Failing.THIS))
    await budgets.close()
    keys = [key.decode() for key in await client.keys()]
    assert {key.partition("}")[0] for key in keys} == {"moysklad:{account"}
    assert len(keys) == 3
    for key in keys:
        assert 0 < await client.pttl(key) <= 3_600_000


@pytest.mark.parametrize("server", ["lost", "hung"])
async def test_without_the_server_each_process_spends_a_quarter_and_says_so_once(
    server: str, lost: Redis, hung: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    budgets = RedisBudgets(lost if server == "lost" else hung, VendorLimits(units=40, window=1.0), patience=0.2)
    flying = most = 0

    async def work() -> float:
        nonlocal flying, most
        async with budgets.turn("credential", "account", 1, Urgency.ROUTINE) as turn:
            flying += 1
            most = max(most, flying)
            moment = time.monotonic()
            await asyncio.sleep(0.005)
            flying -= 1
            turn.heed(Heard())
        return moment

    moments = await asyncio.gather(*(work() for _ in range(15)))
    await budgets.close()
    assert most == 1
    assert max(len([one for one in moments if start <= one < start + 1]) for start in moments) <= 10
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "quarter" in caplog.text


async def test_patience_and_the_breaker_hold_without_the_server_too(lost: Redis) -> None:
    budgets = RedisBudgets(lost, VendorLimits(failures=2))
    async with budgets.turn("credential", "account", 1, Urgency.ROUTINE):
        with pytest.raises(VendorBusy):
            await take(budgets, patience=0.1)
    for _ in range(2):
        await take(budgets, heard=Heard(failing=Failing.ALL))
    with pytest.raises(MoySkladPaused):
        await take(budgets)


async def test_a_server_that_comes_back_is_used_again(
    url: str, client: Redis, lost: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    budgets = RedisBudgets(client, retry_after=0.2)
    working = budgets._script
    budgets._script = lost.register_script("return 1")
    await take(budgets)
    assert await client.keys() == []
    budgets._script = working
    await asyncio.sleep(0.25)
    await take(budgets)
    await budgets.close()
    assert await client.keys() != []
    assert [record.message.split(":")[0] for record in caplog.records] == ["Redis is lost", "Redis is back"]


async def test_a_server_lost_while_requests_are_under_way_harms_none_of_them(client: Redis, lost: Redis) -> None:
    budgets = RedisBudgets(client)
    async with budgets.turn("credential", "account", 1, Urgency.ROUTINE) as turn:
        budgets._script = lost.register_script("return 1")
        turn.heed(Heard())
    await budgets.close()
    await take(budgets)


async def test_a_script_that_the_server_forgot_is_sent_again(client: Redis) -> None:
    budgets = RedisBudgets(client)
    await take(budgets)
    await client.script_flush()
    await take(budgets)
    await budgets.close()
    assert not budgets._lost


async def test_whoever_breaks_off_while_asking_leaves_neither_slot_nor_place(url: str, client: Redis) -> None:
    budgets = RedisBudgets(client, VendorLimits(units=100_000))
    for round_ in range(20):
        tasks = [asyncio.create_task(take(budgets)) for _ in range(8)]
        await asyncio.sleep(0.0005 * round_)
        for task in tasks:
            task.cancel()
        done, pending = await asyncio.wait(tasks, timeout=2)
        assert not pending, len(done)
    await budgets.close()
    assert await client.zcard("moysklad:{account}:credential:flight") == 0
    assert await client.hlen("moysklad:{account}:credential:waiting") == 0


async def test_many_who_wait_need_few_connections(url: str) -> None:
    crowded = connect(url)
    budgets = RedisBudgets(crowded, VendorLimits(units=100_000))
    await asyncio.gather(*(take(budgets) for _ in range(300)))
    await budgets.close()
    assert not budgets._lost
    assert len(await crowded.client_list()) < 20
    await crowded.aclose()
