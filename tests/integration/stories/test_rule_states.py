"""Rules about a state are set off by what comes into it, and by nothing that is there already."""

from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from application.automations.commands.switch_rule import SwitchRule
from application.delivery.commands.purge_expired import PurgeExpired
from domain.automations.rules import Trigger
from domain.webhooks.interests import STATE_MEMORY
from tests.integration.harness.automating import Trade

READY = "Готов"
MINUTE = timedelta(minutes=1)


def state(name: str) -> dict[str, Any]:
    href = f"https://api.moysklad.ru/api/remap/1.2/entity/demand/metadata/states/{name}"
    return {"meta": {"type": "state", "href": href}, "id": name, "name": name}


async def about_ready() -> Trade:
    made = await Trade.begin()
    await made.rule(trigger=Trigger.STATE, state=READY)
    return made


@pytest_asyncio.fixture
async def trade() -> Trade:
    return await about_ready()


async def hear(trade: Trade, *ids: str, moved: bool = False) -> int:
    """Time passes, and the rules hear of the documents; answers how many were made at the other company so far."""
    await trade.tell(*ids, moved=moved)
    await trade.work()
    trade.story.clock.advance(MINUTE)
    return len(trade.made())


async def test_a_document_that_comes_into_the_state_sets_the_rule_off(trade: Trade) -> None:
    source = trade.ship("1", state=state("Новый"))
    assert await hear(trade, source) == 0
    trade.change(source, state=state(READY))
    assert await hear(trade, source) == 1


async def test_one_that_is_made_in_it_does_as_well(trade: Trade) -> None:
    assert await hear(trade, trade.ship("1", state=state(READY))) == 1


@pytest.mark.parametrize("told_of_fields", [True, False])
async def test_one_that_was_in_it_before_the_rule_is_left_alone_however_it_is_edited(told_of_fields: bool) -> None:
    trade = await Trade.begin()
    source = trade.ship("1", state=state(READY))
    trade.story.clock.advance(MINUTE)
    await trade.rule(trigger=Trigger.STATE, state=READY)
    for name in ("раз", "два"):
        trade.change(source, description=name)
        assert await hear(trade, source) == 0
    trade.change(source, state=state("Новый"))
    assert await hear(trade, source, moved=told_of_fields) == 0
    trade.change(source, state=state(READY))
    assert await hear(trade, source, moved=told_of_fields) == 1


async def test_one_that_is_older_than_the_rule_and_comes_into_it_is_known_by_what_was_told() -> None:
    trade = await Trade.begin()
    source = trade.ship("1", state=state("Новый"))
    trade.story.clock.advance(MINUTE)
    await trade.rule(trigger=Trigger.STATE, state=READY)
    trade.change(source, state=state(READY))
    assert await hear(trade, source, moved=True) == 1


async def test_a_condition_that_holds_later_is_not_coming_into_the_state() -> None:
    trade = await Trade.begin()
    await trade.rule(trigger=Trigger.STATE, state=READY, condition="sum > 2000")
    source = trade.ship("1", state=state("Новый"))
    assert await hear(trade, source) == 0
    trade.change(source, state=state(READY))
    assert await hear(trade, source) == 0
    trade.change(source, sum=300_000)
    assert await hear(trade, source) == 0
    trade.change(source, state=state("Новый"))
    await hear(trade, source)
    trade.change(source, state=state(READY))
    assert await hear(trade, source) == 1


async def test_a_person_who_asks_for_it_gets_it(trade: Trade) -> None:
    source = trade.ship("1", state=state(READY))
    await trade.tell(source, asked=True)
    await trade.work()
    assert len(trade.made()) == 1


async def test_what_happens_while_the_rule_is_paused_sets_nothing_off() -> None:
    trade = await Trade.begin()
    rule = await trade.rule(trigger=Trigger.STATE, state=READY)
    source = trade.ship("1", state=state("Новый"))
    assert await hear(trade, source) == 0

    async def switch(*, enabled: bool) -> None:
        await trade.story.app.execute(SwitchRule(company_id=trade.a.id, rule_id=rule.id, enabled=enabled))
        await trade.work()
        trade.story.clock.advance(MINUTE)

    await switch(enabled=False)
    trade.change(source, state=state(READY))
    assert await hear(trade, source) == 0
    await switch(enabled=True)
    trade.change(source, description="правка")
    assert await hear(trade, source) == 0


async def test_a_document_that_was_forgotten_is_not_taken_for_one_that_comes() -> None:
    trade = await Trade.begin()
    await trade.rule(trigger=Trigger.STATE, state=READY, condition="sum > 2000")
    source = trade.ship("1", state=state(READY))
    assert await hear(trade, source) == 0
    trade.story.clock.advance(STATE_MEMORY + MINUTE)
    await trade.story.app.execute(PurgeExpired())
    assert trade.story.world.store.rule_documents._rows == {}
    trade.change(source, sum=300_000)
    assert await hear(trade, source) == 0


STEPS = st.lists(st.sampled_from(["Новый", READY, "edit", "hear", "again"]), max_size=12)


@settings(max_examples=40, deadline=None)
@given(STEPS)
async def test_it_is_set_off_by_the_first_time_that_another_state_is_followed_by_this_one(steps: list[str]) -> None:
    trade = await about_ready()
    source = trade.ship("1", state=state("Новый"))
    await hear(trade, source)
    now, known, expected = "Новый", "Новый", 0
    for step in [*steps, "hear"]:
        if step in {"hear", "again"}:
            expected = expected or int(now == READY != known)
            known = now
            assert await hear(trade, source, moved=step == "again") == expected
            continue
        now = now if step == "edit" else step
        trade.change(source, state=state(now), description=step)
        trade.story.clock.advance(MINUTE)
