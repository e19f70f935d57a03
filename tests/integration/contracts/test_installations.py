"""Contracts of application.connections.installation_ports: Installations, VendorRequests, CompanyViews."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from domain.connections.installation import InstallationStatus
from domain.shared.identities import CompanyId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World


async def test_installations_come_back_as_they_went(world: World, company: CompanyId, stranger: CompanyId) -> None:
    first = samples.installation(company, world.now)
    second = samples.installation(company, world.now, 9)
    bare = replace(
        second,
        status=InstallationStatus.UNINSTALLED,
        token=None,
        called_at=None,
        ready=False,
        subscription=None,
        permissions=None,
        unsure_since=None,
    )
    async with world.transaction(company):
        assert await world.installations.all(company) == []
        await world.installations.put(second)
        await world.installations.put(first)
        assert await world.installations.all(company) == [first, second]
        await world.installations.put(bare)
    async with world.transaction(company):
        assert await world.installations.all(company) == [first, bare]
    async with world.transaction(stranger):
        assert await world.installations.all(stranger) == []


async def test_a_call_is_answered_as_before(world: World, company: CompanyId, stranger: CompanyId) -> None:
    async with world.transaction(company):
        assert await world.calls.answer(company, "one") is None
        await world.calls.carried_out(company, "one", "Activated", world.now)
    async with world.transaction(company):
        assert await world.calls.answer(company, "one") == "Activated"
        assert await world.calls.answer(company, "two") is None
    async with world.transaction(stranger):
        assert await world.calls.answer(stranger, "one") is None
    with suppress(ZeroDivisionError):
        async with world.transaction(company):
            await world.calls.carried_out(company, "two", "Activated", world.now)
            raise ZeroDivisionError
    async with world.transaction(company):
        assert await world.calls.answer(company, "two") is None


async def test_of_the_same_call_twice_at_once_one_is_new(world: World, company: CompanyId) -> None:
    async def take() -> str | None:
        async with world.transaction(company):
            before = await world.calls.answer(company, "one")
            await asyncio.sleep(0.02)
            if before is None:
                await world.calls.carried_out(company, "one", "Activated", world.now)
            return before

    assert sorted(map(str, await asyncio.gather(take(), take(), take()))) == ["Activated", "Activated", "None"]


async def test_old_calls_are_forgotten(world: World, company: CompanyId) -> None:
    old = world.now - timedelta(days=5000)
    async with world.transaction(company):
        await world.calls.carried_out(company, "old", "Activated", old)
        await world.calls.carried_out(company, "new", "Activated", world.now)
    async with world.system_transaction():
        assert await world.calls.prune(old) == 1
    async with world.transaction(company):
        assert await world.calls.answer(company, "old") is None
        assert await world.calls.answer(company, "new") == "Activated"


async def test_companies_are_listed_with_how_they_are_connected(world: World, company: CompanyId) -> None:
    early = samples.company(world)
    early.created_at = world.now - timedelta(days=9000)
    async with world.system_transaction():
        await world.companies.put(early)
    async with world.transaction(early.id):
        await world.moysklad.put(samples.moysklad(early.id))
    async with world.system_transaction():
        found = {one.id: one for one in await world.company_views.all(100_000)}
        (first,) = await world.company_views.all(1)
    listed = found[early.id]
    assert (listed.account_name, listed.status, listed.created_at) == (
        early.account_name, early.status.value, early.created_at
    )  # fmt: skip
    assert (listed.moysklad, listed.google) == ("active", None)
    assert (found[company].moysklad, found[company].google) == (None, None)
    assert first.created_at <= early.created_at
