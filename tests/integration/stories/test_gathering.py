"""Many new versions are gathered in a hidden tab and moved below the table: each is there once, whatever happens."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from adapters.memory.grids import MemorySpreadsheet, MemoryTab
from application.billing.commands.set_plan import SetPlan
from application.exports.commands.cancel_task import CancelTask
from application.exports.limits import RunLimits
from application.exports.views import TaskView
from domain.billing.plans import PLANS, PlanKey
from domain.billing.standing import RowsUsedUp
from domain.exports.spreadsheet import CELLS_LIMIT, TABS_LIMIT, TableCut
from domain.shared.cells import Cell
from domain.shared.identities import ConfigId, TaskId
from tests.integration.harness.ordeals import Killed, Ordeal
from tests.integration.harness.stories import COLUMNS, ENTITY, Party, Story, command_of

WIDTH = len(COLUMNS)
SIX = RunLimits(batch_bytes=120, gathered_cells=WIDTH * 7)
"""Two orders make a batch, and six at most are gathered."""
ALL = replace(SIX, gathered_cells=2_500_000)
HIDDEN = "Заказы – загрузка"
ROUNDS = 12


async def begin(limits: RunLimits = ALL, orders: int = 11) -> tuple[Party, ConfigId]:
    story = await Story.begin(limits)
    story.world.source.page_size = 3
    party = await story.party("romashka")
    party.fill(orders)
    return party, await party.create(strategy="append")


def book_of(party: Party) -> MemorySpreadsheet:
    (book,) = party.world.spreadsheets.spreadsheets.values()
    return book


def hidden_of(party: Party) -> MemoryTab | None:
    return next((tab for tab in book_of(party).tabs if tab.hidden), None)


def rows_of(tab: MemoryTab) -> list[tuple[Cell, Cell]]:
    """Which version of which order stands in each row of ours, from the top."""
    return [(row[0], row[4] if len(row) > 4 else None) for row in tab.values()[1:] if row and row[0]]


async def done(party: Party, config: ConfigId, mode: str = "incremental") -> TaskView:
    task = await party.run(config, mode)
    assert (task.state, task.error) == ("finished", None)
    return task


async def ended(party: Party, task_id: TaskId) -> TaskView:
    for _ in range(ROUNDS):
        if (await party.task(task_id)).ended_at is not None:
            break
        await party.story.pass_time()
        await party.story.work()
    return await party.task(task_id)


async def die_at(party: Party, step: int, *, applied: bool = True) -> list[str]:
    """A worker is killed at that step of its run. Answers which steps it has taken."""
    ordeal = Ordeal(party.world, at=step, error=Killed(), applied=applied)
    with ordeal.watched():
        await ordeal.endure(one_attempt(party))
    return ordeal.steps


async def one_attempt(party: Party) -> None:
    for message in await party.story.relay():
        await party.app.execute(command_of(message))


async def died_while_gathering(limits: RunLimits = ALL) -> tuple[Party, ConfigId, TaskId]:
    """The worker has noted some of the rows, and its successor is about to begin."""
    for step in range(20, 60):
        party, config = await begin(limits)
        task = await party.start(config)
        await die_at(party, step)
        if len(party.world.store.exported_rows._rows) > 3:
            break
    (intent,) = party.world.store.write_intents._rows.values()
    assert intent.intent.gathered is not None
    assert 3 < intent.intent.gathered.rows < 11
    assert hidden_of(party) is not None
    await party.story.pass_time()
    return party, config, task


async def test_many_rows_come_into_the_table_at_once_and_in_their_order() -> None:
    party, config = await begin()
    seen: list[int] = []
    write = party.world.spreadsheets.write

    async def watched(*given: Any) -> None:
        await write(*given)
        seen.append(len(rows_of(await party.tab(config))))

    party.world.spreadsheets.write = watched  # type: ignore[method-assign]
    task = await done(party, config)
    assert len(seen) >= 4
    assert not any(seen), "nothing is shown before everything is there"
    assert rows_of(await party.tab(config)) == [(key, "=1+1") for key in party.orders]
    assert [tab.title for tab in book_of(party).tabs] == ["Заказы"]
    assert (task.counts.appended, len(book_of(party).markers)) == (11, 1)
    calls = party.world.spreadsheets.failures.calls
    # the spreadsheet, the table, the hidden tab, seven batches, the move
    assert (calls["create"], calls["lay_out"], calls["write"], calls["apply"]) == (1, 1, 7, 2)
    await party.check_sheet(config)
    assert (await done(party, config)).counts.write_requests == 0
    assert (await done(party, config, "full")).counts.appended == 0


async def test_few_rows_take_the_writes_that_they_took() -> None:
    party, config = await begin(RunLimits(), orders=3)
    await done(party, config)
    party.order("order-001", description="раз")
    party.order("order-002", description="два")
    before = party.world.spreadsheets.failures.calls.copy()
    await done(party, config)
    asked = party.world.spreadsheets.failures.calls - before
    assert asked == Counter(inspect=2, show=1, grow=1, apply=1)
    assert rows_of(await party.tab(config))[3:] == [("order-001", "раз"), ("order-002", "два")]


async def test_what_is_gathered_is_moved_whenever_the_hidden_tab_is_full() -> None:
    party, config = await begin(SIX)
    await done(party, config)
    party.fill(14, "new")
    for number in range(5):
        party.order(f"order-00{number}", description="раз")
    await done(party, config)
    first = [(f"order-{number:03}", "=1+1") for number in range(11)]
    second = [(f"new-{number:03}", "=1+1") for number in range(14)]
    third = [(f"order-{number:03}", "раз") for number in range(5)]
    assert rows_of(await party.tab(config)) == [*first, *second, *third]
    assert hidden_of(party) is None
    assert party.world.spreadsheets.failures.calls["apply"] > 6


def edited(tab: MemoryTab, way: int) -> None:
    """People work in the table."""
    if way % 3 == 0:
        tab.sort_by(4)
    if way % 2 == 0:
        tab.insert_row(3)
        tab.put_cell(3, WIDTH, "чужое рядом")
    row = len(tab.values()) + 2
    tab.row_count = max(tab.row_count, row)
    tab.put_cell(row, 1, "чужое внизу")


@pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])
async def test_people_may_edit_while_nobody_works_and_each_version_stands_once(*, applied: bool) -> None:
    """A worker dies at each step of its run; people sort, insert and write; another worker goes on."""
    steps = 1
    for step in count():
        if step > steps:
            break
        party, config = await begin(SIX, orders=5)
        await done(party, config)
        tab = await party.tab(config)
        party.fill(9, "new")
        party.order("order-002", description="раз")
        expected = Counter([*rows_of(tab), *[(key, "=1+1") for key in party.orders if "new" in key]])
        expected["order-002", "раз"] += 1
        task = await party.start(config)
        if not step:
            steps = len(await die_at(party, 10_000))
        else:
            await die_at(party, step, applied=applied)
            shown = len(rows_of(tab))
            edited(tab, step)
            tab.delete_row(next(row for row in range(2, 20) if tab.row(row)[:1] == ["order-000"]))
            expected["order-000", "=1+1"] -= 1
            was = rows_of(tab)
            await party.story.pass_time()
            assert (await ended(party, task)).state == "finished"
            assert rows_of(tab)[: len(was)] == was, "what stood there stays above"
            assert len(was) == shown - 1
            told = [cell for row in tab.values() for cell in row if isinstance(cell, str) and cell.startswith("чужое")]
            assert sorted(told) == ["чужое внизу", "чужое рядом"][: 1 + (step % 2 == 0)]
        assert Counter(rows_of(tab)) == +expected, step
        assert hidden_of(party) is None
        await party.world.container.close()
    assert steps > 60


@pytest.mark.parametrize("call", ["write", "first_filled", "grow"])
@pytest.mark.parametrize("runs", [1, 2], ids=["in a new table", "in a table that has rows"])
async def test_people_may_edit_while_rows_are_gathered_and_room_is_made(call: str, runs: int) -> None:
    """What is looked at last is where the table ends."""
    party, config = await begin(orders=5 if runs == 2 else 11)
    if runs == 2:
        await done(party, config)
        party.fill(11, "new")
    before = rows_of(await party.tab(config)) if runs == 2 else []
    sheets = party.world.spreadsheets
    method = getattr(sheets, call)
    edits: list[str] = []

    async def meddled(*given: Any) -> Any:
        tab = await party.tab(config)
        if not edits:
            edits.append(call)
            tab.insert_row(2)
            tab.insert_row(3)
            tab.put_cell(3, WIDTH, "чужое рядом")
            tab.row_count += 30
            tab.put_cell(len(before) + 8, 3, "чужое внизу")
        return await method(*given)

    setattr(sheets, call, meddled)
    await done(party, config)
    tab = await party.tab(config)
    assert rows_of(tab) == [*before, *[(key, "=1+1") for key in party.orders if (key, "=1+1") not in before]]
    told = [cell for row in tab.values() for cell in row if isinstance(cell, str) and cell.startswith("чужое")]
    assert told == (["чужое рядом", "чужое внизу"] if edits else [])
    assert edits or (call, runs) in {("grow", 1), ("first_filled", 2)}, "a new table is as long as it has to be"


def deleted(book: MemorySpreadsheet, tab: MemoryTab) -> None:
    book.tabs.remove(tab)


def shuffled(_: MemorySpreadsheet, tab: MemoryTab) -> None:
    rows = [tab.row(2), tab.row(3)]
    for number, row in zip((3, 2), rows, strict=True):
        tab.put_row(number, row)


def row_deleted(_: MemorySpreadsheet, tab: MemoryTab) -> None:
    tab.delete_row(3)


def column_deleted(_: MemorySpreadsheet, tab: MemoryTab) -> None:
    tab.delete_column(0)


def key_changed(_: MemorySpreadsheet, tab: MemoryTab) -> None:
    tab.put_cell(4, 0, "другое")


def cut_short(_: MemorySpreadsheet, tab: MemoryTab) -> None:
    tab.row_count = 2
    tab.clear(3, 20, range(WIDTH))


def shown(_: MemorySpreadsheet, tab: MemoryTab) -> None:
    tab.hidden, tab.title = False, "Что это?"


@pytest.mark.parametrize(
    "harm", [deleted, shuffled, row_deleted, column_deleted, key_changed, cut_short], ids=lambda one: one.__name__
)
@pytest.mark.parametrize("late", [False, True], ids=["between attempts", "just before the move"])
async def test_a_hidden_tab_that_somebody_has_spoilt_is_gathered_anew(
    harm: Callable[[MemorySpreadsheet, MemoryTab], None], *, late: bool
) -> None:
    party, config, task = await died_while_gathering()
    done_harm: list[bool] = []

    def spoil() -> None:
        if not done_harm and (tab := hidden_of(party)) is not None:
            done_harm.append(True)
            harm(book_of(party), tab)

    deletes = party.world.source.deleted
    if late:  # everything was read, little is left to write

        def watched(*given: Any) -> Any:
            spoil()
            return deletes(*given)

        party.world.source.deleted = watched  # type: ignore[method-assign]
    else:
        spoil()
    outcome = await ended(party, task)
    assert done_harm
    seen_at_once = not late and harm in {deleted, column_deleted, cut_short}
    assert not seen_at_once or outcome.counts.appended == 11
    told = party.world.store.export_tasks._rows[task].timeline
    assert all(attempt.work.rows >= 0 for attempt in told.attempts)
    if outcome.state == "failed" and not seen_at_once:
        assert outcome.error is not None
        assert outcome.error.code == TableCut.code
        outcome = await done(party, config)
    assert outcome.state == "finished"
    assert Counter(rows_of(await party.tab(config))) == Counter((key, "=1+1") for key in party.orders)
    assert [tab.title for tab in book_of(party).tabs] == ["Заказы"]
    assert (await done(party, config)).counts.appended == 0


async def test_a_spoilt_hidden_tab_goes_though_little_is_left_to_append() -> None:
    party, config, task = await died_while_gathering()
    tab = hidden_of(party)
    assert tab is not None
    key_changed(book_of(party), tab)
    assert (await ended(party, task)).state == "failed"
    for key in list(party.orders)[1:]:
        party.world.source.remove(party.token, ENTITY, key)
        del party.orders[key]
    assert (await done(party, config)).counts.appended == 1
    await party.check_sheet(config)
    assert [tab.title for tab in book_of(party).tabs] == ["Заказы"]


async def test_a_hidden_tab_that_was_renamed_and_shown_is_found_by_its_id() -> None:
    party, config, task = await died_while_gathering()
    tab = hidden_of(party)
    assert tab is not None
    shown(book_of(party), tab)
    reads = party.world.source.failures.calls["read"]
    assert (await ended(party, task)).counts.appended == 11
    assert party.world.source.failures.calls["read"] - reads < 4, "it goes on where it was"
    await party.check_sheet(config)
    assert [tab.title for tab in book_of(party).tabs] == ["Заказы"]


async def test_what_a_cancelled_run_has_gathered_comes_with_the_next() -> None:
    party, config, task = await died_while_gathering()
    await party.app.execute(CancelTask(company_id=party.id, task_id=task))
    assert rows_of(await party.tab(config)) == []
    party.order("order-001", description="раз")
    last = await done(party, config)
    assert rows_of(await party.tab(config)) == [*[(key, "=1+1") for key in sorted(party.orders)], ("order-001", "раз")]
    assert 0 < last.counts.unchanged < 11
    assert hidden_of(party) is None


@pytest.fixture
def small_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PLANS, PlanKey.FREE, replace(PLANS[PlanKey.FREE], rows=5))
    monkeypatch.setitem(PLANS, PlanKey.START, replace(PLANS[PlanKey.START], rows=100))


@pytest.mark.usefixtures("small_plans")
@pytest.mark.parametrize("spoilt", [False, True], ids=["whole", "hidden tab deleted meanwhile"])
async def test_what_was_paid_for_is_shown_when_the_plan_is_used_up(*, spoilt: bool) -> None:
    party, config = await begin()
    await party.app.execute(SetPlan(company_id=party.id, plan="free"))
    if spoilt:
        keys = party.world.spreadsheets.show

        async def gone(*given: Any) -> Any:
            tab = hidden_of(party)
            if tab is not None and given[2].sheet_id == tab.sheet_id:
                party.world.spreadsheets.show = keys  # type: ignore[method-assign]
                book_of(party).tabs.remove(tab)
            return await keys(*given)

        party.world.spreadsheets.show = gone  # type: ignore[method-assign]
    task = await party.run(config)
    assert task.state == "paused"
    assert task.error is not None
    assert task.error.code == RowsUsedUp.code, "what else went wrong is not what people have to act upon"
    shown = rows_of(await party.tab(config))
    assert len(shown) == (0 if spoilt else task.counts.appended)
    assert spoilt or 5 <= len(shown) < 11
    assert hidden_of(party) is None
    await party.app.execute(SetPlan(company_id=party.id, plan="start"))
    assert (await ended(party, task.id)).state == "finished"
    assert rows_of(await party.tab(config)) == [(key, "=1+1") for key in party.orders]


async def test_rows_that_were_appended_at_once_are_not_lost_with_the_hidden_tab() -> None:
    """A batch of two parts: three short rows, too many for so small a tab, and two long ones."""
    for step in range(20, 60):
        party, config = await begin(RunLimits(batch_bytes=150, gathered_cells=WIDTH * 6), orders=3)
        party.world.source.page_size = 5
        for number in range(9):
            party.order(f"long-{number}", description="д" * 60)
        task = await party.start(config)
        await die_at(party, step)
        if len(party.world.store.exported_rows._rows) >= 5:
            break
    if (tab := hidden_of(party)) is not None:
        book_of(party).tabs.remove(tab)
    await party.story.pass_time()
    assert (await ended(party, task)).state == "finished"
    assert sorted(str(key) for key, _ in rows_of(await party.tab(config))) == sorted(party.orders)


async def theirs(orders: int = 11) -> tuple[Party, ConfigId, MemorySpreadsheet]:
    story = await Story.begin(ALL)
    story.world.source.page_size = 3
    party = await story.party("romashka")
    party.fill(orders)
    book = party.world.spreadsheets.add("Отчёты", "Продажи")
    return party, await party.create(strategy="append", spreadsheet=book.spreadsheet_id), book


def no_room(book: MemorySpreadsheet) -> None:
    """Twelve rows and a few more of seven columns fit, twice as many do not."""
    book.tabs[0].row_count, book.tabs[0].column_count = (CELLS_LIMIT - WIDTH * 14), 1


def no_tab(book: MemorySpreadsheet) -> None:
    book.tabs += [MemoryTab(number, f"Лист {number}", 2, 1) for number in range(1, TABS_LIMIT - 1)]


@pytest.mark.parametrize("obstacle", [no_room, no_tab], ids=lambda one: one.__name__)
async def test_where_there_is_no_place_for_a_hidden_tab_rows_are_appended_at_once(
    obstacle: Callable[[MemorySpreadsheet], None],
) -> None:
    party, config, book = await theirs()
    obstacle(book)
    before = [(tab.title, tab.row_count, tab.column_count, tab.values()) for tab in book.tabs]
    await done(party, config)
    await party.check_sheet(config)
    assert [(tab.title, tab.row_count, tab.column_count, tab.values()) for tab in book.tabs[: len(before)]] == before
    assert len(book.tabs) == len(before) + 1
    assert party.world.spreadsheets.failures.calls["write"] == 0


async def test_rows_are_gathered_under_another_title_where_somebodys_tab_has_ours() -> None:
    party, config, book = await theirs()
    theirs_too = MemoryTab(5, HIDDEN.upper(), 20, 3)
    theirs_too.put_cell(2, 0, "чужое")
    book.tabs.append(theirs_too)
    await done(party, config)
    await party.check_sheet(config)
    assert party.world.spreadsheets.failures.calls["write"] > 0, "rows were gathered"
    assert theirs_too in book.tabs
    assert theirs_too.values() == [[], ["чужое"]]
    assert len(book.tabs) == 3


async def test_rows_that_do_not_fit_at_all_are_refused_before_anything_is_written() -> None:
    party, config, book = await theirs()
    book.tabs[0].row_count, book.tabs[0].column_count = (CELLS_LIMIT - WIDTH * 8), 1
    book.tabs.append(MemoryTab(7, "Заказы", 2, 1))
    task = await party.run(config)
    assert task.error is not None
    assert task.error.code == "exports.spreadsheet_full"
    assert (task.counts.write_requests, len(book.tabs)) == (0, 2)


async def test_a_hidden_tab_that_was_forgotten_with_its_table_makes_room() -> None:
    party, config, _ = await died_while_gathering()
    book = book_of(party)
    book.tabs.remove(await party.tab(config))
    (task,) = await party.tasks()
    assert (await ended(party, task.id)).state == "failed", "somebody has deleted the table"
    assert hidden_of(party) is not None
    await done(party, config, "full")
    await party.check_sheet(config)
    assert [tab.title for tab in book.tabs] == ["Заказы"]
