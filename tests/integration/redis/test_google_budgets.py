"""What is particular to Google's budgets over Redis; the port's promises are in contracts/test_google_budgets.py."""

import asyncio
import logging
import time

import pytest
from redis.asyncio import Redis

from adapters.redis.connection import connect
from adapters.redis.google_budgets import RedisGoogleBudgets
from application.connections.google_limits import GoogleLimits
from application.connections.google_ports import GoogleBudgets, Spending
from domain.shared.errors import VendorBusy
from tests.integration.harness.samples import google_key

KEY = google_key("token", "owner@example.com")


async def take(budgets: GoogleBudgets, patience: float = 5.0) -> float:
    async with budgets.turn(KEY, Spending.WRITE, "spreadsheet", patience=patience):
        return time.monotonic()


async def calls(client: Redis) -> int:
    stats = await client.info("commandstats")
    return int(stats["cmdstat_evalsha"]["calls"])


async def test_a_free_turn_takes_one_call_and_one_more_afterwards(client: Redis) -> None:
    budgets = RedisGoogleBudgets(client)
    await take(budgets)
    await budgets.close()
    before = await calls(client)
    async with budgets.turn(KEY, Spending.READ):
        assert await calls(client) == before + 1
    await budgets.close()
    assert await calls(client) == before + 2


async def test_everything_expires_stays_together_and_names_nobody(client: Redis) -> None:
    budgets = RedisGoogleBudgets(client)
    await take(budgets)
    await budgets.close()
    keys = [key.decode() for key in await client.keys()]
    assert {key.partition("}")[0] for key in keys} == {"google:{project"}
    assert len(keys) == 6
    assert not any("owner" in key or "token" in key for key in keys)
    for key in keys:
        assert 0 < await client.pttl(key) <= 3_600_000


@pytest.mark.parametrize("server", ["lost", "hung"])
async def test_without_the_server_each_process_spends_a_quarter_and_says_so_once(
    server: str, lost: Redis, hung: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    limits = GoogleLimits(user=40, window=1.0, guard=0.05, spacing=0.0)
    budgets = RedisGoogleBudgets(lost if server == "lost" else hung, limits, patience=0.2)
    moments = await asyncio.gather(*(take(budgets) for _ in range(15)))
    await budgets.close()
    assert max(len([one for one in moments if start <= one < start + 1]) for start in moments) <= 10
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "quarter" in caplog.text


async def test_patience_holds_without_the_server_too(lost: Redis) -> None:
    budgets = RedisGoogleBudgets(lost, GoogleLimits(user=4, spacing=0.0))
    await take(budgets)
    with pytest.raises(VendorBusy):
        await take(budgets, patience=0.1)


async def test_a_server_that_comes_back_is_used_again(
    client: Redis, lost: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    budgets = RedisGoogleBudgets(client, retry_after=0.2)
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


async def test_whoever_breaks_off_while_asking_leaves_no_place(client: Redis) -> None:
    budgets = RedisGoogleBudgets(client, GoogleLimits(user=2, spacing=0.0))
    for round_ in range(20):
        tasks = [asyncio.create_task(take(budgets)) for _ in range(8)]
        await asyncio.sleep(0.0005 * round_)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=2)
    await budgets.close()
    assert await client.hlen("google:{project}:write:waiting") == 0


async def test_many_who_wait_need_few_connections(url: str) -> None:
    crowded = connect(url)
    limits = GoogleLimits(user=100_000, project=100_000, burst=1.0, spacing=0.0)
    budgets = RedisGoogleBudgets(crowded, limits)
    await asyncio.gather(*(take(budgets) for _ in range(300)))
    await budgets.close()
    assert not budgets._lost
    assert len(await crowded.client_list()) < 20
    await crowded.aclose()
