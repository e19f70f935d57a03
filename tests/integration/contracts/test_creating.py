"""A spreadsheet for an export is made once, however often that is asked: the fake and the real adapter."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio

from application.exports.sheets import Made
from domain.exports.spreadsheet import SpreadsheetNotFound
from tests.integration.contracts.conftest import benches
from tests.integration.harness.sheet_benches import Bench, GoogleBench


@pytest_asyncio.fixture
async def google_bench() -> AsyncIterator[GoogleBench]:
    """One of its own for each test: files of the others would be found."""
    async with benches() as bench:
        yield bench


async def make(bench: Bench, origin: str, title: str = "Заказы") -> Made:
    return await bench.sheets.create(bench.key, title, "Лист", "Asia/Omsk", origin)


async def test_what_was_made_before_is_found_again(bench: Bench) -> None:
    origin = uuid4().hex
    first = await make(bench, origin)
    assert first.fresh
    (tab,) = first.spreadsheet.tabs
    assert (tab.title, tab.row_count, tab.column_count) == ("Лист", 2, 1)
    await bench.call_it(first.spreadsheet.spreadsheet_id, "Моя таблица")
    again = await make(bench, origin)
    assert again.spreadsheet.spreadsheet_id == first.spreadsheet.spreadsheet_id
    assert not again.fresh, "somebody may have used it"
    assert again.spreadsheet.title == "Моя таблица"
    assert again.spreadsheet.tabs == first.spreadsheet.tabs


async def test_exports_do_not_find_each_others(bench: Bench) -> None:
    origins = [uuid4().hex for _ in range(3)]
    made = [(await make(bench, origin)).spreadsheet.spreadsheet_id for origin in origins]
    assert len(set(made)) == 3
    assert [(await make(bench, origin)).spreadsheet.spreadsheet_id for origin in origins] == made


async def test_nor_does_another_account(bench: Bench) -> None:
    origin = uuid4().hex
    first = await make(bench, origin)
    other = await bench.sheets.create(bench.stranger(), "Заказы", "Лист", "Asia/Omsk", origin)
    assert other.fresh
    assert other.spreadsheet.spreadsheet_id != first.spreadsheet.spreadsheet_id


async def test_what_lies_in_the_trash_or_is_gone_is_not_taken(bench: Bench) -> None:
    origin = uuid4().hex
    first = await make(bench, origin)
    await bench.trash(first.spreadsheet.spreadsheet_id)
    second = await make(bench, origin)
    assert second.fresh
    await bench.delete(second.spreadsheet.spreadsheet_id)
    third = await make(bench, origin)
    assert third.fresh
    assert len({made.spreadsheet.spreadsheet_id for made in (first, second, third)}) == 3
    with pytest.raises(SpreadsheetNotFound):
        await bench.sheets.inspect(bench.key, second.spreadsheet.spreadsheet_id)


async def test_where_drive_may_not_be_asked_each_call_makes_one(bench: Bench) -> None:
    origin = uuid4().hex
    await bench.close_drive()
    made = [await make(bench, origin) for _ in range(2)]
    assert [(one.fresh, len(one.spreadsheet.tabs)) for one in made] == [(True, 1)] * 2
    assert made[0].spreadsheet.spreadsheet_id != made[1].spreadsheet.spreadsheet_id
    (tab,) = made[0].spreadsheet.tabs
    assert (tab.title, tab.row_count, tab.column_count) == ("Лист", 2, 1)
