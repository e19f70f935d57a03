"""The script and the ledger follow the same rules: they are asked the same questions and give the same answers."""

import random
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from adapters.redis import budgets
from adapters.redis.budgets import RedisBudgets
from application.connections.errands import Errand, Reply
from application.connections.ledger import Ledger
from application.connections.limits import LONGEST_CLOSURE, SECOND, VendorLimits
from application.connections.ports import Failing, Heard, Refused, Urgency

START = 1_790_000_000 * SECOND
QUICK_BREAKER = VendorLimits(refusals=4, failures=3, puts=3, breaker_window=5.0, breaker_pause=4.0, probe=2.0)


def some_errand(chance: random.Random, number: int) -> Errand:
    return Errand(
        id=f"{number:016x}",
        credential=chance.choice("ab"),
        account="account",
        units=chance.choice((1, 1, 1, 1, 5)),
        urgency=chance.choice(list(Urgency)),
        subject=chance.choice(("x", "y")),
        put=chance.random() < 0.1,
    )


def something_heard(chance: random.Random) -> Heard | None:
    if chance.random() < 0.1:
        return None
    limit = chance.choice((None, 45, 45, 22, 15, 11, 9, 30, 2, 90))
    refused = chance.choices((Refused.NOT, Refused.WINDOW, Refused.PARALLEL), (20, 1, 1))[0]
    return Heard(
        limit=limit,
        remaining=None if limit is None or chance.random() < 0.2 else chance.randint(0, limit),
        window=chance.choice((None, 3.0, 3.0, 3.0, 5.0)),
        retry_after=chance.choice((None, 0.0, 1.5)) if refused else None,
        refused=refused,
        failing=chance.choices((Failing.NOT, Failing.THIS, Failing.ALL), (12, 1, 1))[0],
    )


class Both:
    """One question to both books."""

    def __init__(self, client: Redis, limits: VendorLimits, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._shared = RedisBudgets(client, limits)
        self._ledger = Ledger(limits)

    async def ask(self, errand: Errand, since: int, now: int) -> Reply:
        self._monkeypatch.setattr(budgets, "_SERVERS_CLOCK", now)
        shared = await self._shared._ask(errand, since)
        own = self._ledger.ask(errand, since, now)
        assert not self._shared._lost
        assert shared == own
        return own

    async def settle(self, errand: Errand, granted: Reply, heard: Heard | None, now: int) -> None:
        self._monkeypatch.setattr(budgets, "_SERVERS_CLOCK", now)
        await self._shared._give_back(errand, granted, heard)
        self._ledger.settle(errand, granted, heard, now)
        assert not self._shared._lost

    async def leave(self, errand: Errand) -> None:
        await self._shared._left(errand)
        self._ledger.leave(errand)

    async def renew(self, errand: Errand, now: int) -> None:
        self._monkeypatch.setattr(budgets, "_SERVERS_CLOCK", now)
        await self._shared._call("renew", errand)
        self._ledger.renew(errand, now)


@pytest.mark.parametrize(
    "limits", [VendorLimits(), QUICK_BREAKER, VendorLimits(units=7, parallel=2, account_parallel=3)]
)
@pytest.mark.parametrize("seed", range(12))
async def test_the_script_and_the_ledger_answer_alike(
    seed: int, limits: VendorLimits, client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    both = Both(client, limits, monkeypatch)
    now = START + chance.randint(0, SECOND)
    waiting: dict[str, tuple[Errand, int]] = {}
    flying: dict[str, tuple[Errand, Reply]] = {}
    granted = 0
    for number in range(250):
        # Books expire by the server's own clock, which stands still here: the steps stay far below those times.
        now += int(chance.expovariate(1 / 60_000))
        step = chance.random()
        if step < 0.35 and flying:
            errand, reply = flying.pop(chance.choice(list(flying)))
            await both.settle(errand, reply, something_heard(chance), now)
        elif step < 0.38 and flying:
            await both.renew(flying[chance.choice(list(flying))][0], now)
        elif step < 0.41 and waiting:
            await both.leave(waiting.pop(chance.choice(list(waiting)))[0])
        else:
            errand, since = some_errand(chance, number), 0
            if waiting and chance.random() < 0.5:
                errand, since = waiting.pop(chance.choice(list(waiting)))
            reply = await both.ask(errand, since, now)
            if reply.granted:
                granted += 1
                flying[errand.id] = errand, reply
            elif not reply.paused:
                waiting[errand.id] = errand, reply.since
    assert granted > 2


async def test_a_clock_that_was_set_back_closes_nothing_for_long(
    client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Both(client, VendorLimits(), monkeypatch)
    errand = Errand("0", "a", "account", 1, Urgency.ROUTINE)
    for number in range(4):
        one = replace(errand, id=str(number))
        reply = await both.ask(one, 0, START)
        await both.settle(one, reply, Heard(45, 44 - number), START)
    earlier = START - 3600 * SECOND
    reply = await both.ask(replace(errand, id="later"), 0, earlier)
    if not reply.granted:
        assert reply.wait <= 6.2 * SECOND


async def test_a_full_window_opens_in_its_time_after_the_clock_was_set_back(
    client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Both(client, VendorLimits(units=4, burst=4), monkeypatch)
    errand = Errand("0", "a", "account", 1, Urgency.ROUTINE)
    flying = [(one, await both.ask(one, 0, START)) for one in (replace(errand, id=str(number)) for number in range(4))]
    for one, reply in flying:
        await both.settle(one, reply, None, START)
    earlier = START - 3600 * SECOND
    late = replace(errand, id="late")
    refused = await both.ask(late, 0, earlier)
    assert not refused.granted
    assert (await both.ask(late, refused.since, earlier + 12 * SECOND)).granted


@pytest.mark.parametrize(
    ("heard", "opens"),
    [
        (Heard(refused=Refused.WINDOW, retry_after=300.0), LONGEST_CLOSURE),
        (Heard(failing=Failing.ALL), 60 * SECOND),
        (Heard(failing=Failing.THIS), 60 * SECOND),
    ],
)
async def test_so_does_what_was_closed(
    client: Redis, monkeypatch: pytest.MonkeyPatch, heard: Heard, opens: int
) -> None:
    both = Both(client, VendorLimits(failures=1), monkeypatch)
    errand = Errand("0", "a", "account", 1, Urgency.ROUTINE, "subject")
    await both.settle(errand, await both.ask(errand, 0, START), heard, START)
    earlier = START - 3600 * SECOND
    late = replace(errand, id="late")
    refused = await both.ask(late, 0, earlier)
    assert not refused.granted
    assert refused.wait <= opens
    assert (await both.ask(late, 0, earlier + opens + 1)).granted


async def test_slots_of_the_dead_are_free_after_a_lease_by_the_new_clock(
    client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Both(client, VendorLimits(parallel=1), monkeypatch)
    errand = Errand("0", "a", "account", 1, Urgency.ROUTINE)
    assert (await both.ask(errand, 0, START)).granted
    earlier = START - 3600 * SECOND
    late = replace(errand, id="late")
    assert (await both.ask(late, 0, earlier)).crowded
    assert (await both.ask(late, 0, earlier + 16 * SECOND)).granted
