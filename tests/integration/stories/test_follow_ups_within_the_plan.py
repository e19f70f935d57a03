"""Runs that follow changes come no more often than the plan allows, and no change is lost by that."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.billing.commands.set_plan import SetPlan
from application.exports.commands.start_export import StartExport
from application.exports.queries.get_export_config import GetExportConfig
from application.exports.queries.list_occurrences import ListOccurrences
from application.exports.views import FollowingView, OccurrenceView
from domain.billing.plans import PLANS, PlanKey
from domain.exports.task import ExportAlreadyRunning
from domain.shared.identities import ConfigId
from tests.integration.harness.stories import Party, Story
from tests.integration.harness.telling import Teller, order_id

LEAST = timedelta(minutes=10)
ORDERS = 3


@pytest.fixture(autouse=True)
def _short_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PLANS, PlanKey.START, replace(PLANS[PlanKey.START], shortest_follow_up=LEAST))


async def followed(plan: PlanKey = PlanKey.START) -> tuple[Teller, Party, ConfigId]:
    """A sheet that follows changes, a moment after its first run began."""
    story = await Story.begin()
    party = await story.party("romashka")
    await party.app.execute(SetPlan(company_id=party.id, plan=plan.value))
    for number in range(ORDERS):
        party.order(order_id(number))
    config = await party.create(on_change=True)
    await story.work()
    await party.run(config)
    return Teller(party), party, config


async def change(teller: Teller, number: int, name: str) -> None:
    teller.party.order(order_id(number), name=name)
    await teller.tell(order_id(number))


async def waiting(party: Party, config: ConfigId) -> FollowingView | None:
    return (await party.app.ask(GetExportConfig(company_id=party.id, config_id=config))).following


async def ledger(party: Party, config: ConfigId) -> list[OccurrenceView]:
    return list(reversed(await party.app.ask(ListOccurrences(company_id=party.id, config_id=config))))


async def begun(party: Party) -> list[tuple[datetime, str]]:
    """When runs began, in their order, and why."""
    found = [(task.started_at, task.trigger) for task in await party.tasks() if task.started_at is not None]
    return sorted(found)


async def test_changes_wait_together_and_the_ledger_tells_of_it() -> None:
    teller, party, config = await followed()
    ((first, _),) = await begun(party)
    told_at = party.story.clock.now()
    for number in range(ORDERS):
        await change(teller, number, f"изменён {number}")
        assert await teller.follow() == 0
    assert await waiting(party, config) == FollowingView(told_at=told_at, next_run_at=first + LEAST)
    (put_off,) = await ledger(party, config)
    told = (put_off.kind, put_off.outcome, put_off.reason, put_off.nominal_at)
    assert told == ("change", "postponed", "plan_waits", told_at)
    party.story.clock.advance(first + LEAST - party.story.clock.now() - timedelta(seconds=1))
    assert await teller.schedule() == 0
    assert await teller.follow(timedelta(seconds=1)) == 1
    await party.check_sheet(config)
    assert [when for when, _ in await begun(party)] == [first, first + LEAST]
    assert await waiting(party, config) is None
    _, ran = await ledger(party, config)
    assert (ran.kind, ran.outcome, ran.task_id) == ("change", "ran", (await party.tasks())[0].id)


async def test_after_a_quiet_while_a_change_is_followed_at_once() -> None:
    teller, party, config = await followed()
    await party.story.pass_time(LEAST)
    await change(teller, 1, "изменён")
    assert await teller.follow() == 1
    await party.check_sheet(config)


async def test_a_larger_plan_has_them_followed_at_once() -> None:
    teller, party, config = await followed()
    await change(teller, 1, "изменён")
    assert await teller.follow() == 0
    await party.app.execute(SetPlan(company_id=party.id, plan=PlanKey.ENTERPRISE.value))
    await party.story.work()
    assert await teller.follow(timedelta(0)) == 1
    await party.check_sheet(config)


async def test_they_are_looked_at_again_when_the_plan_becomes_another_by_itself() -> None:
    teller, party, config = await followed()
    ends = party.story.clock.now() + timedelta(minutes=2)
    given_for_a_while = SetPlan(company_id=party.id, plan=PlanKey.START.value, until=ends, then="enterprise")
    await party.app.execute(given_for_a_while)
    grace = timedelta(days=7)
    await party.story.pass_time(timedelta(minutes=2) + grace - timedelta(minutes=5))
    await teller.follow()
    await change(teller, 1, "изменён")
    assert await teller.follow() == 0
    told = await waiting(party, config)
    assert told is not None
    assert told.next_run_at == ends + grace
    party.story.clock.advance(ends + grace - party.story.clock.now())
    assert await teller.follow(timedelta(0)) == 1
    await party.check_sheet(config)


async def test_without_a_limit_nothing_waits_and_the_ledger_is_silent() -> None:
    teller, party, config = await followed(PlanKey.ENTERPRISE)
    for name in ("раз", "два"):
        await change(teller, 1, name)
        assert await teller.follow() == 1
    assert await ledger(party, config) == []


STEPS = st.one_of(
    st.tuples(st.just("change"), st.integers(0, ORDERS - 1)),
    st.tuples(st.just("pass"), st.integers(1, 900)),
    st.tuples(st.sampled_from(["schedule", "work", "start"]), st.just(0)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=1, max_size=25))
async def test_whatever_comes_when_runs_keep_their_distance_and_the_last_change_is_followed(
    steps: list[tuple[str, int]],
) -> None:
    teller, party, config = await followed()
    changed: datetime | None = None
    for turn, (step, number) in enumerate(steps):
        if step == "change":
            changed = party.story.clock.now()
            await change(teller, number, f"имя {turn}")
        elif step == "pass":
            party.story.clock.advance(timedelta(seconds=number))
        elif step == "schedule":
            await teller.schedule()
        elif step == "work":
            await party.story.work()
        else:
            await by_hand(party, config)
    for _ in range(3):
        await teller.follow()
        await teller.follow(LEAST)
    runs = await begun(party)
    for (before, _), (after, trigger) in pairwise(runs):
        assert trigger == "manual" or after - before >= LEAST
    if changed is not None:
        assert runs[-1][0] >= changed
        assert await waiting(party, config) is None
        await party.check_sheet(config)


async def by_hand(party: Party, config: ConfigId) -> None:
    try:
        await party.app.execute(StartExport(company_id=party.id, config_id=config))
    except ExportAlreadyRunning:
        return
