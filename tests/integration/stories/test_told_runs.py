"""Runs are told about in the spreadsheet: a log with a row for each, and a cell that shows how the last one ended."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.memory.grids import MemorySpreadsheet, MemoryTab
from adapters.wording.run_words import RussianRunWords
from application.exports.commands.cancel_task import CancelTask
from application.exports.commands.remove_export_config import RemoveExportConfig
from application.exports.sheets import Obstacle
from application.exports.telling import log_tag
from application.exports.tidings import TellSheet
from application.exports.views import TaskView
from application.tenants.queries.list_announcements import ListAnnouncements
from domain.connections.google import GoogleDisconnected
from domain.exports.spreadsheet import ObstacleKind
from domain.exports.task import WorkerLost
from domain.exports.telling import LONGEST_WAIT, MAX_FAILURES
from domain.shared.cells import Cell
from domain.shared.errors import VendorBusy, VendorFailed
from domain.shared.identities import ConfigId
from domain.shared.moments import sheet_serial
from tests.integration.harness.stories import Party, Story

LOG = "Журнал"
TITLES = list(RussianRunWords().titles())
MOSCOW = ZoneInfo("Europe/Moscow")


async def party_of(orders: int = 3) -> Party:
    story = await Story.begin()
    party = await story.party("romashka")
    party.fill(orders)
    return party


async def told(party: Party, config: ConfigId, mode: str = "incremental") -> TaskView:
    """A run, and the telling of it."""
    view = await party.run(config, mode)
    await party.story.work()
    return await party.task(view.id)


def book(party: Party) -> MemorySpreadsheet:
    (found,) = party.world.spreadsheets.spreadsheets.values()
    return found


def log_of(party: Party, title: str = LOG) -> list[list[Cell]]:
    header, *rows = book(party).tab_titled(title).values()
    assert header == TITLES
    return rows


def cell(tab: MemoryTab, row: int, column: int) -> Cell:
    cells = tab.row(row)
    return cells[column] if column < len(cells) else None


def calls(party: Party) -> tuple[int, int]:
    return party.world.spreadsheets.reads, party.world.spreadsheets.writes


def clock_text(moment: datetime | None) -> str:
    assert moment is not None
    return moment.astimezone(MOSCOW).strftime("%d.%m.%Y %H:%M:%S")


async def test_each_run_has_one_row_and_the_cell_shows_the_last() -> None:
    party = await party_of(1000)
    config = await party.create(name="=Заказы", run_log=LOG, status_cell="K1")
    first = await told(party, config)
    assert log_of(party) == [
        [
            sheet_serial(first.ended_at or datetime.now(UTC), MOSCOW),
            "=Заказы",
            "Обычный",
            "Готово",
            *(1000, 1000, 0, 0, 0, 0, 0),
        ]
    ]
    tab = await party.tab(config)
    assert cell(tab, 1, 10) == f"Обновлено {clock_text(first.ended_at)}, строк: 1 000"
    party.order("order-001", description="другое")
    second = await told(party, config)
    counts = second.counts
    told_counts = [counts.read, 0, 1, 0, counts.unchanged, 0]
    assert [row[4:10] for row in log_of(party)] == [[1000, 1000, 0, 0, 0, 0], told_counts]
    assert cell(tab, 1, 10) == f"Обновлено {clock_text(second.ended_at)}, строк: 1 000"
    log = book(party).tab_titled(LOG)
    assert (log.hidden, log.frozen_rows, log.column_count) == (False, 1, len(TITLES))
    assert len(book(party).markers) == 1


async def test_telling_takes_one_look_and_one_batch() -> None:
    party = await party_of()
    config = await party.create(run_log=LOG, status_cell="K1")
    await told(party, config)
    await party.run(config)
    before = calls(party)
    await party.story.work()
    assert calls(party) == (before[0] + 1, before[1] + 1)
    assert len(log_of(party)) == 2


async def test_an_export_without_either_asks_nothing_and_stores_nothing() -> None:
    party = await party_of()
    config = await party.create()
    await party.run(config)
    before = calls(party)
    assert await party.story.work() == 0
    assert calls(party) == before
    assert not party.world.store.run_tellings._rows
    assert book(party).markers == set()


async def test_told_twice_it_works_once() -> None:
    party = await party_of()
    config = await party.create(run_log=LOG, status_cell="K1")
    runs = [await told(party, config) for _ in range(3)]
    before = calls(party)
    for run in runs:
        outcome = await party.app.execute(TellSheet(company_id=party.id, config_id=config, task_id=run.id))
        assert outcome.state == "left alone"
    assert calls(party) == before
    assert len(log_of(party)) == 3


async def test_a_failure_and_a_stop_are_told_in_words() -> None:
    party = await party_of()
    config = await party.create(run_log=LOG, status_cell="K1")
    await told(party, config)
    task = await party.start(config)
    await party.app.execute(CancelTask(company_id=party.id, task_id=task))
    await party.story.work()
    tab = await party.tab(config)
    ended = (await party.task(task)).ended_at
    assert cell(tab, 1, 10) == f"Остановлено {clock_text(ended)}"
    tab.delete_column(1)
    failed = await told(party, config)
    assert failed.state == "failed"
    title, action = "С листа «Заказы» исчезли столбцы выгрузки", log_of(party)[2][12]
    assert cell(tab, 1, 9) == f"Ошибка {clock_text(failed.ended_at)}: {title}"
    assert [row[3] for row in log_of(party)] == ["Готово", "Остановлен", "Ошибка"]
    assert log_of(party)[2][11] == title
    assert isinstance(action, str)


async def test_several_exports_share_a_log() -> None:
    party = await party_of()
    theirs = party.world.spreadsheets.add("Отчёты", "Продажи")
    for tab in ("Первая", "Вторая"):
        config = await party.create(name=tab, tab=tab, spreadsheet=theirs.spreadsheet_id, run_log=LOG)
        await told(party, config)
    assert [row[1] for row in log_of(party)] == ["Первая", "Вторая"]
    assert len(book(party).markers) == 2, "one for each export"


async def test_the_cell_is_followed_wherever_people_move_it() -> None:
    party = await party_of()
    config = await party.create(status_cell="K1")
    await told(party, config)
    tab = await party.tab(config)
    tab.insert_row(1)
    tab.insert_column(8)
    tab.put_cell(1, 10, "заметка")
    run = await told(party, config)
    assert cell(tab, 2, 11) == f"Обновлено {clock_text(run.ended_at)}, строк: 3"
    assert cell(tab, 1, 10) == "заметка"


async def test_a_name_that_people_deleted_is_made_anew_by_a_full_run_only() -> None:
    party = await party_of()
    config = await party.create(status_cell="K1")
    await told(party, config)
    tab = await party.tab(config)
    tab.names.clear()
    tab.put_cell(1, 10, None)
    await told(party, config)
    assert (cell(tab, 1, 10), tab.names) == (None, {})
    full = await told(party, config, "full")
    assert cell(tab, 1, 10) == f"Обновлено {clock_text(full.ended_at)}, строк: 3"


async def test_a_cell_that_is_in_use_is_left_alone_and_that_is_said() -> None:
    party = await party_of()
    theirs = party.world.spreadsheets.add("Отчёты", "Сводка")
    theirs.tabs[0].put_cell(2, 1, "План")
    config = await party.create(spreadsheet=theirs.spreadsheet_id, status_cell="'Сводка'!B2", run_log=LOG)
    run = await told(party, config)
    assert cell(theirs.tabs[0], 2, 1) == "План"
    assert [(one.code, one.details) for one in run.warnings] == [
        ("exports.status_cell_taken", {"cell": "'Сводка'!B2", "tab": "Сводка"})
    ]
    assert (run.state, len(log_of(party))) == ("finished", 1)
    theirs.tabs[0].put_cell(2, 1, None)
    run = await told(party, config)
    assert run.warnings == []
    assert cell(theirs.tabs[0], 2, 1) == f"Обновлено {clock_text(run.ended_at)}, строк: 3"


async def test_a_name_that_was_moved_into_the_table_is_not_written() -> None:
    party = await party_of()
    config = await party.create(status_cell="K1")
    await told(party, config)
    tab = await party.tab(config)
    tab.names = dict.fromkeys(tab.names, (3, 1))
    before = tab.values()
    run = await told(party, config)
    assert [one.code for one in run.warnings] == ["exports.status_cell_in_table"]
    assert tab.values() == before


async def test_a_blank_cell_in_another_exports_table_is_not_taken() -> None:
    party = await party_of()
    theirs = party.world.spreadsheets.add("Отчёты", "Лист1")
    await party.run(await party.create(tab="Первая", spreadsheet=theirs.spreadsheet_id))
    config = await party.create(tab="Вторая", spreadsheet=theirs.spreadsheet_id, status_cell="'первая'!B9")
    run = await told(party, config)
    assert [(one.code, one.details) for one in run.warnings] == [
        ("exports.status_cell_in_table", {"cell": "'Первая'!B9", "tab": "Первая"})
    ]
    assert len(theirs.tab_titled("Первая").values()) == 4
    assert theirs.tab_titled("Первая").names == {}


async def test_a_name_that_leads_nowhere_is_as_good_as_deleted() -> None:
    party = await party_of()
    config = await party.create(status_cell="K1")
    await told(party, config)
    tab = await party.tab(config)
    tab.names = dict.fromkeys(tab.names, (10**8, 10**8))
    before = tab.values()
    run = await told(party, config)
    assert (tab.values(), run.warnings) == (before, [])
    tab.put_cell(1, 10, None)
    run = await told(party, config, "full")
    assert (cell(tab, 1, 10), run.warnings) == (f"Обновлено {clock_text(run.ended_at)}, строк: 3", [])


async def test_the_cell_may_be_merged_with_others_to_its_right() -> None:
    party = await party_of()
    config = await party.create(status_cell="K1")
    await told(party, config)
    tab = await party.tab(config)
    tab.obstacles.append(Obstacle(ObstacleKind.MERGED, "K1:N1", (1, 1), (10, 13)))
    run = await told(party, config)
    assert (cell(tab, 1, 10), run.warnings) == (f"Обновлено {clock_text(run.ended_at)}, строк: 3", [])
    tab.obstacles[-1] = Obstacle(ObstacleKind.MERGED, "J1:N1", (1, 1), (9, 13))
    run = await told(party, config)
    assert [one.code for one in run.warnings] == ["exports.cells_merged"]


async def test_what_failed_the_run_is_not_said_twice() -> None:
    party = await party_of()
    config = await party.create(run_log=LOG)
    await told(party, config)
    party.world.spreadsheets.missing.add(book(party).spreadsheet_id)
    run = await told(party, config)
    assert run.error is not None
    assert (run.error.code, run.warnings) == ("exports.spreadsheet_not_found", [])


async def test_a_tab_that_is_missing_for_the_cell_is_made() -> None:
    party = await party_of()
    config = await party.create(status_cell="Сводка!B3")
    run = await told(party, config)
    made = book(party).tab_titled("Сводка")
    assert cell(made, 3, 1) == f"Обновлено {clock_text(run.ended_at)}, строк: 3"
    assert run.warnings == []


@pytest.mark.parametrize("header", [["Дата", "Кто"], [*TITLES[:5]]])
async def test_somebody_elses_tab_is_no_log(header: list[Cell]) -> None:
    party = await party_of()
    theirs = party.world.spreadsheets.add("Отчёты", LOG)
    theirs.tabs[0].put_row(1, header)
    config = await party.create(spreadsheet=theirs.spreadsheet_id, run_log=LOG, status_cell="K1")
    run = await told(party, config)
    assert theirs.tabs[0].values() == [header]
    assert [(one.code, one.details) for one in run.warnings] == [("exports.run_log_taken", {"tab": LOG})]
    assert cell(await party.tab(config), 1, 10), "the cell is written all the same"


async def test_a_blank_tab_of_the_title_becomes_the_log_and_a_renamed_log_is_followed() -> None:
    party = await party_of()
    theirs = party.world.spreadsheets.add("Отчёты", LOG)
    config = await party.create(spreadsheet=theirs.spreadsheet_id, run_log=LOG)
    await told(party, config)
    theirs.tabs[0].title = "История"
    theirs.tabs[0].move_column(0, 3)
    theirs.tabs[0].delete_column(theirs.tabs[0].anchors[log_tag(LOG), "seconds"])
    await told(party, config)
    assert [tab.title for tab in theirs.tabs] == ["История", "Заказы"]
    _, *rows = theirs.tabs[0].values()
    assert [row[:3] for row in rows] == [["Заказы на сегодня", "Обычный", "Готово"]] * 2
    assert all(isinstance(row[3], float) for row in rows)


async def test_rows_of_the_log_may_be_sorted_and_summed_up() -> None:
    party = await party_of()
    config = await party.create(run_log=LOG)
    await told(party, config)
    log = book(party).tab_titled(LOG)
    log.put_cell(3, 1, "Итого")
    await told(party, config)
    assert [row[1] for row in log_of(party)] == ["Заказы на сегодня", "Итого", "Заказы на сегодня"]


async def test_a_protected_log_is_left_alone_and_that_is_said() -> None:
    party = await party_of()
    config = await party.create(run_log=LOG)
    await told(party, config)
    log = book(party).tab_titled(LOG)
    log.obstacles.append(Obstacle(ObstacleKind.PROTECTED, "Бухгалтерия", (1, 10**8), (0, 10**8)))
    run = await told(party, config)
    assert [one.code for one in run.warnings] == ["exports.range_protected"]
    assert len(log_of(party)) == 1


async def test_google_that_is_busy_is_asked_when_it_says() -> None:
    party = await party_of()
    config = await party.create(run_log=LOG)
    run = await party.run(config)
    party.world.spreadsheets.failures.plan("apply", VendorBusy(7.0))
    await party.story.work()
    await party.story.pass_time(timedelta(seconds=6))
    assert await party.story.work() == 0
    await party.story.pass_time(timedelta(seconds=2))
    assert await party.story.work() == 1
    assert (len(log_of(party)), (await party.task(run.id)).warnings) == (1, [])


async def test_google_that_fails_is_asked_a_number_of_times() -> None:
    party = await party_of()
    config = await party.create(run_log=LOG)
    run = await party.run(config)
    party.world.spreadsheets.failures.plan("inspect", VendorFailed(vendor="google"), times=MAX_FAILURES)
    sent = 0
    for _ in range(60):
        sent += await party.story.work()
        await party.story.pass_time(timedelta(minutes=5))
    after = await party.task(run.id)
    sent -= 1  # the message that has people told of it
    assert (sent, after.state, [one.code for one in after.warnings]) == (MAX_FAILURES, "finished", ["vendors.failed"])


async def test_a_refusal_is_given_up_at_once() -> None:
    party = await party_of()
    config = await party.create(run_log=LOG)
    run = await party.run(config)
    party.world.spreadsheets.failures.plan("inspect", GoogleDisconnected(reason="access_token"), times=2)
    await party.story.work()
    await party.story.pass_time()
    assert [message.tag for message in await party.story.relay()] == ["connections.google_broke"]
    after = await party.task(run.id)
    assert (after.state, [one.code for one in after.warnings]) == ("finished", [GoogleDisconnected.code])


async def test_what_nobody_heard_is_told_later_and_after_a_day_no_more() -> None:
    party = await party_of()
    config = await party.create(run_log=LOG)
    for by, codes, rows in ((None, [], 1), (LONGEST_WAIT, ["exports.run_not_told"], 1)):
        run = await party.run(config)
        assert len(await party.story.relay()) == 1, "the message is lost"
        await party.story.pass_time(by)
        await party.story.work()
        assert [one.code for one in (await party.task(run.id)).warnings] == codes
        assert len(log_of(party)) == rows


async def test_a_run_that_is_told_late_leaves_the_line_of_a_later_one() -> None:
    party = await party_of()
    config = await party.create(run_log=LOG, status_cell="K1")
    first = await party.run(config)
    await party.story.relay()  # lost
    party.story.clock.advance(timedelta(seconds=5))
    second = await told(party, config)
    line = cell(await party.tab(config), 1, 10)
    await party.story.pass_time()
    await party.story.work()
    serials = [sheet_serial(one.ended_at or datetime.now(UTC), MOSCOW) for one in (second, first)]
    assert [row[0] for row in log_of(party)] == serials
    assert cell(await party.tab(config), 1, 10) == line
    third = await told(party, config)
    assert cell(await party.tab(config), 1, 10) == f"Обновлено {clock_text(third.ended_at)}, строк: 3"
    assert len(log_of(party)) == 3
    assert len(book(party).markers) == 1


async def test_a_failed_first_run_leaves_the_tab_free() -> None:
    """A line in a tab where the table does not stand yet would make the tab somebody else's."""
    party = await party_of()
    theirs = party.world.spreadsheets.add("Отчёты", "Заказы")
    config = await party.create(spreadsheet=theirs.spreadsheet_id, status_cell="K1", run_log=LOG)
    party.world.source.failures.plan("read", WorkerLost(crashes=1))
    assert (await told(party, config)).state == "failed"
    assert theirs.tabs[0].values() == []
    assert (await told(party, config)).state == "finished"
    assert [row[3] for row in log_of(party)] == ["Ошибка", "Готово"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status_cell": "H"}, "exports.status_cell_invalid"),
        ({"status_cell": "H0"}, "exports.status_cell_invalid"),
        ({"status_cell": "AAAA1"}, "exports.status_cell_invalid"),
        ({"status_cell": "A1:B2"}, "exports.status_cell_invalid"),
        ({"status_cell": "B2"}, "exports.status_cell_in_table"),
        ({"status_cell": "'заказы'!B2"}, "exports.status_cell_in_table"),
        ({"status_cell": f"'{LOG}'!Z1", "run_log": LOG.upper()}, "exports.status_cell_unfit"),
        ({"status_cell": "'Заказы – прежняя версия'!Z1"}, "exports.status_cell_unfit"),
        ({"status_cell": f"'{'я' * 101}'!B2"}, "exports.title_invalid"),
        ({"run_log": " "}, "exports.title_invalid"),
        ({"run_log": "я" * 101}, "exports.title_invalid"),
        ({"run_log": "заказы"}, "exports.run_log_unfit"),
        ({"run_log": "Заказы – загрузка"}, "exports.run_log_unfit"),
        ({"run_log": "Заказы – прежняя версия"}, "exports.run_log_unfit"),
        ({"on_obstacle": "ignore"}, "exports.on_obstacle_unknown"),
    ],
)
async def test_what_cannot_be_is_refused(fields: dict[str, Any], code: str) -> None:
    party = await party_of()
    with pytest.raises(Exception, match=code):
        await party.create(**fields)


async def announced(party: Party) -> list[tuple[str, dict[str, str | int]]]:
    found = await party.app.ask(ListAnnouncements(company_id=party.id))
    return [(one.code, dict(one.params)) for one in found]


async def test_what_could_not_be_told_for_good_is_announced_until_it_is_told_again() -> None:
    party = await party_of()
    config = await party.create(run_log=LOG)
    await told(party, config)
    assert await announced(party) == []
    name = (await party.config(config)).name
    log = book(party).tab_titled(LOG)
    log.obstacles.append(Obstacle(ObstacleKind.PROTECTED, "Бухгалтерия", (1, 10**8), (0, 10**8)))
    for _ in range(2):
        await told(party, config)
        assert await announced(party) == [
            ("announcements.run_untold", {"export": name, "reason": "exports.range_protected"})
        ]
    log.obstacles.clear()
    await told(party, config)
    assert await announced(party) == []


async def test_what_nobody_heard_for_a_day_is_announced_and_goes_with_the_export() -> None:
    party = await party_of()
    config = await party.create(run_log=LOG)
    await party.run(config)
    await party.story.relay()  # the message is lost
    await party.story.pass_time(LONGEST_WAIT)
    await party.story.work()
    ((code, params),) = await announced(party)
    assert (code, params["reason"]) == ("announcements.run_untold", "exports.run_not_told")
    await party.app.execute(RemoveExportConfig(company_id=party.id, config_id=config))
    assert await announced(party) == []
