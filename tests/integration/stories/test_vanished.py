"""Rows whose object is gone, and rows that cannot be written: what becomes of them, and what stops a run."""

from datetime import timedelta
from typing import Any

import pytest

from application.exports import removing
from application.exports.commands.create_export_config import ColumnChoice
from application.exports.commands.start_export import StartExport
from application.exports.queries.get_task import GetTask
from application.exports.queries.list_quarantine import ListQuarantine
from application.exports.views import TaskView
from domain.exports.filters import Condition
from domain.exports.removal import ARCHIVE_SUFFIX, MARK_TITLE, RemovalBrake
from domain.exports.rows import BadRow, TooManyBadRows
from domain.exports.task import TaskState
from domain.shared.identities import ConfigId
from tests.integration.harness.stories import ENTITY, Party, Story

LATER = "2026-01-11 10:00:00.000"
BAD = BadRow("order-004", "exports.row_unreadable", {"key": "order-004", "field": "sum", "problem": "not a money"})


async def shown(party: Party, config: ConfigId) -> list[str]:
    return [str(row[0]) for row in (await party.tab(config)).values()[1:] if row and row[0]]


def trash(party: Party, *keys: str) -> None:
    for key in keys:
        party.world.source.trash(party.token, ENTITY, key, LATER)


async def run_and_agree(party: Party, config: ConfigId, mode: str = "incremental") -> TaskView:
    command = StartExport(company_id=party.id, config_id=config, mode=mode, may_remove=True)
    task = await party.app.execute(command)
    await party.story.work()
    return await party.app.ask(GetTask(company_id=party.id, task_id=task))


async def test_rows_of_trashed_orders_are_removed_and_come_back_with_their_orders(romashka: Party) -> None:
    config = await romashka.create()
    await romashka.run(config)
    trash(romashka, "order-003", "order-007")
    task = await romashka.run(config)
    assert (task.state, task.counts.removed) == (TaskState.FINISHED, 2)
    assert set(await shown(romashka, config)) == set(romashka.orders) - {"order-003", "order-007"}
    romashka.world.source.restore(romashka.token, ENTITY, "order-003")
    romashka.order("order-003", description="снова здесь")
    await romashka.run(config)
    assert set(await shown(romashka, config)) == set(romashka.orders) - {"order-007"}


async def test_rows_that_people_have_sorted_are_removed_where_they_stand(romashka: Party) -> None:
    config = await romashka.create()
    await romashka.run(config)
    tab = await romashka.tab(config)
    tab.insert_row(5)
    tab.sort_by(2)
    before = await shown(romashka, config)
    trash(romashka, "order-006")
    await romashka.run(config)
    before.remove("order-006")
    assert await shown(romashka, config) == before


async def test_a_row_is_marked_and_the_mark_goes_when_the_order_is_back(romashka: Party) -> None:
    config = await romashka.create(removal="mark")
    await romashka.run(config)
    trash(romashka, "order-002")
    await romashka.run(config)
    header, *rows = (await romashka.tab(config)).values()
    assert header[-1] == MARK_TITLE
    assert [str(row[0]) for row in rows if len(row) == len(header)] == ["order-002"]
    romashka.world.source.restore(romashka.token, ENTITY, "order-002")
    romashka.order("order-002")
    await romashka.run(config)
    assert not [row for row in (await romashka.tab(config)).values()[1:] if len(row) == len(header)]


async def test_a_row_moves_to_the_archive_tab_as_it_stands(romashka: Party) -> None:
    config = await romashka.create(removal="archive")
    await romashka.run(config)
    kept = next(row for row in (await romashka.tab(config)).values() if row[0] == "order-004")
    for key in ("order-004", "order-001"):
        trash(romashka, key)
        await romashka.run(config)
    target = (await romashka.config(config)).target
    spreadsheet = romashka.world.spreadsheets.spreadsheets[str(target.spreadsheet_id)]
    archive = next(tab for tab in spreadsheet.tabs if tab.title == target.tab + ARCHIVE_SUFFIX)
    header, *rows = archive.values()
    assert header == (await romashka.tab(config)).values()[0]
    assert [row[0] for row in rows] == ["order-004", "order-001"]
    assert rows[0] == kept
    assert {"order-004", "order-001"}.isdisjoint(await shown(romashka, config))


async def test_a_kept_row_stays_as_it_is(romashka: Party) -> None:
    config = await romashka.create(removal="keep")
    await romashka.run(config)
    before = (await romashka.tab(config)).values()
    trash(romashka, *[f"order-{number:03}" for number in range(9)])
    task = await romashka.run(config)
    assert (task.state, task.counts.removed) == (TaskState.FINISHED, 0)
    assert (await romashka.tab(config)).values() == before


async def test_too_many_removals_stop_the_run_until_somebody_agrees(romashka: Party) -> None:
    romashka.fill(60, "more")
    config = await romashka.create()
    await romashka.run(config)
    trash(romashka, *[f"more-{number:03}" for number in range(20)])
    romashka.order("order-000", description="и это тоже")
    stopped = await romashka.run(config)
    assert stopped.error is not None
    assert (stopped.state, stopped.error.code) == (TaskState.FAILED, RemovalBrake.code)
    assert stopped.error.details == {"removals": 20, "rows": 70, "percent": 20}
    assert len(await shown(romashka, config)) == 70
    assert "и это тоже" in str((await romashka.tab(config)).values())
    again = await romashka.run(config)
    assert again.error is not None
    assert again.error.code == RemovalBrake.code
    agreed = await run_and_agree(romashka, config)
    assert (agreed.state, agreed.counts.removed) == (TaskState.FINISHED, 20)
    assert len(await shown(romashka, config)) == 50


async def test_the_brake_can_be_set_otherwise(romashka: Party) -> None:
    romashka.fill(60, "more")
    config = await romashka.create(brake_percent=30)
    await romashka.run(config)
    trash(romashka, *[f"more-{number:03}" for number in range(20)])
    assert (await romashka.run(config)).state is TaskState.FINISHED


async def test_what_was_deleted_for_good_is_found_by_a_reconciliation(romashka: Party) -> None:
    config = await romashka.create()
    await romashka.run(config)
    romashka.world.source.remove(romashka.token, ENTITY, "order-001")
    assert (await romashka.run(config)).counts.removed == 0
    task = await romashka.run(config, "reconcile")
    assert (task.counts.removed, task.counts.source_rows, task.counts.sheet_rows) == (1, 9, 9)
    assert "order-001" not in await shown(romashka, config)


async def test_a_reconciliation_repairs_what_people_changed_and_leaves_what_they_added(romashka: Party) -> None:
    config = await romashka.create()
    await romashka.run(config)
    tab = await romashka.tab(config)
    tab.put_cell(4, 1, "испорчено")
    tab.delete_row(7)
    tab.insert_row(6)
    own = [None, "наша строка"]
    tab.put_row(6, own)
    task = await romashka.run(config, "reconcile")
    assert (task.counts.repaired, task.counts.updated, task.counts.appended) == (2, 1, 1)
    assert (task.counts.source_rows, task.counts.sheet_rows) == (10, 10)
    rows = (await romashka.tab(config)).values()[1:]
    assert own in rows
    assert {str(row[0]) for row in rows if row[0] is not None} == set(romashka.orders)
    assert "испорчено" not in str(rows)
    nothing = await romashka.run(config, "reconcile")
    assert (nothing.counts.repaired, nothing.counts.unchanged) == (0, 10)


async def test_a_scheduled_run_reconciles_when_it_is_time(story: Story, romashka: Party) -> None:
    from application.exports.commands.book_due_exports import BookDueExports

    config = await romashka.create(cron="0 * * * *", reconcile_days=2)
    modes = []
    for _ in range(4):
        story.clock.advance(timedelta(hours=25))
        await story.app.execute(BookDueExports())
        await story.work()
        modes.append((await romashka.tasks())[0].mode)
    assert modes == ["incremental", "reconcile", "incremental", "reconcile"]
    assert (await romashka.config(config)).reconcile_days == 2


async def test_sums_that_change_in_silence_are_seen_once_a_day(story: Story, romashka: Party) -> None:
    old, cells = "2026-01-09 09:00:00.000", {"name": "старый", "payedSum": 0}
    romashka.world.source.put(romashka.token, ENTITY, "old", old, cells)
    config = await romashka.create(columns=(), window_days=30)
    await romashka.run(config)
    await romashka.run(config)
    romashka.world.source.put(romashka.token, ENTITY, "old", old, {**cells, "payedSum": 777})
    missed = await romashka.run(config)
    assert (missed.counts.updated, missed.counts.window_units) == (0, 0)
    story.clock.advance(timedelta(hours=25))
    seen = await romashka.run(config)
    assert seen.counts.updated == 1
    assert seen.counts.window_units > 0
    assert "777" in str((await romashka.tab(config)).values())


async def test_bad_rows_are_kept_aside_with_the_reason_and_the_others_are_written(romashka: Party) -> None:
    romashka.order("order-006", description="я" * 50_001)
    romashka.world.source.spoil(romashka.token, ENTITY, "order-004", BAD)
    config = await romashka.create()
    task = await romashka.run(config)
    assert (task.state, task.counts.bad) == (TaskState.FINISHED, 2)
    assert set(await shown(romashka, config)) == set(romashka.orders) - {"order-004", "order-006"}
    bad = await romashka.app.ask(ListQuarantine(company_id=romashka.id, config_id=config, after=None, limit=10))
    assert [(row.key, row.code) for row in bad] == [
        ("order-004", "exports.row_unreadable"),
        ("order-006", "exports.cell_too_long"),
    ]
    assert bad[1].details["length"] == 50_001
    romashka.world.source.spoil(romashka.token, ENTITY, "order-004", None)
    romashka.order("order-004")
    romashka.order("order-006", description="короче")
    await romashka.run(config)
    await romashka.check_sheet(config)
    left: list[Any] = await romashka.app.ask(
        ListQuarantine(company_id=romashka.id, config_id=config, after=None, limit=10)
    )
    assert left == []


async def test_a_row_that_turns_bad_stays_in_the_sheet_as_it_was(romashka: Party) -> None:
    config = await romashka.create()
    await romashka.run(config)
    romashka.order("order-004", description="новое")
    romashka.world.source.spoil(romashka.token, ENTITY, "order-004", BAD)
    for mode in ("incremental", "full", "reconcile"):
        task = await romashka.run(config, mode)
        assert (task.state, task.counts.bad, task.counts.removed) == (TaskState.FINISHED, 1, 0)
        assert "order-004" in await shown(romashka, config)


async def test_more_bad_rows_than_a_share_stop_the_run_and_are_all_listed(romashka: Party) -> None:
    romashka.fill(60, "more")
    config = await romashka.create()
    for number in range(30):
        key = f"more-{number:03}"
        romashka.world.source.spoil(romashka.token, ENTITY, key, BadRow(key, BAD.code, {"key": key}))
    stopped = await romashka.run(config)
    assert stopped.error is not None
    assert (stopped.state, stopped.error.code) == (TaskState.FAILED, TooManyBadRows.code)
    assert {f"order-{number:03}" for number in range(10)} <= set(await shown(romashka, config))
    bad = await romashka.app.ask(ListQuarantine(company_id=romashka.id, config_id=config, after=None, limit=100))
    assert len(bad) == stopped.counts.bad > 20


async def test_a_report_is_shown_as_it_is_now_whatever_is_no_longer_in_it(romashka: Party) -> None:
    def stock(*products: str) -> None:
        for product in products:
            lines = {f"{product}/{store}": {"store.name": store, "stock": 5} for store in ("север", "юг")}
            romashka.world.source.put(
                romashka.token, "stock/bystore", product, LATER, {"assortment.name": product}, lines
            )

    columns = tuple(ColumnChoice(id=column) for column in ("key", "assortment.name", "store.name", "stock"))
    stock(*[f"p{number:02}" for number in range(20)])
    config = await romashka.create(exporter="stock.bystore", columns=columns, tab="Остатки", name="Остатки")
    assert (await romashka.config(config)).brake_percent == 100
    assert (await romashka.run(config)).counts.appended == 40
    assert (await romashka.run(config)).counts.unchanged == 40
    for number in range(15):
        romashka.world.source.remove(romashka.token, "stock/bystore", f"p{number:02}")
    task = await romashka.run(config)
    assert (task.state, task.counts.removed, task.counts.unchanged) == (TaskState.FINISHED, 30, 10)
    assert len(await shown(romashka, config)) == 10
    dated = await romashka.create(conditions=(Condition("moment", "within", "this_month"),), tab="Месяц")
    fixed = await romashka.create(conditions=(Condition("moment", "within", "2026-01-01..2026-01-31"),), tab="Январь")
    assert [(await romashka.config(one)).brake_percent for one in (dated, fixed)] == [100, 20]


@pytest.mark.parametrize("removal", ["remove", "archive", "mark"])
async def test_rows_that_are_sorted_between_two_removals_are_found_where_they_are_then(
    romashka: Party, monkeypatch: pytest.MonkeyPatch, removal: str
) -> None:
    monkeypatch.setattr(removing, "_ROWS_AT_ONCE", 2)
    config = await romashka.create(removal=removal, brake_percent=100)
    await romashka.run(config)
    gone = [f"order-{number:03}" for number in (1, 3, 5, 7)]
    trash(romashka, *gone)
    sheets, tab = romashka.world.spreadsheets, await romashka.tab(config)
    call = "write" if removal == "mark" else "delete_rows"
    real, turned = getattr(sheets, call), []

    async def turn_around_after(*args: Any, **more: Any) -> Any:
        done = await real(*args, **more)
        if not turned:
            header, *rows = tab.values()
            for number, row in enumerate([header, *reversed(rows)], start=1):
                tab.put_row(number, [*row, *[None] * (len(header) - len(row))])
            turned.append(True)
        return done

    monkeypatch.setattr(sheets, call, turn_around_after)
    task = await romashka.run(config)
    assert (task.state, task.error) == ("finished", None)
    header, *rows = tab.values()
    if removal == "mark":
        assert {str(row[0]) for row in rows if len(row) == len(header)} == set(gone)
    else:
        assert {str(row[0]) for row in rows} == set(romashka.orders) - set(gone)


@pytest.mark.parametrize("times", [1, 9])
async def test_only_rows_that_vanished_are_archived_whoever_sorts_meanwhile(
    romashka: Party, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    config = await romashka.create(removal="archive")
    await romashka.run(config)
    trash(romashka, "order-002")
    sheets, tab, turned = romashka.world.spreadsheets, await romashka.tab(config), []
    contents = sheets.contents

    async def turn_around_before(*args: Any, **more: Any) -> Any:
        if len(turned) < times:
            header, *rows = tab.values()
            for number, row in enumerate([header, *rows[1:], rows[0]], start=1):
                tab.put_row(number, [*row, *[None] * (len(header) - len(row))])
            turned.append(True)
        return await contents(*args, **more)

    monkeypatch.setattr(sheets, "contents", turn_around_before)
    task = await romashka.run(config)
    left = {str(row[0]) for row in tab.values()[1:]}
    if times == 1:
        assert (task.error, left) == (None, set(romashka.orders) - {"order-002"})
    else:
        assert task.error is not None
        assert (task.error.code, left) == ("exports.table_changed", set(romashka.orders))
