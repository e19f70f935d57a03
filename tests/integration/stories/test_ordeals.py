"""Whatever goes wrong at whatever step of a run, the sheet ends up as it should, with each row once.

A worker is killed after every step, and one of the other troubles that such a step can have strikes besides; `make
thorough` tries them all.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from application.exports.limits import RunLimits
from domain.shared.cells import Cell
from domain.shared.errors import VendorBusy, VendorFailed
from domain.shared.identities import ConfigId, TaskId
from tests.integration.harness.ordeals import Killed, Ordeal
from tests.integration.harness.stories import SMALL, Party, Story, command_of
from tests.integration.harness.thoroughness import in_turn

Trouble = tuple[str, Callable[[], BaseException], bool]
Situation = Callable[[], Awaitable[tuple[Party, ConfigId, TaskId]]]
ROUNDS = 12
MARKED = RunLimits(batch_bytes=750, gathered_cells=0)
"""Whatever is appended goes out in batches with markers."""
GATHERED = RunLimits(batch_bytes=120, gathered_cells=49)
"""Where more than four orders come they are gathered in a hidden tab, six at a time, and moved."""
_DEATHS: list[int] = []
"""The step at which a worker has to die in the middle of its run, once it was found."""


async def begun() -> Party:
    story = await Story.begin(SMALL)
    story.world.source.page_size = 3
    party = await story.party("romashka")
    party.fill(7)
    return party


async def first_run() -> tuple[Party, ConfigId, TaskId]:
    party = await begun()
    config = await party.create()
    return party, config, await party.start(config)


async def first_run_into_a_spreadsheet_of_theirs() -> tuple[Party, ConfigId, TaskId]:
    party = await begun()
    theirs = party.world.spreadsheets.add("Отчёты", "Продажи")
    config = await party.create(spreadsheet=theirs.spreadsheet_id)
    return party, config, await party.start(config)


async def second_run() -> tuple[Party, ConfigId, TaskId]:
    party = await begun()
    config = await party.create()
    await party.run(config)
    party.order("order-002", description=None)
    party.order("order-006", name="другое имя")
    party.fill(3, "new")
    return party, config, await party.start(config)


async def strategy_run(
    limits: RunLimits | int | None, rounds: int, new: int = 3, **fields: Any
) -> tuple[Party, ConfigId, TaskId]:
    """The last of so many runs with another way of writing; orders changed, came and went between them."""
    story = await Story.begin(RunLimits(batch_bytes=limits) if isinstance(limits, int) else limits)
    story.world.source.page_size = 3
    party = await story.party("romashka")
    party.fill(7)
    config = await party.create(**fields)
    for number in range(1, rounds):
        await party.run(config)
        party.order("order-002", description=f"раз {number}")
        party.fill(new, f"new-{number}")
    return party, config, await party.start(config)


async def first_append() -> tuple[Party, ConfigId, TaskId]:
    return await strategy_run(MARKED, 1, strategy="append")


async def second_append() -> tuple[Party, ConfigId, TaskId]:
    return await strategy_run(MARKED, 2, strategy="append")


async def first_large_append() -> tuple[Party, ConfigId, TaskId]:
    return await strategy_run(GATHERED, 1, strategy="append")


async def second_large_append() -> tuple[Party, ConfigId, TaskId]:
    return await strategy_run(GATHERED, 2, new=14, strategy="append")


async def second_insert() -> tuple[Party, ConfigId, TaskId]:
    party, config, task = await strategy_run(250, 2, strategy="insert")
    party.orders["order-002"][1]["description"] = "=1+1"  # what was inserted first stays
    party.orders["order-002"][1]["updated"] = 7.0
    return party, config, task


async def second_replacement_in_batches() -> tuple[Party, ConfigId, TaskId]:
    return await strategy_run(250, 2, strategy="replace")


async def third_replacement_in_batches() -> tuple[Party, ConfigId, TaskId]:
    return await strategy_run(250, 3, strategy="replace")


async def third_replacement_at_once() -> tuple[Party, ConfigId, TaskId]:
    return await strategy_run(None, 3, strategy="replace")


async def second_run_under_their_own_key() -> tuple[Party, ConfigId, TaskId]:
    return await strategy_run(250, 2, key_columns=("name",))


async def full_run_after_the_tab_was_deleted() -> tuple[Party, ConfigId, TaskId]:
    party = await begun()
    config = await party.create()
    await party.run(config)
    tab = await party.tab(config)
    for spreadsheet in party.world.spreadsheets.spreadsheets.values():
        spreadsheet.tabs[:] = [other for other in spreadsheet.tabs if other is not tab]
    return party, config, await party.start(config, "full")


async def full_run_whose_tab_is_deleted_meanwhile() -> tuple[Party, ConfigId, TaskId]:
    """A worker got as far as a checkpoint and died; then somebody deleted the tab."""
    for step in _DEATHS or range(15, 60):
        party, config, task = await full_run_after_the_tab_was_deleted()
        ordeal = Ordeal(party.world, at=step, error=Killed())
        with ordeal.watched():
            await ordeal.endure(one_attempt(party))
        stored = party.world.store.export_tasks._rows[task]
        if stored.checkpoint is not None and len((await party.tab(config)).values()) == 7:
            _DEATHS[:] = [step]
            break
    assert stored.checkpoint is not None
    tab = await party.tab(config)
    assert (stored.state, len(tab.values())) == ("claimed", 7)
    for spreadsheet in party.world.spreadsheets.spreadsheets.values():
        spreadsheet.tabs[:] = [other for other in spreadsheet.tabs if other is not tab]
    await party.story.pass_time()
    return party, config, task


SITUATIONS: tuple[Situation, ...] = (
    first_run,
    first_run_into_a_spreadsheet_of_theirs,
    second_run,
    full_run_after_the_tab_was_deleted,
    full_run_whose_tab_is_deleted_meanwhile,
)
OTHER_WAYS: tuple[Situation, ...] = (
    first_append,
    second_append,
    first_large_append,
    second_large_append,
    second_insert,
    second_replacement_in_batches,
    third_replacement_in_batches,
    third_replacement_at_once,
    second_run_under_their_own_key,
)
EVERYWHERE: tuple[Trouble, ...] = (("killed after", Killed, True),)
IN_TRANSACTIONS: tuple[Trouble, ...] = (
    ("lost before", lambda: ConnectionError("server closed the connection"), False),
    ("lost after", lambda: ConnectionError("server closed the connection"), True),
)
AT_VENDORS: tuple[Trouble, ...] = (
    ("failed before", lambda: VendorFailed(vendor="google"), False),
    ("failed after", lambda: VendorFailed(vendor="google"), True),
    ("busy", lambda: VendorBusy(7.0), False),
)


def troubles(steps: list[str], situation: int) -> Iterator[tuple[int, str, Trouble]]:
    """What goes wrong at which step: steps of one kind have their troubles in turn, each situation begins elsewhere."""
    seen: Counter[str] = Counter()
    for step, kind in enumerate(steps, start=1):
        others = IN_TRANSACTIONS if kind == "transaction" else AT_VENDORS
        for trouble in (*EVERYWHERE, *in_turn(others, situation + seen[kind])):
            yield step, kind, trouble
        seen[kind] += 1


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: one.__name__)
async def test_every_step_may_go_wrong(situation: Situation) -> None:
    calm = await _suffer(situation, 0, Killed(), applied=False)
    assert len(calm.steps) > 12
    assert {"transaction", "read", "write"} <= set(calm.steps)
    assert {"show", "lay_out"} & set(calm.steps), "the tab is either looked at or made"
    for step, kind, (name, error, applied) in troubles(calm.steps, SITUATIONS.index(situation)):
        try:
            await _suffer(situation, step, error(), applied=applied)
        except BaseException as wrong:
            raise AssertionError(f"{name} step {step}, {kind}, of {calm.steps}") from wrong


@pytest.mark.parametrize("situation", OTHER_WAYS, ids=lambda one: one.__name__)
async def test_every_step_of_every_way_of_writing_may_go_wrong(situation: Situation) -> None:
    """The sheet ends up as in a run in which nothing went wrong; a reader never sees it empty or half replaced."""
    expected: list[list[Cell]] = []
    calm = await _compare(situation, 0, Killed(), expected, applied=False)
    assert len(calm.steps) > 10
    for step, kind, (name, error, applied) in troubles(calm.steps, OTHER_WAYS.index(situation)):
        try:
            await _compare(situation, step, error(), expected, applied=applied)
        except BaseException as wrong:
            raise AssertionError(f"{name} step {step}, {kind}, of {calm.steps}") from wrong


async def test_every_step_of_telling_a_run_may_go_wrong() -> None:
    """However often and by whomever it is tried again, each run has one row, and the cell shows the last."""
    calm = await _be_told(0, Killed(), applied=False)
    assert {"transaction", "inspect", "apply"} <= set(calm.steps)
    for step, kind, (name, error, applied) in troubles(calm.steps, 0):
        try:
            await _be_told(step, error(), applied=applied)
        except BaseException as wrong:
            raise AssertionError(f"{name} step {step}, {kind}, of {calm.steps}") from wrong


async def _be_told(step: int, error: BaseException, *, applied: bool) -> Ordeal:
    """The second of two runs, whose telling takes the first one's marker away. The log has to be made anew."""
    party = await (await Story.begin()).party("romashka")
    party.fill(1)
    config = await party.create(run_log="Журнал", status_cell="'Сводка'!B2")
    await party.run(config)
    await party.story.work()
    book = party.world.spreadsheets.spreadsheets["memory-spreadsheet-000001"]
    book.tabs.remove(book.tab_titled("Журнал"))
    last = await party.run(config)
    ordeal = Ordeal(party.world, step, error, applied=applied)
    with ordeal.watched():
        await ordeal.endure(one_attempt(party))
    for _ in range(3):
        await party.story.pass_time()
        await party.story.work()
    logged = [row[1:4] for row in book.tab_titled("Журнал").values()[1:]]
    assert logged == [["Заказы на сегодня", "Обычный", "Готово"]]
    summary = book.tab_titled("Сводка")
    assert summary.names == {f"skladsheets_{config.hex}": (2, 1)}
    assert last.ended_at is not None
    moment = last.ended_at + timedelta(hours=3)
    assert summary.row(2) == [None, f"Обновлено {moment:%d.%m.%Y %H:%M:%S}, строк: 1"]
    assert [one.title for one in book.tabs] == ["Заказы", "Сводка", "Журнал"]
    assert len(book.markers) == 1
    run = await party.task(last.id)
    assert (run.state, run.warnings) == ("finished", [])
    await party.run(config)
    await party.story.work()
    assert (len(book.markers), len(book.tab_titled("Журнал").values())) == (1, 3)
    await party.world.container.close()
    return ordeal


async def _compare(
    situation: Situation, step: int, error: BaseException, expected: list[list[Cell]], *, applied: bool
) -> Ordeal:
    party, config, task_id = await situation()
    before = await _rows_if_any(party, config)
    ordeal = Ordeal(party.world, step, error, applied=applied)
    with ordeal.watched():
        await ordeal.endure(one_attempt(party))
    halfway = await _rows_if_any(party, config)
    await _make_good(party, task_id)
    after = await _rows_if_any(party, config)
    if not step:
        expected += after
    assert after == expected
    assert len(party.world.spreadsheets.spreadsheets) == 1, "nothing is left behind"
    if (await party.config(config)).strategy == "replace":
        assert halfway in (before, after)
    tabs = party.world.spreadsheets.spreadsheets["memory-spreadsheet-000001"].tabs
    assert not [tab.title for tab in tabs if "загрузка" in tab.title]
    await party.world.container.close()
    return ordeal


async def _rows_if_any(party: Party, config: ConfigId) -> list[list[Cell]]:
    if (await party.config(config)).target.sheet_id is None:
        return []
    return sorted(((await party.tab(config)).values())[1:], key=str)


async def _make_good(party: Party, task_id: TaskId) -> None:
    for _ in range(ROUNDS):
        if (await party.task(task_id)).ended_at is not None:
            break
        await party.story.pass_time()
        await party.story.work()
    task = await party.task(task_id)
    assert (task.state, task.error) == ("finished", None)


async def _suffer(situation: Situation, step: int, error: BaseException, *, applied: bool) -> Ordeal:
    """One worker suffers; the scheduler and other workers make it good."""
    party, config, task_id = await situation()
    ordeal = Ordeal(party.world, step, error, applied=applied)
    with ordeal.watched():
        await ordeal.endure(one_attempt(party))
    await _make_good(party, task_id)
    assert len(party.world.spreadsheets.spreadsheets) == 1, "nothing is left behind"
    await party.check_sheet(config)
    await _the_next_run_knows_where_it_stands(party, config)
    await party.world.container.close()
    return ordeal


async def one_attempt(party: Party) -> None:
    """What a worker does with the message, the relay aside."""
    for message in await party.story.relay():
        await party.app.execute(command_of(message))


async def _the_next_run_knows_where_it_stands(party: Party, config: ConfigId) -> None:
    writes = party.world.spreadsheets.writes
    calm = await party.run(config)
    assert (calm.state, calm.counts.write_requests) == ("finished", 0)
    assert party.world.spreadsheets.writes == writes
    party.order("order-004", description="в последний раз")
    last = await party.run(config)
    assert (last.counts.updated, last.counts.appended) == (1, 0)
    await party.check_sheet(config)
