"""Runs that are told about in a real sheet: formats, texts that are no formulas, and every request going wrong."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.wording.run_words import RussianRunWords
from tests.integration.harness.ordeals import Killed
from tests.integration.harness.sheets_over_http import FAULTS, Fault, LenientGoogle, lenient_google
from tests.integration.harness.stories import Party, Story, command_of

TITLES = list(RussianRunWords().titles())
TRIES = 3


@pytest.fixture(scope="module")
async def google() -> AsyncIterator[LenientGoogle]:
    async with lenient_google() as running:
        yield running


async def told_runs(google: LenientGoogle, runs: int, fault: tuple[int, Fault, int] | None = None) -> dict[str, Any]:
    """The last of so many tellings suffers; what the spreadsheet holds in the end, by the titles of its tabs."""
    await google.control("DELETE", "spreadsheets")
    story = await Story.begin(None, google)
    party = await story.party("romashka")
    party.fill(1)
    config = await party.create(name="=1+1", run_log="Журнал", status_cell="K1")
    for number in range(1, runs + 1):
        assert (await party.run(config)).state == "finished"
        google.session.plan(*(fault if fault is not None and number == runs else (0, None, 0)))
        await _attempt(party)
        sent = google.session.sent
        google.session.plan(0, None, 0)
    for _ in range(3):
        await story.pass_time()
        await story.work()
    target = (await party.config(config)).target
    assert target.spreadsheet_id is not None
    tabs = {tab["title"]: tab for tab in await google.tabs(target.spreadsheet_id)}
    await party.world.container.close()
    return {"id": target.spreadsheet_id, "sent": sent, "tabs": tabs, "status": tabs["Заказы"]["values"][0][10:]}


async def _attempt(party: Party) -> None:
    """One worker does what it can, and dies where it is killed."""
    for message in await party.story.relay():
        task = asyncio.create_task(party.app.execute(command_of(message)))
        await asyncio.wait({task})
        failed = task.exception()
        if failed is not None and not isinstance(failed, Killed):
            raise failed


async def test_a_log_and_a_cell_in_a_real_sheet(google: LenientGoogle) -> None:
    found = await told_runs(google, 2)
    assert [one.split()[0] for one in found["sent"]] == ["GET", "POST"]
    header, *rows = found["tabs"]["Журнал"]["values"]
    assert header == TITLES
    assert [row[1:6] for row in rows] == [["=1+1", "Обычный", "Готово", 1, 1], ["=1+1", "Обычный", "Готово", 1, 0]]
    url = f"{google.base}/v4/spreadsheets/{found['id']}/values/Журнал!A2:A3"
    async with google.http.get(url, headers={"Authorization": "Bearer any"}) as response:
        shown = (await response.json())["values"]
    assert [re.fullmatch(r"\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d", cell) is not None for (cell,) in shown] == [True, True]
    assert found["status"][0].startswith("Обновлено ")
    assert found["status"][0].endswith(", строк: 1")


async def test_whatever_fails_a_run_is_told_once(google: LenientGoogle) -> None:
    """The first, whose batch makes the tab and the name too."""
    runs = 1
    calm = await told_runs(google, runs)
    expected = [row[1:] for row in calm["tabs"]["Журнал"]["values"]]
    assert len(expected) == 1 + runs
    for request in range(1, len(calm["sent"]) + 1):
        for fault in FAULTS:
            for times in (1, TRIES) if fault.lasting else (1,):
                try:
                    found = await told_runs(google, runs, (request, fault, times))
                    assert [row[1:] for row in found["tabs"]["Журнал"]["values"]] == expected
                    assert len(found["status"]) == 1
                    assert sorted(found["tabs"]) == sorted(calm["tabs"])
                except BaseException as wrong:
                    raise AssertionError(f"{fault.name}, {times} times from request {request}") from wrong
