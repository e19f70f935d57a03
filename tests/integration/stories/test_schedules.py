"""Exports that run by themselves."""

from datetime import timedelta

import pytest

from application.exports.commands.book_due_exports import BookDueExports
from application.exports.commands.reschedule_export import RescheduleExport
from domain.exports.schedule import CronInvalid
from tests.integration.harness.stories import Party, Story

HOUR = timedelta(hours=1)


async def test_what_comes_due_is_booked_once(story: Story, romashka: Party) -> None:
    config = await romashka.create(cron="0 * * * *")
    schedule = (await romashka.config(config)).schedule
    assert schedule is not None
    assert schedule.time_zone == "Europe/Moscow"
    assert await story.app.execute(BookDueExports()) == 0
    story.clock.set(schedule.next_due_at)
    assert await story.app.execute(BookDueExports()) == 1
    assert await story.app.execute(BookDueExports()) == 0
    assert await story.work() == 1
    (task,) = await romashka.tasks()
    assert (task.trigger, task.state, task.mode) == ("schedule", "finished", "incremental")
    await romashka.check_sheet(config)


async def test_a_run_that_still_goes_on_is_not_booked_again(story: Story, romashka: Party) -> None:
    await romashka.create(cron="0 * * * *")
    for booked in (1, 0, 0):
        story.clock.advance(HOUR)
        assert await story.app.execute(BookDueExports()) == booked
    await story.work()
    story.clock.advance(HOUR)
    assert await story.app.execute(BookDueExports()) == 1
    assert len(await romashka.tasks()) == 2


async def test_nothing_is_booked_while_the_app_is_suspended(story: Story, romashka: Party) -> None:
    await romashka.create(cron="0 * * * *")
    await romashka.leave("Suspend")
    story.clock.advance(HOUR)
    assert await story.app.execute(BookDueExports()) == 0
    await story.install("romashka", cause="Resume", token=romashka.token)
    assert await story.app.execute(BookDueExports()) == 0
    story.clock.advance(HOUR)
    assert await story.app.execute(BookDueExports()) == 1


async def test_missed_occurrences_are_merged_into_one(story: Story, romashka: Party) -> None:
    config = await romashka.create(cron="*/15 * * * *")
    story.clock.advance(timedelta(hours=30, minutes=1))
    assert await story.app.execute(BookDueExports()) == 1
    schedule = (await romashka.config(config)).schedule
    assert schedule is not None
    assert schedule.next_due_at == story.clock.now() + timedelta(minutes=14)
    await story.work()
    assert await story.app.execute(BookDueExports()) == 0


async def test_every_company_gets_its_own(story: Story, romashka: Party) -> None:
    vasilek = await story.party("vasilek")
    vasilek.fill(2)
    configs = [(party, await party.create(cron="30 9 * * *")) for party in (romashka, vasilek)]
    story.clock.advance(HOUR)
    assert await story.app.execute(BookDueExports()) == 2
    assert await story.work() == 2
    for party, config in configs:
        assert [task.state for task in await party.tasks()] == ["finished"]
        await party.check_sheet(config)


async def test_a_schedule_can_be_changed_and_taken_away(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    command = RescheduleExport(company_id=romashka.id, config_id=config, cron="30 10 * * *")
    await story.app.execute(command)
    schedule = (await romashka.config(config)).schedule
    assert schedule is not None
    assert schedule.next_due_at == story.clock.now() + timedelta(minutes=90)
    with pytest.raises(CronInvalid):
        await story.app.execute(RescheduleExport(company_id=romashka.id, config_id=config, cron="whenever"))
    assert (await romashka.config(config)).schedule == schedule
    await story.app.execute(RescheduleExport(company_id=romashka.id, config_id=config, cron=None))
    story.clock.advance(timedelta(days=3))
    assert await story.app.execute(BookDueExports()) == 0
