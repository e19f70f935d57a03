"""What people do to a table between two runs is mended, left alone, or told; nothing of theirs is written over."""

from collections.abc import AsyncIterator, Callable

import pytest

from adapters.memory.grids import MemorySpreadsheet, MemoryTab
from application.exports.views import TaskView
from domain.shared.identities import ConfigId
from tests.integration.harness.stories import COLUMNS, SMALL, Party, Story

STRATEGIES = ("upsert", "insert", "append", "replace")
LATER = "2026-01-11 10:00:00.000"


@pytest.fixture(params=[None, SMALL], ids=["all at once", "in batches"])
async def party(request: pytest.FixtureRequest) -> AsyncIterator[Party]:
    story = await Story.begin(request.param)
    story.world.source.page_size = 3
    romashka = await story.party("romashka")
    romashka.fill(7)
    yield romashka
    await story.world.container.close()


async def done(party: Party, config: ConfigId, mode: str = "incremental") -> TaskView:
    task = await party.run(config, mode)
    assert (task.state, task.error) == ("finished", None)
    return task


async def refused(party: Party, config: ConfigId, mode: str = "incremental") -> str:
    """The run fails and leaves the table as it was."""
    tab = await party.tab(config)
    before = tab.values()
    task = await party.run(config, mode)
    assert task.error is not None
    assert (await party.tab(config)).values() == before
    return task.error.code


async def begun(party: Party, strategy: str, **fields: object) -> tuple[ConfigId, MemoryTab]:
    config = await party.create(strategy=strategy, **fields)
    await done(party, config)
    party.order("order-001", description="раз")
    party.fill(2, "new")
    return config, await party.tab(config)


def double(tab: MemoryTab) -> None:
    """Somebody copies row 4 below the table."""
    tab.row_count += 1
    tab.put_row(tab.row_count, tab.row(4))


def keys(tab: MemoryTab) -> list[str]:
    return [str(row[0]) for row in tab.values()[1:] if row and row[0] is not None]


async def test_a_doubled_row_is_mended_by_replacing_and_does_not_hinder_the_way_back(party: Party) -> None:
    config, tab = await begun(party, "replace")
    double(tab)
    before = tab.values()
    await done(party, config)
    await party.check_sheet(config)
    await done(party, config, "restore")
    assert tab.values() == before
    await done(party, config, "restore")
    await party.check_sheet(config)
    double(tab)
    await done(party, config, "restore")
    assert tab.values() == before


@pytest.mark.parametrize("strategy", ["insert", "append"])
async def test_a_doubled_row_does_not_hinder_inserting_and_appending(party: Party, strategy: str) -> None:
    config, tab = await begun(party, strategy)
    double(tab)
    before = tab.values()
    await done(party, config)
    await done(party, config)
    assert tab.values()[: len(before)] == before
    added = ["new-000", "new-001"] if strategy == "insert" else ["new-000", "new-001", "order-001"]
    assert sorted(keys(tab)[len(before) - 1 :]) == added


async def test_which_of_two_rows_is_the_true_one_is_not_guessed_at(party: Party) -> None:
    config, tab = await begun(party, "upsert")
    double(tab)
    assert await refused(party, config) == "exports.duplicate_keys"
    inserting, tab = await begun(party, "insert", removal="remove")
    double(tab)
    await done(party, inserting)
    party.world.source.trash(party.token, "customerorder", keys(tab)[2], LATER)
    assert await refused(party, inserting) == "exports.duplicate_keys"


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_a_header_that_was_deleted_is_missed(party: Party, strategy: str) -> None:
    config, tab = await begun(party, strategy)
    tab.delete_row(1)
    for mode in ("incremental", "full"):
        assert await refused(party, config, mode) == "exports.header_missing"
    tab.insert_row(1)
    tab.put_row(1, [column.title for column in (await party.config(config)).columns])
    await done(party, config)
    assert sorted(set(keys(tab))) == sorted(party.orders)
    if strategy == "replace":
        await party.check_sheet(config)


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_a_header_with_other_titles_is_a_header(party: Party, strategy: str) -> None:
    config, tab = await begun(party, strategy)
    for column in range(len(COLUMNS)):
        tab.put_cell(1, column, f"Поле {column}")
    await done(party, config)
    assert tab.row(1)[0] == "Поле 0"
    assert sorted(set(keys(tab))) == sorted(party.orders)


def cut(tab: MemoryTab) -> None:
    """Somebody deletes rows from the middle."""
    for _ in range(3):
        tab.delete_row(3)


def blank(tab: MemoryTab) -> None:
    """Somebody empties cells of keys, in the middle and at the end."""
    for row in (3, len(tab.values())):
        tab.put_cell(row, 0, None)
        tab.put_cell(row, 1, "чужое")


@pytest.mark.parametrize("tamper", [cut, blank])
@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_rows_that_lost_themselves_or_their_key(
    party: Party, strategy: str, tamper: Callable[[MemoryTab], None]
) -> None:
    config, tab = await begun(party, strategy)
    tamper(tab)
    party.order("order-002", description="два")
    theirs = [row for row in tab.values() if row and row[0] is None]
    before = keys(tab)
    await done(party, config)
    left = [row for row in tab.values() if row and row[0] is None]
    if strategy == "replace":
        assert left in ([], theirs[1:]), "what stands inside the table is replaced, what stands below stays"
        assert sorted(keys(tab)) == sorted(party.orders)
        return
    assert left == theirs, "a row without a key is nobody's"
    assert keys(tab)[: len(before)] == before
    if strategy == "upsert":
        assert {"order-001", "order-002", "new-000", "new-001"} <= set(keys(tab))
        await done(party, config, "reconcile")
        assert sorted(keys(tab)) == sorted(party.orders)


@pytest.mark.parametrize("strategy", ["upsert", "replace"])
async def test_an_orphan_that_somebody_wrote_into_is_not_written_over(party: Party, strategy: str) -> None:
    """A worker died before it noted the spreadsheet, and a person found it first."""
    config = await party.create(strategy=strategy)
    sheets = party.world.spreadsheets
    orphan = MemorySpreadsheet("memory-spreadsheet-999999", "Заказы", "Europe/Moscow")
    orphan.owner, orphan.origin = "google-romashka", config.hex
    orphan.tabs.append(MemoryTab(1, "Заказы", 5, 5))
    orphan.tabs[0].put_cell(2, 1, "чужое")
    sheets.spreadsheets[orphan.spreadsheet_id] = orphan
    task = await party.run(config)
    assert task.error is not None
    assert (task.error.code, orphan.tabs[0].values()) == ("exports.tab_occupied", [[], [None, "чужое"]])
    orphan.tabs[0].put_cell(2, 1, None)
    await done(party, config)
    assert len(sheets.spreadsheets) == 1
    await party.check_sheet(config)
