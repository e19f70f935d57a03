"""Contracts of application.automations.ports."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from domain.automations.executions import Execution, ExecutionError, ExecutionState, received
from domain.automations.links import LinkLimits, LinkSide, LinkState, Side
from domain.automations.rules import AutomationRule
from domain.shared.identities import ClaimId, CompanyId, CompanyLinkId, ExecutionId, RuleId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World, troubled

MINUTE = timedelta(minutes=1)


async def stored_rule(world: World, company: CompanyId, target: CompanyId) -> AutomationRule:
    made = samples.automation_rule(world, company, target)
    async with world.transaction(company):
        await world.rules.put(made)
    return made


async def booked(world: World, company: CompanyId, target: CompanyId, **changes: object) -> Execution:
    rule = await stored_rule(world, company, target)
    made = replace(samples.execution(world, rule), **changes)  # type: ignore[arg-type]
    async with world.transaction(company):
        assert await world.executions.book([made]) == [made.id]
    return made


async def execution(world: World, known: Execution) -> Execution:
    async with world.transaction(known.company_id):
        found = await world.executions.get(known.company_id, known.id)
    assert found is not None
    return found


async def test_each_company_sees_its_own_half_of_a_link(world: World, company: CompanyId, stranger: CompanyId) -> None:
    source = samples.link_side(world, company, stranger)
    target = LinkSide(
        link_id=source.link_id,
        company_id=stranger,
        side=Side.TARGET,
        state=LinkState.ACCEPTED,
        name="",
        created_at=world.now,
        expires_at=world.now,
    )
    async with world.transaction(company):
        await world.link_sides.put(source)
    async with world.transaction(stranger):
        assert await world.link_sides.get(stranger, source.link_id) is None
        await world.link_sides.put(target)
    async with world.transaction(company):
        assert await world.link_sides.all(company) == [source]
        assert await world.link_sides.get(company, source.link_id) == source
        assert await world.link_sides.get(stranger, source.link_id) is None
    async with world.system_transaction():
        halves = await world.link_sides.both(source.link_id)
        assert halves == [source, target]
        for half in halves:
            half.revoke(world.now)
            await world.link_sides.put(half)
        assert await world.link_sides.both(CompanyLinkId(uuid4())) == []
    async with world.transaction(stranger):
        (mine,) = await world.link_sides.all(stranger)
        assert mine == replace(target, state=LinkState.REVOKED, revoked_at=world.now)


async def test_limits_are_kept_to_the_kopeck(world: World, company: CompanyId, stranger: CompanyId) -> None:
    limits = LinkLimits(frozenset(), None, frozenset({"a", "b"}), Decimal("123456789012.05"))
    source = replace(samples.link_side(world, company, stranger), limits=limits)
    async with world.transaction(company):
        await world.link_sides.put(source)
        assert (await world.link_sides.all(company))[0].limits == limits


async def test_rules_are_changed_and_removed(world: World, company: CompanyId, stranger: CompanyId) -> None:
    first, second = [await stored_rule(world, company, stranger) for _ in range(2)]
    async with world.transaction(company):
        assert await world.rules.all(company) == [first, second]
        first.went_wrong("x.y")
        first.pause()
        await world.rules.put(first)
        assert await world.rules.get(company, first.id) == first
        await world.rules.remove(company, second.id)
    async with world.transaction(company):
        assert await world.rules.all(company) == [first]
        assert await world.rules.get(company, second.id) is None
    async with world.transaction(stranger):
        assert await world.rules.all(company) == []
        assert await world.rules.get(company, first.id) is None
    async with world.system_transaction():
        assert await world.rules.get(company, first.id) == first
        assert await world.rules.get(stranger, first.id) is None


async def test_of_what_is_booked_for_one_rule_and_document_one_is(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    known = await booked(world, company, stranger)
    twin = replace(known, id=ExecutionId(world.ids.new()))
    other = replace(known, id=ExecutionId(world.ids.new()), source_id=str(uuid4()))
    async with world.transaction(company):
        assert await world.executions.book([twin, other]) == [other.id]
        assert await world.executions.book([]) == []
    async with world.transaction(company):
        assert await world.executions.about(company, [known.source_id, str(uuid4())]) == [known]
    async with world.transaction(stranger):
        assert await world.executions.about(company, [known.source_id]) == []
        assert await world.executions.get(company, known.id) is None
    async with troubled(world.transaction(company)):
        await world.executions.book([replace(other, id=ExecutionId(world.ids.new()), source_id=str(uuid4()))])
    async with world.transaction(company):
        assert len(await world.executions.page(company, None, None, None, 10)) == 2


async def test_of_many_who_book_at_once_one_does(world: World, company: CompanyId, stranger: CompanyId) -> None:
    rule = await stored_rule(world, company, stranger)
    known = samples.execution(world, rule)

    async def book() -> list[ExecutionId]:
        async with world.transaction(company):
            return await world.executions.book([replace(known, id=ExecutionId(world.ids.new()))])

    assert sorted(map(len, await asyncio.gather(*(book() for _ in range(8))))) == [0] * 7 + [1]


async def test_every_field_of_an_execution_is_kept(world: World, company: CompanyId, stranger: CompanyId) -> None:
    known = await booked(world, company, stranger)
    full = replace(
        known,
        state=ExecutionState.FAILED,
        due_at=world.now + MINUTE,
        sent_at=world.now + 2 * MINUTE,
        claim_id=ClaimId(uuid4()),
        lease_until=world.now + 3 * MINUTE,
        failures=3,
        seen=uuid4(),
        done=uuid4(),
        source_name="№ 1",
        gone=True,
        target_id=str(uuid4()),
        target_name="№ 2",
        pairs={"a:b": "c"},
        fingerprint="f",
        read="r",
        counted_at=world.now + 4 * MINUTE,
        made_at=world.now + 5 * MINUTE,
        changed_at=world.now + 6 * MINUTE,
        error=ExecutionError("automations.vat_unmapped", {"rate": "18", "position": 2}),
        urged=True,
    )
    async with world.system_transaction():
        await world.executions.put(full)
    assert await execution(world, known) == full


async def test_what_is_stranded_is_found(world: World, company: CompanyId, stranger: CompanyId) -> None:
    now = world.now
    due = await booked(world, company, stranger, due_at=now)
    told = await booked(world, company, stranger, due_at=now, sent_at=now)
    later = await booked(world, company, stranger, due_at=now + MINUTE)
    waiting = await booked(world, company, stranger, state=ExecutionState.WAITING, due_at=now, sent_at=now - MINUTE)
    patient = await booked(world, company, stranger, state=ExecutionState.WAITING)
    claimed = {"state": ExecutionState.CLAIMED, "sent_at": now - MINUTE / 4}
    dead = await booked(world, company, stranger, **claimed, lease_until=now)
    taken_up = await booked(world, company, stranger, **claimed, lease_until=now - MINUTE / 2)
    alive = await booked(world, company, stranger, **claimed, lease_until=now + MINUTE)
    over = await booked(world, company, stranger, state=ExecutionState.MADE)
    mine = {one.id for one in (due, told, later, waiting, patient, dead, taken_up, alive, over)}
    async with world.system_transaction():
        found = [one.id for one in await world.executions.stranded(now, now - MINUTE / 2, 100_000)]
        assert len(await world.executions.stranded(now, now, 2)) == 2
    assert [one for one in found if one in mine] == [due.id, waiting.id, dead.id]


async def test_what_waits_is_found_from_both_sides(world: World, company: CompanyId, stranger: CompanyId) -> None:
    waiting = await booked(world, company, stranger, state=ExecutionState.WAITING)
    await booked(world, company, stranger)
    async with world.system_transaction():
        assert await world.executions.waiting_at(stranger, 10) == [waiting]
        assert await world.executions.waiting_at(company, 10) == []
    async with world.transaction(company):
        assert await world.executions.waiting_of(company, 10) == [waiting]
        assert await world.executions.waiting_of(company, 0) == []


async def test_executions_are_counted_from_a_moment_on(world: World, company: CompanyId, stranger: CompanyId) -> None:
    for minutes in (0, 1, 2):
        await booked(world, company, stranger, counted_at=world.now + minutes * MINUTE)
    await booked(world, company, stranger)
    async with world.system_transaction():
        assert await world.executions.counted(company, world.now) == 3
        assert await world.executions.counted(company, world.now + MINUTE) == 2
        assert await world.executions.counted(stranger, world.now) == 0


async def test_pages_of_the_log(world: World, company: CompanyId, stranger: CompanyId) -> None:
    first = await booked(world, company, stranger)
    second = await booked(world, company, stranger, state=ExecutionState.MADE)
    third = await booked(world, company, stranger)

    async def page(
        rule: RuleId | None = None, state: ExecutionState | None = None, before: UUID | None = None, limit: int = 9
    ) -> list[ExecutionId]:
        async with world.transaction(company):
            before_ = None if before is None else ExecutionId(before)
            return [one.id for one in await world.executions.page(company, rule, state, before_, limit)]

    assert await page() == [third.id, second.id, first.id]
    assert await page(limit=2) == [third.id, second.id]
    assert await page(before=third.id) == [second.id, first.id]
    assert await page(rule=second.rule_id) == [second.id]
    assert await page(state=ExecutionState.BOOKED) == [third.id, first.id]


async def test_the_other_company_sees_its_own_side_of_the_log(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    known = replace(await booked(world, company, stranger), target_id=str(uuid4()))
    known.error = ExecutionError("x.y", {"a": 1})
    seen = received(known, "Правило", "supply")
    async with world.system_transaction():
        await world.received.put(received(replace(known, target_id=None, error=None), "", "supply"))
        await world.received.put(seen)
    async with world.transaction(stranger):
        assert await world.received.page(stranger, None, None, 10) == [seen]
        assert await world.received.page(stranger, ExecutionState.MADE, None, 10) == []
        assert await world.received.page(stranger, None, known.id, 10) == []
        signs = [str(known.sync_id), str(known.target_id), str(uuid4())]
        assert await world.received.marked(stranger, signs) == set(signs[:2])
        assert await world.received.marked(stranger, []) == set()
    async with world.transaction(company):
        assert await world.received.page(stranger, None, None, 10) == []
        assert await world.received.marked(company, [str(known.sync_id)]) == set()
