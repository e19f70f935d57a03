"""MoySklad's budgets, over this process's own books and over Redis."""

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

from adapters.memory.budgets import MemoryBudgets
from adapters.redis.budgets import RedisBudgets
from adapters.redis.connection import connect
from application.connections.limits import VendorLimits
from application.connections.ports import Failing, Heard, Refused, Turn, Urgency, VendorBudgets
from application.connections.turns import QueuedBudgets
from domain.connections.moysklad import MoySkladPaused
from domain.shared.errors import VendorBusy
from tests.integration.harness.databases import Database
from tests.integration.harness.thoroughness import so_many

FINE = Heard()
_prefixes = itertools.count()


@dataclass
class Office:
    """Makes the budgets of as many processes as a test wants, all of which spend from the same books."""

    opened: Callable[[VendorLimits], QueuedBudgets]

    def one(self, **limits: float) -> QueuedBudgets:
        return self.opened(VendorLimits(**limits))  # type: ignore[arg-type]


@pytest_asyncio.fixture(params=["memory", "redis"])
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    if request.param == "memory":
        made: list[QueuedBudgets] = []

        def only_one(limits: VendorLimits) -> QueuedBudgets:
            made.append(made[0] if made else MemoryBudgets(limits))
            return made[0]

        yield Office(only_one)
        return
    database: Database = request.getfixturevalue("database")
    prefix = f"test{next(_prefixes)}:"
    async with AsyncExitStack() as closing:

        def another(limits: VendorLimits) -> QueuedBudgets:
            client: Redis = connect(database.redis_url)
            closing.push_async_callback(client.aclose)
            budgets = RedisBudgets(client, limits, prefix)
            closing.push_async_callback(budgets.close)
            return budgets

        yield Office(another)


async def take(budgets: VendorBudgets, units: int = 1, urgency: Urgency = Urgency.ROUTINE, **more: object) -> float:
    """One request that is answered at once; when it went out."""
    async with budgets.turn("credential", "account", units, urgency, **more) as turn:  # type: ignore[arg-type]
        moment = time.monotonic()
        turn.heed(FINE)
    return moment


def most_in_a_window(spent: list[tuple[float, int]], window: float) -> int:
    return max(sum(units for moment, units in spent if start <= moment < start + window) for start, _ in spent)


@pytest.mark.alone
@pytest.mark.parametrize("seed", range(so_many("SEEDS", 1, 3)))
async def test_no_window_ever_holds_more_than_the_limit_and_no_more_than_four_fly(seed: int, office: Office) -> None:
    chance = random.Random(seed)
    limits = {"units": 45, "window": 0.6, "transit": 0.1, "guard": 0.02}
    workers = [office.one(**limits) for _ in range(4)]
    flying = most = 0
    arrived: list[tuple[float, int]] = []

    async def request(budgets: VendorBudgets) -> None:
        nonlocal flying, most
        units = chance.choice((1, 1, 1, 5))
        async with budgets.turn("credential", "account", units, chance.choice(list(Urgency))) as turn:
            await asyncio.sleep(chance.uniform(0, 0.02))  # on its way
            flying += 1
            most = max(most, flying)
            arrived.append((time.monotonic(), units))
            await asyncio.sleep(chance.uniform(0, 0.02))
            flying -= 1
            turn.heed(FINE)

    await asyncio.gather(*(request(chance.choice(workers)) for _ in range(90)))
    assert most_in_a_window(arrived, 0.6) <= 45
    assert 2 <= most <= 4


@pytest.mark.alone
async def test_the_whole_budget_is_spent_and_evenly(office: Office) -> None:
    budgets = office.one(units=45, window=1.0, guard=0.02)
    moments = sorted(await asyncio.gather(*(take(budgets) for _ in range(150))))
    assert moments[-1] - moments[0] < (150 - 15) / 45 * 1.25
    assert most_in_a_window([(moment, 1) for moment in moments], 1.0) <= 45
    late = [moment for moment in moments if moment > moments[0] + 1.5]
    assert max(after - before for before, after in itertools.pairwise(late)) < 0.2


async def test_four_of_one_credential_and_sixteen_of_an_account(office: Office) -> None:
    budgets = office.one(units=10_000)
    held: list[asyncio.Task[None]] = []
    flying = 0

    async def hold(credential: str) -> None:
        nonlocal flying
        async with budgets.turn(credential, "account", 1, Urgency.ROUTINE):
            flying += 1
            await asyncio.sleep(60)

    for credential in "abcde":
        held += [asyncio.create_task(hold(credential)) for _ in range(5)]
    await asyncio.sleep(0.3)
    assert flying == 16
    with pytest.raises(VendorBusy):
        async with budgets.turn("f", "account", 1, Urgency.INTERACTIVE, patience=0.2):
            pass
    async with budgets.turn("f", "another account", 1, Urgency.INTERACTIVE, patience=0.2):
        pass
    for task in held:
        task.cancel()
    await asyncio.gather(*held, return_exceptions=True)
    async with budgets.turn("f", "account", 1, Urgency.INTERACTIVE, patience=1):
        pass


@pytest.mark.alone
async def test_the_slots_of_a_killed_holder_come_back(office: Office) -> None:
    dead, alive = office.one(lease=0.5), office.one(lease=0.5)
    for _ in range(4):
        turn = dead.turn("credential", "account", 1, Urgency.ROUTINE)
        await turn.__aenter__()
        next(reversed(dead._renewals.values())).cancel()  # the process is gone, and nobody renews
        _kept.append(turn)
    started = time.monotonic()
    await take(alive)
    assert 0.3 < time.monotonic() - started < 1.5


_kept: list[object] = []


async def test_a_slow_request_keeps_its_slot(office: Office) -> None:
    budgets = office.one(parallel=1, lease=0.3)
    async with budgets.turn("credential", "account", 1, Urgency.ROUTINE):
        with pytest.raises(VendorBusy):
            await take(budgets, patience=0.9)


async def test_what_is_urgent_goes_first_and_what_waits_holds_no_slot(office: Office) -> None:
    budgets, other = office.one(parallel=1), office.one(parallel=1)
    order: list[Urgency] = []

    async def work(urgency: Urgency) -> None:
        async with other.turn("credential", "account", 1, urgency):
            order.append(urgency)

    async with budgets.turn("credential", "account", 1, Urgency.ROUTINE):
        waiting = [asyncio.create_task(work(urgency)) for urgency in sorted(Urgency) for _ in range(2)]
        await asyncio.sleep(0.2)
    await asyncio.gather(*waiting)
    assert order == sorted(order, reverse=True)


async def test_backfill_is_not_put_off_for_ever(office: Office) -> None:
    budgets = office.one(units=20, window=0.4, parallel=1)
    stop = asyncio.Event()

    async def people() -> None:
        while not stop.is_set():
            await take(budgets, urgency=Urgency.ROUTINE)

    crowd = [asyncio.create_task(people()) for _ in range(6)]
    started = time.monotonic()
    await take(budgets, urgency=Urgency.BACKFILL, patience=20.0)
    assert time.monotonic() - started < 14
    stop.set()
    await asyncio.gather(*crowd)


@pytest.mark.alone
async def test_patience_ends(office: Office) -> None:
    budgets = office.one(parallel=1)
    async with budgets.turn("credential", "account", 1, Urgency.ROUTINE):
        started = time.monotonic()
        with pytest.raises(VendorBusy) as caught:
            await take(budgets, patience=0.2)
        assert 0.1 < time.monotonic() - started < 0.6
        assert caught.value.retry_after >= 1


@pytest.mark.alone
async def test_who_gives_up_leaves_the_queue(office: Office) -> None:
    budgets = office.one(parallel=1)
    async with budgets.turn("credential", "account", 1, Urgency.BACKFILL):
        task = asyncio.create_task(take(budgets, urgency=Urgency.INTERACTIVE))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    started = time.monotonic()
    await take(budgets, urgency=Urgency.BACKFILL)
    assert time.monotonic() - started < 0.2


async def answer(budgets: VendorBudgets, heard: Heard, subject: str = "", units: int = 1) -> Turn:
    async with budgets.turn("credential", "account", units, Urgency.ROUTINE, subject=subject, patience=0.5) as turn:
        turn.heed(heard)
    await asyncio.sleep(0.02)
    return turn


async def test_the_weight_is_learnt(office: Office) -> None:
    budgets = office.one(units=45, window=0.5)
    await answer(budgets, Heard(limit=11, remaining=10))
    moments = [(await take(budgets), 1) for _ in range(20)]
    assert most_in_a_window(moments, 0.5) <= 11


async def test_what_somebody_else_spends_is_taken_into_account(office: Office) -> None:
    budgets = office.one(units=45, window=1.0)
    await answer(budgets, Heard(limit=45, remaining=3))
    moments = [(await take(budgets), 1) for _ in range(5)]
    assert most_in_a_window(moments, 0.9) <= 3


async def test_rounded_remainders_are_not_taken_for_somebody_elses_spending(office: Office) -> None:
    budgets = office.one(units=45, window=1.0)
    await answer(budgets, Heard(limit=45, remaining=44))
    await answer(budgets, Heard(limit=9, remaining=7), units=5)  # 39 units are left, which is 7 times 5
    started = time.monotonic()
    moments = [(await take(budgets), 1) for _ in range(39)]
    assert moments[-1][0] - started < 1.0


@pytest.mark.alone
async def test_a_closed_window_is_waited_out_or_refused_at_once(office: Office) -> None:
    budgets = office.one()
    await answer(budgets, Heard(refused=Refused.WINDOW, retry_after=0.3))
    started = time.monotonic()
    await take(budgets)
    assert 0.2 < time.monotonic() - started < 1
    await answer(budgets, Heard(refused=Refused.WINDOW, retry_after=90))
    started = time.monotonic()
    with pytest.raises(VendorBusy) as caught:
        await take(budgets)
    assert time.monotonic() - started < 0.5
    assert 85 < caught.value.retry_after <= 90


async def test_fewer_fly_after_one_too_many(office: Office) -> None:
    budgets = office.one()
    await answer(budgets, Heard(refused=Refused.PARALLEL))
    async with budgets.turn("credential", "account", 1, Urgency.ROUTINE):
        with pytest.raises(VendorBusy):
            await take(budgets, patience=0.2)


BREAKER = {"failures": 5, "refusals": 6, "breaker_pause": 0.5}


async def test_a_request_that_keeps_failing_is_paused_and_tried_once_more(office: Office) -> None:
    budgets, other = office.one(**BREAKER), office.one(**BREAKER)
    for _ in range(5):
        await answer(budgets, Heard(failing=Failing.THIS), "broken")
    with pytest.raises(MoySkladPaused) as caught:
        await take(other, subject="broken")
    assert 0 < caught.value.retry_after <= 0.5
    await take(other, subject="sound")
    await asyncio.sleep(0.5)
    async with other.turn("credential", "account", 1, Urgency.ROUTINE, subject="broken") as probe:
        with pytest.raises(MoySkladPaused):
            await take(budgets, subject="broken")
        probe.heed(Heard(failing=Failing.THIS))
    await asyncio.sleep(0.05)
    with pytest.raises(MoySkladPaused):
        await take(budgets, subject="broken")
    await asyncio.sleep(0.5)
    await answer(budgets, FINE, "broken")
    await take(budgets, subject="broken")


@pytest.mark.parametrize("heard", [Heard(failing=Failing.ALL), Heard(refused=Refused.WINDOW)])
async def test_a_credential_that_is_refused_again_and_again_is_paused(heard: Heard, office: Office) -> None:
    budgets = office.one(**BREAKER)
    for number in range(6 if heard.refused else 5):
        await answer(budgets, heard, f"subject {number}")
    with pytest.raises(MoySkladPaused):
        await take(budgets, subject="another")
    async with budgets.turn("another credential", "account", 1, Urgency.ROUTINE):
        pass
    await asyncio.sleep(0.5)
    await answer(budgets, FINE)
    await take(budgets, subject="another")


@pytest.mark.alone
async def test_puts_to_one_entity_are_spread(office: Office) -> None:
    budgets = office.one(puts=3, breaker_window=0.6)
    moments = [await take(budgets, subject="order", put=True) for _ in range(4)]
    assert moments[3] - moments[0] >= 0.55
    assert await take(budgets, subject="another order", put=True) - moments[3] < 0.2
    for _ in range(5):
        await take(budgets, subject="order")
