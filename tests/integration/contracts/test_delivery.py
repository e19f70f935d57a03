"""Contracts of application.ports: Outbox, OutboxQueue, Replays, Nonces."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from application.exports.run_command import RunExport
from application.ports import OutboxMessage
from domain.shared.errors import IdempotencyKeyReused
from domain.shared.identities import CompanyId, TaskId
from tests.integration.harness.worlds import World, troubled

SECOND = timedelta(seconds=1)


def command(company: CompanyId) -> RunExport:
    return RunExport(company_id=company, task_id=TaskId(uuid4()))


async def taken(world: World, limit: int = 100) -> list[OutboxMessage]:
    async with world.system_transaction():
        return await world.queue.take(world.now, limit)


def commands(messages: list[OutboxMessage]) -> list[RunExport]:
    return [msgspec.json.decode(message.body, type=RunExport) for message in messages]


async def test_a_stored_command_reaches_the_relay(world: World, company: CompanyId) -> None:
    told = command(company)
    world.headers.values = {"request_id": "r-1", "traceparent": "00-ab-cd-01"}
    async with world.transaction(company):
        await world.outbox.put(told)
    world.headers.values = {}
    (message,) = await taken(world)
    assert commands([message]) == [told]
    assert (message.tag, message.company_id) == ("exports.run", company)
    assert message.headers == {"request_id": "r-1", "traceparent": "00-ab-cd-01"}


async def test_a_command_goes_with_the_change_that_caused_it(world: World, company: CompanyId) -> None:
    async with troubled(world.transaction(company)):
        await world.outbox.put(command(company), once_key=f"once-{uuid4()}")
    assert await taken(world) == []


async def test_the_oldest_goes_first_and_nothing_goes_early(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    third, first, later, second, fourth = [command(whose) for whose in (company, stranger, company, stranger, company)]
    for told, wait in ((third, None), (first, -2), (later, 1), (second, -1), (fourth, 0)):
        async with world.transaction(told.company_id):
            after = None if wait is None else world.now + wait * SECOND
            await world.outbox.put(told, deliver_after=after)
    assert commands(await taken(world)) == [first, second, third, fourth]
    assert commands(await taken(world, 2)) == [first, second]
    world.clock.advance(SECOND)
    assert commands(await taken(world))[-1] == later


async def test_what_was_sent_is_not_sent_again(world: World, company: CompanyId) -> None:
    told = [command(company), command(company)]
    async with world.transaction(company):
        for one in told:
            await world.outbox.put(one)
    async with world.system_transaction():
        first, _ = await world.queue.take(world.now, 10)
        await world.queue.mark_sent([first.id], world.now)
        await world.queue.mark_sent([], world.now)
    assert commands(await taken(world)) == told[1:]


async def test_what_a_relay_could_not_mark_is_sent_again(world: World, company: CompanyId) -> None:
    told = command(company)
    async with world.transaction(company):
        await world.outbox.put(told)
    async with troubled(world.system_transaction()):
        (message,) = await world.queue.take(world.now, 10)
        await world.queue.mark_sent([message.id], world.now)
    assert commands(await taken(world)) == [told]


async def test_two_relays_do_not_take_the_same_messages(world: World, company: CompanyId) -> None:
    async with world.transaction(company):
        for _ in range(30):
            await world.outbox.put(command(company))

    async def relay() -> list[UUID]:
        async with world.system_transaction():
            ids = [message.id for message in await world.queue.take(world.now, 10)]
            await asyncio.sleep(0.02)
            await world.queue.mark_sent(ids, world.now)
        return ids

    ids = [one for some in await asyncio.gather(*(relay() for _ in range(3))) for one in some]
    assert len(ids) == len(set(ids)) == 30


async def test_of_unsent_messages_with_one_key_the_first_is_kept(world: World, company: CompanyId) -> None:
    first, second, third, keyless = (command(company) for _ in range(4))
    key = f"once-{uuid4()}"
    async with world.transaction(company):
        await world.outbox.put(first, once_key=key, deliver_after=world.now)
        await world.outbox.put(second, once_key=key, deliver_after=world.now - SECOND)
    async with world.system_transaction():
        await world.outbox.put(second, once_key=key)
    async with world.system_transaction():
        messages = await world.queue.take(world.now, 10)
        assert commands(messages) == [first]
        await world.queue.mark_sent([message.id for message in messages], world.now)
        await world.outbox.put(third, once_key=key)
        await world.outbox.put(keyless)
        await world.outbox.put(keyless)
    assert commands(await taken(world)) == [third, keyless, keyless]


async def test_one_key_put_by_many_at_a_time_is_kept_once(world: World, company: CompanyId) -> None:
    key = f"once-{uuid4()}"

    async def put() -> None:
        async with world.transaction(company):
            await world.outbox.put(command(company), once_key=key)
            await asyncio.sleep(0.01)

    await asyncio.gather(*(put() for _ in range(4)))
    assert len(await taken(world)) == 1


async def test_only_what_was_sent_long_ago_is_pruned(world: World, company: CompanyId) -> None:
    async with world.transaction(company):
        for _ in range(3):
            await world.outbox.put(command(company))
    async with world.system_transaction():
        old, recent, unsent = await world.queue.take(world.now, 10)
        await world.queue.mark_sent([old.id], world.now)
        await world.queue.mark_sent([recent.id], world.now + SECOND)
    async with world.system_transaction():
        assert await world.queue.prune(world.now - SECOND, world.now - SECOND) == 0
        assert await world.queue.prune(world.now, world.now) == 1
        assert await world.queue.prune(world.now + SECOND, world.now + SECOND) == 1
    assert await taken(world) == [unsent]


async def test_the_same_request_gets_the_same_result(world: World, company: CompanyId) -> None:
    result = uuid4()
    async with world.transaction(company):
        assert await world.replays.earlier(company, "key", "fingerprint") is None
        await world.replays.remember(company, "key", result)
    for _ in range(2):
        async with world.transaction(company):
            assert await world.replays.earlier(company, "key", "fingerprint") == result
    async with world.transaction(company):
        assert await world.replays.earlier(company, "other key", "fingerprint") is None


async def test_a_key_of_another_request_is_refused(world: World, company: CompanyId) -> None:
    async with world.transaction(company):
        await world.replays.earlier(company, "key" * 100, "fingerprint")
        await world.replays.remember(company, "key" * 100, uuid4())
    with pytest.raises(IdempotencyKeyReused) as refused:
        async with world.transaction(company):
            await world.replays.earlier(company, "key" * 100, "another fingerprint")
    assert refused.value.details == {"key": ("key" * 100)[:100]}


async def test_a_failed_request_leaves_its_key_free(world: World, company: CompanyId) -> None:
    async with troubled(world.transaction(company)):
        await world.replays.earlier(company, "key", "fingerprint")
    async with world.transaction(company):
        assert await world.replays.earlier(company, "key", "another fingerprint") is None


async def test_companies_do_not_share_keys(world: World, company: CompanyId, stranger: CompanyId) -> None:
    async with world.transaction(company):
        await world.replays.earlier(company, "key", "fingerprint")
        await world.replays.remember(company, "key", uuid4())
    async with world.transaction(stranger):
        assert await world.replays.earlier(stranger, "key", "another fingerprint") is None


async def test_the_second_of_two_waits_for_the_first(world: World, company: CompanyId) -> None:
    result, begun = uuid4(), asyncio.Event()
    order: list[str] = []

    async def first() -> None:
        async with world.transaction(company):
            assert await world.replays.earlier(company, "key", "fingerprint") is None
            begun.set()
            await asyncio.sleep(0.1)
            await world.replays.remember(company, "key", result)
            order.append("first")

    async def second() -> UUID | None:
        await begun.wait()
        async with world.transaction(company):
            earlier = await world.replays.earlier(company, "key", "fingerprint")
            order.append("second")
        return earlier

    _, earlier = await asyncio.gather(first(), second())
    assert (earlier, order) == (result, ["first", "second"])


async def test_old_keys_are_pruned(world: World, company: CompanyId, stranger: CompanyId) -> None:
    for whose, key in ((company, "old"), (stranger, "old")):
        async with world.transaction(whose):
            await world.replays.earlier(whose, key, "fingerprint")
            await world.replays.remember(whose, key, uuid4())
    old = world.now
    world.clock.advance(SECOND)
    async with world.transaction(company):
        await world.replays.earlier(company, "new", "fingerprint")
        await world.replays.remember(company, "new", uuid4())
    async with world.system_transaction():
        assert await world.replays.prune(old - SECOND) == 0
        assert await world.replays.prune(old) == 2
    async with world.transaction(company):
        assert await world.replays.earlier(company, "old", "another") is None
        assert await world.replays.earlier(company, "new", "fingerprint") is not None


async def test_a_nonce_is_used_once(world: World) -> None:
    value = str(uuid4())
    async with world.system_transaction():
        assert await world.nonces.use("jti", value, world.now)
        assert not await world.nonces.use("jti", value, world.now + SECOND)
        assert await world.nonces.use("context_key", value, world.now)
    async with world.system_transaction():
        assert not await world.nonces.use("jti", value, world.now)


async def test_a_nonce_is_used_once_by_many_at_a_time(world: World) -> None:
    value = str(uuid4())

    async def use() -> bool:
        async with world.system_transaction():
            mine = await world.nonces.use("jti", value, world.now)
            await asyncio.sleep(0.01)
        return mine

    assert sum(await asyncio.gather(*(use() for _ in range(6)))) == 1


async def test_a_nonce_of_a_failed_transaction_was_not_used(world: World) -> None:
    value = str(uuid4())
    async with troubled(world.system_transaction()):
        await world.nonces.use("jti", value, world.now)
    async with world.system_transaction():
        assert await world.nonces.use("jti", value, world.now)


async def test_expired_nonces_are_pruned(world: World) -> None:
    values = [str(uuid4()) for _ in range(3)]
    async with world.system_transaction():
        for value, lasts in zip(values, (-1, 0, 1), strict=True):
            await world.nonces.use("jti", value, world.now + lasts * SECOND)
        assert await world.nonces.prune(world.now) == 2
        assert [await world.nonces.use("jti", value, world.now) for value in values] == [True, True, False]


async def test_nonces_are_not_for_companies(world: World, company: CompanyId) -> None:
    with pytest.raises(Exception, match=r"permission denied|only a system transaction"):
        async with world.transaction(company):
            await world.nonces.use("jti", str(uuid4()), world.now)
