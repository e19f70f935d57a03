"""Contract of application.exports.intent_ports.WriteIntents."""

from uuid import uuid4

from application.exports.intent_ports import WriteIntent
from domain.exports.write_strategies.gathering import Gathered
from domain.shared.identities import CompanyId, TaskId
from tests.integration.harness.samples import stored_config
from tests.integration.harness.worlds import World, troubled

TASK = TaskId(uuid4())
ROWS = (("a", b"\x00\xff", ""), ("б'\"", b"", "parent"))


async def test_the_last_intent_is_kept_whole(world: World, company: CompanyId) -> None:
    config = (await stored_config(world, company)).id
    first = WriteIntent(2**31 - 1, None, TASK, ROWS, pending=True)
    second = WriteIntent(7, 2**31 - 1, TASK, pending=True, final=True)
    async with world.transaction(company):
        assert await world.intents.get(company, config) is None
        await world.intents.put(company, config, first)
    async with world.transaction(company):
        assert await world.intents.get(company, config) == first
        await world.intents.put(company, config, second)
    async with world.transaction(company):
        assert await world.intents.get(company, config) == second
        await world.intents.put(company, config, second.settled(applied=False))
    async with world.transaction(company):
        assert await world.intents.get(company, config) == WriteIntent(2**31 - 1, None, TASK)
        await world.intents.forget(company, config)
        assert await world.intents.get(company, config) is None


async def test_what_is_gathered_is_kept_until_a_final_batch_has_moved_it(world: World, company: CompanyId) -> None:
    config = (await stored_config(world, company)).id
    begun = WriteIntent(5, 3, TASK, pending=True, gathered=Gathered(2**31 - 1))
    last = WriteIntent(6, 5, TASK, pending=True, final=True, gathered=Gathered(2**31 - 1, 100_000, b"\x00" * 16))
    for intent in (begun, last, last.settled(applied=False), last.settled(applied=True)):
        async with world.transaction(company):
            await world.intents.put(company, config, intent)
        async with world.transaction(company):
            assert await world.intents.get(company, config) == intent
    assert begun.settled(applied=True).gathered == begun.gathered
    assert begun.settled(applied=False) == WriteIntent(3, None, TASK, gathered=begun.gathered)
    assert last.settled(applied=False) == WriteIntent(5, None, TASK, gathered=last.gathered)
    assert last.settled(applied=True) == WriteIntent(6, 5, TASK, final=True)


async def test_what_was_rolled_back_is_not_intended(world: World, company: CompanyId) -> None:
    config = (await stored_config(world, company)).id
    async with troubled(world.transaction(company)):
        await world.intents.put(company, config, WriteIntent(1, None, TASK))
    async with world.transaction(company):
        assert await world.intents.get(company, config) is None


async def test_another_company_sees_none(world: World, company: CompanyId, stranger: CompanyId) -> None:
    config = (await stored_config(world, company)).id
    intent = WriteIntent(1, None, TASK)
    async with world.transaction(company):
        await world.intents.put(company, config, intent)
    async with world.transaction(stranger):
        assert await world.intents.get(stranger, config) is None
        assert await world.intents.get(company, config) is None
        await world.intents.forget(stranger, config)
    async with world.transaction(company):
        assert await world.intents.get(company, config) == intent


def test_what_becomes_of_an_intent() -> None:
    pending = WriteIntent(5, 3, TASK, ROWS, pending=True, final=True)
    assert pending.settled(applied=True) == WriteIntent(5, 3, TASK, final=True)
    assert pending.settled(applied=False) == WriteIntent(3, None, TASK)
