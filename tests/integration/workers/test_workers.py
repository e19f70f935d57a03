"""From the outbox through Redis to the sheet, with real servers."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import dramatiq
import pytest

from adapters.queue.broker import Broker, make_broker
from adapters.queue.publisher import DramatiqPublisher, QueueUnreachable
from application.connections.broken_command import TellBrokenGoogle
from application.connections.commands.tell_broken_google import TellBrokenGoogleHandler
from application.delivery.commands.note_failed_message import MOST_FAILURES
from application.delivery.commands.replay_messages import ReplayMessages
from application.delivery.queries.list_parked_messages import ListParkedMessages
from application.exports.commands.dispatch_runs import DispatchRuns, DispatchRunsHandler
from application.exports.commands.recover_tasks import RecoverTasks
from application.exports.dispatch_ports import RunPlaces
from application.exports.dispatching import Places
from application.exports.run_command import RunExport
from application.handlers import WORK
from application.ports import (
    Clock,
    FailedMessages,
    Outbox,
    OutboxMessage,
    OutboxQueue,
    ParkedMessage,
    SystemTransaction,
    Transaction,
    Turns,
)
from devstack.processes import free_port
from domain.exports.sharing import Shares
from entrypoints.settings import Settings
from tests.integration.harness.hybrid import FakeVendors, HybridWorld
from tests.integration.harness.stories import Party, Story
from tests.integration.workers.conftest import ended, relayed, working

QUEUES = {work.tag: work.queue for work in WORK}


async def test_a_run_goes_from_the_outbox_to_the_sheet(
    party: Party, story: Story, service: Settings, vendors: FakeVendors, broker: Broker
) -> None:
    config = await party.create()
    task = await party.start(config)
    assert await relayed(story) == 1
    assert await relayed(story) == 0
    with working(service, vendors):
        assert await ended(party, task) == "finished"
        await party.check_sheet(config)
        party.order("order-003", name="иначе")
        again = await party.start(config)
        await relayed(story)
        assert await ended(party, again) == "finished"
    await party.check_sheet(config)
    assert (await party.task(again)).counts.updated == 1


async def test_a_message_that_cannot_be_read_harms_nobody(
    party: Party, story: Story, service: Settings, vendors: FakeVendors, broker: Broker
) -> None:
    for body, company in (("{", "x"), ("null", ""), ('{"task_id": 5}', "x"), (f'{{"company_id":"{party.id}"}}', "x")):
        broker.enqueue(_message({"body": body, "company_id": company, "headers": {}}))
    broker.enqueue(_message({"something": "else"}))
    broker.enqueue(_message({"body": "{}", "company_id": "", "headers": None}))
    unknown = _message({}).copy(actor_name="exports.unheard_of")
    broker.enqueue(unknown)
    gone = RunExport(company_id=party.id, task_id=uuid4())  # type: ignore[arg-type]
    await DramatiqPublisher(broker, QUEUES).publish([_stored(gone)])
    task = await party.start(await party.create())
    await relayed(story)
    with working(service, vendors) as reader:
        assert await ended(party, task) == "finished"
        reader.join("exports", timeout=5000)
        assert reader.client.hlen("skladsheets:exports.msgs") == 0, "nothing is left to be tried again"


async def test_a_message_that_fails_is_tried_again_and_parked_in_the_end(
    party: Party,
    story: Story,
    world: HybridWorld,
    service: Settings,
    vendors: FakeVendors,
    broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await _drain(story)
    monkeypatch.setattr("application.delivery.commands.note_failed_message._FIRST_PAUSE", timedelta(0))

    async def fail(*_: object) -> None:
        raise ArithmeticError("nobody foresaw this")

    monkeypatch.setattr(TellBrokenGoogleHandler, "__call__", fail)
    async with world.container() as scope:
        transaction, outbox = await scope.get(Transaction), await scope.get(Outbox)
        async with transaction(party.id):
            await outbox.put(TellBrokenGoogle(company_id=party.id))
    with working(service, vendors):
        found: list[ParkedMessage] = []
        async with asyncio.timeout(20):
            while not found:
                await relayed(story)
                await asyncio.sleep(0.05)
                found = [one for one in await story.app.ask(ListParkedMessages()) if one.company_id == party.id]
    assert [(one.tag, one.failures, one.error) for one in found] == [
        ("connections.google_broke", MOST_FAILURES, "ArithmeticError")
    ]
    monkeypatch.undo()
    await story.app.execute(ReplayMessages(messages=(found[0].id,)))
    assert not [one for one in await story.app.ask(ListParkedMessages()) if one.company_id == party.id]
    await _drain(story)


async def test_when_redis_forgets_everything_the_run_is_found_in_postgres(
    party: Party,
    story: Story,
    service: Settings,
    vendors: FakeVendors,
    broker: Broker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = await party.create()
    task = await party.start(config)
    assert await relayed(story) == 1
    broker.client.flushall()
    assert await story.app.execute(RecoverTasks()) == 0, "it may still be on its way"
    monkeypatch.setattr("application.exports.commands.recover_tasks.PATIENCE", timedelta(0))
    assert await story.app.execute(RecoverTasks()) == 1
    assert await relayed(story) == 1
    with working(service, vendors):
        assert await ended(party, task) == "finished"
    await party.check_sheet(config)


async def test_a_relay_killed_between_publishing_and_noting_it_publishes_again(
    party: Party, story: Story, world: HybridWorld, service: Settings, vendors: FakeVendors, broker: Broker
) -> None:
    class Killed(BaseException):
        pass

    class Dying:
        async def publish(self, messages: list[OutboxMessage]) -> None:
            await DramatiqPublisher(broker, QUEUES).publish(messages)
            raise Killed

    config = await party.create()
    task = await party.start(config)
    container = world.container
    async with container() as scope:
        handler = await _dispatcher(scope, Dying())
        with pytest.raises(Killed):
            await handler(DispatchRuns())
    assert await relayed(story) == 1
    writes = vendors.spreadsheets.writes
    with working(service, vendors) as reader:
        assert await ended(party, task) == "finished"
        reader.join("exports", timeout=5000)
    counts = (await party.task(task)).counts
    assert vendors.spreadsheets.writes - writes == counts.write_requests
    await party.check_sheet(config)


async def test_a_worker_that_is_told_twice_at_once_works_once(party: Party, story: Story, vendors: FakeVendors) -> None:
    config = await party.create()
    command = RunExport(company_id=party.id, task_id=await party.start(config))
    writes = vendors.spreadsheets.writes
    await asyncio.gather(*(story.app.execute(command) for _ in range(5)))
    task = await party.task(command.task_id)
    assert task.state == "finished"
    assert vendors.spreadsheets.writes - writes == task.counts.write_requests
    await party.check_sheet(config)
    await _drain(story)


async def test_two_exports_into_one_spreadsheet_take_turns(party: Party, story: Story, vendors: FakeVendors) -> None:
    theirs = vendors.spreadsheets.add("Общая")
    configs = [await party.create(spreadsheet=theirs.spreadsheet_id, tab=tab) for tab in ("А", "Б")]
    commands = [RunExport(company_id=party.id, task_id=await party.start(config)) for config in configs]
    await asyncio.gather(*(story.app.execute(command) for command in commands))
    states = sorted([(await party.task(command.task_id)).state for command in commands])
    assert states == ["booked", "finished"]
    await _drain(story)


async def test_relays_share_the_outbox(party: Party, story: Story, broker: Broker) -> None:
    await _drain(story)
    for _ in range(12):
        await party.start(await party.create())
    handed = await asyncio.gather(*(relayed(story) for _ in range(4)))
    assert sum(handed) == Shares().backfill
    assert broker.client.hlen("skladsheets:exports.msgs") >= Shares().backfill


async def test_without_redis_messages_stay_in_the_outbox(
    party: Party, story: Story, world: HybridWorld, service: Settings
) -> None:
    await _drain(story)
    await party.start(await party.create())
    lost = DramatiqPublisher(make_broker(f"redis://127.0.0.1:{free_port()}/0"), QUEUES)
    async with world.container() as scope:
        handler = await _dispatcher(scope, lost)
        with pytest.raises(QueueUnreachable):
            await handler(DispatchRuns())
    make_broker(service.redis_url)
    assert await relayed(story) == 1


async def _dispatcher(scope: Any, publisher: Any) -> DispatchRunsHandler:
    ports = [await scope.get(port) for port in (SystemTransaction, Places, Turns, OutboxQueue, RunPlaces)]
    return DispatchRunsHandler(*ports, publisher, await scope.get(FailedMessages), await scope.get(Clock))


async def _drain(story: Story) -> None:
    while await relayed(story):
        pass


def _message(told: dict[str, object]) -> "dramatiq.Message[None]":
    return dramatiq.Message(queue_name="exports", actor_name="exports.run", args=(), kwargs=told, options={})


def _stored(command: RunExport) -> OutboxMessage:
    from application.ports import encoded, tag_of

    return OutboxMessage(
        id=uuid4(), tag=tag_of(command), body=encoded(command), company_id=command.company_id, headers={}
    )
