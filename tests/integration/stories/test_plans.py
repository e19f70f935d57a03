"""Runs and the limits of plans."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.billing.commands.block_company import BlockCompany
from application.billing.commands.set_plan import SetPlan
from application.billing.queries.get_plan import GetPlan, PlanView
from application.billing.queries.get_usage import GetUsage
from application.delivery.commands.purge_expired import PurgeExpired
from application.exports.commands.book_due_exports import BookDueExports
from application.exports.commands.pause_task import PauseTask
from application.exports.limits import RunLimits
from application.exports.queries.estimate_run import EstimateRun
from application.exports.queries.list_occurrences import ListOccurrences
from application.exports.scheduling import ScheduleChoice
from application.tenants.queries.list_announcements import ListAnnouncements
from domain.billing.periods import PeriodInvalid
from domain.billing.plans import PLANS, PlanKey
from domain.billing.standing import (
    CompanyBlocked,
    ExporterNotInPlan,
    ExportRests,
    RowsUsedUp,
    Standing,
    TooManyExports,
)
from domain.exports.schedule import CronSchedule, ScheduleTooFrequent, Terms, too_soon
from domain.exports.task import TaskState
from domain.shared.identities import ConfigId
from tests.integration.harness.ordeals import Killed, Ordeal
from tests.integration.harness.stories import Party, Story, command_of

BATCH_ROWS = 4
LIMIT = 10


@pytest.fixture(autouse=True)
def _small_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PLANS, PlanKey.FREE, replace(PLANS[PlanKey.FREE], rows=LIMIT))
    monkeypatch.setitem(PLANS, PlanKey.START, replace(PLANS[PlanKey.START], rows=100))


async def begin(plan: str | None = "free") -> Party:
    story = await Story.begin(RunLimits(batch_bytes=300))
    story.world.source.page_size = BATCH_ROWS
    party = await story.party("romashka")
    if plan is not None:
        await give(party, plan)
    return party


async def give(party: Party, plan: str) -> None:
    await party.app.execute(SetPlan(company_id=party.id, plan=plan))


async def plan_of(party: Party) -> PlanView:
    view = await party.app.ask(GetPlan(company_id=party.id))
    assert view.mismatches == []
    return view


async def later(party: Party) -> None:
    await party.story.pass_time()
    await party.story.work()


async def test_only_changed_rows_count() -> None:
    party = await begin("start")
    party.fill(12)
    config = await party.create()
    assert (await party.run(config)).state is TaskState.FINISHED
    assert (await plan_of(party)).rows.used == 12
    await party.run(config)
    await party.run(config, "full")
    await party.run(config, "reconcile")
    assert (await plan_of(party)).rows.used == 12
    party.order("order-003", name="другой")
    await party.run(config, "full")
    view = await plan_of(party)
    assert (view.rows.used, view.rows.reserved, view.rows.percent) == (13, 0, 13)


async def test_a_run_rests_between_batches_and_goes_on_after_an_upgrade() -> None:
    party = await begin()
    party.fill(60)
    config = await party.create()
    task = await party.run(config)
    assert task.state is TaskState.PAUSED
    assert task.error is not None
    assert task.error.code == RowsUsedUp.code
    used = (await plan_of(party)).rows.used
    _, *rows = (await party.tab(config)).values()
    assert LIMIT <= used == len(rows) < 60
    await later(party)
    assert (await party.task(task.id)).state is TaskState.PAUSED
    await give(party, "start")
    await later(party)
    assert (await party.task(task.id)).state is TaskState.FINISHED
    await party.check_sheet(config)
    assert (await plan_of(party)).rows.used == 60


async def test_a_new_month_lets_the_run_go_on() -> None:
    party = await begin()
    party.fill(20)
    config = await party.create()
    task = await party.run(config)
    assert task.state is TaskState.PAUSED
    first = await plan_of(party)
    await party.story.pass_time(first.period_ends - party.story.clock.now() + timedelta(minutes=1))
    await party.story.work()
    assert (await party.task(task.id)).state is TaskState.FINISHED
    await party.check_sheet(config)
    second = await plan_of(party)
    assert second.period != first.period
    assert second.rows.used == 20 - first.rows.used


async def test_a_used_up_plan_starts_nothing_and_has_warned_once_each() -> None:
    party = await begin()
    party.fill(LIMIT)
    config = await party.create()
    await party.run(config)
    with pytest.raises(RowsUsedUp) as refused:
        await party.start(config)
    assert refused.value.details["used"] == refused.value.details["limit"] == LIMIT
    assert (await plan_of(party)).rows.warned == [50, 80, 100]
    (announced,) = await party.app.ask(ListAnnouncements(company_id=party.id))
    assert (announced.code, announced.count) == ("announcements.rows_used", 3)
    assert (announced.params["percent"], announced.params["limit"]) == (100, LIMIT)


async def test_what_somebody_has_paused_does_not_go_on_by_itself() -> None:
    party = await begin()
    party.fill(30)
    config = await party.create()
    task = await party.run(config)
    await party.app.execute(PauseTask(company_id=party.id, task_id=task.id))
    await give(party, "start")
    await later(party)
    assert (await party.task(task.id)).state is TaskState.PAUSED


async def test_a_blocked_company_rests_and_goes_on() -> None:
    party = await begin("start")
    party.fill(3)
    config = await party.create()
    task = await party.start(config)
    await party.app.execute(BlockCompany(company_id=party.id, reason="не оплачено"))
    await party.story.work()
    assert (await party.task(task)).state is TaskState.PAUSED
    with pytest.raises(CompanyBlocked):
        await party.create(name="ещё")
    assert (await plan_of(party)).standing is Standing.BLOCKED
    await party.app.execute(BlockCompany(company_id=party.id, reason=None))
    await later(party)
    assert (await party.task(task)).state is TaskState.FINISHED


async def test_a_plan_that_ended_goes_on_for_a_while() -> None:
    party = await begin(None)
    now: datetime = party.story.clock.now()
    await party.app.execute(SetPlan(company_id=party.id, plan="start", until=now.astimezone(UTC) + timedelta(days=1)))
    for days, standing in ((0, Standing.ACTIVE), (2, Standing.GRACE), (10, Standing.EXPIRED)):
        party.story.clock.advance(timedelta(days=days))
        assert (await plan_of(party)).standing is standing


async def test_no_more_exports_than_the_plan_has() -> None:
    party = await begin()
    results = await asyncio.gather(*(party.create(name=f"№ {number}") for number in range(4)), return_exceptions=True)
    assert sum(isinstance(one, TooManyExports) for one in results) == 2


async def test_a_schedule_is_no_closer_than_the_plan_allows() -> None:
    party = await begin()
    with pytest.raises(ScheduleTooFrequent):
        await party.create(cron="0 * * * *")
    await give(party, "start")
    await party.create(cron="0 * * * *")


async def reasons(party: Party, config: ConfigId) -> list[tuple[str, str | None]]:
    """The ledger of the export, the oldest first."""
    await party.story.app.execute(BookDueExports())
    await party.story.work()
    found = await party.app.ask(ListOccurrences(company_id=party.id, config_id=config))
    return [(entry.outcome, entry.reason) for entry in reversed(found)]


async def test_after_a_smaller_plan_runs_keep_its_distance() -> None:
    party = await begin("business")
    config = await party.create(cron="*/15 * * * *")
    await party.story.pass_time(timedelta(minutes=15))
    assert await reasons(party, config) == [("ran", None)]
    await give(party, "start")
    for _ in range(5):
        await party.story.pass_time(timedelta(minutes=15))
        told = await reasons(party, config)
    assert told == [("ran", None), *[("skipped", "plan_interval")] * 3, ("ran", None), ("skipped", "plan_interval")]
    await give(party, "business")
    await party.story.pass_time(timedelta(minutes=15))
    assert (await reasons(party, config))[-1] == ("ran", None)


async def test_a_daily_run_keeps_its_hour_where_clocks_change() -> None:
    zone = ZoneInfo("Europe/Berlin")
    spring = [datetime(2026, 3, day, 9, tzinfo=zone).astimezone(UTC) for day in (28, 29)]
    autumn = [datetime(2026, 10, 25, 2, tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    for earlier, later_on, least, soon in (
        (*spring, timedelta(hours=24), False),
        (*spring, timedelta(hours=25), True),
        (*autumn, timedelta(hours=1), False),
        (*autumn, timedelta(hours=2), True),
    ):
        schedule = CronSchedule("0 9 * * *", "Europe/Berlin", later_on, ran_at=earlier)
        assert too_soon(schedule, later_on, zone, Terms(least, timedelta(0))) is soon


async def test_the_youngest_exports_rest_after_a_smaller_plan_and_go_on_after_a_larger() -> None:
    party = await begin("start")
    configs = [await party.create(name=f"№ {number}", cron="0 9 * * *") for number in range(4)]
    last = await party.create(name="следует", schedule=ScheduleChoice(after=configs[0]))
    await give(party, "free")
    await party.story.pass_time(timedelta(days=1))
    told = [await reasons(party, config) for config in (*configs, last)]
    assert told[:2] == [[("ran", None)]] * 2
    assert told[2:] == [[("skipped", "plan_exports")]] * 3
    with pytest.raises(ExportRests):
        await party.start(configs[3])
    await party.run(configs[1])
    await give(party, "start")
    await party.story.pass_time(timedelta(days=1))
    told = [await reasons(party, config) for config in (*configs, last)]
    assert all(entries[-1] == ("ran", None) for entries in told)
    await party.run(configs[3])


async def test_what_the_plan_has_no_exporters_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    party = await begin("free")
    monkeypatch.setitem(PLANS, PlanKey.FREE, replace(PLANS[PlanKey.FREE], families=frozenset({"reports"})))
    with pytest.raises(ExporterNotInPlan) as refused:
        await party.create()
    assert refused.value.details == {"family": "documents", "allowed": "reports"}
    await give(party, "start")
    await party.create()


async def test_history_is_as_long_as_the_plan_remembers() -> None:
    party = await begin("free")
    other = await party.story.party("vasilek")
    other.fill(1)
    await other.app.execute(SetPlan(company_id=other.id, plan="business"))
    runs = []
    for one in (party, other):
        one.fill(1)
        config = await one.create()
        runs.append((one, (await one.run(config)).id))
    for days, left in ((6, (1, 1)), (2, (0, 1)), (83, (0, 0))):
        await party.story.pass_time(timedelta(days=days))
        await party.app.execute(PurgeExpired())
        assert tuple([len(await one.tasks()) for one, _ in runs]) == left
    assert (await plan_of(party)).limits.history_days == 7


async def test_usage_is_told_by_day_and_by_export() -> None:
    party = await begin("start")
    party.fill(5)
    first, second = await party.create(), await party.create(name="ещё")
    await party.run(first)
    await party.story.pass_time(timedelta(days=1))
    party.order("order-001", name="изменён")
    await party.run(first)
    await party.run(second)
    view = await party.app.ask(GetUsage(company_id=party.id))
    assert (view.period, view.rows) == ("2026-01", 11)
    assert [(str(one.day), one.rows) for one in view.days] == [("2026-01-12", 5), ("2026-01-13", 6)]
    assert {one.config_id: one.rows for one in view.exports} == {first: 6, second: 5}
    before = await party.app.ask(GetUsage(company_id=party.id, period="2025-12"))
    assert (before.rows, before.days, before.exports) == (0, [], [])
    for wrong in ("2026-13", "2026-1", "январь", "2026-01-01"):
        with pytest.raises(PeriodInvalid):
            await party.app.ask(GetUsage(company_id=party.id, period=wrong))


async def test_an_estimate_tells_what_it_takes_of_the_plan() -> None:
    party = await begin()
    party.fill(LIMIT + 2)
    config = await party.create()
    first = await party.app.ask(EstimateRun(company_id=party.id, config_id=config))
    assert (first.plan_rows, first.plan_rows_left, first.within_plan) == (LIMIT + 2, LIMIT, False)
    await give(party, "start")
    await party.run(config)
    party.order("one-more")
    then = await party.app.ask(EstimateRun(company_id=party.id, config_id=config))
    assert (then.plan_rows, then.plan_rows_left, then.within_plan) == (1, 100 - LIMIT - 2, True)
    await give(party, "enterprise")
    without = await party.app.ask(EstimateRun(company_id=party.id, config_id=config))
    assert (without.plan_rows_left, without.within_plan) == (None, True)


STEPS = st.sampled_from(["change", "run", "month", "start", "free"])
CRASHES = st.tuples(st.integers(1, 40), st.booleans())
"""At which transaction or call of a vendor a worker dies, and whether that one still took effect."""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(STEPS, CRASHES), min_size=1, max_size=8))
async def test_whatever_happens_the_ledger_is_the_truth(steps: list[str | tuple[int, bool]]) -> None:
    party = await begin()
    party.fill(9)
    config = await party.create()
    truth = 9
    for number, step in enumerate(steps):
        crash = None if isinstance(step, str) else step
        if step in {"start", "free"}:
            await give(party, str(step))
        elif step == "month":
            view = await plan_of(party)
            await party.story.pass_time(view.period_ends - party.story.clock.now() + timedelta(minutes=1))
        elif step == "change":
            party.order("order-001", name=f"имя {number}")
            truth += 1
        await attempt(party, config, crash)
        await plan_of(party)  # the ledger and the meters agree
    await give(party, "enterprise")
    for _ in range(3):
        await later(party)
    await attempt(party, config, None)
    await later(party)
    await party.check_sheet(config)
    ledger = [row.entry.rows for row in party.world.store.usage_entries._rows.values()]
    assert 9 <= sum(ledger) <= truth  # without changes exactly what there was, however often it was written
    assert (await plan_of(party)).rows.reserved == 0


async def attempt(party: Party, config: ConfigId, crash: tuple[int, bool] | None) -> None:
    """A run, if one may start; in a crash its worker dies, and another one goes on when the lease is over."""
    if all(task.ended_at is not None for task in await party.tasks()):
        try:
            await party.start(config, "full" if len(await party.tasks()) % 2 else "incremental")
        except RowsUsedUp:
            return
    if crash is not None:
        ordeal = Ordeal(party.world, crash[0], Killed(), applied=crash[1])
        messages = await party.story.relay()
        with ordeal.watched():
            for message in messages:
                await ordeal.endure(party.app.execute(command_of(message)))
        await party.story.pass_time()
    await party.story.work()
