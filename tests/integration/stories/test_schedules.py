"""Exports that run by themselves."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from dishka import Provider, provide
from dishka import Scope as DependencyScope

from adapters.memory.scope import Scope, entered
from application.delivery.commands.purge_expired import PurgeExpired
from application.exports.commands.book_due_exports import BookDueExports
from application.exports.commands.reschedule_export import RescheduleExport
from application.exports.queries.list_export_configs import ListExportConfigs
from application.exports.queries.list_occurrences import ListOccurrences
from application.exports.queries.preview_schedule import PreviewSchedule
from application.exports.scheduling import ScheduleChoice
from application.exports.views import OccurrenceView
from domain.exports.config import ConfigNotFound
from domain.exports.occurrences import OccurrenceOutcome
from domain.exports.schedule import (
    AfterUnknown,
    CronInvalid,
    CronSchedule,
    FreshnessInvalid,
    MisfireUnknown,
    ScheduleAmbiguous,
    ScheduleTooFrequent,
    ScheduleUnfit,
    SpreadInvalid,
    Terms,
    offset,
)
from domain.shared.identities import ClaimId, ConfigId
from tests.integration.harness.stories import Party, Story

HOUR = timedelta(hours=1)


class _Strict(Provider):
    scope = DependencyScope.APP

    @provide
    def terms(self) -> Terms:
        return Terms(timedelta(minutes=15), timedelta(minutes=5))


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


async def test_every_occurrence_has_an_entry_that_says_what_became_of_it(story: Story, romashka: Party) -> None:
    config = await romashka.create(cron="0 * * * *")
    began = story.clock.now()
    for _ in range(3):
        story.clock.advance(HOUR)
        await story.app.execute(BookDueExports())
    (waiting,) = await romashka.tasks()
    merged = [OccurrenceOutcome.RAN, OccurrenceOutcome.MERGED, OccurrenceOutcome.MERGED]
    assert await told(story, romashka, config) == [
        (began + number * HOUR, outcome, None) for number, outcome in enumerate(merged, 1)
    ]
    assert {entry.task_id for entry in await ledger(story, romashka, config)} == {waiting.id}
    await story.work()
    await romashka.leave("Suspend")
    story.clock.advance(HOUR)
    await story.app.execute(BookDueExports())
    assert (await told(story, romashka, config))[-1] == (began + 4 * HOUR, "skipped", "company_inactive")


async def test_an_occurrence_that_meets_a_run_is_skipped_and_tells_which(story: Story, romashka: Party) -> None:
    config = await romashka.create(cron="0 * * * *")
    task_id = await romashka.start(config)
    async with story.world.store.lock:
        with entered(Scope(None)):
            task = story.world.store.export_tasks.find(task_id)
            assert task is not None
            task.claim(ClaimId(UUID(int=1)), story.clock.now(), timedelta(hours=9))
            story.world.store.export_tasks.put(task)
    story.clock.advance(HOUR)
    assert await story.app.execute(BookDueExports()) == 0
    (entry,) = await ledger(story, romashka, config)
    assert (entry.outcome, entry.reason, entry.task_id) == ("skipped", "running", task_id)


async def test_missed_occurrences_have_an_entry_each(story: Story, romashka: Party) -> None:
    config = await romashka.create(cron="*/15 * * * *")
    began = story.clock.now()
    story.clock.advance(HOUR)
    assert await story.app.execute(BookDueExports()) == 1
    (task,) = await romashka.tasks()
    quarter = timedelta(minutes=15)
    assert await told(story, romashka, config) == [
        *((began + number * quarter, "merged", None) for number in (1, 2, 3)),
        (began + HOUR, "ran", None),
    ]
    assert {entry.task_id for entry in await ledger(story, romashka, config)} == {task.id}


async def test_a_long_outage_is_told_in_one_entry_and_the_newest(story: Story, romashka: Party) -> None:
    config = await romashka.create(cron="*/15 * * * *")
    began = story.clock.now()
    story.clock.advance(timedelta(days=2))
    assert await story.app.execute(BookDueExports()) == 1
    newest, many = await ledger(story, romashka, config)
    assert (newest.nominal_at, newest.outcome, newest.count) == (story.clock.now(), "ran", 1)
    assert (many.nominal_at, many.outcome, many.count) == (began + timedelta(minutes=15), "merged", 2 * 96 - 1)
    assert many.last_nominal_at == story.clock.now() - timedelta(minutes=15)


async def test_what_was_missed_can_be_skipped(story: Story, romashka: Party) -> None:
    config = await romashka.create(schedule=ScheduleChoice(cron="0 * * * *", misfire="skip"))
    began = story.clock.now()
    story.clock.advance(3 * HOUR + timedelta(minutes=11))
    assert await story.app.execute(BookDueExports()) == 0
    assert await told(story, romashka, config) == [
        (began + number * HOUR, "skipped", "misfire") for number in (1, 2, 3)
    ]
    story.clock.set(began + 5 * HOUR + timedelta(minutes=9))
    assert await story.app.execute(BookDueExports()) == 1
    assert (await told(story, romashka, config))[-2:] == [
        (began + 4 * HOUR, "skipped", "misfire"),
        (began + 5 * HOUR, "ran", None),
    ]


async def test_a_start_is_spread_and_both_moments_are_told(story: Story, romashka: Party) -> None:
    config = await romashka.create(schedule=ScheduleChoice(cron="0 * * * *", spread_seconds=1800))
    schedule = (await romashka.config(config)).schedule
    assert schedule is not None
    nominal, start = schedule.next_nominal_at, schedule.next_due_at
    assert nominal == story.clock.now() + HOUR
    assert start is not None
    assert start == nominal + offset(config, timedelta(minutes=30)) > nominal
    assert [run.nominal_at for run in schedule.next_runs] == [nominal + number * HOUR for number in range(5)]
    assert {run.starts_at - run.nominal_at for run in schedule.next_runs} == {start - nominal}
    assert schedule.next_runs[0].local_nominal_at.isoformat() == "2026-01-12T10:00:00+03:00"
    story.clock.set(start - timedelta(seconds=1))
    assert await story.app.execute(BookDueExports()) == 0
    story.clock.set(start)
    assert await story.app.execute(BookDueExports()) == 1
    (entry,) = await ledger(story, romashka, config)
    assert (entry.nominal_at, entry.decided_at) == (nominal, start)


async def test_a_change_supersedes_what_was_due_and_not_started(story: Story, romashka: Party) -> None:
    config = await romashka.create(schedule=ScheduleChoice(cron="0 * * * *", spread_seconds=3000))
    schedule = (await romashka.config(config)).schedule
    assert schedule is not None
    assert schedule.next_nominal_at is not None
    assert schedule.next_due_at is not None
    story.clock.set(schedule.next_nominal_at)
    again = ScheduleChoice(cron="0 * * * *", spread_seconds=3000, misfire="skip")
    await story.app.execute(RescheduleExport(company_id=romashka.id, config_id=config, schedule=again))
    assert await ledger(story, romashka, config) == [], "the same times"
    assert (await romashka.config(config)).schedule == msgspec.structs.replace(schedule, misfire="skip")
    await story.app.execute(RescheduleExport(company_id=romashka.id, config_id=config, cron="30 * * * *"))
    assert await told(story, romashka, config) == [(schedule.next_nominal_at, "skipped", "superseded")]
    story.clock.set(schedule.next_due_at)
    assert await story.app.execute(BookDueExports()) == (1 if schedule.next_due_at.minute >= 30 else 0)


async def test_a_change_after_an_outage_supersedes_all_that_was_missed(story: Story, romashka: Party) -> None:
    config = await romashka.create(cron="0 * * * *")
    story.clock.advance(3 * HOUR)
    await story.app.execute(RescheduleExport(company_id=romashka.id, config_id=config))
    entries = await ledger(story, romashka, config)
    assert [entry.reason for entry in entries] == ["superseded"] * 3
    assert await story.app.execute(BookDueExports()) == 0


async def test_the_ledger_is_kept_for_a_fortnight(story: Story, romashka: Party) -> None:
    config = await romashka.create(cron="0 9 * * *")
    for _ in range(20):
        story.clock.advance(timedelta(days=1))
        await story.app.execute(BookDueExports())
        await story.work()
    await story.app.execute(PurgeExpired())
    kept = await ledger(story, romashka, config)
    assert len(kept) == 14
    assert kept[0].decided_at == story.clock.now()
    query = ListOccurrences(company_id=romashka.id, config_id=config, before=kept[3].nominal_at, limit=2)
    assert await story.app.ask(query) == kept[4:6]


async def test_a_schedule_that_cannot_be_read_any_more_stops_nobody(story: Story, romashka: Party) -> None:
    broken, fine = await romashka.create(cron="0 * * * *"), await romashka.create(cron="0 * * * *")
    async with story.world.store.lock:
        with entered(Scope(None)):
            config = story.world.store.export_configs.find(broken)
            assert config is not None
            assert isinstance(config.schedule, CronSchedule)
            config.schedule = replace(config.schedule, cron="not any more")
            story.world.store.export_configs.put(config)
    story.clock.advance(HOUR)
    assert await story.app.execute(BookDueExports()) == 1
    assert [task.config_id for task in await romashka.tasks()] == [fine]
    assert [entry.reason for entry in await ledger(story, romashka, broken)] == ["unreadable"]
    assert await story.app.execute(BookDueExports()) == 0
    assert len(await story.app.ask(ListExportConfigs(company_id=romashka.id))) == 2


@pytest.mark.parametrize(
    ("choice", "error"),
    [
        (ScheduleChoice(), ScheduleAmbiguous),
        (ScheduleChoice(cron="0 9 * * *", freshness_minutes=20), ScheduleAmbiguous),
        (ScheduleChoice(cron="0 9 * * *", always=True), ScheduleUnfit),
        (ScheduleChoice(freshness_minutes=20, spread_seconds=5), ScheduleUnfit),
        (ScheduleChoice(freshness_minutes=20, misfire="skip"), ScheduleUnfit),
        (ScheduleChoice(cron="0 9 * * *", misfire="later"), MisfireUnknown),
        (ScheduleChoice(cron="0 9 * * *", spread_seconds=86_400), SpreadInvalid),
        (ScheduleChoice(cron="*/10 * * * *"), ScheduleTooFrequent),
        (ScheduleChoice(freshness_minutes=29), FreshnessInvalid),
        (ScheduleChoice(freshness_minutes=525_600), FreshnessInvalid),
        (ScheduleChoice(after=ConfigId(UUID(int=5))), AfterUnknown),
    ],
)
async def test_schedules_that_are_refused(
    story: Story, romashka: Party, choice: ScheduleChoice, error: type[Exception]
) -> None:
    del romashka
    story = await Story.begin(None, _Strict())
    romashka = await story.party("romashka")
    config = await romashka.create()
    with pytest.raises(error):
        await story.app.execute(RescheduleExport(company_id=romashka.id, config_id=config, schedule=choice))
    with pytest.raises(error):
        await romashka.create(schedule=choice)
    with pytest.raises(error):
        await story.app.ask(PreviewSchedule(company_id=romashka.id, schedule=choice))
    assert (await romashka.config(config)).schedule is None


async def test_a_preview_tells_what_saving_would(story: Story, romashka: Party) -> None:
    choice = ScheduleChoice(cron="30 9 * * *", spread_seconds=600)
    config = await romashka.create()
    new = await story.app.ask(PreviewSchedule(company_id=romashka.id, schedule=choice))
    own = await story.app.ask(PreviewSchedule(company_id=romashka.id, schedule=choice, config_id=config))
    assert (await romashka.config(config)).schedule is None
    await story.app.execute(RescheduleExport(company_id=romashka.id, config_id=config, schedule=choice))
    assert (await romashka.config(config)).schedule == own
    assert [run.nominal_at for run in new.next_runs] == [run.nominal_at for run in own.next_runs]
    assert all(run.starts_at == run.nominal_at for run in new.next_runs), "nobody knows where in the window"
    assert new.next_due_at == new.next_nominal_at
    with pytest.raises(ConfigNotFound):
        await story.app.ask(PreviewSchedule(company_id=romashka.id, schedule=choice, config_id=ConfigId(UUID(int=5))))


async def ledger(story: Story, party: Party, config: ConfigId) -> list[OccurrenceView]:
    return await story.app.ask(ListOccurrences(company_id=party.id, config_id=config))


async def told(story: Story, party: Party, config: ConfigId) -> list[tuple[datetime, str, str | None]]:
    """Occurrences in their order, with what became of them."""
    return [(one.nominal_at, one.outcome, one.reason) for one in reversed(await ledger(story, party, config))]
