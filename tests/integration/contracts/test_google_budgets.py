"""Google's quotas, over this process's own books and over Redis."""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from adapters.memory.budgets import MemoryGoogleBudgets
from adapters.redis.connection import connect
from adapters.redis.google_budgets import RedisGoogleBudgets
from application.connections.google_limits import GoogleLimits
from application.connections.google_ports import GoogleBudgets, Quota, Spending
from application.connections.google_turns import QueuedGoogleBudgets
from application.connections.ports import GoogleKey, Urgency
from domain.shared.errors import VendorBusy
from tests.integration.harness.databases import Database
from tests.integration.harness.samples import google_key
from tests.integration.harness.thoroughness import so_many

KEY = google_key("token")
_prefixes = itertools.count()


@dataclass
class Office:
    """Makes the budgets of as many processes as a test wants, all of which spend from the same books."""

    opened: Callable[[GoogleLimits], QueuedGoogleBudgets]

    def one(self, **limits: object) -> QueuedGoogleBudgets:
        usual = {"window": 0.6, "guard": 0.02, "transit": 0.2, "spacing": 0.0}
        return self.opened(GoogleLimits(**{**usual, **limits}))  # type: ignore[arg-type]


@pytest_asyncio.fixture(params=["memory", "redis"])
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    if request.param == "memory":
        made: list[QueuedGoogleBudgets] = []

        def only_one(limits: GoogleLimits) -> QueuedGoogleBudgets:
            made.append(made[0] if made else MemoryGoogleBudgets(limits))
            return made[0]

        yield Office(only_one)
        return
    database: Database = request.getfixturevalue("database")
    prefix = f"google-test{next(_prefixes)}:"
    async with AsyncExitStack() as closing:

        def another(limits: GoogleLimits) -> QueuedGoogleBudgets:
            client: Redis = connect(database.redis_url)
            closing.push_async_callback(client.aclose)
            budgets = RedisGoogleBudgets(client, limits, prefix)
            closing.push_async_callback(budgets.close)
            return budgets

        yield Office(another)


async def take(
    budgets: GoogleBudgets, key: GoogleKey = KEY, spending: Spending = Spending.READ, sheet: str = "", **more: float
) -> float:
    """One request that is answered at once; when it went out."""
    async with budgets.turn(key, spending, sheet, **more):
        return time.monotonic()


def most_in_a_window(moments: list[float], window: float) -> int:
    return max((sum(start <= moment < start + window for moment in moments) for start in moments), default=0)


@pytest.mark.parametrize("seed", range(so_many("SEEDS", 1, 3)))
async def test_no_window_holds_more_than_the_user_and_the_project_may_spend(seed: int, office: Office) -> None:
    chance = random.Random(seed)
    # No pause of a loaded machine is as long as the transit: what is on its way for longer may arrive beside others.
    workers = [office.one(user=12, project=30, transit=10.0) for _ in range(4)]
    arrived: list[tuple[float, str]] = []

    async def request(budgets: GoogleBudgets) -> None:
        user = chance.choice("abcd")
        key = google_key("token", user, company=ord(user), urgency=chance.choice(list(Urgency)))
        async with budgets.turn(key, Spending.WRITE):
            await asyncio.sleep(chance.uniform(0, 0.05))  # on its way
            arrived.append((time.monotonic(), user))
            await asyncio.sleep(chance.uniform(0, 0.05))

    await asyncio.gather(*(request(chance.choice(workers)) for _ in range(60)))
    assert most_in_a_window([moment for moment, _ in arrived], 0.6) <= 30
    for user in "abcd":
        assert most_in_a_window([moment for moment, whose in arrived if whose == user], 0.6) <= 12


@pytest.mark.alone
async def test_the_whole_quota_is_spent_and_evenly(office: Office) -> None:
    budgets = office.one(user=30, project=100, window=1.0)
    moments = sorted(await asyncio.gather(*(take(budgets) for _ in range(90))))
    assert moments[-1] - moments[0] < (90 - 10) / 30 * 1.25
    assert most_in_a_window(moments, 1.0) <= 30
    late = [moment for moment in moments if moment > moments[0] + 1.5]
    assert max(after - before for before, after in itertools.pairwise(late)) < 0.25


async def test_reads_and_writes_are_counted_apart(office: Office) -> None:
    budgets = office.one(user=3, burst=1.0, window=30.0)
    for spending in Spending:
        for _ in range(3):
            await take(budgets, spending=spending, patience=0.1)
    with pytest.raises(VendorBusy):
        await take(budgets, patience=0.1)


async def test_projects_are_counted_apart_and_may_have_been_granted_more(office: Office) -> None:
    budgets = office.one(project=2, projects={"large": 9}, burst=1.0, window=30.0)
    for project, granted in (("project", 2), ("large", 9), ("third", 2)):
        for _ in range(granted):
            await take(budgets, google_key("token", project=project), patience=0.1)
        with pytest.raises(VendorBusy):
            await take(budgets, google_key("token", project=project), patience=0.1)


async def test_one_call_does_not_wait_for_another_companys_long_queue(office: Office) -> None:
    crowded, other = office.one(user=1000, project=20, window=1.0), office.one(user=1000, project=20, window=1.0)
    order: list[str] = []

    async def call(budgets: GoogleBudgets, name: str, company: int) -> None:
        await take(budgets, google_key("token", name, company))
        order.append(name)

    queue = [asyncio.create_task(call(crowded, "long", 1)) for _ in range(60)]
    await asyncio.sleep(0.4)
    had = len(order)
    await asyncio.wait_for(call(other, "single", 2), 1.0)
    assert order.index("single") - had <= 4
    assert len(order) < 40
    for task in queue:
        task.cancel()
    await asyncio.gather(*queue, return_exceptions=True)


async def test_two_long_queues_share_a_project_alike(office: Office) -> None:
    workers = [office.one(user=1000, project=20, window=0.6) for _ in range(2)]
    order: list[int] = []

    async def call(company: int) -> None:
        await take(workers[company % 2], google_key("token", f"user {company}", company))
        order.append(company)

    first = [asyncio.create_task(call(1)) for _ in range(60)]
    await asyncio.sleep(0.3)
    second = [asyncio.create_task(call(2)) for _ in range(30)]
    await asyncio.gather(*second)
    begun = order.index(2)
    shared = order[begun + 15 :]
    assert 0.3 < shared.count(1) / len(shared) < 0.62
    for task in first:
        task.cancel()
    await asyncio.gather(*first, return_exceptions=True)


@pytest.mark.alone
async def test_whose_own_quota_is_used_up_holds_nobody_up(office: Office) -> None:
    budgets = office.one(user=2, project=8, burst=1.0, window=30.0)
    for _ in range(2):
        await take(budgets)
    blocked = [asyncio.create_task(take(budgets, patience=60.0)) for _ in range(10)]
    await asyncio.sleep(0.1)
    started = time.monotonic()
    await take(budgets, google_key("token", "another", 2, Urgency.BACKFILL))
    assert time.monotonic() - started < 0.2
    for task in blocked:
        task.cancel()
    await asyncio.gather(*blocked, return_exceptions=True)


async def test_what_is_urgent_goes_first(office: Office) -> None:
    # All of them stand in the queue long before the window lets the next one go, whatever else the machine does.
    budgets, other = office.one(user=4, window=2.0), office.one(user=4, window=2.0)
    for _ in range(4):
        await take(budgets)
    order: list[Urgency] = []

    async def work(urgency: Urgency) -> None:
        await take(other, google_key("token", urgency=urgency))
        order.append(urgency)

    await asyncio.gather(*(work(urgency) for urgency in sorted(Urgency) for _ in range(2)))
    assert order == sorted(order, reverse=True)


async def test_backfill_is_not_put_off_for_ever(office: Office) -> None:
    budgets = office.one(user=10, window=0.4, ageing=0.5)
    stop = asyncio.Event()

    async def people() -> None:
        while not stop.is_set():
            await take(budgets, google_key("token", company=2, urgency=Urgency.EVENT))

    crowd = [asyncio.create_task(people()) for _ in range(12)]
    await asyncio.sleep(0.3)
    started = time.monotonic()
    await take(budgets, google_key("token", urgency=Urgency.BACKFILL))
    assert 0.9 < time.monotonic() - started < 8
    stop.set()
    await asyncio.gather(*crowd)


@pytest.mark.alone
async def test_writes_to_one_spreadsheet_are_spaced_and_reads_are_not(office: Office) -> None:
    limits = {"user": 1000, "project": 1000, "window": 60.0, "spacing": 0.15, "spacing_burst": 2}
    budgets, other = office.one(**limits), office.one(**limits)
    writes = [await take(one, spending=Spending.WRITE, sheet="sheet") for one in (budgets, other, budgets, other)]
    assert writes[1] - writes[0] < 0.1
    assert all(after - before > 0.1 for before, after in itertools.pairwise(writes[1:]))
    assert await take(budgets, spending=Spending.WRITE, sheet="another") - writes[-1] < 0.1
    assert await take(budgets, sheet="sheet") - writes[-1] < 0.1


async def refuse(budgets: GoogleBudgets, quota: Quota, retry_after: float) -> None:
    async with budgets.turn(KEY, Spending.READ) as turn:
        turn.refused(quota, retry_after)
    await asyncio.sleep(0.03)


@pytest.mark.alone
async def test_a_refusal_for_the_user_closes_that_users_quota_alone(office: Office) -> None:
    budgets, other = office.one(), office.one()
    await refuse(budgets, Quota.USER, 0.4)
    await take(other, google_key("token", "another"), patience=0.1)
    await take(other, spending=Spending.WRITE, patience=0.1)
    started = time.monotonic()
    with pytest.raises(VendorBusy):
        await take(other, patience=0.1)
    assert time.monotonic() - started < 0.1  # it was certain at once
    await take(other)
    assert 0.25 < time.monotonic() - started < 0.8


async def test_a_refusal_for_the_project_closes_it_for_everybody(office: Office) -> None:
    budgets, other = office.one(), office.one()
    await refuse(budgets, Quota.PROJECT, 45)
    with pytest.raises(VendorBusy) as raised:
        await take(other, google_key("token", "another", 2), patience=30.0)
    assert 44 < raised.value.retry_after <= 45
    assert raised.value.details == {"vendor": "google", "reason": "budget"}
    await take(other, google_key("token", project="another"), patience=0.1)


async def test_what_is_opened_again_does_not_burst(office: Office) -> None:
    budgets = office.one(user=12, window=1.2)
    await refuse(budgets, Quota.USER, 0.3)
    moments = [await take(budgets) for _ in range(4)]
    assert all(after - before > 0.05 for before, after in itertools.pairwise(moments))


@pytest.mark.alone
async def test_patience_ends_and_who_gives_up_leaves_the_queue(office: Office) -> None:
    budgets = office.one(user=1, window=0.5)
    await take(budgets)
    waiting = [asyncio.create_task(take(budgets, google_key("token", urgency=Urgency.INTERACTIVE))) for _ in range(5)]
    await asyncio.sleep(0.05)
    started = time.monotonic()
    with pytest.raises(VendorBusy) as raised:
        await take(budgets, google_key("token", urgency=Urgency.BACKFILL), patience=0.6)
    assert 0.4 < time.monotonic() - started < 0.9
    assert raised.value.retry_after >= 1
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await asyncio.sleep(0.05)
    started = time.monotonic()
    await take(budgets, google_key("token", urgency=Urgency.BACKFILL))
    assert time.monotonic() - started < 1.2
