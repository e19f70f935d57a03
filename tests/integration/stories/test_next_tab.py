"""A tab that cannot be used is left alone, and the export goes on in a next one, if the company wants that."""

from collections.abc import Callable
from typing import Any

import pytest

from adapters.memory.grids import MemorySpreadsheet, MemoryTab
from application.exports.commands.remove_export_config import RemoveExportConfig
from application.exports.sheets import Obstacle
from application.exports.views import TaskView
from domain.exports.spreadsheet import ObstacleKind, SpreadsheetFull, TooManyTabs
from domain.shared.cells import Cell
from domain.shared.identities import ConfigId
from tests.integration.harness.ordeals import Killed, Ordeal
from tests.integration.harness.stories import Party, Story
from tests.integration.stories.test_ordeals import AT_VENDORS, EVERYWHERE, IN_TRANSACTIONS, one_attempt

TAB = "Заказы"
Spoil = Callable[[MemoryTab], None]


def occupied(tab: MemoryTab) -> None:
    tab.put_row(1, ["Дата", "Сумма"])


def below(tab: MemoryTab) -> None:
    tab.put_cell(40, 2, "Итого")


def protected(tab: MemoryTab) -> None:
    tab.obstacles.append(Obstacle(ObstacleKind.PROTECTED, "", (1, 10**8), (0, 10**8)))


def merged(tab: MemoryTab) -> None:
    tab.obstacles.append(Obstacle(ObstacleKind.MERGED, "A2:B3", (2, 3), (0, 1)))


def chart(tab: MemoryTab) -> None:
    tab.row_count = tab.column_count = 0


def other_letters(tab: MemoryTab) -> None:
    tab.title = TAB.upper()


async def begun(spoil: Spoil, **fields: Any) -> tuple[Party, ConfigId, MemorySpreadsheet]:
    party = await (await Story.begin()).party("romashka")
    party.fill(3)
    theirs = party.world.spreadsheets.add("Отчёты", TAB)
    spoil(theirs.tabs[0])
    usual = {"spreadsheet": theirs.spreadsheet_id, "on_obstacle": "next_tab"}
    return party, await party.create(**{**usual, **fields}), theirs


def titles(book: MemorySpreadsheet) -> list[str]:
    return [tab.title for tab in book.tabs]


async def target_of(party: Party, config: ConfigId) -> tuple[str, int | None]:
    target = (await party.config(config)).target
    return target.tab, target.sheet_id


SPOILS = [occupied, below, protected, merged, chart, other_letters]


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("strategy", ["upsert", "append", "replace"])
async def test_a_first_run_goes_on_in_the_next_tab(spoil: Spoil, strategy: str) -> None:
    party, config, book = await begun(spoil, strategy=strategy)
    before = book.tabs[0].values()
    run = await party.run(config)
    assert (run.state, run.error) == ("finished", None)
    assert book.tabs[0].values() == before
    assert titles(book)[1:] == ["Заказы 2"]
    assert await target_of(party, config) == ("Заказы 2", book.tabs[1].sheet_id)
    await party.check_sheet(config)
    party.order("order-001", name="другое")
    assert (await party.run(config)).state == "finished"
    assert len(book.tabs) == (3 if strategy == "replace" else 2)


@pytest.mark.parametrize("spoil", SPOILS)
async def test_without_the_option_the_run_is_refused(spoil: Spoil) -> None:
    party, config, book = await begun(spoil, on_obstacle="refuse")
    assert (await party.run(config)).state == "failed"
    assert len(book.tabs) == 1


async def test_titles_that_are_taken_are_passed_over() -> None:
    party, config, book = await begun(occupied, run_log="Заказы 3", status_cell="'Заказы 4'!A1")
    book.tabs.append(MemoryTab(2001, "заказы 2", 5, 5))
    await party.run(config)
    assert titles(book) == [TAB, "заказы 2", "Заказы 5"]
    await party.story.work()
    assert titles(book) == [TAB, "заказы 2", "Заказы 5", "Заказы 3", "Заказы 4"]
    assert book.tabs[1].values() == []


async def spoilt_later(party: Party, config: ConfigId, book: MemorySpreadsheet, how: str) -> None:
    tab = await party.tab(config)
    if how == "doubled":
        tab.anchors.clear()
        tab.put_cell(1, 10, tab.row(1)[2])
    elif how == "occupied":
        book.tabs.remove(tab)
        book.tabs.append(MemoryTab(3001, tab.title, 20, 20))
        occupied(book.tabs[-1])
    else:
        (protected if how == "protected" else merged)(tab)


@pytest.mark.parametrize("how", ["doubled", "occupied", "protected", "merged"])
async def test_a_full_run_goes_on_in_the_next_tab_and_others_do_not(how: str) -> None:
    party, config, book = await begun(lambda tab: setattr(tab, "title", "Другое"))
    await party.run(config)
    await spoilt_later(party, config, book, how)
    old = book.tab_titled(TAB)
    before = old.values()
    assert (await party.run(config)).state == "failed"
    assert titles(book) == ["Другое", TAB]
    full = await party.run(config, "full")
    assert (full.state, full.counts.appended) == ("finished", 3)
    assert (titles(book), old.values()) == (["Другое", TAB, "Заказы 2"], before)
    await party.check_sheet(config)
    protected(await party.tab(config))
    assert (await party.run(config, "full")).state == "finished"
    assert titles(book)[-1] == "Заказы 3"
    await party.check_sheet(config)


async def test_a_cell_beside_the_table_goes_on_with_it() -> None:
    party, config, _ = await begun(lambda tab: setattr(tab, "title", "Другое"), status_cell="K1")
    await party.run(config)
    await party.story.work()
    old = await party.tab(config)
    before: list[Cell] = old.row(1)
    assert str(before[10]).startswith("Обновлено")
    protected(old)
    run = await party.run(config, "full")
    await party.story.work()
    new = await party.tab(config)
    assert old.row(1) == before
    assert (old.names, list(new.names.values())) == ({}, [(1, 10)])
    assert str(new.row(1)[10]).startswith("Обновлено")
    assert (await party.task(run.id)).warnings == []


@pytest.mark.parametrize("limit", [SpreadsheetFull, TooManyTabs])
async def test_limits_refuse_all_the_same(limit: type[SpreadsheetFull | TooManyTabs]) -> None:
    party, config, book = await begun(occupied)
    if limit is TooManyTabs:
        book.tabs += [MemoryTab(5000 + number, f"Лист {number}", 1, 1) for number in range(199)]
    else:
        party.world.spreadsheets.cells_limit = book.cells()
    before = len(book.tabs)
    run = await party.run(config)
    assert run.error is not None
    assert (run.state, run.error.code, len(book.tabs)) == ("failed", limit.code, before)


async def test_a_column_of_keys_that_is_gone_is_no_such_obstacle() -> None:
    party, config, book = await begun(lambda tab: setattr(tab, "title", "Другое"))
    await party.run(config)
    (await party.tab(config)).delete_column(0)
    run: TaskView = await party.run(config, "full")
    assert run.error is not None
    assert (run.error.code, titles(book)) == ("exports.key_column_deleted", ["Другое", TAB])


@pytest.mark.parametrize("first", [True, False])
async def test_every_step_may_go_wrong_and_one_next_tab_is_made(*, first: bool) -> None:
    calm = await _suffer(0, Killed(), applied=False, first=first)
    begin, end = calm.steps.index("inspect"), calm.steps.index("add_tab") + 2  # the rest is walked elsewhere
    for step, kind in list(enumerate(calm.steps, start=1))[begin:end]:
        for name, error, applied in EVERYWHERE + (IN_TRANSACTIONS[1:] if kind == "transaction" else AT_VENDORS[1:2]):
            try:
                await _suffer(step, error(), applied=applied, first=first)
            except BaseException as wrong:
                raise AssertionError(f"{name} step {step}, {kind}, of {calm.steps}") from wrong


async def _suffer(step: int, error: BaseException, *, applied: bool, first: bool) -> Ordeal:
    party, config, book = await begun(occupied if first else lambda tab: setattr(tab, "title", "Другое"))
    if not first:
        await party.run(config)
        merged(await party.tab(config))
    before = book.tabs[-1].values()
    task = await party.start(config, "incremental" if first else "full")
    ordeal = Ordeal(party.world, step, error, applied=applied)
    with ordeal.watched():
        await ordeal.endure(one_attempt(party))
    for _ in range(12):
        if (await party.task(task)).ended_at is not None:
            break
        await party.story.pass_time()
        await party.story.work()
    assert (await party.task(task)).state == "finished"
    assert titles(book) == [*([] if first else ["Другое"]), TAB, "Заказы 2"]
    assert book.tabs[-2].values() == before
    await party.check_sheet(config)
    await party.world.container.close()
    return ordeal


@pytest.mark.parametrize("strategy", ["upsert", "insert", "append", "replace"])
async def test_a_table_is_not_shared_with_another_export_even_if_they_look_alike(strategy: str) -> None:
    party, first, book = await begun(lambda _: None, strategy=strategy)
    assert (await party.run(first)).state == "finished"
    before = book.tabs[0].values()
    stubborn = await party.create(spreadsheet=book.spreadsheet_id, strategy=strategy)
    for mode in ("incremental", "full"):
        refused = await party.run(stubborn, mode)
        assert refused.error is not None
        assert (refused.error.code, book.tabs[0].values()) == ("exports.tab_occupied", before)
    second = await party.create(spreadsheet=book.spreadsheet_id, on_obstacle="next_tab", strategy=strategy)
    assert (await party.run(second)).state == "finished"
    assert (titles(book), book.tabs[0].values()) == (["Заказы", "Заказы 2"], before)
    await party.check_sheet(second)
    await party.app.execute(RemoveExportConfig(company_id=party.id, config_id=first))
    if strategy in {"upsert", "replace"}:  # nobody's table any more, and one that looks like ours
        assert (await party.run(stubborn)).state == "finished"
        await party.check_sheet(stubborn)


async def test_a_title_that_another_exports_hidden_tabs_go_by_is_not_used_again() -> None:
    """Somebody called the first table something else, and put another export under the old title."""
    party, first, book = await begun(lambda _: None, strategy="replace")
    for _ in range(2):
        assert (await party.run(first)).state == "finished"
    book.tabs[0].title = "Заказы по-нашему"
    stubborn = await party.create(spreadsheet=book.spreadsheet_id, strategy="replace", tab=TAB.upper())
    refused = await party.run(stubborn)
    assert refused.error is not None
    assert (refused.error.code, titles(book)) == (
        "exports.tab_occupied",
        ["Заказы по-нашему", "Заказы – прежняя версия"],
    )
    second = await party.create(spreadsheet=book.spreadsheet_id, strategy="replace", on_obstacle="next_tab")
    for _ in range(2):
        assert (await party.run(second)).state == "finished"
    assert titles(book)[2:] == ["Заказы 2", "Заказы 2 – прежняя версия"]
