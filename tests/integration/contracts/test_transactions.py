"""Contract of application.ports.Transaction, ReadTransaction and SystemTransaction."""

import asyncio

import pytest

from domain.shared.identities import CompanyId
from domain.tenants.company import CompanyNotFound
from tests.integration.harness import samples
from tests.integration.harness.worlds import World, troubled


async def test_what_happens_inside_happens_whole(world: World, company: CompanyId) -> None:
    one, two = samples.member(world, company), samples.member(world, company)
    async with world.transaction(company):
        await world.members.put(one)
        await world.members.put(two)
    async with world.transaction(company):
        assert await world.members.get(company, one.id) == one
        assert await world.members.get(company, two.id) == two


@pytest.mark.parametrize("trouble", [ValueError, asyncio.CancelledError])
async def test_or_not_at_all(world: World, company: CompanyId, trouble: type[BaseException]) -> None:
    new, changed = samples.member(world, company), samples.member(world, company)
    removed = samples.google(company, world.now, "subject-of-a-rollback")
    async with world.transaction(company):
        await world.members.put(changed)
        await world.google.put(removed)
    async with troubled(world.transaction(company), trouble):
        await world.members.put(new)
        await world.google.remove(company)
        changed.name = "Nobody"
        await world.members.put(changed)
    async with world.transaction(company):
        assert await world.members.get(company, new.id) is None
        assert (await world.members.get(company, changed.id) or new).name == "Анна Ким"
        assert await world.google.get(company) == removed


async def test_a_system_transaction_rolls_back_too(world: World) -> None:
    made = samples.company(world)
    async with troubled(world.system_transaction()):
        await world.companies.put(made)
    async with world.system_transaction():
        assert await world.companies.by_account(made.account_id) is None


async def test_repositories_work_only_inside(world: World, company: CompanyId) -> None:
    with pytest.raises(RuntimeError):
        await world.companies.get(company)
    with pytest.raises(RuntimeError):
        await world.queue.take(world.now, 1)
    with pytest.raises(RuntimeError):
        await world.views.configs(company, None, 1)


async def test_transactions_do_not_nest(world: World, company: CompanyId) -> None:
    with pytest.raises(RuntimeError, match="nest"):
        async with world.transaction(company), world.transaction(company):
            pass
    with pytest.raises(RuntimeError, match="nest"):
        async with world.transaction(company), world.system_transaction():
            pass
    with pytest.raises(RuntimeError, match="nest"):
        async with world.reading(company), world.transaction(company):
            pass
    with pytest.raises(RuntimeError, match="nest"):
        async with world.transaction(company), world.reading(company):
            pass
    async with world.transaction(company):
        assert (await world.companies.get(company)).id == company


async def test_a_company_sees_no_other(world: World, company: CompanyId, stranger: CompanyId) -> None:
    theirs = samples.member(world, stranger)
    async with world.transaction(stranger):
        await world.members.put(theirs)
    async with world.transaction(company):
        assert await world.members.get(stranger, theirs.id) is None
        assert await world.members.get(company, theirs.id) is None
        with pytest.raises(CompanyNotFound):
            await world.companies.get(stranger)


async def test_a_company_cannot_write_for_another(world: World, company: CompanyId, stranger: CompanyId) -> None:
    theirs = samples.member(world, stranger)
    with pytest.raises(Exception, match=r"row-level security|another company"):
        async with world.transaction(company):
            await world.members.put(theirs)
    async with world.transaction(stranger):
        assert await world.members.get(stranger, theirs.id) is None


async def test_a_system_transaction_sees_no_members(world: World, company: CompanyId) -> None:
    member = await samples.stored_member(world, company)
    with pytest.raises(Exception, match=r"permission denied|may not see"):
        async with world.system_transaction():
            await world.members.get(company, member)


async def test_what_was_stored_does_not_change_with_what_was_given(world: World, company: CompanyId) -> None:
    given = samples.member(world, company)
    async with world.transaction(company):
        await world.members.put(given)
        given.name = "Changed afterwards"
        taken = await world.members.get(company, given.id)
        assert taken is not None
        assert taken.name == "Анна Ким"
        taken.name = "Changed as well"
        again = await world.members.get(company, given.id)
    assert again is not None
    assert again.name == "Анна Ким"


async def test_who_only_reads_sees_what_is_theirs(world: World, company: CompanyId, stranger: CompanyId) -> None:
    own, theirs = samples.bare_config(world, company), samples.bare_config(world, stranger)
    for config in (own, theirs):
        async with world.transaction(config.company_id):
            await world.configs.put(config)
    for _ in range(3):
        async with world.reading(company):
            assert await world.views.config(company, own.id) is not None
            assert await world.views.config(stranger, theirs.id) is None
            assert {view.id for view in await world.views.configs(stranger, None, 100)} == set()
        async with world.reading(stranger):
            assert await world.views.config(company, own.id) is None
            assert await world.views.config(stranger, theirs.id) is not None
        with pytest.raises(RuntimeError):
            await world.views.config(company, own.id)


@pytest.mark.parametrize("trouble", [ValueError, asyncio.CancelledError])
async def test_reading_that_goes_wrong_leaves_nothing_of_itself(
    world: World, company: CompanyId, stranger: CompanyId, trouble: type[BaseException]
) -> None:
    theirs = samples.bare_config(world, stranger)
    async with world.transaction(stranger):
        await world.configs.put(theirs)
    async with troubled(world.reading(company), trouble):
        assert await world.views.config(company, theirs.id) is None
    async with world.reading(stranger):
        assert await world.views.config(stranger, theirs.id) is not None
