"""Histories of a stock: whatever is traded, and wherever processes die, the sheet shows what lies in the stores.

`HISTORIES=2000 make test ARGS='-k stock_histories'` walks through so many.
"""

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from application.exports.commands.start_export import StartExport
from domain.exports.task import TaskState
from tests.integration.harness.ordeals import Killed, Ordeal
from tests.integration.harness.thoroughness import so_many
from tests.integration.harness.trading import IN_STORES, OVER_ALL, Shop

HISTORIES = so_many("HISTORIES", 16, 500)
MOST_ATTEMPTS = 60
COUNTING = 1800.0
"""Seconds that counting anew takes where it takes time: less than the overlap of two readings."""

Event = tuple[str, int, int]
EVENTS = (
    "enter", "enter", "enter", "demand", "demand", "demand", "salesreturn", "trash", "restore", "purge", "archive",
    "store", "good", "counting", "tick", "tick", "tick", "run", "run", "run", "killed", "killed", "falter",
    "underneath", "full", "reconcile",
)  # fmt: skip
events = st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 50), st.integers(0, 60)), min_size=6, max_size=30)


class History:
    """One shop, and what happens to it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    async def happens(self, event: Event) -> None:
        name, which, much = event
        if name in {"run", "full", "reconcile"}:
            await self.run("incremental" if name == "run" else name)
        elif name == "killed":
            await self.killed(which + 1, applied=much % 2 == 0)
        elif name == "falter":
            failures = self.shop.account.wire.failures
            failures.plan("request", httpx.ReadError("cut"), skip=which % 3, times=3)
            await self.begin("incremental")
            await self.shop.story.work()
            failures.clear()
            await self.settle_down()
            await self.check()
        elif name == "underneath":
            self.shop.account.wire.before = lambda asked: self.change(
                ("enter", "demand", "archive")[(which + asked) % 3], which, 1
            )
            await self.begin("incremental")
            await self.shop.story.work()
            self.shop.account.wire.before = lambda _: None
            await self.settle_down()
            await self.run("incremental")
        else:
            self.change(name, which, much)

    def change(self, name: str, which: int, much: int) -> None:
        shop, account = self.shop, self.shop.account
        if name in {"enter", "demand", "salesreturn"}:
            good, store = which % len(shop.goods), much % len(shop.stores)
            if account.account.find(shop.goods[good].ref) and account.account.find(shop.stores[store].ref):
                shop.trade(name, good, much % 5 + 1, store)
        elif name == "tick":
            shop.pass_time((0.001, 0.5, 61.0, 900.0, 5000.0, 90_000.0)[much % 6])
        elif name == "archive":
            one = (shop.goods if much % 3 else shop.stores)[which % len(shop.goods if much % 3 else shop.stores)]
            account.archive(one, archived=not one.fields.get("archived"))
        elif name == "good":
            shop.good(f"Товар {len(shop.goods)}")
        elif name == "store":
            shop.stores.append(account.create("store", name=f"Склад {len(shop.stores)}"))
        elif name == "counting":
            account.world.settings.stock_recalculation_seconds = COUNTING if much % 2 else 0.0
        else:
            self.touch(name, which, much)

    def touch(self, name: str, which: int, much: int) -> None:
        account = self.shop.account
        shelf = account.account.shelves["demand" if much % 2 else "enter"]
        found = [one for one in shelf if one.trashed is (name == "restore")]
        if found:
            {"trash": account.trash, "restore": account.restore, "purge": account.purge}[name](
                found[which % len(found)]
            )

    async def begin(self, mode: str) -> None:
        party = self.shop.party
        command = StartExport(company_id=party.id, config_id=self.shop.config, mode=mode, may_remove=True)
        await party.app.execute(command)

    async def run(self, mode: str) -> None:
        await self.begin(mode)
        await self.shop.story.work()
        await self.settle_down()
        await self.check()

    async def killed(self, step: int, *, applied: bool) -> None:
        await self.begin("incremental" if step % 3 else "full")
        ordeal = Ordeal(self.shop.story.world, step, Killed(), applied=applied)
        with ordeal.watched():
            await ordeal.endure(self.working())
        await self.settle_down()
        await self.check()

    async def working(self) -> None:
        await self.shop.story.work()

    async def settle_down(self) -> None:
        """Workers come and go until the run is over."""
        for _ in range(MOST_ATTEMPTS):
            task = (await self.shop.party.tasks())[0]
            if task.state in {TaskState.FINISHED, TaskState.FAILED}:
                assert task.state is TaskState.FINISHED, task.error
                assert task.counts.bad == 0
                return
            await self.shop.story.pass_time()
            await self.shop.story.work()
        raise AssertionError("the run never ends")

    async def check(self) -> None:
        """While stock is being counted nobody knows it; otherwise the sheet is the source."""
        if not self.shop.account.world.settings.stock_recalculation_seconds:
            await self.shop.check()


async def tell(happened: list[Event], of: tuple[str, tuple[str, ...]], removal: str, apart: int) -> None:
    shop = await Shop.open(apart)
    history = History(shop)
    try:
        await shop.export(of, removal=removal, brake_percent=100)
        for event in happened:
            await history.happens(event)
        shop.account.world.settings.stock_recalculation_seconds = 0.0
        await history.run("incremental")
        await history.run("reconcile")
        await history.run("incremental")
    finally:
        await shop.story.world.container.close()


def usual(function: Any) -> Any:
    return settings(
        max_examples=HISTORIES,
        deadline=None,
        derandomize=HISTORIES <= 40,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
    )(function)


@pytest.mark.timeout(180 + HISTORIES)
@usual
@given(
    happened=events,
    of=st.sampled_from([OVER_ALL, IN_STORES]),
    removal=st.sampled_from(["remove", "archive"]),
    apart=st.sampled_from([0, 0, -5, 7]),
)
def test_stock_histories_end_with_the_sheet_as_the_stores_are(
    happened: list[Event], of: tuple[str, tuple[str, ...]], removal: str, apart: int
) -> None:
    asyncio.run(tell(happened, of, removal, apart))
