"""Contracts of the ports of webhooks, and of application.exports.mark_ports.ChangeMarks."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application.webhooks.ports import Arrival, Kept, Receipt
from domain.exports.changes import ChangeMark
from domain.exports.task import TaskCounts, TaskState
from domain.shared.identities import CompanyId
from domain.webhooks.endpoint import WebhookEndpoint
from domain.webhooks.registration import Family, Registration, RegistrationState, Subject
from tests.integration.harness import samples
from tests.integration.harness.worlds import World, troubled


async def stored_endpoint(world: World, company: CompanyId) -> WebhookEndpoint:
    made = samples.endpoint(world, company)
    async with world.transaction(company):
        await world.endpoints.put(made)
    return made


async def test_marks_are_taken_as_they_were_read(world: World, company: CompanyId, stranger: CompanyId) -> None:
    config, other = [await samples.stored_config(world, company) for _ in range(2)]
    first, second, ids = uuid4(), uuid4(), sorted(str(uuid4()) for _ in range(3))
    async with world.transaction(company):
        await world.marks.put(company, [config.id, other.id], dict.fromkeys(ids, False), first)
    async with world.transaction(company):
        read = await world.marks.of(company, config.id)
        assert read == [ChangeMark(one, first) for one in ids]
    async with world.system_transaction():
        await world.marks.put(company, [config.id], {ids[1]: True}, second)
    async with troubled(world.transaction(company)):
        await world.marks.take(company, config.id, read)
    async with world.transaction(company):
        assert await world.marks.take(company, config.id, read) == 2
        assert await world.marks.of(company, config.id) == [ChangeMark(ids[1], second, deleted=True)]
        assert await world.marks.take(company, config.id, []) == 0
        assert len(await world.marks.of(company, other.id)) == 3
    async with world.transaction(stranger):
        assert await world.marks.of(company, other.id) == []
        assert await world.marks.take(company, other.id, [ChangeMark(one, first) for one in ids]) == 0
    async with world.transaction(company):
        await world.configs.remove(company, other.id)
        assert await world.marks.of(company, other.id) == []


async def test_each_delivery_is_kept_once(world: World, company: CompanyId, stranger: CompanyId) -> None:
    ours, theirs = await stored_endpoint(world, company), await stored_endpoint(world, stranger)
    same, other = uuid4(), uuid4()
    arrivals = [
        Arrival(ours.token_digest, same, b"\x00first"),
        Arrival(theirs.token_digest, same, b"second"),
        Arrival(b"unknown", other, b"third"),
        Arrival(ours.token_digest, other, None),
    ]
    async with world.system_transaction():
        assert await world.deliveries.keep(arrivals, world.now) == [
            Kept(Receipt.KEPT, company),
            Kept(Receipt.KEPT, stranger),
            Kept(Receipt.UNKNOWN, None),
            Kept(Receipt.MALFORMED, company),
        ]
    async with world.system_transaction():
        again = await world.deliveries.keep([Arrival(ours.token_digest, same, b"other body")], world.now)
        assert again == [Kept(Receipt.REPEATED, company)]
        waiting = [one for one in await world.deliveries.waiting(1000) if one.company_id in {company, stranger}]
    assert sorted((one.company_id, one.request_key, one.body, one.active) for one in waiting) == sorted(
        [(company, same, b"\x00first", True), (stranger, same, b"second", True)]
    )


async def test_a_repetition_within_one_group_is_kept_once(world: World, company: CompanyId) -> None:
    ours, key = await stored_endpoint(world, company), uuid4()
    async with world.system_transaction():
        kept = await world.deliveries.keep([Arrival(ours.token_digest, key, b"{}")] * 3, world.now)
        assert [one.receipt for one in kept] == [Receipt.KEPT, Receipt.REPEATED, Receipt.REPEATED]
        assert len([one for one in await world.deliveries.waiting(1000) if one.company_id == company]) == 1


async def test_what_is_interpreted_waits_no_more_but_is_remembered(world: World, company: CompanyId) -> None:
    ours = await stored_endpoint(world, company)
    keys = [UUID(int=number) for number in range(1, 4)]
    for number, key in enumerate(keys):
        async with world.system_transaction():
            arrivals = [Arrival(ours.token_digest, key, b"body", {"traceparent": str(number)} if number else None)]
            await world.deliveries.keep(arrivals, world.now + timedelta(seconds=number))
    async with world.system_transaction():
        mine = [one for one in await world.deliveries.waiting(1000) if one.company_id == company]
        assert [one.request_key for one in mine] == keys
        assert [one.origin for one in mine] == [None, {"traceparent": "1"}, {"traceparent": "2"}]
        await world.deliveries.interpreted(mine[:2], world.now)
    async with world.system_transaction():
        left = [one for one in await world.deliveries.waiting(1000) if one.company_id == company]
        assert [one.request_key for one in left] == keys[2:]
        again = await world.deliveries.keep([Arrival(ours.token_digest, keys[0], b"body")], world.now)
        assert again[0].receipt is Receipt.REPEATED
        assert await world.deliveries.prune(world.now - timedelta(seconds=1)) == 0
        assert await world.deliveries.prune(world.now) == 2
        again = await world.deliveries.keep([Arrival(ours.token_digest, keys[0], b"body")], world.now)
        assert again[0].receipt is Receipt.KEPT


async def test_two_who_interpret_do_not_meet(world: World, company: CompanyId) -> None:
    ours = await stored_endpoint(world, company)
    async with world.system_transaction():
        arrivals = [Arrival(ours.token_digest, uuid4(), b"body") for _ in range(6)]
        await world.deliveries.keep(arrivals, world.now - timedelta(days=400))
    seen: list[UUID] = []

    async def interpret() -> None:
        async with world.system_transaction():
            found = await world.deliveries.waiting(3)
            await asyncio.sleep(0.05)
            seen.extend(one.request_key for one in found)
            await world.deliveries.interpreted(found, world.now)

    await asyncio.gather(interpret(), interpret())
    assert len(seen) == len(set(seen)) == 6


async def test_counts_add_up_by_day(world: World, company: CompanyId, stranger: CompanyId) -> None:
    today = world.now.date()
    async with world.system_transaction():
        await world.counts.add(today, {(company, "deliveries"): 2, (stranger, "deliveries"): 5})
        await world.counts.add(today, {(company, "deliveries"): 3, (company, "foreign"): 1})
        await world.counts.add(today - timedelta(days=1), {(company, "deliveries"): 7})
    async with world.transaction(company):
        assert await world.counts.of(company, today) == {"deliveries": 5, "foreign": 1}
        assert await world.counts.of(company, today + timedelta(days=1)) == {}
    async with world.transaction(stranger):
        assert await world.counts.of(stranger, today) == {"deliveries": 5}
        assert await world.counts.of(company, today) == {}


async def test_an_endpoint_comes_back_as_it_went(world: World, company: CompanyId, stranger: CompanyId) -> None:
    full = samples.endpoint(world, company)
    bare = WebhookEndpoint(company, full.token_digest, full.token, full.made_at)
    for endpoint in (bare, full, bare):
        async with world.transaction(company):
            await world.endpoints.put(endpoint)
        async with world.transaction(company):
            assert await world.endpoints.get(company) == endpoint
    async with world.transaction(stranger):
        assert await world.endpoints.get(stranger) is None
        assert await world.endpoints.get(company) is None
    async with world.system_transaction():
        await world.endpoints.delivered([company], world.now)
    async with world.transaction(company):
        await world.endpoints.put(bare)
        assert await world.endpoints.get(company) == replace(bare, last_delivery_at=world.now)


async def test_each_endpoint_that_is_due_is_claimed_once(world: World, company: CompanyId, stranger: CompanyId) -> None:
    for one, due in ((company, world.now), (stranger, world.now + timedelta(seconds=1))):
        async with world.transaction(one):
            await world.endpoints.put(replace(samples.endpoint(world, one), tend_due_at=due))
    later = world.now + timedelta(minutes=10)
    async with world.system_transaction():
        assert await world.endpoints.claim_due(world.now - timedelta(seconds=1), later, 10) == []
        assert await world.endpoints.claim_due(world.now + timedelta(seconds=1), later, 1) == [company]
        assert await world.endpoints.claim_due(world.now + timedelta(seconds=1), later, 10) == [stranger]
        assert await world.endpoints.claim_due(world.now + timedelta(seconds=1), later, 10) == []
        assert sorted(await world.endpoints.claim_due(later, later + timedelta(hours=1), 10)) == sorted(
            [company, stranger]
        )


async def test_registrations_are_replaced_whole(world: World, company: CompanyId, stranger: CompanyId) -> None:
    stock = Registration(Subject(Family.STOCK, "all"), RegistrationState.REGISTERED)
    async with world.transaction(company):
        assert await world.registrations.all(company) == []
        await world.registrations.replace(company, [stock, samples.REGISTRATION])
    async with world.transaction(company):
        assert await world.registrations.all(company) == [samples.REGISTRATION, stock]
        await world.registrations.replace(company, [stock])
        assert await world.registrations.all(company) == [stock]
        await world.registrations.replace(company, [])
        assert await world.registrations.all(company) == []
    async with world.transaction(stranger):
        assert await world.registrations.all(company) == []


async def test_watches_come_back_and_come_due(world: World, company: CompanyId, stranger: CompanyId) -> None:
    config = await samples.stored_config(world, company)
    full = replace(samples.watch(world, config.id, company), origin={"traceparent": "00-1-2-01"})
    bare = replace(
        full, follows=True, first_at=None, last_at=None, hurried=False, scenario=False, not_before=None, origin=None
    )
    for watch in (bare, full):
        async with world.transaction(company):
            await world.watches.put(watch, None)
            assert await world.watches.get(company, [config.id]) == {config.id: watch}
    async with world.transaction(stranger):
        assert await world.watches.get(stranger, [config.id]) == {}
    async with world.system_transaction():
        assert await world.watches.due(world.now + timedelta(days=1), 10) == []
        await world.watches.put(full, world.now)
        assert await world.watches.due(world.now - timedelta(seconds=1), 10) == []
        assert await world.watches.due(world.now, 10) == [full]
    async with world.transaction(company):
        await world.configs.remove(company, config.id)
        assert await world.watches.get(company, [config.id]) == {}


async def test_who_listens(world: World, company: CompanyId, stranger: CompanyId) -> None:
    config = await samples.stored_config(world, company)
    silent = replace(samples.full_config(world, company), on_change=False)
    async with world.transaction(company):
        await world.configs.put(silent)
    async with world.system_transaction():
        (heard,) = await world.watches.listening([company, stranger])
        assert heard == (company, config.id, config.exporter_key, config.name, True)
        everyone = await world.watches.listening([company], all_of_them=True)
        assert [(one.config_id, one.follows) for one in everyone] == sorted([(config.id, True), (silent.id, False)])
    async with world.transaction(stranger):
        assert await world.watches.listening([company]) == []


async def test_after_an_outage_whoever_follows_looks(world: World, company: CompanyId) -> None:
    config, other = [await samples.stored_config(world, company) for _ in range(2)]
    follows = replace(samples.watch(world, config.id, company), follows=True, hurried=False)
    async with world.transaction(company):
        await world.watches.put(follows, None)
        await world.watches.put(samples.watch(world, other.id, company), None)
    within = timedelta(minutes=2)
    async with world.system_transaction():
        await world.beats.beat(world.now + timedelta(days=4000))
        last = await world.beats.beat(world.now + timedelta(days=4000, seconds=1))
        assert last == world.now + timedelta(days=4000)
        assert await world.beats.hurry(world.now, within) >= 1
    async with world.transaction(company):
        found = await world.watches.get(company, [config.id, other.id])
    assert found[config.id].hurried
    not_before = found[config.id].not_before
    assert not_before is not None
    assert world.now <= not_before < world.now + within
    assert found[other.id] == samples.watch(world, other.id, company)
    async with world.system_transaction():
        assert config.id in [one.config_id for one in await world.watches.due(not_before, 10_000)]


async def test_what_was_missed_is_told_by_the_runs(world: World, company: CompanyId) -> None:
    config = await samples.stored_config(world, company)
    for missed, ended in ((2, 0), (3, 1), (40, -1)):
        task = replace(
            samples.booked(world, config),
            state=TaskState.FINISHED,
            ended_at=world.now + timedelta(seconds=ended),
            counts=TaskCounts(unannounced=missed),
        )
        async with world.transaction(company):
            await world.tasks.add(task)
    async with world.transaction(company):
        assert await world.webhook_views.unannounced(company, world.now) == 5
        assert await world.webhook_views.unannounced(company, world.now + timedelta(hours=1)) == 0


@pytest.mark.parametrize("count", [1, 300])
async def test_many_marks_at_once(world: World, company: CompanyId, count: int) -> None:
    config = await samples.stored_config(world, company)
    ids = {str(uuid4()): number % 2 == 0 for number in range(count)}
    async with world.transaction(company):
        await world.marks.put(company, [config.id], ids, uuid4())
        found = await world.marks.of(company, config.id)
    assert {mark.object_id: mark.deleted for mark in found} == ids
