"""Documents that come in a burst: what the target's account has is read once for many, and nobody is wrong by it."""

from datetime import timedelta
from typing import Any

import pytest_asyncio

from application.automations.shared_facts import FACTS_LIFETIME, SharedFacts
from domain.automations.executions import ExecutionState
from domain.automations.mapping import TargetMissing
from domain.connections.moysklad import MoySkladRejected
from tests.integration.harness.automating import Lists, Trade, identity


@pytest_asyncio.fixture
async def trade() -> Trade:
    begun = await Trade.begin()
    (await begun.story.world.container.get(SharedFacts)).lifetime = FACTS_LIFETIME
    return begun


async def lists(trade: Trade) -> Lists:
    found: Lists = await trade.story.world.container.get(Lists)
    return found


async def happens(trade: Trade, name: str) -> None:
    await trade.tell(trade.ship(name, "хлеб"))
    await trade.work()


def organization(trade: Trade) -> dict[str, Any]:
    found: dict[str, Any] = trade.documents.accounts[trade.b.token]["organization"]
    return found


async def test_a_burst_reads_the_targets_lists_once(trade: Trade) -> None:
    await trade.rule()
    asked = await lists(trade)
    before = asked.asked
    await happens(trade, "1")
    each = asked.asked - before
    assert each > 0
    for name in ("2", "3", "4"):
        await happens(trade, name)
    assert asked.asked == before + each
    trade.story.clock.advance(FACTS_LIFETIME + timedelta(seconds=1))
    await happens(trade, "5")
    assert asked.asked == before + 2 * each
    assert len(trade.made()) == 5


async def test_what_came_back_meanwhile_is_seen_at_once(trade: Trade) -> None:
    await trade.rule()
    account = organization(trade)
    gone = account.pop(identity("beta organization"))
    await happens(trade, "1")
    (refused,) = await trade.executions()
    assert refused.state is not ExecutionState.MADE
    account[identity("beta organization")] = gone
    await happens(trade, "2")
    assert len(trade.made()) == 1


async def test_what_is_gone_meanwhile_is_looked_at_before_anybody_is_told(trade: Trade) -> None:
    """MoySklad refuses the draft; what the account has is read anew, and the true reason told."""
    await trade.rule()
    await happens(trade, "1")
    organization(trade).pop(identity("beta organization"))
    trade.writer.failures.plan("make", MoySkladRejected(reason="no such object", number=1021))
    await happens(trade, "2")
    assert len(trade.made()) == 1
    (error,) = {one.error for one in await trade.executions()} - {None}
    assert error == TargetMissing.code


async def test_a_refusal_that_has_another_cause_is_told_as_it_is(trade: Trade) -> None:
    await trade.rule()
    await happens(trade, "1")
    refusal = MoySkladRejected(reason="closed period", number=3006)
    trade.writer.failures.plan("make", refusal, times=2)
    await happens(trade, "2")
    assert len(trade.made()) == 1
    (error,) = {one.error for one in await trade.executions()} - {None}
    assert error == MoySkladRejected.code
