"""Schedulers die at every step, and nothing is lost or done twice."""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from dishka import Provider, Scope, provide
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory.delivery import MemoryHeaders, MemoryOutbox
from adapters.memory.exports import MemoryExportConfigs, MemoryExportTasks
from adapters.memory.machine import MemoryClock, MemoryIds
from adapters.memory.schedules import MemoryOccurrences, MemoryStandings
from adapters.memory.store import MemoryStore
from application.exports.commands.book_due_exports import BookDueExports
from application.exports.commands.cancel_task import CancelTask
from application.exports.ports import ExportConfigs, ExportTasks
from application.exports.queries.list_occurrences import ListOccurrences
from application.exports.run_command import RunExport
from application.exports.schedule_ports import Occurrences, Standings
from application.exports.scheduling import ScheduleChoice
from application.ports import Outbox
from domain.shared.identities import ConfigId
from tests.integration.harness.stories import Party, Story, command_of

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Killed(BaseException):
    """The process ends here."""


class Death:
    """Strikes before the step `at` of what the store is asked for; `steps` are those that were taken."""

    def __init__(self) -> None:
        self.at = 0
        self.steps: list[str] = []

    def expect(self, at: int) -> None:
        self.at, self.steps = at, []

    def step(self, name: str) -> None:
        self.steps.append(name)
        if len(self.steps) == self.at:
            raise Killed


class Mortal:
    """A port whose every call may be the last."""

    def __init__(self, port: Any, death: Death) -> None:
        self._port = port
        self._death = death

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        async def call(*arguments: Any, **more: Any) -> Any:
            self._death.step(name)
            result = await method(*arguments, **more)
            self._death.step(f"{name}, done")
            return result

        return call


class MortalPorts(Provider):
    """The ports that booking writes to and reads from."""

    scope = Scope.APP
    death = provide(Death)

    @provide
    def configs(self, store: MemoryStore, death: Death) -> ExportConfigs:
        return Mortal(MemoryExportConfigs(store), death)

    @provide
    def tasks(self, store: MemoryStore, death: Death) -> ExportTasks:
        return Mortal(MemoryExportTasks(store), death)

    @provide
    def occurrences(self, store: MemoryStore, death: Death) -> Occurrences:
        return Mortal(MemoryOccurrences(store), death)

    @provide
    def standings(self, store: MemoryStore, death: Death) -> Standings:
        return Mortal(MemoryStandings(store), death)

    @provide
    def outbox(
        self, store: MemoryStore, ids: MemoryIds, clock: MemoryClock, headers: MemoryHeaders, death: Death
    ) -> Outbox:
        return Mortal(MemoryOutbox(store, ids, clock, headers), death)


PORTS = MortalPorts()


async def begin() -> tuple[Story, Party, Death]:
    story = await Story.begin(None, PORTS)
    party = await story.party("romashka")
    party.fill(3)
    return story, party, await story.world.container.get(Death)


async def check(story: Story, party: Party, configs: Iterable[ConfigId]) -> None:
    """One entry for each occurrence; one run and one command for each that ran."""
    runs = Counter(task.id for task in await party.tasks())
    commands = [command_of(stored.message) for stored in story.world.store.outbox._rows.values()]
    told = Counter(command.task_id for command in commands if isinstance(command, RunExport))
    assert told == runs
    booked: Counter[Any] = Counter()
    for config in configs:
        entries = await party.app.ask(ListOccurrences(company_id=party.id, config_id=config, limit=1000))
        booked.update(entry.task_id for entry in entries if entry.outcome == "ran")
    assert booked == runs


@pytest.mark.parametrize("kind", ["cron", "freshness"])
async def test_a_scheduler_killed_at_any_step_leaves_all_or_nothing(kind: str) -> None:
    at = 0
    while True:
        at += 1
        story, party, death = await begin()
        choice = ScheduleChoice(cron="0 * * * *") if kind == "cron" else ScheduleChoice(freshness_minutes=60)
        configs = [await party.create(schedule=choice) for _ in range(3)]
        story.clock.advance(2 * HOUR)
        death.expect(at)
        try:
            await story.app.execute(BookDueExports())
        except Killed:
            pass
        else:
            assert at > 12, death.steps
            break
        death.expect(0)
        assert await party.tasks() == []
        assert await story.app.execute(BookDueExports()) == 3
        assert await story.app.execute(BookDueExports()) == 0
        await check(story, party, configs)
        await story.world.container.close()


async def test_a_worker_killed_while_a_run_ends_leaves_what_follows_with_the_end() -> None:
    at = 0
    while True:
        at += 1
        story, party, death = await begin()
        first = await party.create(schedule=ScheduleChoice(freshness_minutes=60))
        followers = [await party.create(schedule=ScheduleChoice(after=first, always=True)) for _ in range(2)]
        await story.app.execute(BookDueExports())
        (task,) = await party.tasks()
        death.expect(at)
        try:
            await party.app.execute(CancelTask(company_id=party.id, task_id=task.id))
        except Killed:
            pass
        else:
            assert at > 12, death.steps
            break
        death.expect(0)
        assert [one.state for one in await party.tasks()] == ["booked"]
        await party.app.execute(CancelTask(company_id=party.id, task_id=task.id))
        assert len(await party.tasks()) == 3
        await check(story, party, [first, *followers])
        await story.world.container.close()


class Moment(msgspec.Struct, frozen=True):
    """So many minutes later a scheduler looks, and dies at that step of its work, if it has as many."""

    minutes: int
    dies_at: int


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.builds(Moment, st.integers(0, 200), st.integers(0, 30)), min_size=1, max_size=8),
    st.sampled_from(["run_once", "skip"]),
    st.booleans(),
)
async def test_whatever_happens_to_schedulers_each_occurrence_has_one_entry(
    moments: list[Moment], misfire: str, works: bool
) -> None:
    story, party, death = await begin()
    began = story.clock.now()
    steps = {30: "*/30 * * * *", 60: "0 * * * *"}
    configs = {
        step: await party.create(schedule=ScheduleChoice(cron=cron, misfire=misfire)) for step, cron in steps.items()
    }
    for moment in moments:
        story.clock.advance(moment.minutes * MINUTE)
        death.expect(moment.dies_at)
        with suppress(Killed):
            await story.app.execute(BookDueExports())
        death.expect(0)
        if works:
            await story.work()
    await story.app.execute(BookDueExports())
    for step, config in configs.items():
        entries = await party.app.ask(ListOccurrences(company_id=party.id, config_id=config, limit=1000))
        covered = sum(entry.count for entry in entries)
        assert covered == (story.clock.now() - began) // (step * MINUTE)
        assert _moments(entries) == sorted(_moments(entries), reverse=True)
    await check(story, party, configs.values())
    await story.world.container.close()


def _moments(entries: list[Any]) -> list[datetime]:
    return [entry.nominal_at for entry in entries]
