"""The states in which documents were last seen: the contract of application.webhooks.event_ports.DocumentStates."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from application.webhooks.event_ports import SeenState
from domain.shared.identities import CompanyId
from domain.webhooks.interests import Audience
from tests.integration.harness.worlds import World

MINUTE = timedelta(minutes=1)
audiences = pytest.mark.parametrize("audience", Audience)


async def seen(
    world: World, company: CompanyId, audience: Audience, state: str, stamp: datetime, *ids: str, kind: str = "demand"
) -> dict[str, int]:
    async with world.transaction(company):
        states = {one: SeenState(state, stamp) for one in ids}
        return await world.document_states.seen(company, audience, kind, states)


@audiences
async def test_changes_of_state_are_counted_and_nothing_goes_back(
    world: World, company: CompanyId, stranger: CompanyId, audience: Audience
) -> None:
    first, second = str(uuid4()), str(uuid4())

    async def then(state: str, minutes: int, *ids: str, who: CompanyId = company) -> dict[str, int]:
        return await seen(world, who, audience, state, world.now + minutes * MINUTE, *ids)

    assert await then("new", 0, first, second) == {first: 0, second: 0}
    assert await then("new", 0, first) == {}
    assert await then("paid", 1, first) == {first: 1}
    assert await then("paid", 2, first, second) == {second: 1}
    assert await then("new", 1, first) == {}  # read earlier, and noted late
    assert await then("new", 3, first) == {first: 2}
    assert await then("x", 0, first, who=stranger) == {first: 0}
    assert await then("x", 0, who=stranger) == {}


async def test_each_audience_sees_for_itself(world: World, company: CompanyId) -> None:
    one = str(uuid4())
    for audience in Audience:
        assert await seen(world, company, audience, "new", world.now, one) == {one: 0}
    assert await seen(world, company, Audience.RULES, "paid", world.now, one) == {one: 1}
    assert await seen(world, company, Audience.NOTICES, "paid", world.now, one) == {one: 1}


@audiences
async def test_what_has_not_changed_for_long_is_forgotten_and_what_is_edited_is_not(
    world: World, company: CompanyId, stranger: CompanyId, audience: Audience
) -> None:
    old, edited, other = (str(uuid4()) for _ in range(3))
    before = world.now - 10 * MINUTE
    await seen(world, company, audience, "new", before, old, edited)
    await seen(world, stranger, audience, "new", before, other)
    await seen(world, company, audience, "new", world.now, edited)
    async with world.system_transaction():
        assert await world.document_states.prune(world.now - MINUTE) >= 2
    assert await seen(world, company, audience, "paid", world.now, old, edited) == {old: 0, edited: 1}
    assert await seen(world, stranger, audience, "paid", world.now, other) == {other: 0}


async def test_an_audience_that_looks_no_more_forgets_what_it_saw(world: World, company: CompanyId) -> None:
    one = str(uuid4())
    async with world.transaction(company):
        await world.interests.replace(company, Audience.RULES, ["demand", "supply"], world.now)
    for kind in ("demand", "supply"):
        await seen(world, company, Audience.RULES, "new", world.now, one, kind=kind)
    await seen(world, company, Audience.NOTICES, "new", world.now, one)
    async with world.transaction(company):
        await world.interests.replace(company, Audience.RULES, ["supply"], world.now)
    assert await seen(world, company, Audience.RULES, "paid", world.now, one) == {one: 0}
    assert await seen(world, company, Audience.RULES, "paid", world.now, one, kind="supply") == {one: 1}
    assert await seen(world, company, Audience.NOTICES, "paid", world.now, one) == {one: 1}
