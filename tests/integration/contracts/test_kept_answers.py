"""Contract of application.tenants.kept_answers.KeptAnswers."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from application.tenants.kept_answers import Claim, EarlierRequest, KeptAnswer
from domain.shared.errors import RequestSuperseded
from domain.shared.identities import CompanyId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World, troubled

HELD = timedelta(seconds=15)
ROUTE = "POST /api/v1/links"


def claim(company: CompanyId, key: str = "key", route: str = ROUTE) -> Claim:
    return Claim(company, route, key, uuid4())


async def claimed(world: World, one: Claim, fingerprint: str = "body", *, again: bool = False) -> EarlierRequest | None:
    async with world.transaction(one.company_id):
        return await world.answers.claim(one, fingerprint, world.now, world.now + HELD, again=again)


def answer(status: int = 201) -> KeptAnswer:
    return KeptAnswer(status, {"location": "/x"}, samples.sealed("answer"))


async def test_the_first_has_the_key_and_the_second_is_told_of_it(world: World, company: CompanyId) -> None:
    first = claim(company)
    assert await claimed(world, first) is None
    earlier = await claimed(world, claim(company), "another body")
    assert earlier == EarlierRequest("body", None, applied=False, held_until=world.now + HELD)


async def test_an_answer_is_given_to_whoever_asks_again(world: World, company: CompanyId) -> None:
    first = claim(company)
    await claimed(world, first)
    async with world.transaction(company):
        await world.answers.applied(first)
        await world.answers.keep(first, answer())
    world.clock.advance(HELD * 10)
    for again in (False, True):
        earlier = await claimed(world, claim(company), again=again)
        assert earlier is not None
        assert earlier.answer == answer()


async def test_keys_are_a_companys_and_a_routes_own(world: World, company: CompanyId, stranger: CompanyId) -> None:
    assert await claimed(world, claim(company)) is None
    assert await claimed(world, claim(stranger), "another body") is None
    assert await claimed(world, claim(company, route="POST /api/v1/api-keys"), "another body") is None


async def test_who_died_before_changing_anything_is_succeeded(world: World, company: CompanyId) -> None:
    dead, next_one = claim(company), claim(company)
    await claimed(world, dead)
    world.clock.advance(HELD - timedelta(seconds=1))
    assert await claimed(world, next_one) is not None
    world.clock.advance(timedelta(seconds=1))
    assert await claimed(world, claim(company), "another body") is not None, "only by the same request"
    assert await claimed(world, next_one) is None
    async with world.transaction(company):
        assert not await world.answers.hold(dead, world.now + HELD)
        assert await world.answers.hold(next_one, world.now + HELD * 2)
        await world.answers.keep(dead, answer(500))
    with pytest.raises(RequestSuperseded):
        async with world.transaction(company):
            await world.answers.applied(dead)
    world.clock.advance(HELD)
    earlier = await claimed(world, claim(company))
    assert earlier is not None, "it is held for longer"
    assert earlier.answer is None


async def test_who_died_after_changing_something_is_succeeded_by_who_can_do_it_again(
    world: World, company: CompanyId
) -> None:
    dead = claim(company)
    await claimed(world, dead)
    async with world.transaction(company):
        await world.answers.applied(dead)
    world.clock.advance(HELD)
    earlier = await claimed(world, claim(company))
    assert earlier is not None
    assert earlier.applied
    assert await claimed(world, claim(company), again=True) is None


async def test_what_was_rolled_back_was_not_applied(world: World, company: CompanyId) -> None:
    first = claim(company)
    await claimed(world, first)
    async with troubled(world.transaction(company)):
        await world.answers.applied(first)
    async with world.transaction(company):
        assert await world.answers.let_go(first, world.now) is False
    assert await claimed(world, claim(company), "another body") is None


async def test_what_was_applied_is_not_forgotten_by_letting_go(world: World, company: CompanyId) -> None:
    first = claim(company)
    await claimed(world, first)
    async with world.transaction(company):
        await world.answers.applied(first)
        assert await world.answers.let_go(first, world.now) is True
    earlier = await claimed(world, claim(company))
    assert earlier == EarlierRequest("body", None, applied=True, held_until=world.now)


async def test_letting_go_of_what_somebody_else_holds_does_nothing(world: World, company: CompanyId) -> None:
    dead, next_one = claim(company), claim(company)
    await claimed(world, dead)
    world.clock.advance(HELD)
    await claimed(world, next_one)
    async with world.transaction(company):
        assert await world.answers.let_go(dead, world.now) is False
        assert await world.answers.hold(next_one, world.now + HELD)


async def test_of_many_at_once_one_has_the_key(world: World, company: CompanyId) -> None:
    found = await asyncio.gather(*(claimed(world, claim(company)) for _ in range(8)))
    assert found.count(None) == 1


async def test_old_keys_are_removed(world: World, company: CompanyId, stranger: CompanyId) -> None:
    await claimed(world, claim(company))
    world.clock.advance(timedelta(seconds=1))
    await claimed(world, claim(stranger))
    async with world.system_transaction():
        assert await world.answers.prune(world.now - timedelta(seconds=1)) == 1
    assert await claimed(world, claim(company), "another body") is None
    assert await claimed(world, claim(stranger), "another body") is not None
