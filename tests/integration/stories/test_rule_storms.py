"""One document for each rule and source, whatever is repeated, reordered, concurrent or killed."""

import asyncio
import random
from contextlib import suppress
from typing import Any

import pytest

from application.automations.queries.list_executions import ListExecutions
from application.webhooks.commands.book_hearings import BookHearings
from application.webhooks.hearing_commands import ApplyRules
from domain.automations.executions import SHORTEST_WAIT, ExecutionState
from domain.automations.rules import Later
from domain.shared.errors import VendorBusy, VendorFailed
from tests.integration.harness.automating import Crash, Trade, position
from tests.integration.harness.stories import command_of

DELIVERIES, AT_ONCE, SOURCES = 10_000, 200, 30


async def carry(trade: Trade, command: Any) -> None:
    """A worker that may die."""
    with suppress(Crash):
        await trade.story.app.execute(command)


async def test_ten_thousand_deliveries_with_crashes_make_each_document_once() -> None:
    lots = random.Random(7)
    trade = await Trade.begin()
    await trade.rule()
    sources = [trade.ship(f"{number:03}", "хлеб", "соль") for number in range(SOURCES)]
    late: list[Any] = []
    for _ in range(DELIVERIES // AT_ONCE):
        for some in range(4):
            told = lots.choices(sources, k=AT_ONCE // 4)
            await trade.tell(*told, deleted=some == 3 and lots.random() < 0.2)
        if lots.random() < 0.1:
            failure = lots.choice([VendorBusy(5), VendorFailed(status=500)])
            trade.writer.failures.plan("make", failure, applied=lots.random() < 0.5)
        if lots.random() < 0.3:
            trade.steps.dies_at = trade.steps.taken + lots.randint(1, 60)
        with suppress(Crash):
            await trade.story.app.execute(BookHearings())
        with suppress(Crash):
            late += [command_of(message) for message in await trade.story.relay()]
        lots.shuffle(late)
        now, late = late[: lots.randint(1, 60)], late[60:] + late[: lots.randint(0, 5)]
        now += [ApplyRules(company_id=trade.a.id), ApplyRules(company_id=trade.a.id)]
        await asyncio.gather(*(carry(trade, command) for command in now))
        trade.steps.dies_at = None
    for _ in range(4):
        await trade.recover()
    made = trade.made()
    assert len(made) == SOURCES == len({one["syncId"] for one in made})
    executions = await trade.story.app.ask(ListExecutions(company_id=trade.a.id, limit=1000))
    assert {one.source_id for one in executions} == set(sources)
    assert {one.state for one in executions} == {ExecutionState.MADE}
    assert {one.target_id for one in executions} == {one["id"] for one in made}
    assert {one.state for one in await trade.received()} == {ExecutionState.MADE}


async def walked(dies_at: int | None, *, later: bool) -> tuple[Trade, int]:
    """The whole life of one document, with a process that dies at one of its steps."""
    trade = await Trade.begin()
    await trade.rule(on_change=Later.UPDATE)
    source = trade.ship("1", "хлеб", "соль")
    if later:
        await trade.tell(source)
        await trade.work()
        trade.change(source, positions=[position("1:соль", "соль", quantity=7.0)])
    await trade.tell(source)
    begun = trade.steps.taken
    trade.steps.dies_at = None if dies_at is None else begun + dies_at
    with suppress(Crash):
        await trade.work()
    taken = trade.steps.taken - begun
    trade.steps.dies_at = None
    await trade.recover()
    return trade, taken


@pytest.mark.parametrize("later", [False, True], ids=["made", "changed"])
async def test_a_process_may_die_between_any_two_steps(later: bool) -> None:
    _, steps = await walked(None, later=later)
    assert steps > 20
    for dies_at in range(1, steps + 1):
        trade, _ = await walked(dies_at, later=later)
        (made,) = trade.made()
        assert [one["quantity"] for one in made["positions"]] == ([7] if later else [2, 2]), dies_at
        (execution,) = await trade.executions()
        assert (execution.state, execution.target_id) == (ExecutionState.MADE, made["id"]), dies_at
        (seen,) = await trade.received()
        assert (seen.state, seen.target_id) == (ExecutionState.MADE, made["id"]), dies_at
        assert trade.writer.posts == 1, dies_at


@pytest.mark.parametrize("applied", [False, True])
@pytest.mark.parametrize("call", ["describe", "make", "read"])
async def test_any_request_may_fail_before_and_after_it_was_carried_out(call: str, applied: bool) -> None:
    for failure in (VendorFailed(status=500), VendorBusy(3)):
        trade = await Trade.begin()
        await trade.rule()
        failures = trade.documents.failures if call == "read" else trade.writer.failures
        failures.plan(call, failure, applied=applied)
        await trade.tell(trade.ship("1"))
        await trade.work()
        await trade.recover()
        await trade.recover()
        (execution,) = await trade.executions()
        assert execution.state is ExecutionState.MADE
        assert len(trade.made()) == trade.writer.posts == 1


async def test_a_worker_that_is_told_to_stop_hands_its_execution_back(monkeypatch: pytest.MonkeyPatch) -> None:
    trade = await Trade.begin()
    await trade.rule()
    await trade.tell(trade.ship("1"))
    await trade.story.app.execute(BookHearings())
    await trade.story.work()
    (message,) = await trade.story.relay()
    reached, described = asyncio.Event(), trade.writer.describe

    async def stuck(*_: Any) -> Any:
        reached.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(trade.writer, "describe", stuck)
    working = asyncio.create_task(trade.story.app.execute(command_of(message)))
    await reached.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    (execution,) = await trade.executions()
    assert (execution.state, execution.due_at) == (ExecutionState.BOOKED, trade.story.clock.now() + SHORTEST_WAIT)
    monkeypatch.setattr(trade.writer, "describe", described)
    trade.story.clock.advance(SHORTEST_WAIT)
    await trade.work()
    assert len(trade.made()) == 1


async def test_a_worker_that_was_overtaken_changes_nothing() -> None:
    trade = await Trade.begin()
    await trade.rule()
    await trade.tell(trade.ship("1"))
    await trade.story.app.execute(BookHearings())
    await trade.story.work()
    (message,) = await trade.story.relay()
    trade.steps.dies_at = trade.steps.taken + 4  # after its claim
    await carry(trade, command_of(message))
    trade.steps.dies_at = None
    await trade.recover()
    (before,) = await trade.executions()
    await trade.story.app.execute(command_of(message))
    assert await trade.executions() == [before]
    assert trade.writer.posts == 1
