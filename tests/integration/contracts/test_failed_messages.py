"""Contract of application.ports.FailedMessages."""

from datetime import timedelta
from uuid import UUID, uuid4

from application.exports.run_command import RunExport
from application.ports import Turn
from domain.shared.identities import CompanyId, TaskId
from tests.integration.harness.worlds import World

SECOND = timedelta(seconds=1)


async def sent(world: World, company: CompanyId, key: str | None = None) -> UUID:
    async with world.transaction(company):
        await world.outbox.put(RunExport(company_id=company, task_id=TaskId(uuid4())), once_key=key)
    async with world.system_transaction():
        found = [one for one in await world.queue.take(world.now, 100) if one.company_id == company]
        await world.queue.mark_sent([one.id for one in found], world.now)
    return found[-1].id


async def waiting(world: World) -> list[UUID]:
    async with world.system_transaction():
        return [one.id for one in await world.queue.take(world.now, 100)]


async def test_a_failed_message_is_counted_and_sent_again_in_time(world: World, company: CompanyId) -> None:
    message = await sent(world, company)
    async with world.system_transaction():
        assert [await world.failed.failed(message, "ValueError") for _ in range(2)] == [1, 2]
        assert await world.failed.failed(uuid4(), "x") == 0
        assert await world.failed.send_again(message, world.now + SECOND)
        assert not await world.failed.send_again(message, world.now)
        assert not await world.failed.send_again(uuid4(), world.now)
    assert await waiting(world) == []
    world.clock.advance(SECOND)
    assert await waiting(world) == [message]


async def test_nothing_is_sent_again_beside_another_of_its_kind(world: World, company: CompanyId) -> None:
    key = f"once-{uuid4()}"
    message = await sent(world, company, key)
    async with world.transaction(company):
        await world.outbox.put(RunExport(company_id=company, task_id=TaskId(uuid4())), once_key=key)
    async with world.system_transaction():
        assert not await world.failed.send_again(message, world.now)


async def test_what_is_parked_is_listed_kept_and_can_be_tried_again(world: World, company: CompanyId) -> None:
    first, second = await sent(world, company), await sent(world, company)
    async with world.system_transaction():
        await world.failed.failed(second, "exports.config_not_found")
        await world.failed.park(second, world.now)
        await world.failed.park(first, world.now + SECOND)
        await world.failed.park(uuid4(), world.now)
        found = [one for one in await world.failed.parked(1000) if one.company_id == company]
        assert [(one.id, one.failures, one.error, one.tag) for one in found] == [
            (second, 1, "exports.config_not_found", "exports.run"),
            (first, 0, "", "exports.run"),
        ]
        assert len(await world.failed.parked(1)) == 1
        await world.queue.prune(world.now + timedelta(days=9), world.now - SECOND)
        assert await world.failed.send_again(second, world.now)
        assert [one.id for one in await world.failed.parked(1000) if one.company_id == company] == [first]
        await world.queue.prune(world.now - SECOND, world.now + SECOND)
        assert not [one for one in await world.failed.parked(1000) if one.company_id == company]
    assert await waiting(world) == [second]


async def test_what_waited_for_a_turn_waits_for_one_again(world: World, company: CompanyId) -> None:
    lane = f"lane-{uuid4()}"
    async with world.transaction(company):
        await world.outbox.put(RunExport(company_id=company, task_id=TaskId(uuid4())), turn=Turn(lane))
    async with world.system_transaction():
        (found,) = await world.turns.waiting(lane, world.now, (), 4, 10)
        await world.queue.mark_sent([found.message.id], world.now)
    async with world.system_transaction():
        await world.turns.served(lane, [company], world.now)
    async with world.system_transaction():
        await world.failed.park(found.message.id, world.now)
        assert await world.failed.send_again(found.message.id, world.now + SECOND)
        assert await world.turns.waiting(lane, world.now, (), 4, 10) == []
        world.clock.advance(SECOND)
        (again,) = await world.turns.waiting(lane, world.now, (), 4, 10)
        assert again.message == found.message
