"""The governor against quotas that are really counted: many processes spend them nearly whole, and none is refused."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from adapters.google.endpoints import GoogleEndpoints
from adapters.google.retries import Pacing
from adapters.google.session import GoogleSession
from adapters.google.sheets import GoogleSpreadsheets
from adapters.redis.connection import connect
from adapters.redis.google_budgets import RedisGoogleBudgets
from application.connections.google_limits import GoogleLimits
from application.connections.ports import GoogleKey, Urgency
from application.exports.sheets import Spreadsheet
from devstack.guardian import Guardian
from devstack.valkey import embedded_valkey
from domain.shared.errors import VendorBusy
from tests.integration.google.conftest import Emulator
from tests.integration.harness.samples import google_key, spreadsheet_made

pytestmark = pytest.mark.alone

WINDOW = 4.0
WINDOWS = 2.5
LIMITS = GoogleLimits(window=WINDOW, guard=0.02)
"""57 of 60 and 285 of 300, in windows of four seconds instead of sixty."""


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    guardian = Guardian()
    try:
        with embedded_valkey(Path(tmp_path_factory.mktemp("redis")), guardian, durable=False) as address:
            yield address
    finally:
        guardian.close()


@pytest.fixture
async def processes(redis_url: str, emulator: Emulator) -> AsyncIterator[list[GoogleSpreadsheets]]:
    """As many processes as a small installation has, each with its own connections to Redis and to Google."""
    before = await emulator.control("GET", "settings")
    await emulator.control("POST", "settings", {"windowSeconds": WINDOW, "readLatencySeconds": 0.02})
    made: list[GoogleSpreadsheets] = []
    async with AsyncExitStack() as closing:
        for _ in range(4):
            client = connect(redis_url)
            closing.push_async_callback(client.aclose)
            session = await closing.enter_async_context(GoogleSession())
            budgets = RedisGoogleBudgets(client, LIMITS)
            closing.push_async_callback(budgets.close)
            made.append(GoogleSpreadsheets(session, GoogleEndpoints.at(emulator.base), Pacing(), budgets))
        yield made
    await emulator.control("POST", "settings", before)


async def owned(emulator: Emulator, spreadsheets: GoogleSpreadsheets, company: int) -> tuple[GoogleKey, Spreadsheet]:
    account = await emulator.account()
    key = google_key(account.token.token, account.email, company)
    return key, await spreadsheet_made(spreadsheets, key, f"company {company}", "t", "UTC")


async def test_seven_companies_spend_the_project_nearly_whole_and_alike_without_a_refusal(
    processes: list[GoogleSpreadsheets], emulator: Emulator
) -> None:
    companies = [await owned(emulator, processes[0], number) for number in range(7)]
    await emulator.control("DELETE", "journal")
    stop = time.monotonic() + WINDOW * WINDOWS
    answered: Counter[int] = Counter()

    async def worker(number: int) -> None:
        key, book = companies[number]
        while time.monotonic() < stop:
            await random.choice(processes).inspect(key, book.spreadsheet_id)
            answered[number] += 1

    started = time.monotonic()
    await asyncio.gather(*(worker(number) for number in range(7) for _ in range(6)))
    lasted = time.monotonic() - started
    seen = await emulator.control("GET", "journal")
    assert seen["statuses"] == {"200": answered.total()}
    allowed = 285 * (lasted / WINDOW + 1 / 3)
    assert 0.9 * 285 * lasted / WINDOW < answered.total() <= allowed
    assert min(answered.values()) > 0.75 * max(answered.values())


async def test_one_user_spends_nearly_all_of_its_own_quota_without_a_refusal(
    processes: list[GoogleSpreadsheets], emulator: Emulator
) -> None:
    key, book = await owned(emulator, processes[0], 1)
    await emulator.control("DELETE", "journal")
    stop = time.monotonic() + WINDOW * 2
    answered = 0

    async def worker(spreadsheets: GoogleSpreadsheets) -> None:
        nonlocal answered
        while time.monotonic() < stop:
            await spreadsheets.inspect(key, book.spreadsheet_id)
            answered += 1

    await asyncio.gather(*(worker(one) for one in processes for _ in range(2)))
    assert (await emulator.control("GET", "journal"))["statuses"] == {"200": answered}
    assert answered > 0.9 * 57 * 2


async def test_somebody_who_waits_gets_a_turn_between_the_calls_of_a_long_backfill(
    processes: list[GoogleSpreadsheets], emulator: Emulator
) -> None:
    greedy, book = await owned(emulator, processes[0], 1)
    await emulator.control("POST", "settings", {"readsPerMinutePerUser": 10_000})
    for one in processes:
        one._budgets._limits = GoogleLimits(user=10_000, window=WINDOW, guard=0.02)  # type: ignore[attr-defined]
    stop = asyncio.Event()

    async def backfill(number: int) -> None:
        slow = GoogleKey(greedy.token, greedy.user, greedy.project, greedy.company_id, Urgency.BACKFILL)
        while not stop.is_set():
            try:
                await processes[number % 4].inspect(slow, book.spreadsheet_id)
            except VendorBusy as busy:
                await asyncio.sleep(min(busy.retry_after, 1.0))

    crowd = [asyncio.create_task(backfill(number)) for number in range(100)]
    await asyncio.sleep(WINDOW)
    single, own = await owned(emulator, processes[1], 2)
    waits = []
    for _ in range(5):
        started = time.monotonic()
        await processes[2].inspect(single, own.spreadsheet_id)
        waits.append(time.monotonic() - started)
    stop.set()
    await asyncio.gather(*crowd)
    assert max(waits) < 0.5
