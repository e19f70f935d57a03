"""Contract of application.tenants.audit.AuditTrail."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from application.tenants.audit import DONE, REFUSED, AuditChoice, AuditEntry
from application.tenants.occasions import ActorKind
from domain.shared.identities import CompanyId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World, troubled


def made(world: World, company: CompanyId, **fields: Any) -> AuditEntry:
    usual: dict[str, Any] = {
        "id": world.ids.new(),
        "company_id": company,
        "at": world.now,
        "actor": ActorKind.OPERATOR,
        "actor_id": None,
        "action": "exports.start",
        "target_id": None,
        "outcome": DONE,
        "code": None,
        "address": "192.0.2.7",
        "request_id": "r-1",
    }
    return AuditEntry(**{**usual, **fields})


async def told(world: World, company: CompanyId, **fields: Any) -> AuditEntry:
    entry = made(world, company, **fields)
    async with world.transaction(company):
        await world.trail.add(entry)
    return entry


async def ids(
    world: World, company: CompanyId, before: UUID | None = None, limit: int = 10, **choice: Any
) -> list[UUID]:
    async with world.transaction(company):
        found = await world.trail.page(company, AuditChoice(**choice), before, limit)
    return [view.id for view in found]


async def test_an_entry_is_shown_as_it_was_told_with_the_actors_name(world: World, company: CompanyId) -> None:
    member = samples.member(world, company)
    async with world.transaction(company):
        await world.members.put(member)
    entry = await told(
        world, company, actor=ActorKind.MEMBER, actor_id=member.id, target_id=member.id, outcome=REFUSED, code="a.b"
    )
    async with world.transaction(company):
        (view,) = await world.trail.page(company, AuditChoice(), None, 10)
    assert (view.actor, view.actor_id, view.actor_name) == (ActorKind.MEMBER, member.id, member.name)
    assert (view.id, view.at, view.action, view.target_id) == (entry.id, entry.at, "exports.start", member.id)
    assert (view.outcome, view.code, view.address, view.request_id) == (REFUSED, "a.b", "192.0.2.7", "r-1")


async def test_entries_come_in_pages_the_newest_first(world: World, company: CompanyId) -> None:
    all_of_them = [(await told(world, company)).id for _ in range(5)]
    first = await ids(world, company, limit=2)
    assert first == all_of_them[:2:-1]
    assert await ids(world, company, before=first[-1]) == all_of_them[2::-1]


async def test_entries_can_be_chosen(world: World, company: CompanyId) -> None:
    somebody = world.ids.new()
    first = await told(world, company, action="exports.cancel")
    world.clock.advance(timedelta(seconds=1))
    second = await told(world, company, actor=ActorKind.API_KEY, actor_id=somebody)
    assert await ids(world, company, action="exports.cancel") == [first.id]
    assert await ids(world, company, actor_id=somebody) == [second.id]
    assert await ids(world, company, since=second.at) == [second.id]
    assert await ids(world, company, until=second.at) == [first.id]


async def test_companies_do_not_see_each_others(world: World, company: CompanyId, stranger: CompanyId) -> None:
    await told(world, company)
    assert await ids(world, stranger) == []


async def test_an_entry_goes_with_what_it_tells_of(world: World, company: CompanyId) -> None:
    async with troubled(world.transaction(company)):
        await world.trail.add(made(world, company))
    assert await ids(world, company) == []


async def test_a_transaction_knows_whether_it_has_changed_anything(world: World, company: CompanyId) -> None:
    async with world.transaction(company):
        assert not await world.trail.changed()
        await world.members.get(company, samples.member(world, company).id)
        assert not await world.trail.changed()
        await world.members.put(samples.member(world, company))
        assert await world.trail.changed()
    async with world.transaction(company):
        assert not await world.trail.changed()


async def test_age_removes_entries_of_all_companies(world: World, company: CompanyId, stranger: CompanyId) -> None:
    await told(world, company)
    await told(world, stranger)
    world.clock.advance(timedelta(seconds=1))
    kept = await told(world, company)
    async with world.system_transaction():
        assert await world.trail.prune(world.now - timedelta(seconds=1)) == 2
    assert await ids(world, company) == [kept.id]
    assert await ids(world, stranger) == []
