"""Several schedulers at once, over PostgreSQL, some of whom lose their connection in the middle."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from adapters.observability.metrics import Metrics
from application.exports.commands.book_due_exports import BookDueExports
from application.exports.commands.cancel_task import CancelTask
from application.exports.commands.reschedule_export import RescheduleExport
from application.exports.queries.list_occurrences import ListOccurrences
from application.exports.queries.list_tasks import ListTasks
from application.exports.scheduling import ScheduleChoice
from devstack.servers import Servers
from domain.exports.schedule import AfterCycle
from domain.shared.identities import ConfigId
from entrypoints.composition.scheduling import SCHEDULED, scheduler_application
from entrypoints.settings import Settings
from tests.integration.harness.stories import Party, Story

EXPORTS = 12
QUARTER = timedelta(minutes=15)


async def test_schedulers_that_are_cut_off_neither_lose_nor_double(
    party: Party, story: Story, running: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = datetime.now(UTC)
    now = began
    monkeypatch.setattr("adapters.system.clock.SystemClock.now", lambda _: now)
    choice = ScheduleChoice(cron="*/15 * * * *", spread_seconds=60)
    configs = [await party.create(schedule=choice) for _ in range(EXPORTS)]
    for number in range(1, 9):
        now = began + number * QUARTER
        schedulers = [asyncio.ensure_future(story.app.execute(BookDueExports())) for _ in range(4)]
        if number % 2:
            await _cut_off(running)
        await asyncio.gather(*schedulers, return_exceptions=True)
        if number % 3 == 0:
            for task in await unfinished(party):
                await party.app.execute(CancelTask(company_id=party.id, task_id=task))
    now += timedelta(minutes=2)
    await story.app.execute(BookDueExports())
    assert await story.app.execute(BookDueExports()) == 0
    booked: Counter[object] = Counter()
    for config in configs:
        entries = await party.app.ask(ListOccurrences(company_id=party.id, config_id=config, limit=100))
        moments = sorted(entry.nominal_at for entry in entries)
        first = datetime.fromtimestamp((began.timestamp() // 900 + 1) * 900, UTC)
        assert moments == [first + step * QUARTER for step in range(len(moments))]
        assert len(moments) in {8, 9}
        assert all(entry.count == 1 for entry in entries)
        booked.update(entry.task_id for entry in entries if entry.outcome == "ran")
    tasks = await party.app.ask(ListTasks(company_id=party.id, limit=1000))
    assert booked == Counter(task.id for task in tasks)
    assert len(tasks) >= 2 * EXPORTS
    assert await _commands(running, party) == len(tasks)


async def test_two_changes_at_once_make_no_circle(party: Party) -> None:
    for _ in range(5):
        one, other = await party.create(), await party.create()

        async def follow(own: ConfigId, after: ConfigId) -> None:
            schedule = ScheduleChoice(after=after)
            await party.app.execute(RescheduleExport(company_id=party.id, config_id=own, schedule=schedule))

        done = await asyncio.gather(follow(one, other), follow(other, one), return_exceptions=True)
        assert sorted(type(result) for result in done if result is not None) == [AfterCycle]


async def test_a_scheduler_has_what_it_is_told_to_do(service: Settings) -> None:
    async with scheduler_application(service, Metrics()) as application:
        for command in SCHEDULED:
            assert await application.execute(command()) >= 0


async def unfinished(party: Party) -> list[object]:
    tasks = await party.app.ask(ListTasks(company_id=party.id, limit=1000))
    return [task.id for task in tasks if task.ended_at is None]


async def _cut_off(running: Servers) -> None:
    """Ends whatever the service's connections are at, some moments after it began."""
    owner = await asyncpg.connect(running.database_url)
    await asyncio.sleep(0.01)
    await owner.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE state IN ('active', 'idle in transaction') AND application_name = 'skladsheets'"
    )
    await owner.close()


async def _commands(running: Servers, party: Party) -> int:
    owner = await asyncpg.connect(running.database_url)
    found: int = await owner.fetchval(
        "SELECT count(*) FROM outbox WHERE tag = 'exports.run' AND company_id = $1", party.id
    )
    await owner.close()
    return found
