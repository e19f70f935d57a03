"""Tabs that an export makes for itself are known by their signs, whatever people call theirs or ours."""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from adapters.memory.grids import MemorySpreadsheet, MemoryTab
from application.exports.views import TaskView
from domain.shared.cells import Cell
from domain.shared.errors import VendorFailed
from domain.shared.identities import ConfigId
from tests.integration.harness.stories import ENTITY, Party

STAGING, PREVIOUS, ARCHIVE = "Заказы – загрузка", "Заказы – прежняя версия", "Заказы – архив"
LATER = "2026-01-11 10:00:00.000"
Shown = tuple[str, bool, list[list[Cell]]]


@pytest.fixture
def book(party: Party) -> MemorySpreadsheet:
    return party.world.spreadsheets.add("Отчёты", "Заказы")


def theirs(book: MemorySpreadsheet, title: str, number: int = 0) -> MemoryTab:
    """A tab that a person makes, as like ours as can be."""
    made = MemoryTab(9_000 + number, title, 40, 12, hidden=True)
    made.put_row(1, book.tabs[0].row(1) or ["ID", "Номер"])
    made.put_row(2, ["order-001", "чужое"])
    book.tabs.append(made)
    return made


def looks(tab: MemoryTab) -> Shown:
    return tab.title, tab.hidden, deepcopy(tab.values())


def titles(book: MemorySpreadsheet) -> list[str]:
    return [tab.title for tab in book.tabs]


async def done(party: Party, config: ConfigId, mode: str = "incremental") -> TaskView:
    task = await party.run(config, mode)
    assert (task.state, task.error) == ("finished", None)
    return task


async def test_tabs_of_people_are_left_alone_whatever_they_are_called(party: Party, book: MemorySpreadsheet) -> None:
    made = [theirs(book, title, number) for number, title in enumerate((STAGING.upper(), PREVIOUS))]
    before = [looks(tab) for tab in made]
    config = await party.create(spreadsheet=book.spreadsheet_id, strategy="replace")
    await done(party, config)
    party.order("new-001")
    await done(party, config)
    await party.check_sheet(config)
    assert [looks(tab) for tab in made] == before
    assert titles(book) == ["Заказы", STAGING.upper(), PREVIOUS, f"{PREVIOUS} 2"]
    await done(party, config, "restore")
    assert len((await party.tab(config)).values()) == 1 + 7
    assert [looks(tab) for tab in made] == before


async def test_a_person_who_takes_the_title_while_it_is_being_chosen_keeps_it(
    party: Party, book: MemorySpreadsheet
) -> None:
    config = await party.create(spreadsheet=book.spreadsheet_id, strategy="replace")
    sheets, made = party.world.spreadsheets, []
    add_tab = sheets.add_tab

    async def late(*args: Any, **more: Any) -> Any:
        if not made:
            made.append(theirs(book, STAGING))
        return await add_tab(*args, **more)

    sheets.add_tab = late  # type: ignore[method-assign]
    await done(party, config)
    await party.check_sheet(config)
    assert (titles(book), made[0].values()[1]) == (["Заказы", STAGING], ["order-001", "чужое"])


async def stumbled(party: Party, book: MemorySpreadsheet, writes: int = 1) -> tuple[ConfigId, Any, MemoryTab]:
    """A run that has gathered some rows when Google fails, so that it is tried again."""
    config = await party.create(spreadsheet=book.spreadsheet_id, strategy="replace")
    await done(party, config)
    party.order("order-002", description="раз")
    party.world.spreadsheets.failures.plan("write", VendorFailed(vendor="google"), skip=writes)
    task_id = await party.start(config)
    await party.story.work()
    assert (await party.task(task_id)).state == "booked"
    return config, task_id, book.tab_titled(STAGING)


async def tried_again(party: Party, task_id: Any) -> TaskView:
    await party.story.pass_time(timedelta(minutes=5))
    await party.story.work()
    return await party.task(task_id)


def renamed(book: MemorySpreadsheet, ours: MemoryTab) -> MemoryTab:
    ours.title, ours.hidden = "Что это?", False
    return theirs(book, STAGING)


def copied(book: MemorySpreadsheet, ours: MemoryTab) -> MemoryTab:
    copy = deepcopy(ours)
    copy.sheet_id, copy.signs, copy.title = 9_000, (), f"Копия {ours.title}"
    book.tabs.insert(0, copy)
    return copy


def copied_and_put_in_its_place(book: MemorySpreadsheet, ours: MemoryTab) -> MemoryTab:
    copy = copied(book, ours)
    copy.title, ours.title = ours.title, "Старый лист"
    return copy


def copied_and_deleted(book: MemorySpreadsheet, ours: MemoryTab) -> MemoryTab:
    copy = copied(book, ours)
    book.tabs.remove(ours)
    copy.title = STAGING
    return copy


@pytest.mark.parametrize("meddle", [renamed, copied, copied_and_put_in_its_place, copied_and_deleted])
async def test_what_people_do_between_a_failure_and_the_next_attempt(
    party: Party, book: MemorySpreadsheet, meddle: Callable[[MemorySpreadsheet, MemoryTab], MemoryTab]
) -> None:
    config, task_id, ours = await stumbled(party, book)
    other = meddle(book, ours)
    before = looks(other)
    task = await tried_again(party, task_id)
    assert (task.state, task.error) == ("finished", None)
    await party.check_sheet(config)
    assert looks(other) == before
    assert not [tab for tab in book.tabs if tab.sheet_id == ours.sheet_id], "ours has done its work"
    assert sorted(titles(book)) == sorted(["Заказы", PREVIOUS, other.title])


async def test_the_version_before_is_found_under_another_title(party: Party, book: MemorySpreadsheet) -> None:
    config = await party.create(spreadsheet=book.spreadsheet_id, strategy="replace")
    await done(party, config)
    party.fill(2, "new")
    await done(party, config)
    kept = book.tab_titled(PREVIOUS)
    kept.title = "Как было"
    other = theirs(book, PREVIOUS)
    before = looks(other)
    await done(party, config, "restore")
    assert (len((await party.tab(config)).values()), len(kept.values())) == (1 + 7, 1 + 9)
    await done(party, config)
    assert len(kept.values()) == 1 + 7
    assert (looks(other), titles(book)) == (before, ["Заказы", "Как было", PREVIOUS])


async def test_a_title_that_the_log_will_need_is_not_taken(party: Party, book: MemorySpreadsheet) -> None:
    theirs(book, PREVIOUS)
    config = await party.create(
        spreadsheet=book.spreadsheet_id,
        strategy="replace",
        run_log=f"{PREVIOUS} 2",
        status_cell=f"'{PREVIOUS} 3'!A1",
    )
    await done(party, config)
    book.tabs = book.tabs[:2]
    await done(party, config)
    assert f"{PREVIOUS} 4" in titles(book)


async def test_the_archive_is_found_by_its_sign_as_well(party: Party, book: MemorySpreadsheet) -> None:
    other = theirs(book, ARCHIVE)
    before = looks(other)
    config = await party.create(spreadsheet=book.spreadsheet_id, removal="archive")
    await done(party, config)
    for number in range(2):
        party.world.source.trash(party.token, ENTITY, f"order-00{number}", f"2026-01-1{number + 1}:00:00.000")
        await done(party, config)
        (ours,) = [tab for tab in book.tabs[1:] if tab is not other]
        assert ours.title == ("Удалённые" if number else f"{ARCHIVE} 2")
        assert [row[0] for row in ours.values()[1:]] == [f"order-00{one}" for one in range(number + 1)]
        ours.title = "Удалённые"
    assert looks(other) == before


async def test_a_row_that_somebody_takes_from_what_is_gathered_is_missed_even_if_others_vanish(
    party: Party, book: MemorySpreadsheet
) -> None:
    config = await party.create(spreadsheet=book.spreadsheet_id, strategy="replace")
    await done(party, config)
    before = (await party.tab(config)).values()
    sheets, source, calls = party.world.spreadsheets, party.world.source, []
    write, deleted = sheets.write, source.deleted

    async def meddle(*args: Any, **more: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            book.tab_titled(STAGING).delete_row(3)
            book.tab_titled(STAGING).row_count += 1
        await write(*args, **more)

    def late(*args: Any, **more: Any) -> Any:
        source.trash(party.token, ENTITY, "order-000", LATER)
        return deleted(*args, **more)

    sheets.write, source.deleted = meddle, late  # type: ignore[method-assign]
    task = await party.run(config)
    assert task.error is not None
    assert task.error.code == "exports.table_changed"
    assert (await party.tab(config)).values() == before


async def test_a_row_that_somebody_takes_between_two_attempts_is_missed_too(
    party: Party, book: MemorySpreadsheet
) -> None:
    party.fill(5, "more")
    config, task_id, ours = await stumbled(party, book, 3)
    before = (await party.tab(config)).values()
    ours.delete_row(2)
    ours.row_count += 1
    task = await tried_again(party, task_id)
    assert task.error is not None
    assert task.error.code == "exports.table_changed"
    assert (await party.tab(config)).values() == before
    await done(party, config)
    await party.check_sheet(config)


@pytest.mark.parametrize("meddle", ["insert", "delete", "move"])
async def test_columns_that_somebody_moves_in_a_hidden_tab_are_not_copied(
    party: Party, book: MemorySpreadsheet, meddle: str
) -> None:
    config = await party.create(spreadsheet=book.spreadsheet_id, strategy="replace")
    await done(party, config)
    before = (await party.tab(config)).values()
    sheets, calls = party.world.spreadsheets, []
    write = sheets.write

    async def meddling(*args: Any, **more: Any) -> None:
        await write(*args, **more)
        calls.append(1)
        if len(calls) == 3:
            shift(book.tab_titled(STAGING), meddle)

    sheets.write = meddling  # type: ignore[method-assign]
    task = await party.run(config)
    assert task.error is not None
    assert task.error.code == "exports.table_changed"
    assert (await party.tab(config)).values() == before
    sheets.write = write  # type: ignore[method-assign]
    await done(party, config)
    shift(book.tab_titled(PREVIOUS), meddle)
    before = (await party.tab(config)).values()
    task = await party.run(config, "restore")
    assert task.error is not None
    assert task.error.code == "exports.table_changed"
    assert (await party.tab(config)).values() == before


def shift(tab: MemoryTab, meddle: str) -> None:
    """The column of keys stays where it is."""
    match meddle:
        case "insert":
            tab.insert_column(2)
        case "delete":
            tab.delete_column(2)
            tab.column_count += 1
        case "move":
            tab.move_column(2, 4)


@pytest.mark.parametrize("meddle", ["insert", "delete", "move"])
async def test_nor_are_they_moved_below_a_history(party: Party, book: MemorySpreadsheet, meddle: str) -> None:
    party.fill(12)
    config = await party.create(spreadsheet=book.spreadsheet_id, strategy="append")
    sheets, calls = party.world.spreadsheets, []
    write = sheets.write

    async def meddling(*args: Any, **more: Any) -> None:
        await write(*args, **more)
        calls.append(1)
        if len(calls) == 2:
            shift(book.tab_titled(STAGING), meddle)

    sheets.write = meddling  # type: ignore[method-assign]
    task = await party.run(config)
    assert task.error is not None
    assert task.error.code == "exports.table_changed"
    assert len((await party.tab(config)).values()) == 1
    sheets.write = write  # type: ignore[method-assign]
    await done(party, config)
    await party.check_sheet(config)
