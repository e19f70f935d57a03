"""Ways of writing: what each leaves in the sheet, run after run."""

from collections.abc import AsyncIterator

import pytest

from adapters.memory.grids import MemoryTab
from application.exports.commands.create_export_config import ColumnChoice
from application.exports.queries.list_quarantine import ListQuarantine
from application.exports.views import TaskView
from domain.exports.config import StrategyUnfit
from domain.exports.task import ModeUnfit
from domain.shared.cells import Cell
from domain.shared.identities import ConfigId
from tests.integration.harness.stories import COLUMNS, ENTITY, SMALL, Party, Story

LATER = "2026-01-11 10:00:00.000"


@pytest.fixture(params=[None, SMALL], ids=["all at once", "in batches"])
async def party(request: pytest.FixtureRequest) -> AsyncIterator[Party]:
    story = await Story.begin(request.param)
    story.world.source.page_size = 3
    romashka = await story.party("romashka")
    romashka.fill(7)
    yield romashka
    await story.world.container.close()


def rows_of(tab: MemoryTab) -> list[list[Cell]]:
    return [row for row in tab.values()[1:] if row]


async def done(party: Party, config: ConfigId, mode: str = "incremental") -> TaskView:
    task = await party.run(config, mode)
    assert (task.state, task.error) == ("finished", None)
    return task


async def refused(party: Party, config: ConfigId, mode: str = "incremental") -> str:
    task = await party.run(config, mode)
    assert task.error is not None
    return task.error.code


async def test_append_keeps_every_version(party: Party) -> None:
    config = await party.create(strategy="append")
    first = await done(party, config)
    await party.check_sheet(config)
    tab = await party.tab(config)
    before = rows_of(tab)
    assert (first.counts.appended, (await done(party, config)).counts.write_requests) == (7, 0)
    party.order("order-002", description="раз")
    party.order("order-005", description="и ещё")
    second = await done(party, config)
    party.order("order-002", description="два")
    await done(party, config)
    after = rows_of(tab)
    assert (after[:7], second.counts.appended) == (before, 2)
    assert [(row[0], row[4]) for row in after[7:]] == [
        ("order-002", "раз"),
        ("order-005", "и ещё"),
        ("order-002", "два"),
    ]
    assert (await done(party, config, "full")).counts.appended == 0, "what stands there is not written again"


async def test_append_leaves_what_people_wrote_and_goes_on_below(party: Party) -> None:
    config = await party.create(strategy="append")
    await done(party, config)
    tab = await party.tab(config)
    tab.sort_by(2)
    tab.delete_row(3)
    tab.row_count += 3
    tab.put_cell(9, 1, "Итого")
    before = [list(row) for row in tab.values()[1:]]
    party.order("order-002", description="раз")
    await done(party, config)
    after = tab.values()[1:]
    assert [row for row in after if row and row[0] != "order-002"] == [
        row for row in before if row and row[0] != "order-002"
    ]
    assert ["Итого"] in [row[1:2] for row in after]
    assert sum(1 for row in after if row[:1] == ["order-002"]) in {1, 2}


async def test_insert_never_touches_a_row_again(party: Party) -> None:
    config = await party.create(strategy="insert")
    await done(party, config)
    await party.check_sheet(config)
    tab = await party.tab(config)
    tab.put_cell(3, 4, "правка человека")
    before = rows_of(tab)
    party.order("order-002", description="раз")
    party.order("new-001")
    task = await done(party, config)
    assert (task.counts.appended, task.counts.updated) == (1, 0)
    assert rows_of(tab)[:7] == before
    assert rows_of(tab)[7][0] == "new-001"
    for mode in ("full", "reconcile"):
        assert (await done(party, config, mode)).counts.appended == 0
    tab.delete_row(4)
    party.order(str(before[2][0]), description="удалённая человеком")
    assert (await done(party, config)).counts.appended == 0, "who deletes a row does not want it back"
    assert (await done(party, config, "full")).counts.appended == 1, "a full run makes it good"


async def test_replace_shows_the_source_and_nothing_else(party: Party) -> None:
    config = await party.create(strategy="replace")
    await done(party, config)
    await party.check_sheet(config)
    tab = await party.tab(config)
    tab.insert_column(2)
    tab.put_cell(1, 2, "Заметки")
    tab.put_cell(3, 2, "чужое")
    tab.put_cell(2, 3, "испорчено")
    party.order("order-002", description="раз")
    party.order("new-001")
    for gone in ("order-001", "order-003", "order-004"):
        party.world.source.remove(party.token, ENTITY, gone)
        del party.orders[gone]
    await done(party, config)
    assert (tab.row(3)[2], tab.row(1)[2]) == ("чужое", "Заметки")
    tab.delete_column(2)
    await party.check_sheet(config)
    assert len(rows_of(tab)) == 5
    assert [other.title for other in party.world.spreadsheets.spreadsheets["memory-spreadsheet-000001"].tabs] == [
        "Заказы",
        "Заказы – прежняя версия",
    ]


async def test_the_version_before_comes_back_and_forth(party: Party) -> None:
    config = await party.create(strategy="replace")
    await done(party, config)
    tab = await party.tab(config)
    old = rows_of(tab)
    assert await refused(party, config, "restore") == "exports.no_previous_version"
    party.fill(3, "new")
    party.order("order-002", description="раз")
    await done(party, config)
    new = rows_of(tab)
    assert (len(old), len(new)) == (7, 10)
    await done(party, config, "restore")
    assert rows_of(tab) == old
    await done(party, config, "restore")
    assert rows_of(tab) == new
    await done(party, config)
    await party.check_sheet(config)


async def test_an_empty_source_wipes_nothing_unless_it_may(party: Party) -> None:
    careful = await party.create(strategy="replace")
    bold = await party.create(strategy="replace", allow_empty=True, keep_previous=False)
    for config in (careful, bold):
        await done(party, config)
    tab = await party.tab(careful)
    before = tab.values()
    for key in list(party.orders):
        party.world.source.remove(party.token, ENTITY, key)
        del party.orders[key]
    assert await refused(party, careful) == "exports.source_empty"
    assert tab.values() == before
    await done(party, bold)
    assert rows_of(await party.tab(bold)) == []
    await done(party, bold)
    party.fill(2, "new")
    for config in (careful, bold):
        await done(party, config)
        await party.check_sheet(config)


async def test_what_people_keep_below_a_replaced_table_moves_down(party: Party) -> None:
    config = await party.create(strategy="replace")
    await done(party, config)
    tab = await party.tab(config)
    tab.row_count += 2
    tab.put_cell(9, 1, "Итого")
    party.fill(4, "new")
    await done(party, config)
    assert [row[1] for row in tab.values() if row and not row[0]] == ["Итого"]
    assert sorted(str(row[0]) for row in rows_of(tab) if row[0]) == sorted(party.orders)


async def test_a_key_of_their_own_shows_the_order_that_changed_last(party: Party) -> None:
    config = await party.create(key_columns=("name", "applicable"))
    party.order("order-001", name="Общий")
    party.order("order-002", name="Общий")
    await done(party, config)
    tab = await party.tab(config)
    assert len(rows_of(tab)) == 6
    shared = [row for row in rows_of(tab) if row[1] == "Общий"]
    assert [row[0] for row in shared] == ["order-002"]
    party.order("order-001", description="теперь первый")
    await done(party, config)
    shared = [row for row in rows_of(tab) if row[1] == "Общий"]
    assert [row[0] for row in shared] == ["order-001"]
    party.order("order-003", name="Другой")
    await done(party, config)
    names = [row[1] for row in rows_of(tab)]
    assert ("Другой" in names, "№ order-003" in names, len(names)) == (True, False, 6)
    party.order("order-004", name=None, applicable=None)
    for mode in ("incremental", "full", "reconcile"):
        await done(party, config, mode)
        assert len(rows_of(tab)) == 6, "a row that lost its key stays as it was, and is told of"
    (bad,) = await party.app.ask(ListQuarantine(company_id=party.id, config_id=config))
    assert (bad.key, bad.code) == ("order-004", "exports.key_blank")


@pytest.mark.parametrize("name", ["a\x00b", "я" * 1_251, "💥" * 626])
async def test_a_key_that_no_database_keeps_sets_its_row_aside_and_no_other(party: Party, name: str) -> None:
    config = await party.create(key_columns=("name",))
    for fitting in ("я" * 1_250, "💥" * 625):
        party.order("order-003", name=fitting)
        await done(party, config)
        assert fitting in [row[1] for row in rows_of(await party.tab(config))]
    party.order("order-004", name=name)
    party.order("order-005", name="после него")
    await done(party, config)
    names = [row[1] for row in rows_of(await party.tab(config))]
    assert ("после него" in names, name in names) == (True, False)
    (bad,) = await party.app.ask(ListQuarantine(company_id=party.id, config_id=config))
    assert (bad.key, bad.code) == ("order-004", "exports.key_unfit")


async def test_options_that_do_not_go_together_are_refused(party: Party) -> None:
    for fields in (
        {"strategy": "append", "removal": "remove"},
        {"strategy": "replace", "removal": "keep"},
        {"strategy": "append", "key_columns": ("name",)},
        {"key_columns": ("no-such-column",)},
        {"key_columns": ("sum",), "columns": tuple(ColumnChoice(id=column) for column in COLUMNS if column != "sum")},
    ):
        with pytest.raises(StrategyUnfit):
            await party.create(**fields)
    for strategy, mode in (("append", "reconcile"), ("replace", "reconcile"), ("upsert", "restore")):
        config = await party.create(strategy=strategy)
        with pytest.raises(ModeUnfit):
            await party.start(config, mode)
