"""The script and the ledger follow the same rules: they are asked the same questions and give the same answers."""

import random

import pytest
from redis.asyncio import Redis

from adapters.redis import google_budgets
from adapters.redis.google_budgets import RedisGoogleBudgets
from application.connections.google_ledger import GoogleErrand, GoogleLedger, GoogleReply
from application.connections.google_limits import SECOND, GoogleLimits
from application.connections.google_ports import Quota, Spending
from application.connections.ports import Urgency

START = 1_790_000_000 * SECOND
TIGHT = GoogleLimits(user=5, project=9, window=4.0, transit=1.0, spacing=0.3)


def some_errand(chance: random.Random, number: int) -> GoogleErrand:
    spending = chance.choice(list(Spending))
    user = chance.choice("abc")
    return GoogleErrand(
        id=f"{number:016x}",
        project=chance.choice(("p", "p", "q")),
        user=user,
        company=f"company-{chance.choice((user, 'x'))}",
        spending=spending,
        urgency=chance.choice(list(Urgency)),
        spreadsheet=chance.choice(("", "s", "t")) if spending is Spending.WRITE else "",
    )


class Both:
    """One question to both books."""

    def __init__(self, client: Redis, limits: GoogleLimits, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._shared = RedisGoogleBudgets(client, limits)
        self._ledger = GoogleLedger(limits)

    async def ask(self, errand: GoogleErrand, since: int, now: int) -> GoogleReply:
        self._monkeypatch.setattr(google_budgets, "_SERVERS_CLOCK", now)
        shared = await self._shared._ask(errand, since)
        own = self._ledger.ask(errand, since, now)
        assert not self._shared._lost
        assert shared == own
        return own

    async def settle(self, errand: GoogleErrand, refusal: tuple[Quota, float] | None, now: int) -> None:
        self._monkeypatch.setattr(google_budgets, "_SERVERS_CLOCK", now)
        await self._shared._tell(errand, refusal)
        self._ledger.settle(errand, refusal, now)
        assert not self._shared._lost

    async def leave(self, errand: GoogleErrand) -> None:
        await self._shared._left(errand)
        self._ledger.leave(errand)


@pytest.mark.parametrize(
    "limits", [GoogleLimits(window=6.0, transit=2.0), TIGHT, GoogleLimits(user=3, project=400, projects={"q": 4})]
)
@pytest.mark.parametrize("seed", range(12))
async def test_the_script_and_the_ledger_answer_alike(
    seed: int, limits: GoogleLimits, client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    both = Both(client, limits, monkeypatch)
    now = START + chance.randint(0, SECOND)
    waiting: dict[str, tuple[GoogleErrand, int]] = {}
    flying: dict[str, GoogleErrand] = {}
    granted = refused = 0
    for number in range(300):
        # Books expire by the server's own clock, which stands still here: the steps stay far below those times.
        now += int(chance.expovariate(1 / 90_000))
        step = chance.random()
        if step < 0.3 and flying:
            refusal = (chance.choice(list(Quota)), chance.choice((0.5, 2.0))) if chance.random() < 0.05 else None
            await both.settle(flying.pop(chance.choice(list(flying))), refusal, now)
        elif step < 0.34 and waiting:
            await both.leave(waiting.pop(chance.choice(list(waiting)))[0])
        else:
            errand, since = some_errand(chance, number), 0
            if waiting and chance.random() < 0.5:
                errand, since = waiting.pop(chance.choice(list(waiting)))
            reply = await both.ask(errand, since, now)
            if reply.granted:
                granted += 1
                flying[errand.id] = errand
            else:
                refused += 1
                waiting[errand.id] = errand, reply.since
    assert granted > 10
    assert refused > 10


async def test_a_clock_that_was_set_back_closes_nothing_for_long(
    client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = Both(client, GoogleLimits(user=4, burst=1.0), monkeypatch)
    for number in range(4):
        errand = GoogleErrand(f"{number}", "p", "u", "c", Spending.READ, Urgency.ROUTINE)
        await both.ask(errand, 0, START)
        await both.settle(errand, None, START)
    earlier = START - 3600 * SECOND
    late = GoogleErrand("late", "p", "u", "c", Spending.READ, Urgency.ROUTINE)
    assert not (await both.ask(late, 0, earlier)).granted
    assert (await both.ask(late, 0, earlier + 151 * SECOND)).granted
