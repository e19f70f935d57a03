"""Something changes in MoySklad, and the sheet follows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from application.exports.commands.change_export import ChangeExport
from application.exports.commands.create_export_config import ColumnChoice
from application.exports.commands.remove_export_config import RemoveExportConfig
from application.webhooks.commands.notice_outage import NoticeOutage
from application.webhooks.queries.get_webhooks import GetWebhooks, WebhooksView
from domain.exports.changes import MOST_BY_ID, ChangesUntold
from domain.exports.filters import Condition
from domain.exports.target import TitleInvalid
from domain.exports.task import TaskState
from domain.shared.errors import VendorFailed
from domain.shared.identities import ConfigId
from tests.integration.harness.stories import ENTITY, Party, Story
from tests.integration.harness.telling import SOON, Teller, order_id

LONG = timedelta(minutes=16)


async def followed(orders: int = 5, **fields: Any) -> tuple[Teller, Party, ConfigId]:
    """A company whose orders stand in a sheet that follows changes."""
    story = await Story.begin()
    party = await story.party("romashka")
    for number in range(orders):
        party.order(order_id(number), sum=Decimal(1000))
    config = await party.create(on_change=True, **fields)
    await story.work()
    assert (await party.run(config)).state is TaskState.FINISHED
    return Teller(party), party, config


async def triggers(party: Party) -> list[str]:
    return [task.trigger for task in reversed(await party.tasks())]


async def health(party: Party) -> WebhooksView:
    return await party.app.ask(GetWebhooks(company_id=party.id))


async def test_an_edit_reaches_its_cell() -> None:
    teller, party, config = await followed()
    party.order(order_id(3), name="№ 3 изменён")
    before = len(party.world.source.readings)
    await teller.tell(order_id(3))
    assert await teller.follow() == 1
    await party.check_sheet(config)
    (reading,) = party.world.source.readings[before:]
    assert reading.ids == (order_id(3),)
    task = (await party.tasks())[0]
    assert (task.trigger, task.counts.read, task.counts.updated) == ("webhook", 1, 1)
    assert teller.marked() == set()


async def test_following_can_be_begun_and_ended() -> None:
    story = await Story.begin()
    party = await story.party("romashka")
    teller = Teller(party)
    party.order(order_id(1))
    config = await party.create()
    await party.run(config)
    await change(party, config, on_change=True)
    assert party.world.registered.account(party.token).webhooks
    await teller.follow()  # what changed meanwhile was told to nobody, so that one run looks for it
    party.order(order_id(1), name="изменён")
    await teller.tell(order_id(1))
    assert await teller.follow() == 1
    await party.check_sheet(config)
    await change(party, config, on_change=False)
    assert not party.world.registered.account(party.token).webhooks
    runs = len(await party.tasks())
    await story.pass_time(LONG)
    assert await teller.follow() == 0
    assert len(await party.tasks()) == runs


async def change(party: Party, config: ConfigId, **fields: Any) -> None:
    await party.app.execute(ChangeExport(company_id=party.id, config_id=config, **fields))
    await party.story.work()


async def test_a_change_of_the_name_changes_nothing_else() -> None:
    _, party, config = await followed()
    before = await party.config(config)
    await change(party, config, name="Заказы за год")
    assert await party.config(config) == msgspec.structs.replace(before, name="Заказы за год")
    with pytest.raises(TitleInvalid):
        await change(party, config, name=" ")


async def test_a_thousand_events_lead_to_one_run() -> None:
    teller, party, config = await followed()
    for number in range(5):
        party.order(order_id(number), name=f"новое имя {number}")
    for number in range(200):
        await teller.tell(*(order_id(one) for one in range(5)), request_id=f"delivery-{number}")
    assert await teller.follow() == 1
    assert await teller.follow() == 0
    await party.check_sheet(config)
    assert await triggers(party) == ["manual", "webhook"]


async def test_what_goes_on_being_told_waits_no_longer_than_a_while() -> None:
    teller, party, _config = await followed()
    booked = []
    for _ in range(10):
        await teller.tell(order_id(1))
        booked.append(await teller.schedule())
        party.story.clock.advance(timedelta(seconds=1))
    assert sum(booked) == 1
    assert booked.index(1) in {5, 6}


async def test_what_is_told_during_a_run_leads_to_one_more() -> None:
    teller, party, config = await followed()
    await party.start(config)
    party.order(order_id(2), name="во время запуска")
    await teller.tell(order_id(2))
    party.story.clock.advance(SOON)
    assert await teller.schedule() == 0
    assert teller.marked() == {order_id(2)}
    await party.story.work()
    await teller.tell(order_id(2))
    assert await teller.follow() == 1
    assert await teller.follow(LONG / 4) == 0
    await party.check_sheet(config)


async def test_an_event_newer_than_the_reading_stays() -> None:
    teller, party, config = await followed()
    party.order(order_id(2), name="первая правка")
    await teller.tell(order_id(2))
    await teller.schedule()
    party.story.clock.advance(SOON)
    assert await teller.schedule() == 1
    read = party.world.source.read

    async def told_meanwhile(*arguments: Any) -> Any:
        async for page in read(*arguments):
            party.order(order_id(2), name="вторая правка")
            await teller.tell(order_id(2))
            await teller.schedule()
            yield page

    party.world.source.read = told_meanwhile  # type: ignore[method-assign]
    await party.story.work()
    party.world.source.read = read  # type: ignore[method-assign]
    assert teller.marked() == {order_id(2)}
    assert await teller.follow() == 1
    await party.check_sheet(config)


@pytest.mark.parametrize("how", ["trash", "remove"])
@pytest.mark.parametrize("action", ["DELETE", "UPDATE"])
async def test_what_is_gone_leaves_the_sheet(how: str, action: str) -> None:
    teller, party, config = await followed()
    gone = order_id(1)
    if how == "trash":
        party.world.source.trash(party.token, ENTITY, gone, "2026-01-12 09:00:00.000")
    else:
        party.world.source.remove(party.token, ENTITY, gone)
    del party.orders[gone]
    await teller.tell(gone, action=action)
    assert await teller.follow() == 1
    await party.check_sheet(config)
    assert (await party.tasks())[0].counts.removed == 1


async def test_a_false_report_of_a_deletion_removes_nothing() -> None:
    teller, party, config = await followed()
    await teller.tell(*(order_id(number) for number in range(5)), action="DELETE")
    assert await teller.follow() == 1
    await party.check_sheet(config)
    assert (await party.tasks())[0].counts.removed == 0


async def test_removals_are_treated_as_the_export_says() -> None:
    teller, party, config = await followed(removal="keep")
    party.world.source.remove(party.token, ENTITY, order_id(1))
    await teller.tell(order_id(1), action="DELETE")
    await teller.follow()
    assert len((await party.tab(config)).values()) == 6


async def test_too_many_removals_ask_first_and_what_was_told_is_kept() -> None:
    teller, party, _config = await followed(orders=20)
    gone = [order_id(number) for number in range(15)]
    for one in gone:
        party.world.source.remove(party.token, ENTITY, one)
        del party.orders[one]
    await teller.tell(*gone, action="DELETE")
    await teller.follow()
    task = (await party.tasks())[0]
    assert (task.state, task.error and task.error.code) == (TaskState.FAILED, "exports.removal_brake")
    assert teller.marked() == set(gone)


async def test_an_object_that_meets_the_conditions_no_longer_goes_and_may_come_back() -> None:
    teller, party, config = await followed(conditions=(Condition("sum", ">=", "500"),))
    shown = order_id(1)
    party.order(shown, sum=Decimal(10))
    await teller.tell(shown)
    await teller.follow()
    assert shown not in [row[0] for row in (await party.tab(config)).values()]
    party.order(shown, sum=Decimal(900))
    await teller.tell(shown)
    await teller.follow()
    await party.check_sheet(config)


async def test_the_cursor_does_not_pass_over_what_was_not_read() -> None:
    teller, party, config = await followed()
    party.order(order_id(1), name="никто не сказал")
    party.order(order_id(2), name="сказано")
    await teller.tell(order_id(2))
    await teller.follow()
    assert (await party.tasks())[0].counts.read == 1
    assert await teller.follow(LONG) == 1
    await party.check_sheet(config)
    assert await triggers(party) == ["manual", "webhook", "catch_up"]
    assert (await party.tasks())[0].counts.unannounced == 1
    assert (await health(party)).today.missed == 1


async def test_what_was_told_is_not_counted_as_missed() -> None:
    teller, party, config = await followed()
    party.order(order_id(2), name="сказано")
    await teller.tell(order_id(2))
    assert await teller.follow(LONG) == 1
    assert (await party.tasks())[0].counts.unannounced == 0
    await party.check_sheet(config)


async def test_too_much_for_reading_one_by_one_is_walked_through() -> None:
    teller, party, config = await followed()
    for number in range(5):
        party.order(order_id(number), name=f"новое {number}")
    party.world.source.remove(party.token, ENTITY, order_id(4))
    del party.orders[order_id(4)]
    for start in range(0, MOST_BY_ID + 200, 200):
        await teller.tell(*(order_id(number) for number in range(start, start + 200)))
    await teller.tell(order_id(4), action="DELETE")
    before = len(party.world.source.readings)
    assert await teller.follow() == 1
    readings = party.world.source.readings[before:]
    assert readings[0].ids == ()
    assert [reading.ids for reading in readings[1:]] == [(order_id(4),)]
    await party.check_sheet(config)
    assert teller.marked() == set()


@pytest.mark.parametrize(
    ("fields", "by_id"),
    [
        ({"strategy": "upsert"}, True),
        ({"strategy": "insert"}, True),
        ({"strategy": "append"}, True),
        ({"strategy": "replace"}, False),
        ({"key_columns": ("name",)}, False),
    ],
    ids=str,
)
async def test_every_way_of_writing_follows(fields: dict[str, Any], by_id: bool) -> None:
    teller, party, config = await followed(**fields)
    party.order(order_id(7), name="новый")
    before = len(party.world.source.readings)
    await teller.tell(order_id(7), action="CREATE")
    await teller.follow()
    readings = party.world.source.readings[before:]
    assert [bool(reading.ids) for reading in readings] == [by_id]
    shown = [row[0] for row in (await party.tab(config)).values()]
    assert order_id(7) in shown
    assert len(shown) == 7
    assert teller.marked() == set()


async def test_lines_follow_their_document() -> None:
    story = await Story.begin()
    party = await story.party("romashka")

    def put(*lines: str) -> None:
        stamp = f"2026-01-12 08:00:{len(lines):02}.000"
        cells = {"name": "№ 1"}
        party.world.source.put(party.token, ENTITY, order_id(1), stamp, cells, {one: {} for one in lines})

    put("line-1", "line-2", "line-3")
    columns = tuple(ColumnChoice(id=one) for one in ("position.id", "id", "name"))
    config = await party.create(on_change=True, rows="position", columns=columns)
    await story.work()
    await party.run(config)
    put("line-1", "line-4")
    teller = Teller(party)
    await teller.tell(order_id(1))
    await teller.follow()
    assert sorted(str(row[0]) for row in (await party.tab(config)).values()[1:]) == ["line-1", "line-4"]


async def test_each_company_and_each_export_for_itself() -> None:
    teller, party, config = await followed()
    other = await party.create(on_change=True, tab="Ещё")
    quiet = await party.create(tab="Тихо")
    stranger = await party.story.party("vasilek")
    theirs = await stranger.create(on_change=True)
    await party.story.work()
    await party.run(other)
    await party.run(quiet)
    await stranger.run(theirs)
    ran = len(await stranger.tasks())
    party.order(order_id(2), name="новое имя")
    await teller.tell(order_id(2))
    assert await teller.follow() == 2
    for one in (config, other):
        await party.check_sheet(one)
    assert [task.config_id for task in (await party.tasks())[:2]] == [other, config]
    assert len(await stranger.tasks()) == ran


async def test_the_first_run_reads_everything() -> None:
    story = await Story.begin()
    party = await story.party("romashka")
    for number in range(4):
        party.order(order_id(number))
    config = await party.create(on_change=True)
    await story.work()
    teller = Teller(party)
    await teller.tell(order_id(2))
    assert await teller.follow() == 1
    await party.check_sheet(config)


async def test_nothing_is_booked_while_the_app_is_suspended_and_nothing_forgotten() -> None:
    teller, party, config = await followed()
    party.order(order_id(1), name="до перерыва")
    await teller.tell(order_id(1))
    await teller.schedule()
    await party.leave("Suspend")
    assert await teller.follow() == 0
    await teller.tell(order_id(2))
    await party.story.install("romashka", cause="Resume")
    await party.story.work()
    assert await teller.follow(timedelta(minutes=2)) == 1
    await party.check_sheet(config)
    assert (await health(party)).today.inactive == 0


async def test_deliveries_to_a_suspended_app_come_to_nothing() -> None:
    teller, party, _ = await followed()
    await party.leave("Suspend")
    await teller.tell(order_id(1))
    await teller.schedule()
    assert teller.marked() == set()
    assert (await health(party)).today.inactive == 1


async def test_after_an_outage_of_ours_exports_look_for_themselves() -> None:
    teller, party, config = await followed()
    await party.app.execute(NoticeOutage())
    party.story.clock.advance(timedelta(seconds=20))
    assert await party.app.execute(NoticeOutage()) == 0
    party.order(order_id(1), name="пока никого не было")
    party.story.clock.advance(timedelta(minutes=3))
    assert await party.app.execute(NoticeOutage()) == 1
    assert await teller.follow(timedelta(minutes=2)) == 1
    await party.check_sheet(config)
    assert await teller.follow(timedelta(minutes=2)) == 0


async def test_a_run_that_fails_takes_nothing() -> None:
    teller, party, config = await followed()
    party.order(order_id(1), name="новое имя")
    await teller.tell(order_id(1))
    party.world.source.failures.plan("read", VendorFailed(status=500), times=3)
    await teller.follow()
    assert teller.marked() == {order_id(1)}
    await party.story.pass_time(timedelta(minutes=5))
    while await party.story.work():
        await party.story.pass_time(timedelta(minutes=5))
    await party.check_sheet(config)
    assert teller.marked() == set()


async def test_who_may_follow() -> None:
    story = await Story.begin()
    party = await story.party("romashka")
    for exporter in ("profit.byproduct", "dashboard.day", "turnover.all"):
        columns = {"columns": (), "exporter": exporter, "tab": exporter}
        with pytest.raises(ChangesUntold):
            await party.create(on_change=True, **columns)


async def test_stock_is_asked_for_when_it_is_told() -> None:
    story = await Story.begin()
    party = await story.party("romashka")
    config = await party.create(on_change=True, exporter="stock.all.current", columns=(), tab="Остатки")
    await story.work()
    await party.run(config)
    teller = Teller(party)
    account = {"accountId": str(party.account_id), "stockType": "stock", "reportUrl": "https://x"}
    await teller.deliver({**account, "reportType": "bystore"})
    assert await teller.follow() == 0
    await teller.deliver({**account, "reportType": "all"})
    assert await teller.follow() == 1
    assert await triggers(party) == ["manual", "webhook"]


async def test_an_export_that_is_removed_hears_no_more() -> None:
    teller, party, config = await followed()
    await teller.tell(order_id(1))
    await teller.schedule()
    await party.app.execute(RemoveExportConfig(company_id=party.id, config_id=config))
    assert await teller.follow() == 0
    assert teller.marked() == set()
    assert party.world.registered.account(party.token).webhooks == {}
