"""The stock of an account and its sheet: what changes between two runs is cheap to read, and none of it is missed."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from domain.exports.filters import Condition
from tests.integration.harness.trading import IN_STORES, OVER_ALL, Shop

ALONE = 1
"""Units of a run that is told of no change: the question, and no dictionary."""


@pytest_asyncio.fixture(params=[0, 7, -5], ids=["clocks agree", "ours is ahead", "ours is behind"])
async def shop(request: pytest.FixtureRequest) -> AsyncIterator[Shop]:
    """The clocks may be apart."""
    made = await Shop.open(apart=request.param)
    yield made
    await made.story.world.container.close()


EITHER = pytest.mark.parametrize("of", [OVER_ALL, IN_STORES], ids=["over all", "in stores"])


@EITHER
async def test_an_unchanged_account_costs_one_request(shop: Shop, of: tuple[str, tuple[str, ...]]) -> None:
    await shop.export(of)
    first = await shop.run()
    assert first.counts.appended == 3
    assert first.counts.units > ALONE
    shop.pass_time()
    for _ in range(3):
        before = shop.account.wire.asked
        task = await shop.run()
        assert (task.counts.units, shop.account.wire.asked - before) == (ALONE, 1)
        assert (task.counts.read, task.counts.updated, task.counts.appended, task.counts.removed) == (0, 0, 0, 0)
        await shop.check()
        shop.pass_time(900.0)


@EITHER
async def test_what_is_traded_between_two_runs_stands_in_the_sheet(shop: Shop, of: tuple[str, tuple[str, ...]]) -> None:
    await shop.export(of)
    await shop.run()
    shop.trade("demand", 0, 4)
    shop.pass_time()
    task = await shop.run()
    assert (task.counts.read, task.counts.updated, task.counts.appended, task.counts.removed) == (1, 1, 0, 0)
    assert task.counts.units == ALONE + of[1].count("assortment.name") + of[1].count("store.name")
    await shop.check()
    shop.trade("salesreturn", 0, 1)
    shop.trade("demand", 1, 5)
    shop.pass_time()
    task = await shop.run()
    assert (task.counts.read, task.counts.updated, task.counts.removed) == (2, 1, 1), "what ran out is shown no more"
    await shop.check()
    shop.stores.append(shop.account.create("store", name="Второй склад"))
    shop.trade("enter", 1, 2, store=1)
    shop.pass_time()
    task = await shop.run()
    assert (task.counts.updated, task.counts.appended) == (0, 1)
    await shop.check()
    assert (await shop.run()).counts.units == ALONE
    whole, *since = shop.asked()
    assert whole == ""
    assert all(since), "only the first run read everything"


async def test_a_change_just_before_a_reading_is_asked_for_once_more(shop: Shop) -> None:
    await shop.export(OVER_ALL)
    await shop.run()
    shop.trade("demand", 0, 4)
    for wanted in (1, 1, 1, 0):
        shop.pass_time(1800.0)
        task = await shop.run()
        assert task.counts.read == wanted
        assert task.counts.unchanged == wanted - task.counts.updated
        await shop.check()


@EITHER
async def test_deleted_and_archived_goods_leave_the_sheet(shop: Shop, of: tuple[str, tuple[str, ...]]) -> None:
    await shop.export(of)
    await shop.run()
    shop.pass_time()
    shop.account.archive(shop.goods[0], archived=True)
    shop.account.purge(shop.goods[1])
    task = await shop.run()
    assert task.counts.removed == 2
    await shop.check()
    shop.pass_time()
    shop.account.archive(shop.goods[0], archived=False)
    await shop.run()
    await shop.check()


async def test_an_archived_store_leaves_the_sheet(shop: Shop) -> None:
    await shop.export(IN_STORES)
    shop.stores.append(shop.account.create("store", name="Второй склад"))
    shop.trade("enter", 1, 2, store=1)
    await shop.run()
    shop.pass_time()
    shop.account.archive(shop.stores[1], archived=True)
    assert (await shop.run()).counts.removed == 1
    await shop.check()


async def test_what_nothing_tells_is_seen_once_a_day(shop: Shop) -> None:
    await shop.export(OVER_ALL)
    await shop.run()
    shop.pass_time()
    shop.account.change(shop.goods[2], name="Ложка чайная")
    assert (await shop.run()).counts.units == ALONE
    shop.pass_time(86_400.0)
    assert (await shop.run()).counts.units > ALONE
    await shop.check()
    assert [bool(since) for since in shop.asked()] == [False, True, False]


@pytest.mark.parametrize("condition", [("stockType", "quantity"), ("include", "zeroLines")], ids=["type", "zeros"])
async def test_what_cannot_be_told_of_changes_is_read_whole(shop: Shop, condition: tuple[str, str]) -> None:
    name, value = condition
    await shop.export(OVER_ALL, Condition(name, "=", value))
    await shop.run()
    shop.pass_time()
    await shop.run()
    assert shop.asked() == ["", ""]


async def test_a_refused_moment_makes_the_run_read_everything(shop: Shop) -> None:
    await shop.export(OVER_ALL)
    await shop.run()
    shop.pass_time()
    shop.trade("demand", 0, 10)
    shop.account.clock.pass_time(30 * 3600.0)  # MoySklad's clock alone
    task = await shop.run()
    assert [bool(since) for since in shop.asked()] == [False, True, False]
    assert task.counts.removed == 1
    await shop.check()


async def test_an_answer_without_a_date_is_followed_by_a_whole_reading(shop: Shop) -> None:
    await shop.export(OVER_ALL)
    shop.account.wire.dated = False
    await shop.run()
    shop.pass_time()
    await shop.run()
    assert shop.asked() == ["", ""]


async def test_goods_that_are_counted_anew_are_asked_for_until_they_are_counted(shop: Shop) -> None:
    await shop.export(IN_STORES)
    await shop.run()
    shop.pass_time()
    shop.account.world.settings.stock_recalculation_seconds = 3 * 3600.0
    shop.trade("demand", 0, 4)
    await shop.run()
    (cells,) = [row for row in (await shop.shown()).values() if row[0] == "Чай"]
    assert len(cells) == 2 or cells[2] is None, "the amount is not known"
    for _ in range(4):
        shop.pass_time(3600.0)
        await shop.run()
    await shop.check()
    assert len(set(shop.asked()[1:5])) == 1, "the moment stands still meanwhile"


async def test_a_reconciliation_reads_everything_and_goes_on_from_there(shop: Shop) -> None:
    await shop.export(OVER_ALL)
    await shop.run()
    tab = await shop.party.tab(shop.config)
    shop.trade("demand", 0, 1)
    shop.pass_time()
    tab.sort_by(2)
    task = await shop.run("reconcile")
    assert task.counts.source_rows == task.counts.sheet_rows == 3
    shop.pass_time()
    assert (await shop.run()).counts.units == ALONE
    await shop.check()
