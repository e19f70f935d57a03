"""Contracts of application.webhooks.event_ports."""

from datetime import timedelta
from uuid import uuid4

from application.webhooks.event_ports import Hearing
from domain.shared.identities import CompanyId
from domain.webhooks.interests import Audience, Interest
from tests.integration.harness.worlds import World, troubled

RULES, NOTICES = Audience.RULES, Audience.NOTICES
MINUTE = timedelta(minutes=1)


async def told(world: World, company: CompanyId, *ids: str, audience: Audience = RULES, kind: str = "demand") -> None:
    async with world.transaction(company):
        await world.events.put(company, audience, kind, dict.fromkeys(ids, False), uuid4(), world.now)


async def hearings(world: World, company: CompanyId, after: timedelta = timedelta(0)) -> list[Audience]:
    """Which audiences of the company are due; they are not due again for a minute."""
    moment = world.now + after
    async with world.system_transaction():
        due = await world.events.claim_due(moment, moment + MINUTE, 100_000)
    return sorted(one.audience for one in due if one.company_id == company)


async def looks(world: World, company: CompanyId, after: timedelta) -> bool:
    moment = world.now + after
    async with world.system_transaction():
        return company in await world.interests.claim_due(moment, moment + MINUTE, 100_000)


async def test_interests_are_replaced_and_known_ones_hear_on(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    first, later = world.now, world.now + MINUTE
    async with world.transaction(company):
        assert await world.interests.replace(company, RULES, ["demand", "customerorder"], first)
        assert not await world.interests.replace(company, RULES, {"customerorder", "demand"}, later)
        assert await world.interests.replace(company, NOTICES, ["demand"], later)
    async with troubled(world.transaction(company)):
        await world.interests.replace(company, NOTICES, [], later)
    async with world.transaction(company):
        assert await world.interests.replace(company, RULES, ["demand", "paymentin"], later)
        expected = [
            Interest(company, NOTICES, "demand", later),
            Interest(company, RULES, "demand", first),
            Interest(company, RULES, "paymentin", later),
        ]
        assert await world.interests.of([company, stranger]) == expected
    async with world.transaction(stranger):
        assert await world.interests.of([company]) == []
    async with world.system_transaction():
        assert await world.interests.of([company, stranger]) == expected


async def test_how_far_was_read_never_goes_back(world: World, company: CompanyId) -> None:
    async with world.transaction(company):
        await world.interests.replace(company, RULES, ["demand"], world.now)
        await world.interests.read(company, RULES, "demand", world.now + MINUTE)
        await world.interests.read(company, RULES, "demand", world.now)
        await world.interests.read(company, NOTICES, "demand", world.now)
        assert await world.interests.of([company]) == [Interest(company, RULES, "demand", world.now + MINUTE)]


async def test_what_nobody_wants_any_more_is_forgotten(world: World, company: CompanyId) -> None:
    async with world.transaction(company):
        await world.interests.replace(company, RULES, ["demand", "supply"], world.now)
    await told(world, company, str(uuid4()))
    await told(world, company, kept := str(uuid4()), kind="supply")
    async with world.transaction(company):
        await world.interests.replace(company, RULES, ["supply"], world.now)
        assert [one.object_id for one in await world.events.waiting(company, RULES, 10)] == [kept]


async def test_looks_are_due_once_and_the_earliest_counts(world: World, company: CompanyId) -> None:
    async with world.transaction(company):
        await world.interests.look(company, world.now + 3 * MINUTE)
        await world.interests.look(company, world.now + 2 * MINUTE)
        await world.interests.look(company, world.now + 4 * MINUTE)
    assert not await looks(world, company, MINUTE)
    assert await looks(world, company, 2 * MINUTE)
    assert not await looks(world, company, 2 * MINUTE)
    assert await looks(world, company, 3 * MINUTE)
    async with world.transaction(company):
        await world.interests.looked(company, world.now + 30 * MINUTE)
    assert not await looks(world, company, 29 * MINUTE)
    async with world.system_transaction():
        assert await world.interests.hurry(world.now, 2 * MINUTE) >= 1
    assert await looks(world, company, 2 * MINUTE)
    async with world.transaction(company):
        await world.interests.looked(company, None)
    assert not await looks(world, company, 1000 * MINUTE)


async def test_an_object_is_one_event_however_often_it_is_told(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    one, other = sorted(str(uuid4()) for _ in range(2))
    first, second = uuid4(), uuid4()
    async with world.transaction(company):
        await world.events.put(
            company, RULES, "demand", {one: False}, first, world.now, asked=True, origin={"a": "b"}, moved=[one]
        )
        await world.events.put(company, RULES, "supply", {other: False}, first, world.now + MINUTE)
        (known, _) = await world.events.waiting(company, RULES, 10)
    async with world.system_transaction():
        await world.events.put(company, RULES, "demand", {one: True}, second, world.now + MINUTE)
        await world.events.put(company, RULES, "demand", {}, second, world.now)
    async with world.transaction(company):
        waiting = await world.events.waiting(company, RULES, 10)
        assert [(event.type, event.object_id, event.told_at, event.version) for event in waiting] == [
            ("demand", one, world.now, second),
            ("supply", other, world.now + MINUTE, first),
        ]
        assert (waiting[0].deleted, waiting[0].asked, waiting[0].origin) == (True, True, {"a": "b"})
        assert [event.moved for event in waiting] == [True, False]
        assert len(await world.events.waiting(company, RULES, 1)) == 1
        assert await world.events.waiting(company, NOTICES, 10) == []
        # It was told again since it was read: it stays.
        assert await world.events.heard(company, RULES, [known]) == 0
        assert await world.events.heard(company, RULES, waiting[:1]) == 1
    async with world.transaction(stranger):
        assert await world.events.heard(stranger, RULES, waiting) == 0
        assert await world.events.waiting(company, RULES, 10) == []


async def test_an_audience_is_due_while_something_waits(world: World, company: CompanyId) -> None:
    assert await hearings(world, company) == []
    await told(world, company, str(uuid4()))
    await told(world, company, str(uuid4()), audience=NOTICES)
    assert await hearings(world, company) == [NOTICES, RULES]
    assert await hearings(world, company) == []
    # Nobody heard: it is due once more after a while.
    assert await hearings(world, company, MINUTE) == [NOTICES, RULES]
    async with world.transaction(company):
        waiting = await world.events.waiting(company, RULES, 10)
    await told(world, company, str(uuid4()))
    async with world.transaction(company):
        assert await world.events.heard(company, RULES, waiting) == 1
        await world.events.postpone(company, NOTICES, world.now + 5 * MINUTE)
    # Something new came while it was hearing.
    assert await hearings(world, company) == [RULES]
    async with world.transaction(company):
        await world.events.heard(company, RULES, await world.events.waiting(company, RULES, 10))
    assert await hearings(world, company, 4 * MINUTE) == []
    assert await hearings(world, company, 1000 * MINUTE) == [NOTICES]


async def test_one_company_is_claimed_with_its_audience(world: World, company: CompanyId) -> None:
    await told(world, company, str(uuid4()))
    async with world.system_transaction():
        found = await world.events.claim_due(world.now, world.now + MINUTE, 100_000)
    assert Hearing(company, RULES) in found
