"""A table that goes on in a next tab of a real spreadsheet, and what is told beside it there."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.integration.harness.sheets_over_http import LenientGoogle, lenient_google
from tests.integration.harness.stories import Story


@pytest.fixture(scope="module")
async def google() -> AsyncIterator[LenientGoogle]:
    async with lenient_google() as running:
        yield running


async def test_a_second_export_of_the_same_title_goes_on_beside_the_first(google: LenientGoogle) -> None:
    await google.control("DELETE", "spreadsheets")
    story = await Story.begin(None, google)
    party = await story.party("romashka")
    party.fill(2)
    first = await party.create(run_log="Журнал", status_cell="K1")
    await party.run(first)
    await story.work()
    target = (await party.config(first)).target
    assert target.spreadsheet_id is not None
    alike = {"spreadsheet": target.spreadsheet_id, "on_obstacle": "next_tab", "run_log": "журнал", "status_cell": "K1"}
    second = await party.create(name="Вторая", **alike)
    assert (await party.run(second)).state == "finished"
    await story.work()
    tabs = {tab["title"]: tab for tab in await google.tabs(target.spreadsheet_id)}
    assert sorted(tabs) == ["Журнал", "Заказы", "Заказы 2"]
    assert (await party.config(second)).target.sheet_id == tabs["Заказы 2"]["sheetId"]
    assert [row[1] for row in tabs["Журнал"]["values"][1:]] == ["Заказы на сегодня", "Вторая"]
    whole = {"sheetId": tabs["Заказы 2"]["sheetId"], "startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 0}
    await google.edit(target.spreadsheet_id, {"mergeCells": {"range": {**whole, "endColumnIndex": 2}}})
    before = (await google.values(party, second))["Заказы 2"]
    full = await party.run(second, "full")
    await story.work()
    assert (full.state, (await party.task(full.id)).warnings) == ("finished", [])
    values = await google.values(party, second)
    assert values["Заказы 2"] == before
    assert sorted(row[0] for row in values["Заказы 3"][1:]) == sorted(party.orders)
    assert values["Заказы 3"][0][10].startswith("Обновлено")
    await party.world.container.close()


async def test_the_cell_is_followed_where_people_move_it(google: LenientGoogle) -> None:
    """Rows are inserted above it, a column before it, and then its own column is moved."""
    await google.control("DELETE", "spreadsheets")
    story = await Story.begin(None, google)
    party = await story.party("romashka")
    party.fill(1)
    config = await party.create(status_cell="K1")
    await party.run(config)
    await story.work()
    target = (await party.config(config)).target
    assert target.spreadsheet_id is not None
    rows = {"sheetId": target.sheet_id, "dimension": "ROWS", "startIndex": 0, "endIndex": 2}
    columns = {"sheetId": target.sheet_id, "dimension": "COLUMNS", "startIndex": 10, "endIndex": 11}
    await google.edit(
        target.spreadsheet_id,
        {"insertDimension": {"range": rows}},
        {"insertDimension": {"range": columns}},
        {"moveDimension": {"source": {**columns, "startIndex": 11, "endIndex": 12}, "destinationIndex": 9}},
    )
    story.clock.advance(timedelta(minutes=1))
    run = await party.run(config)
    await story.work()
    values = (await google.values(party, config))["Заказы"]
    shown = [(place, cell) for place, row in enumerate(values) for cell in row[9:] if str(cell).startswith("Обновлено")]
    assert run.ended_at is not None
    line = f"Обновлено {run.ended_at + timedelta(hours=3):%d.%m.%Y %H:%M:%S}, строк: 1"
    assert shown == [(2, line)]
    await party.world.container.close()
