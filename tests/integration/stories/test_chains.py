"""Exports that run after another one, and exports that are not to grow old."""

from datetime import timedelta

import pytest

from application.exports.commands.book_due_exports import BookDueExports
from application.exports.commands.cancel_task import CancelTask
from application.exports.commands.remove_export_config import RemoveExportConfig
from application.exports.commands.reschedule_export import RescheduleExport
from application.exports.queries.list_occurrences import ListOccurrences
from application.exports.queries.measure_freshness import MeasureFreshness
from application.exports.scheduling import ScheduleChoice
from application.exports.views import OccurrenceView
from domain.exports.schedule import AfterCycle, AfterUnknown
from domain.shared.errors import VendorFailed
from domain.shared.identities import ConfigId
from tests.integration.harness.stories import Party, Story

MINUTE = timedelta(minutes=1)


async def ledger(party: Party, config: ConfigId) -> list[OccurrenceView]:
    return await party.app.ask(ListOccurrences(company_id=party.id, config_id=config))


async def reasons(party: Party, config: ConfigId) -> list[str]:
    """What became of occurrences, the first one first."""
    return [entry.reason or entry.outcome for entry in reversed(await ledger(party, config))]


async def reschedule(party: Party, config: ConfigId, **choice: object) -> None:
    schedule = ScheduleChoice(**choice) if choice else None  # type: ignore[arg-type]
    await party.app.execute(RescheduleExport(company_id=party.id, config_id=config, schedule=schedule))


async def work_through(story: Story) -> None:
    """What is booked, and what that books in turn."""
    for _ in range(10):
        if not await story.work():
            return
    raise AssertionError("there is no end to it")


async def test_one_export_runs_after_another_and_a_third_after_that(story: Story, romashka: Party) -> None:
    first = await romashka.create()
    second = await romashka.create(schedule=ScheduleChoice(after=first))
    third = await romashka.create(schedule=ScheduleChoice(after=second))
    schedule = (await romashka.config(third)).schedule
    assert schedule is not None
    assert (schedule.kind, schedule.after, schedule.next_due_at, schedule.next_runs) == ("after", second, None, [])
    ended = await romashka.run(first)
    story.clock.advance(MINUTE)
    await work_through(story)
    tasks = {task.config_id: task for task in await romashka.tasks()}
    assert [tasks[config].state for config in (first, second, third)] == ["finished"] * 3
    assert [tasks[config].trigger for config in (first, second, third)] == ["manual", "schedule", "schedule"]
    (entry,) = await ledger(romashka, second)
    assert (entry.kind, entry.outcome, entry.task_id) == ("after", "ran", tasks[second].id)
    assert entry.nominal_at == ended.ended_at
    await romashka.check_sheet(third)


async def test_what_follows_is_booked_with_the_end_or_not_at_all(story: Story, romashka: Party) -> None:
    first = await romashka.create()
    second = await romashka.create(schedule=ScheduleChoice(after=first))
    await romashka.run(first)
    assert [task.state for task in await romashka.tasks()] == ["booked", "finished"]
    assert await reasons(romashka, second) == ["ran"]


@pytest.mark.parametrize(("always", "expected"), [(False, "after_failed"), (True, "ran")])
async def test_what_goes_wrong_is_followed_where_that_is_wanted(
    story: Story, romashka: Party, always: bool, expected: str
) -> None:
    first = await romashka.create()
    second = await romashka.create(schedule=ScheduleChoice(after=first, always=always))
    task_id = await romashka.start(first)
    await romashka.app.execute(CancelTask(company_id=romashka.id, task_id=task_id))
    assert await reasons(romashka, second) == [expected]
    assert len(await romashka.tasks()) == (2 if always else 1)


async def test_a_run_that_waits_serves_what_it_would_have_followed(story: Story, romashka: Party) -> None:
    first = await romashka.create()
    second = await romashka.create(schedule=ScheduleChoice(after=first, always=True))
    waiting = await romashka.start(second)
    other = await romashka.start(first)
    await romashka.app.execute(CancelTask(company_id=romashka.id, task_id=other))
    assert [entry.task_id for entry in await ledger(romashka, second)] == [waiting]
    assert await reasons(romashka, second) == ["merged"]


async def test_circles_are_refused(story: Story, romashka: Party) -> None:
    first = await romashka.create()
    second = await romashka.create(schedule=ScheduleChoice(after=first))
    third = await romashka.create(schedule=ScheduleChoice(after=second))
    for after in (first, second, third):
        with pytest.raises(AfterCycle):
            await reschedule(romashka, first, after=after)
    await reschedule(romashka, second)
    await reschedule(romashka, first, after=third)
    with pytest.raises(AfterCycle):
        await reschedule(romashka, second, after=first)


async def test_nobody_follows_another_companys_exports(story: Story, romashka: Party) -> None:
    vasilek = await story.party("vasilek")
    theirs = await vasilek.create()
    with pytest.raises(AfterUnknown):
        await romashka.create(schedule=ScheduleChoice(after=theirs))


async def test_who_followed_a_removed_export_rests_and_is_told(story: Story, romashka: Party) -> None:
    first = await romashka.create()
    second = await romashka.create(schedule=ScheduleChoice(after=first))
    story.clock.advance(MINUTE)
    await story.app.execute(RemoveExportConfig(company_id=romashka.id, config_id=first))
    schedule = (await romashka.config(second)).schedule
    assert schedule is not None
    assert (schedule.resting, schedule.after) == (True, first)
    assert await reasons(romashka, second) == ["after_removed"]
    other = await romashka.create()
    await reschedule(romashka, second, after=other)
    story.clock.advance(MINUTE)
    await romashka.run(other)
    assert await reasons(romashka, second) == ["after_removed", "ran"]


async def test_a_version_brought_back_is_nothing_to_follow(story: Story, romashka: Party) -> None:
    first = await romashka.create(strategy="replace")
    second = await romashka.create(schedule=ScheduleChoice(after=first))
    for mode in ("full", "full", "restore"):
        story.clock.advance(MINUTE)
        await romashka.run(first, mode)
        await work_through(story)
    assert await reasons(romashka, second) == ["ran", "ran"]


async def test_an_export_is_kept_fresh(story: Story, romashka: Party) -> None:
    config = await romashka.create(schedule=ScheduleChoice(freshness_minutes=20))
    assert await story.app.execute(BookDueExports()) == 1
    view = await romashka.config(config)
    assert view.schedule is not None
    assert (view.fresh_at, view.schedule.next_due_at) == (None, None), "its end says when it is due"
    oldest = timedelta(0)
    for _ in range(20):
        await story.relay_late(3 * MINUTE)
        view = await romashka.config(config)
        assert view.schedule is not None
        assert view.fresh_at is not None
        due = view.schedule.next_due_at
        assert due is not None
        story.clock.set(due)
        assert await story.app.execute(BookDueExports()) == 1
        oldest = max(oldest, due + 3 * MINUTE - view.fresh_at)
    assert timedelta(minutes=15) < oldest <= timedelta(minutes=20)
    kinds = {(entry.kind, entry.outcome) for entry in await ledger(romashka, config)}
    assert kinds == {("freshness", "ran")}


async def test_failures_of_a_fresh_export_are_followed_by_another_try(story: Story, romashka: Party) -> None:
    config = await romashka.create(schedule=ScheduleChoice(freshness_minutes=240))
    await story.app.execute(BookDueExports())
    pauses = []
    for _ in range(4):
        (task, *_) = await romashka.tasks()
        await story.app.execute(CancelTask(company_id=romashka.id, task_id=task.id))
        view = (await romashka.config(config)).schedule
        assert view is not None
        assert view.next_due_at is not None
        pauses.append(view.next_due_at - story.clock.now())
        story.clock.set(view.next_due_at)
        assert await story.app.execute(BookDueExports()) == 1
    assert pauses == [MINUTE * number for number in (1, 2, 4, 8)]


async def test_a_fresh_export_of_a_company_that_left_is_looked_at_again(story: Story, romashka: Party) -> None:
    config = await romashka.create(schedule=ScheduleChoice(freshness_minutes=20))
    await romashka.leave("Suspend")
    assert await story.app.execute(BookDueExports()) == 0
    assert await reasons(romashka, config) == ["company_inactive"]
    assert await story.app.execute(BookDueExports()) == 0
    assert await story.app.ask(MeasureFreshness()) == []
    await story.install("romashka", cause="Resume", token=romashka.token)
    story.clock.advance(20 * MINUTE)
    assert await story.app.execute(BookDueExports()) == 1


async def test_how_old_exports_are_can_be_asked(story: Story, romashka: Party) -> None:
    config = await romashka.create(schedule=ScheduleChoice(freshness_minutes=20))
    await romashka.create(cron="0 9 * * *")
    (never,) = await story.app.ask(MeasureFreshness())
    assert (never.config_id, never.company_id, never.target_seconds) == (config, romashka.id, 1200)
    assert never.fresh_at is None
    task = await romashka.run(config)
    (view,) = await story.app.ask(MeasureFreshness())
    assert view.fresh_at == task.started_at


async def test_a_target_set_during_a_run_begins_with_its_end(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    await romashka.start(config)
    await reschedule(romashka, config, freshness_minutes=30)
    schedule = (await romashka.config(config)).schedule
    assert schedule is not None
    assert schedule.next_due_at is None
    await story.work()
    schedule = (await romashka.config(config)).schedule
    assert schedule is not None
    assert schedule.next_due_at == story.clock.now() + 27 * MINUTE


async def test_a_run_that_is_put_off_ends_nothing(story: Story, romashka: Party) -> None:
    first = await romashka.create()
    second = await romashka.create(schedule=ScheduleChoice(after=first))
    story.world.source.failures.plan("read", VendorFailed(vendor="moysklad"))
    task = await romashka.run(first)
    assert task.state == "booked"
    assert await ledger(romashka, second) == []
