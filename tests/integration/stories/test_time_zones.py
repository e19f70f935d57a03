"""A company changes its clock: schedules follow it, and so do tables, as far as their rows are kept up to date."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adapters.moysklad.planning import Paging
from application.exports.commands.book_due_exports import BookDueExports
from application.exports.commands.change_time_zone import ChangeTimeZone
from application.exports.commands.create_export_config import ColumnChoice
from application.exports.limits import RunLimits
from application.exports.queries.list_occurrences import ListOccurrences
from application.exports.views import TaskView
from domain.exports.schedule import TimeZoneUnknown
from domain.exports.task import ClaimLost
from domain.shared.errors import VendorFailed
from domain.shared.identities import ConfigId
from domain.shared.moments import sheet_serial
from tests.integration.harness.emulated import EMULATED, EmulatedAccount, EmulatedSource
from tests.integration.harness.stories import Party, Story, command_of

HOME = "Asia/Vladivostok"
STRATEGIES = ("upsert", "replace", "insert", "append")
GOODS = 9


class Shop:
    """A company whose goods were all changed at known moments."""

    def __init__(self, story: Story, party: Party, account: EmulatedAccount) -> None:
        self.story, self.party, self.account = story, party, account
        self.changed: dict[str, datetime] = {}

    def good(self, name: str) -> None:
        made = self.account.create("product", name=name)
        self.changed[made.id] = datetime.fromisoformat(self.account.now).replace(tzinfo=ZoneInfo("Europe/Moscow"))
        self.account.clock.pass_time(3601)

    async def export(self, strategy: str, **fields: Any) -> ConfigId:
        columns = (ColumnChoice(id="id"), ColumnChoice(id="updated"))
        return await self.party.create(exporter="product", columns=columns, strategy=strategy, **fields)

    async def run(self, config: ConfigId) -> None:
        task = await self.party.run(config)
        assert (task.state, task.error) == ("finished", None)

    async def move(self, time_zone: str = HOME) -> None:
        await self.story.app.execute(ChangeTimeZone(company_id=self.party.id, time_zone=time_zone))

    async def shown(self, config: ConfigId) -> list[tuple[str, Any]]:
        _, *rows = (await self.party.tab(config)).values()
        return sorted((str(key), value) for key, value in rows)

    def expected(self, zone: str) -> list[tuple[str, Any]]:
        found = ((key, sheet_serial(moment, ZoneInfo(zone))) for key, moment in self.changed.items())
        return sorted((key, pytest.approx(serial, abs=1e-8)) for key, serial in found)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    story = await Story.begin(RunLimits(batch_bytes=120), EMULATED)
    account = EmulatedAccount("shop", story.clock.now().timestamp(), Paging(plain=2))
    party = await story.install("shop", token=account.token)
    await party.sign_in()
    await party.connect_google()
    source = story.world.source
    assert isinstance(source, EmulatedSource)
    source.add(account)
    opened = Shop(story, party, account)
    for number in range(GOODS):
        opened.good(f"Товар {number}")
    yield opened
    await story.world.container.close()


@pytest.mark.parametrize("strategy", STRATEGIES)
async def test_rows_that_are_kept_up_to_date_show_the_new_clock(shop: Shop, strategy: str) -> None:
    config = await shop.export(strategy)
    await shop.run(config)
    assert await shop.shown(config) == shop.expected("Europe/Moscow")
    await shop.move()
    await shop.run(config)
    shown, before = await shop.shown(config), shop.expected("Europe/Moscow")
    if strategy == "append":
        assert all(row in shown for row in before), "a history keeps its rows"
    else:
        assert shown == (before if strategy == "insert" else shop.expected(HOME))
    if strategy == "replace":
        assert (await shop.party.run(config, "restore")).state == "finished"
        assert await shop.shown(config) == before, "the version before is still there"


@pytest.mark.parametrize("strategy", ["upsert", "replace"])
@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_run_that_is_under_way_begins_anew(shop: Shop, strategy: str, number: int) -> None:
    config = await shop.export(strategy)
    await shop.run(config)
    shop.good("Ещё один")
    sheets: Any = shop.story.world.spreadsheets
    write, left = sheets.write, [number]

    async def meanwhile(*args: Any, **more: Any) -> None:
        left[0] -= 1
        if not left[0]:
            await shop.move()
        await write(*args, **more)

    sheets.write = meanwhile
    task_id = await shop.party.start(config, "full")
    (message,) = await shop.story.relay()
    with suppress(ClaimLost):
        await shop.story.app.execute(command_of(message))
    sheets.write = write
    assert left[0] <= 0
    await shop.story.work()
    assert (await shop.party.task(task_id)).state == "finished"
    await shop.run(config)
    assert await shop.shown(config) == shop.expected(HOME)


async def test_a_run_that_waits_in_the_middle_begins_anew(shop: Shop) -> None:
    config = await shop.export("upsert")
    shop.good("Ещё один")
    shop.story.world.spreadsheets.failures.plan("write", VendorFailed(), skip=3)
    task_id = await shop.party.start(config)
    await shop.story.work()
    assert (await shop.party.task(task_id)).state == "booked"
    await shop.move()
    shop.story.clock.advance(timedelta(minutes=1))
    await shop.story.work()
    assert (await shop.party.task(task_id)).state == "finished"
    assert await shop.shown(config) == shop.expected(HOME)


async def test_schedules_follow(shop: Shop) -> None:
    config, by_hand = await shop.export("upsert", cron="0 9 * * *"), await shop.export("upsert")
    shop.story.clock.set(datetime(2026, 3, 1, 7, tzinfo=UTC))  # 10:00 in Moscow, and no scheduler has looked
    await shop.move()
    schedule = (await shop.party.config(config)).schedule
    assert schedule is not None
    assert (schedule.time_zone, schedule.next_nominal_at) == (HOME, datetime(2026, 3, 1, 23, tzinfo=UTC))
    ledger = await shop.story.app.ask(ListOccurrences(company_id=shop.party.id, config_id=config, limit=10))
    assert (ledger[0].outcome, ledger[0].reason) == ("skipped", "superseded")
    assert await shop.story.app.execute(BookDueExports()) == 0
    assert (await shop.party.config(by_hand)).schedule is None
    await shop.move()
    assert (await shop.party.config(config)).schedule == schedule


async def test_a_clock_that_nobody_has_changes_nothing(shop: Shop) -> None:
    config = await shop.export("upsert")
    await shop.run(config)
    for wrong in ("Mars/Base", "", "../../etc/passwd", "a\x00b"):
        with pytest.raises(TimeZoneUnknown):
            await shop.move(wrong)
    task: TaskView = await shop.party.run(config)
    assert task.counts.updated == 0
