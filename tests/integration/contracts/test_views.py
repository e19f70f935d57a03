"""Contract of application.exports.views.ExportViews."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from application.exports.views import (
    ColumnChoiceView,
    ConditionView,
    ConfigView,
    CountsView,
    FailureView,
    FollowingView,
    PersonalView,
    ScheduleView,
    TargetView,
    TaskStory,
    TaskView,
    timeline_view,
)
from domain.exports.rows import BadRow
from domain.exports.task import ExportTask, TaskCounts, TaskState
from domain.shared.identities import CompanyId, ConfigId, TaskId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World


async def test_a_configuration_as_people_see_it(world: World, company: CompanyId) -> None:
    full = await samples.stored_config(world, company)
    assert full.schedule is not None
    async with world.transaction(company):
        assert await world.views.config(company, full.id) == ConfigView(
            id=full.id,
            name="Заказы",
            exporter="customerorder",
            columns=[
                ColumnChoiceView(id="id", title="ID"),
                ColumnChoiceView(id="sum", title='Сумма, "₽"'),
                ColumnChoiceView(id="computed:1", title="Долг", expression="sum - payedSum", kind="money"),
                ColumnChoiceView(id="constant:1", title="Метка", constant="A'B"),
            ],
            filters=[
                ConditionView(field="sum", operator=">=", value="1000.50"),
                ConditionView(field="name", operator="~", value="A'; DROP TABLE"),
            ],
            rows="totals",
            strategy="upsert",
            key_columns=["id", "computed:1"],
            allow_empty=True,
            keep_previous=False,
            removal="archive",
            brake_percent=35,
            window_days=90,
            reconcile_days=14,
            target=TargetView(
                spreadsheet_id="spreadsheet-with-a-long-id",
                title="Заказы",
                tab="Лист '1' 2",
                sheet_id=2_147_483_648,
                url="https://docs.google.com/spreadsheets/d/spreadsheet-with-a-long-id/edit#gid=2147483648",
                on_obstacle="next_tab",
            ),
            run_log="Журнал «запусков»",
            status_cell="'Сводка ''год'''!AB2",
            schedule=ScheduleView(
                kind="cron",
                cron="*/15 9-18 * * 1-5",
                time_zone="Asia/Yekaterinburg",
                next_due_at=full.next_due_at,
                next_nominal_at=full.created_at + timedelta(minutes=15),
                spread_seconds=420,
                misfire="skip",
            ),
            fresh_at=full.fresh_at,
            on_change=True,
            following=None,
            personal=PersonalView(treatment="masked", columns={"sum": "pseudonym", "name": "as_is"}),
            created_at=full.created_at,
        )


async def test_a_bare_configuration_as_people_see_it(world: World, company: CompanyId) -> None:
    bare = samples.bare_config(world, company)
    async with world.transaction(company):
        await world.configs.put(bare)
        seen = await world.views.config(company, bare.id)
    assert seen is not None
    assert (seen.schedule, seen.filters) == (None, [])
    assert (seen.run_log, seen.status_cell) == (None, None)
    assert seen.target == TargetView(
        spreadsheet_id=None, title="Заказы", tab="Лист1", sheet_id=None, url=None, on_obstacle="refuse"
    )


async def test_changes_that_wait_as_people_see_them(world: World, company: CompanyId) -> None:
    config = await samples.stored_config(world, company)
    watch, due_at = samples.watch(world, config.id, company), world.now + timedelta(hours=1)
    async with world.transaction(company):
        await world.watches.put(watch, due_at)
        (listed,) = await world.views.configs(company, None, 10)
        assert watch.first_at is not None
        assert listed.following == FollowingView(told_at=watch.first_at, next_run_at=due_at)
        assert await world.views.config(company, config.id) == listed
        watch.first_at = None
        await world.watches.put(watch, due_at)
        seen = await world.views.config(company, config.id)
    assert seen is not None
    assert seen.following is None


async def test_a_task_as_people_see_it(world: World, company: CompanyId) -> None:
    task = samples.full_task(world, await samples.stored_config(world, company))
    async with world.transaction(company):
        await world.tasks.add(task)
        assert await world.views.task(company, task.id) == TaskView(
            id=task.id,
            config_id=task.config_id,
            mode="full",
            trigger="manual",
            state=TaskState.CLAIMED,
            progress=0.8333,
            counts=CountsView(total=60, read=50, unchanged=40, updated=30, appended=20, write_requests=10),
            error=FailureView(code="vendors.failed", details={"vendor": "google", "status": 503}),
            warnings=[],
            booked_at=task.booked_at,
            started_at=task.started_at,
            ended_at=task.ended_at,
            retry_at=task.due_at,
            story=TaskStory(
                timeline=timeline_view(task.timeline),
                sheet_url="https://docs.google.com/spreadsheets/d/spreadsheet-with-a-long-id/edit#gid=2147483648",
                quarantined=0,
            ),
        )
        (listed,) = await world.views.tasks(company, task.config_id, None, 10)
        assert listed.story is None, "lists do without"


async def test_the_history_of_a_task_as_people_see_it(world: World, company: CompanyId) -> None:
    config = await samples.stored_config(world, company)
    task = samples.full_task(world, config)
    found = task.started_at
    assert found is not None
    rows = [BadRow(f"row-{number}", "exports.cell_too_long", {}) for number in range(3)]
    async with world.transaction(company):
        await world.tasks.add(task)
        await world.quarantine.put(company, config.id, rows[:2], found)
        await world.quarantine.put(company, config.id, rows[2:], found - timedelta(seconds=1))
        seen = await world.views.task(company, task.id)
    assert seen is not None
    assert seen.story is not None
    assert seen.story.quarantined == 2, "the third was found by an earlier run"
    lost, last = seen.story.timeline.attempts
    assert (lost.outcome, lost.ended_at) == ("lost", world.now + timedelta(seconds=9))
    assert (last.outcome, last.error, last.work.rows) == (None, None, 50)
    assert [(wait.vendor, wait.reason, wait.times, wait.seconds) for wait in last.work.waits] == [
        ("moysklad", "window", 3, 1.25),
        ("google", "user", 1, 0.5),
    ]
    assert seen.story.timeline.total.write_seconds == 2.5


@pytest.mark.parametrize(
    ("state", "read", "total", "progress"),
    [
        (TaskState.BOOKED, 0, 0, 0.0),
        (TaskState.CLAIMED, 7, 5, 1.0),
        (TaskState.FAILED, 1, 3, 0.3333),
        (TaskState.FINISHED, 0, 0, 1.0),
    ],
)
async def test_how_much_of_a_task_is_done(
    world: World, company: CompanyId, state: TaskState, read: int, total: int, progress: float
) -> None:
    task = samples.booked(world, await samples.stored_config(world, company))
    task.state, task.counts = state, TaskCounts(read=read, total=total)
    async with world.transaction(company):
        await world.tasks.add(task)
        seen = await world.views.task(company, task.id)
    assert seen is not None
    assert (seen.progress, seen.error, seen.started_at, seen.retry_at) == (progress, None, None, None)


async def test_views_can_be_written_as_json(world: World, company: CompanyId) -> None:
    config = await samples.stored_config(world, company)
    task = samples.full_task(world, config)
    async with world.transaction(company):
        await world.tasks.add(task)
        views = [await world.views.config(company, config.id), await world.views.task(company, task.id)]
    written = msgspec.json.decode(msgspec.json.encode(views))
    assert written[0]["target"]["sheetId"] == 2_147_483_648
    assert written[1]["counts"]["writeRequests"] == 10


async def test_exports_newest_first_page_by_page(world: World, company: CompanyId, stranger: CompanyId) -> None:
    await samples.stored_config(world, stranger)
    made = [await samples.stored_config(world, company) for _ in range(5)]
    newest_first = [config.id for config in reversed(made)]
    seen: list[ConfigId] = []
    async with world.transaction(company):
        while page := await world.views.configs(company, seen[-1] if seen else None, 2):
            assert len(page) <= 2
            seen += [view.id for view in page]
    assert seen == newest_first


async def test_tasks_newest_first_page_by_page(world: World, company: CompanyId, stranger: CompanyId) -> None:
    one, other = await samples.stored_config(world, company), await samples.stored_config(world, company)
    made: list[ExportTask] = []
    for config in (one, other, one, one, other, await samples.stored_config(world, stranger)):
        task = replace(samples.booked(world, config), state=TaskState.FINISHED)
        async with world.transaction(config.company_id):
            await world.tasks.add(task)
        made.append(task)
    for config_id in (None, one.id, other.id):
        own = [task for task in made if task.company_id == company and config_id in {None, task.config_id}]
        seen: list[TaskId] = []
        async with world.transaction(company):
            while page := await world.views.tasks(company, config_id, seen[-1] if seen else None, 2):
                assert len(page) <= 2
                seen += [view.id for view in page]
        assert seen == [task.id for task in reversed(own)]


async def test_what_is_not_there_or_not_ones_own(world: World, company: CompanyId, stranger: CompanyId) -> None:
    config = await samples.stored_config(world, stranger)
    task = await samples.stored_task(world, config)
    async with world.transaction(company):
        for whose in (company, stranger):
            assert await world.views.config(whose, config.id) is None
            assert await world.views.task(whose, task.id) is None
            assert await world.views.configs(whose, None, 10) == []
            assert await world.views.tasks(whose, None, None, 10) == []
            assert await world.views.tasks(whose, config.id, None, 10) == []
        assert await world.views.config(company, ConfigId(uuid4())) is None
        assert await world.views.task(company, TaskId(uuid4())) is None
