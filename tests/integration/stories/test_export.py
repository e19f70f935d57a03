"""The main job, from installation to the sheet."""

import pytest

from adapters.memory.consent import ACCESS_LIFETIME
from application.exports.commands.cancel_task import CancelTask
from domain.exports.spreadsheet import SpreadsheetNotFound
from domain.exports.task import ExportAlreadyRunning
from domain.shared.errors import IdempotencyKeyReused, VendorFailed
from tests.integration.harness.stories import COLUMNS, Party, Story


async def test_orders_arrive_and_then_only_what_changed(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    first = await romashka.run(config)
    assert (first.state, first.error, first.progress) == ("finished", None, 1.0)
    assert (first.counts.read, first.counts.appended, first.counts.updated) == (10, 10, 0)
    await romashka.check_sheet(config)

    romashka.order("order-003", description="другое")
    romashka.order("order-007", sum=None)
    romashka.order("new-1")
    writes = story.world.spreadsheets.writes
    second = await romashka.run(config)
    assert (second.counts.updated, second.counts.appended) == (2, 1)
    assert second.counts.write_requests == story.world.spreadsheets.writes - writes <= 2
    await romashka.check_sheet(config)


async def test_where_nothing_changed_nothing_is_written(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    await romashka.run(config)
    writes = story.world.spreadsheets.writes
    again = await romashka.run(config)
    assert again.state == "finished"
    assert again.counts.unchanged == again.counts.read > 0
    assert story.world.spreadsheets.writes == writes
    assert again.counts.write_requests == 0


async def test_an_empty_account_leaves_a_header(story: Story) -> None:
    party = await story.party("empty")
    config = await party.create()
    assert (await party.run(config)).state == "finished"
    await party.check_sheet(config)
    writes = story.world.spreadsheets.writes
    assert (await party.run(config)).state == "finished"
    assert story.world.spreadsheets.writes == writes
    party.fill(1)
    assert (await party.run(config)).counts.appended == 1
    await party.check_sheet(config)


async def test_a_full_run_makes_a_deleted_tab_anew(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    await romashka.run(config)
    await _delete_tab(romashka, config)
    failed = await romashka.run(config)
    assert failed.state == "failed"
    assert failed.error is not None
    assert failed.error.code == "exports.tab_missing"
    assert (await romashka.run(config, "full")).state == "finished"
    await romashka.check_sheet(config)
    romashka.order("order-001", name="иначе")
    assert (await romashka.run(config)).counts.updated == 1
    await romashka.check_sheet(config)


async def test_after_an_unfinished_full_run_into_a_new_tab_the_next_run_brings_everything(
    story: Story, romashka: Party
) -> None:
    config = await romashka.create()
    await romashka.run(config)
    await _delete_tab(romashka, config)
    task = await romashka.start(config, "full")
    story.world.spreadsheets.failures.plan("write", KeyError("something new"), skip=1)
    with pytest.raises(KeyError):
        await story.work()
    await romashka.app.execute(CancelTask(company_id=romashka.id, task_id=task))
    assert (await romashka.run(config)).state == "finished"
    await romashka.check_sheet(config)


async def test_an_order_that_comes_back_unchanged_is_written_into_the_new_tab(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    await romashka.run(config)
    source = story.world.source
    source.remove(romashka.token, "customerorder", "order-005")
    stamp, cells = romashka.orders.pop("order-005")
    await _delete_tab(romashka, config)
    assert (await romashka.run(config, "full")).state == "finished"
    await romashka.check_sheet(config)
    romashka.orders["order-005"] = (stamp, cells)
    source.put(romashka.token, "customerorder", "order-005", romashka.orders["order-009"][0], cells)
    await romashka.run(config)
    await romashka.check_sheet(config)


async def test_a_tab_of_the_same_name_is_taken_over_by_a_full_run_only_when_it_is_free(
    story: Story, romashka: Party
) -> None:
    config = await romashka.create()
    await romashka.run(config)
    spreadsheet = await _delete_tab(romashka, config)
    other = story.world.spreadsheets.add("elsewhere", "Заказы").tabs[0]
    other.put_cell(1, 0, "чужое")
    spreadsheet.tabs.append(other)
    failed = await romashka.run(config, "full")
    assert failed.error is not None
    assert failed.error.code == "exports.tab_occupied"
    assert other.values() == [["чужое"]]
    other.put_cell(1, 0, None)
    assert (await romashka.run(config, "full")).state == "finished"
    await romashka.check_sheet(config)


@pytest.mark.parametrize(("row", "column"), [(1, 0), (3, 0), (7, 1)])
async def test_nothing_of_anybodys_is_written_over(story: Story, romashka: Party, row: int, column: int) -> None:
    spreadsheet = story.world.spreadsheets.add("Их таблица", "Заказы")
    theirs = spreadsheet.tabs[0]
    theirs.put_cell(row, column, "чужое")
    before = theirs.values()
    failed = await romashka.run(await romashka.create(spreadsheet=spreadsheet.spreadsheet_id, tab="Заказы"))
    assert failed.error is not None
    assert failed.error.code == "exports.tab_occupied"
    assert theirs.values() == before


async def test_people_may_sort_rows_and_rename_insert_and_move_columns(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    await romashka.run(config)
    tab = await romashka.tab(config)
    tab.sort_by(2)
    tab.insert_row(4)
    tab.column_count = len(COLUMNS) + 1
    tab.put_cell(1, len(COLUMNS), "Заметки")
    romashka.order("order-002", description="после сортировки")
    assert (await romashka.run(config)).state == "finished"
    keys = [key for key in tab.column(0) if key]
    assert sorted(map(str, keys)) == sorted(romashka.orders)
    tab.put_cell(1, 1, "Переименовано")
    tab.insert_column(1)
    tab.put_cell(3, 1, "чужое")
    romashka.order("order-002", description="ещё раз")
    assert (await romashka.run(config)).state == "finished"
    assert (tab.row(1)[1:3], tab.row(3)[1]) == ([None, "Переименовано"], "чужое")
    row = next(row for row in tab.values() if row[:1] == ["order-002"])
    assert row[5] == "ещё раз"


async def test_a_deleted_column_stops_the_run_and_a_full_run_makes_it_anew(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    await romashka.run(config)
    tab = await romashka.tab(config)
    tab.delete_column(1)
    romashka.order("order-002", description="ещё раз")
    failed = await romashka.run(config)
    assert failed.error is not None
    assert failed.error.code == "exports.layout_changed"
    assert "order-002" in [row[0] for row in tab.values()]
    assert (await romashka.run(config, "full")).state == "finished"
    row = next(row for row in tab.values() if row[0] == "order-002")
    assert (tab.row(1)[-1], row[-1]) == ((await romashka.config(config)).columns[1].title, "№ order-002")


async def test_a_column_made_anew_is_filled_even_if_the_full_run_fails(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    await romashka.run(config)
    tab = await romashka.tab(config)
    tab.delete_column(1)
    story.world.spreadsheets.failures.plan("write", VendorFailed(vendor="google"), times=5)
    task_id = await romashka.start(config, "full")
    for _ in range(12):
        await story.work()
        await story.pass_time()
    assert (await romashka.task(task_id)).state == "failed"
    assert (await romashka.run(config)).state == "finished"
    assert sorted(str(row[-1]) for row in tab.values()[1:]) == sorted(f"№ {key}" for key in romashka.orders)


async def test_without_the_column_of_keys_nothing_is_written(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    await romashka.run(config)
    tab = await romashka.tab(config)
    tab.delete_column(0)
    before = tab.values()
    for mode in ("incremental", "full"):
        romashka.order("order-002", description=mode)
        failed = await romashka.run(config, mode)
        assert failed.error is not None
        assert failed.error.code == "exports.key_column_deleted"
    assert tab.values() == before


async def test_an_existing_spreadsheet_gets_a_tab_of_its_own(story: Story, romashka: Party) -> None:
    theirs = story.world.spreadsheets.add("Отчёты", "Продажи")
    config = await romashka.create(spreadsheet=theirs.spreadsheet_id)
    assert (await romashka.run(config)).state == "finished"
    assert [tab.title for tab in theirs.tabs] == ["Продажи", "Заказы"]
    await romashka.check_sheet(config)
    with pytest.raises(SpreadsheetNotFound):
        await romashka.create(spreadsheet="no-such-spreadsheet-at-all")


async def test_an_access_token_is_renewed_in_time(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    story.clock.advance(ACCESS_LIFETIME)
    assert (await romashka.run(config)).state == "finished"
    assert story.world.consent.failures.calls["renew"] == 1
    await romashka.check_sheet(config)


async def test_an_access_token_that_google_withdrew_early_is_renewed(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    story.world.spreadsheets.refused.add("memory-google-access-1")
    assert (await romashka.run(config)).state == "finished"
    await romashka.check_sheet(config)


async def test_one_export_has_one_run_at_a_time(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    await romashka.start(config)
    with pytest.raises(ExportAlreadyRunning):
        await romashka.start(config)


async def test_the_same_request_with_the_same_key_is_carried_out_once(story: Story, romashka: Party) -> None:
    config = await romashka.create(idempotency_key="create")
    assert await romashka.create(idempotency_key="create") == config
    assert await romashka.create(idempotency_key="another") != config
    with pytest.raises(IdempotencyKeyReused):
        await romashka.create(idempotency_key="create", name="Другое")
    task = await romashka.start(config, key="start")
    assert await romashka.start(config, key="start") == task
    await story.work()
    assert await romashka.start(config, key="start") == task
    with pytest.raises(IdempotencyKeyReused):
        await romashka.start(config, "full", key="start")
    assert len(await romashka.tasks()) == 1
    with pytest.raises(IdempotencyKeyReused):
        await romashka.start(config, key="create")


async def test_a_key_of_a_failed_request_can_be_used_again(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    running = await romashka.start(config)
    with pytest.raises(ExportAlreadyRunning):
        await romashka.start(config, key="key")
    await romashka.app.execute(CancelTask(company_id=romashka.id, task_id=running))
    assert await romashka.start(config, key="key") != running


async def test_a_message_that_comes_twice_is_carried_out_once(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    await romashka.start(config)
    (message,) = await story.relay()
    from tests.integration.harness.stories import command_of

    for _ in range(2):
        await story.app.execute(command_of(message))
    writes = story.world.spreadsheets.writes
    await story.app.execute(command_of(message))
    assert story.world.spreadsheets.writes == writes
    await romashka.check_sheet(config)


async def _delete_tab(party: Party, config: object) -> object:
    target = (await party.config(config)).target  # type: ignore[arg-type]
    spreadsheet = party.world.spreadsheets.spreadsheets[target.spreadsheet_id or ""]
    spreadsheet.tabs[:] = [tab for tab in spreadsheet.tabs if tab.sheet_id != target.sheet_id]
    return spreadsheet
