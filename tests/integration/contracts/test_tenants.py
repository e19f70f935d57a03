"""Contracts of application.tenants.ports: Companies, Members, Sessions."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.shared.identities import CompanyId, MemberId, SessionId
from domain.tenants.company import CompanyNotFound, CompanyStatus
from domain.tenants.member import Role
from domain.tenants.subscription import Subscription
from tests.integration.harness import samples
from tests.integration.harness.worlds import World


async def test_a_company_comes_back_as_it_went(world: World) -> None:
    made = samples.company(world)
    async with world.system_transaction():
        await world.companies.put(made)
        assert await world.companies.by_account(made.account_id) == made
    async with world.transaction(made.id):
        assert await world.companies.get(made.id) == made


@pytest.mark.parametrize("status", list(CompanyStatus))
async def test_a_company_changes(world: World, status: CompanyStatus) -> None:
    made = samples.company(world)
    async with world.system_transaction():
        await world.companies.put(made)
    made.account_name, made.status, made.time_zone = "Другое имя", status, "Europe/Kaliningrad"
    async with world.system_transaction():
        await world.companies.put(made)
    async with world.transaction(made.id):
        assert await world.companies.get(made.id) == made


async def test_what_moysklad_tells_of_a_subscription(world: World) -> None:
    made = samples.company(world)
    async with world.system_transaction():
        await world.companies.put(made)
    made.subscribe(Subscription("23ca69d4-2657-40c4-8ba1-6ce24ddeac2e", "Basic", True, made.created_at, True, False))
    async with world.system_transaction():
        await world.companies.put(made)
        assert await world.companies.by_account(made.account_id) == made
    made.subscribe(Subscription("another"))
    async with world.transaction(made.id):
        await world.companies.put(made)
        assert await world.companies.get(made.id) == made


async def test_companies_that_are_not_there(world: World, company: CompanyId) -> None:
    async with world.system_transaction():
        assert await world.companies.by_account(uuid4()) is None
    async with world.transaction(company):
        with pytest.raises(CompanyNotFound):
            await world.companies.get(CompanyId(uuid4()))


async def test_an_account_has_one_company(world: World) -> None:
    first, second = samples.company(world), samples.company(world)
    second.account_id = first.account_id
    async with world.system_transaction():
        await world.companies.put(first)
    with pytest.raises(Exception, match=r"one company|uq_companies_account_id"):
        async with world.system_transaction():
            await world.companies.put(second)


async def test_a_member_comes_back_as_it_went(world: World, company: CompanyId) -> None:
    made = samples.member(world, company)
    async with world.transaction(company):
        await world.members.put(made)
        made.uid, made.name, made.role = "new@romashka", "Анна Ли", Role.EMPLOYEE
        await world.members.put(made)
    async with world.transaction(company):
        assert await world.members.get(company, made.id) == made
        assert await world.members.by_employee(company, made.employee_id) == made


async def test_members_that_are_not_there(world: World, company: CompanyId, stranger: CompanyId) -> None:
    made = samples.member(world, company)
    async with world.transaction(company):
        await world.members.put(made)
        assert await world.members.get(company, MemberId(uuid4())) is None
        assert await world.members.by_employee(company, uuid4()) is None
    async with world.transaction(stranger):
        assert await world.members.by_employee(company, made.employee_id) is None
        assert await world.members.by_employee(stranger, made.employee_id) is None


async def test_one_employee_is_one_member_of_each_company(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    first, twin, elsewhere = (samples.member(world, whose) for whose in (company, company, stranger))
    twin.employee_id = elsewhere.employee_id = first.employee_id
    async with world.transaction(company):
        await world.members.put(first)
    async with world.transaction(stranger):
        await world.members.put(elsewhere)
    with pytest.raises(Exception, match=r"one member|uq_members"):
        async with world.transaction(company):
            await world.members.put(twin)


async def test_a_session_comes_back_as_it_went(world: World, company: CompanyId) -> None:
    made = samples.session(world, company, await samples.stored_member(world, company))
    async with world.transaction(company):
        await world.sessions.put(made)
    async with world.transaction(company):
        assert await world.sessions.get(company, made.id) == made
        made.token_digest, made.ended = b"\x00" * 32, True
        await world.sessions.put(made)
    async with world.transaction(company):
        assert await world.sessions.get(company, made.id) == made


async def test_sessions_that_are_not_there(world: World, company: CompanyId, stranger: CompanyId) -> None:
    made = samples.session(world, company, await samples.stored_member(world, company))
    async with world.transaction(company):
        await world.sessions.put(made)
        assert await world.sessions.get(company, SessionId(uuid4())) is None
    async with world.transaction(stranger):
        assert await world.sessions.get(company, made.id) is None
        assert await world.sessions.get(stranger, made.id) is None


async def test_a_refresh_token_is_exchanged_once_however_many_come_at_a_time(world: World, company: CompanyId) -> None:
    made = samples.session(world, company, await samples.stored_member(world, company))
    presented = made.token_digest
    async with world.transaction(company):
        await world.sessions.put(made)

    async def exchange(number: int) -> bool:
        async with world.transaction(company):
            session = await world.sessions.get(company, made.id)
            assert session is not None
            await asyncio.sleep(0.01)
            if session.ended:
                return False
            rotated = session.rotate(presented, bytes([number]) * 32, world.now)
            await world.sessions.put(session)
        return rotated

    assert sum(await asyncio.gather(*map(exchange, range(4)))) == 1
    async with world.transaction(company):
        assert (await world.sessions.get(company, made.id) or made).ended


async def test_expired_sessions_are_pruned(world: World, company: CompanyId, stranger: CompanyId) -> None:
    kept = []
    for whose, lasts in ((company, -1), (company, 1), (stranger, 0), (stranger, 2)):
        made = samples.session(world, whose, await samples.stored_member(world, whose))
        made.expires_at = world.now + timedelta(seconds=lasts)
        async with world.transaction(whose):
            await world.sessions.put(made)
        kept.append((whose, made.id, lasts > 0))
    async with world.system_transaction():
        assert await world.sessions.prune(world.now) == 2
    for whose, session_id, stays in kept:
        async with world.transaction(whose):
            assert (await world.sessions.get(whose, session_id) is not None) is stays
