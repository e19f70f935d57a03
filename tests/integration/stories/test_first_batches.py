"""A table may be laid out by the batch that fills it: whoever dies around it, and wherever people move its columns."""

from typing import Any

import pytest

from adapters.memory.grids import MemoryTab
from application.exports.limits import RunLimits
from domain.shared.identities import ConfigId, TaskId
from tests.integration.harness.ordeals import Killed, Ordeal
from tests.integration.harness.stories import Party, Story, command_of

SMALL = RunLimits(batch_bytes=120)
WAYS: dict[str, tuple[RunLimits, dict[str, Any]]] = {
    "append": (RunLimits(), {"strategy": "append"}),
    "append, gathered": (SMALL, {"strategy": "append"}),
    "replace": (RunLimits(), {"strategy": "replace"}),
    "replace, gathered": (SMALL, {"strategy": "replace"}),
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_first_run_leaves_each_row_once_although_a_column_was_moved_after_a_death(way: str) -> None:
    moved, step = 0, 1
    while await _dies_and_is_gone_on_with(way, step, anchored := []):
        moved += len(anchored)
        step += 1
    assert moved > 2
    assert step > 15


@pytest.mark.parametrize("way", WAYS)
async def test_whoever_takes_over_from_a_dead_worker_may_die_as_well(way: str) -> None:
    batches = [number for number in range(1, 70) if await _step(way, number) == "apply"]
    assert batches
    for again in range(1, 16):
        assert await _dies_and_is_gone_on_with(way, batches[0], [], again)


async def _step(way: str, number: int) -> str:
    """What the first attempt's step of that number is; empty beyond its end."""
    story, party, _ = await _begun(way)
    ordeal = Ordeal(party.world, at=number, error=Killed(), applied=True)
    with ordeal.watched():
        await ordeal.endure(_attempt(story))
    return ordeal.steps[number - 1] if len(ordeal.steps) >= number else ""


async def _begun(way: str) -> tuple[Story, Party, tuple[ConfigId, TaskId]]:
    limits, options = WAYS[way]
    story = await Story.begin(limits)
    story.world.source.page_size = 3
    party = await story.party("romashka")
    party.fill(7)
    config = await party.create(**options)
    return story, party, (config, await party.start(config))


async def _dies_and_is_gone_on_with(way: str, step: int, anchored: list[MemoryTab], again: int = 0) -> bool:
    """Answers whether the run took so many steps. `anchored` is the table whose columns were moved, if it stood. The
    second attempt dies too, at its step `again`.
    """
    story, party, (config, task_id) = await _begun(way)
    ordeal = Ordeal(party.world, at=step, error=Killed(), applied=True)
    with ordeal.watched():
        await ordeal.endure(_attempt(story))
    if len(ordeal.steps) < step:
        return False
    tabs = [tab for book in party.world.spreadsheets.spreadsheets.values() for tab in book.tabs]
    anchored += [tab for tab in tabs if tab.anchors and not tab.hidden]
    for tab in anchored:
        tab.move_column(1, 3)
    if again:
        await story.pass_time()
        another = Ordeal(party.world, at=again, error=Killed(), applied=True)
        with another.watched():
            await another.endure(_attempt(story))
    for _ in range(12):
        if (await party.task(task_id)).ended_at is not None:
            break
        await story.pass_time()
        await story.work()
    assert (await party.task(task_id)).state == "finished", step
    for tab in anchored:
        tab.move_column(3, 1)
    await party.check_sheet(config)
    again = await party.run(config, "full")
    assert (again.state, again.error) == ("finished", None), step
    await party.check_sheet(config)
    (book,) = party.world.spreadsheets.spreadsheets.values()
    assert [tab.title for tab in book.tabs if not tab.hidden] == ["Заказы"]
    return True


async def _attempt(story: Story) -> None:
    for message in await story.relay():
        await story.app.execute(command_of(message))
