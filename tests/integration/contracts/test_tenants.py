"""Contracts of application.tenants.ports: Companies, Members, Sessions."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest

from application.digests import digest
from domain.shared.identities import CompanyId, LinkId, MemberId, SessionId
from domain.tenants.company import CompanyNotFound, CompanyStatus
from domain.tenants.member import PERMISSIONS, LastOwner, Role
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
        made.uid, made.name, made.role = "new@romashka", "Анна Ли", Role.EDITOR
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


async def test_members_without_an_employee_and_who_a_person_is(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    first, second, elsewhere = (samples.member(world, whose) for whose in (company, company, stranger))
    first.employee_id = second.employee_id = None
    elsewhere.person_id = first.person_id
    first.locale, second.removed_at = None, world.now
    async with world.transaction(company):
        await world.members.alone(company)
        await world.members.put(second)
        await world.members.put(first)
        assert await world.members.all(company) == sorted([first, second], key=lambda one: one.id)
    async with world.transaction(stranger):
        await world.members.put(elsewhere)
        assert await world.members.by_person(stranger, first.person_id) == elsewhere
        assert await world.members.by_person(company, first.person_id) is None
        assert await world.members.all(company) == []
    async with world.system_transaction():
        found = await world.members.memberships(first.person_id)
        assert found == [(company, first.id, first.role), (stranger, elsewhere.id, elsewhere.role)]
        assert await world.members.memberships(second.person_id) == []
    twin = samples.member(world, company)
    twin.person_id = first.person_id
    with pytest.raises(Exception, match=r"one member|uq_members"):
        async with world.transaction(company):
            await world.members.put(twin)


async def test_who_belongs_to_a_company_is_changed_by_one_at_a_time(world: World, company: CompanyId) -> None:
    owners = [samples.member(world, company) for _ in range(3)]
    async with world.transaction(company):
        for owner in owners:
            owner.role = Role.OWNER
            await world.members.put(owner)

    async def give_up(which: MemberId) -> None:
        async with world.transaction(company):
            await world.members.alone(company)
            everybody = await world.members.all(company)
            await asyncio.sleep(0.01)
            member = next(one for one in everybody if one.id == which)
            with suppress(LastOwner):
                member.give(Role.VIEWER, PERMISSIONS[Role.OWNER], everybody)
            await world.members.put(member)

    await asyncio.gather(*(give_up(owner.id) for owner in owners))
    async with world.transaction(company):
        roles = [member.role for member in await world.members.all(company)]
    assert sorted(roles) == [Role.OWNER, Role.VIEWER, Role.VIEWER]


async def test_sessions_of_a_member_and_of_everybody(world: World, company: CompanyId) -> None:
    one, other = [await samples.stored_member(world, company) for _ in range(2)]
    made = [samples.session(world, company, whose) for whose in (one, one, one, other)]
    made[0].ended, made[1].expires_at = True, world.now
    made[2].previous_digest, made[2].salt, made[2].rotated_at = b"p" * 32, b"s" * 32, world.now
    async with world.transaction(company):
        for session in made:
            await world.sessions.put(session)
        assert await world.sessions.all(company, one, world.now) == [made[2]]
        assert await world.sessions.all(company, None, world.now) == [made[3], made[2]]
        await world.sessions.end_all(company, one)
        assert await world.sessions.all(company, None, world.now) == [made[3]]


async def test_links_come_back_and_go_when_they_are_old(world: World, company: CompanyId, stranger: CompanyId) -> None:
    made = [samples.link(world, company) for _ in range(4)]
    made[0].used_at, made[1].revoked_at, made[2].expires_at = world.now, world.now, world.now
    made[3].member_id = made[3].created_by = await samples.stored_member(world, company)
    async with world.transaction(company):
        for link in made:
            await world.links.put(link)
        assert [await world.links.get(company, link.id) for link in made] == made
        assert await world.links.all(company, world.now) == [made[3]]
        assert await world.links.get(company, LinkId(uuid4())) is None
    async with world.transaction(stranger):
        assert await world.links.get(company, made[3].id) is None
        assert await world.links.all(stranger, world.now) == []
    async with world.system_transaction():
        assert await world.links.prune(world.now) == 1
    async with world.transaction(company):
        assert await world.links.get(company, made[2].id) is None


async def test_a_link_is_used_once_however_many_come_at_a_time(world: World, company: CompanyId) -> None:
    made = samples.link(world, company)
    async with world.transaction(company):
        await world.links.put(made)

    async def come() -> bool:
        async with world.transaction(company):
            link = await world.links.get(company, made.id)
            assert link is not None
            await asyncio.sleep(0.01)
            if not link.open(world.now):
                return False
            link.use(world.now)
            await world.links.put(link)
        return True

    assert sum(await asyncio.gather(*(come() for _ in range(4)))) == 1


async def test_api_keys_come_back_and_a_use_undoes_no_revocation(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    member = await samples.stored_member(world, company)
    first, second = (samples.api_key(world, company, member) for _ in range(2))
    async with world.transaction(company):
        await world.api_keys.put(first)
        await world.api_keys.put(second)
        assert await world.api_keys.all(company) == [second, first]
        stale = await world.api_keys.get(company, first.id)
        assert stale == first
        first.revoke(world.now)
        await world.api_keys.put(first)
        assert stale is not None
        assert stale.use(world.now)
        await world.api_keys.used(stale)
        first.last_used_at = world.now
        assert await world.api_keys.get(company, first.id) == first
    async with world.transaction(stranger):
        assert await world.api_keys.get(company, first.id) is None
        assert await world.api_keys.all(stranger) == []


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

    async def exchange(number: int) -> bytes:
        async with world.transaction(company):
            session = await world.sessions.get(company, made.id)
            assert session is not None
            await asyncio.sleep(0.01)
            salt = session.salt_for(presented, bytes([number]) * 32, world.now)
            assert salt is not None
            session.rotate(presented, digest(salt.hex()), salt, world.now)
            await world.sessions.put(session)
        return salt

    salts = await asyncio.gather(*map(exchange, range(4)))
    assert len(set(salts)) == 1, "all of them are answered with the same successor"
    async with world.transaction(company):
        session = await world.sessions.get(company, made.id)
        assert session is not None
        assert (session.ended, session.salt) == (False, salts[0])


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
