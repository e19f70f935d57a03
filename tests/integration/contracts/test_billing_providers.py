"""Billing providers: each over the fake and over PostgreSQL, with the same promises."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

import pytest

from application.billing.ports import BillingProvider
from domain.billing.grants import Account, Grant
from domain.billing.plans import PlanKey
from domain.shared.identities import CompanyId
from domain.tenants.subscription import BilledBy, Subscription
from tests.integration.harness.worlds import ON_SALE, World


class Told(NamedTuple):
    """What somebody tells a provider of a company, in the words of all providers."""

    plan: PlanKey
    until: datetime | None = None
    trial: bool = False


Tell = Callable[[World, CompanyId, Told], Awaitable[None]]


async def in_moysklad(world: World, company_id: CompanyId, told: Told) -> None:
    tariff = next(tariff for tariff, plan in ON_SALE.tariffs.items() if plan is told.plan)
    async with world.transaction(company_id):
        company = await world.companies.get(company_id)
        company.subscribe(Subscription(tariff, "как назвали", trial=told.trial, expires_at=told.until))
        await world.companies.put(company)


async def by_hand(world: World, company_id: CompanyId, told: Told) -> None:
    account = Account(company_id, told.plan, told.until, None, told.trial, PlanKey.FREE, "как назвали")
    async with world.transaction(company_id):
        await world.accounts.put(account)


WAYS = [(BilledBy.MOYSKLAD, in_moysklad), (BilledBy.MANUAL, by_hand)]
ways = pytest.mark.parametrize(("key", "tell"), WAYS)


def provider_of(world: World, key: BilledBy) -> BillingProvider:
    (found,) = [one for one in world.billing if one.key is key]
    return found


@ways
async def test_what_was_told_is_granted_and_the_last_word_holds(
    world: World, company: CompanyId, key: BilledBy, tell: Tell
) -> None:
    provider, until = provider_of(world, key), world.now + timedelta(days=30)
    for told in (
        Told(PlanKey.START, until, trial=True),
        Told(PlanKey.BUSINESS, until + timedelta(days=1)),
        Told(PlanKey.START, world.now - timedelta(days=90)),
        Told(PlanKey.BUSINESS),
    ):
        await tell(world, company, told)
        async with world.transaction(company):
            granted = await provider.grants([company])
        assert granted == {company: Grant(key, told.plan, told.until, told.trial, PlanKey.FREE, "как назвали")}


@ways
async def test_one_statement_tells_of_many_and_of_strangers_nothing(
    world: World, company: CompanyId, stranger: CompanyId, key: BilledBy, tell: Tell
) -> None:
    provider = provider_of(world, key)
    await tell(world, company, Told(PlanKey.START))
    await tell(world, stranger, Told(PlanKey.BUSINESS))
    async with world.system_transaction():
        both = await provider.grants([company, stranger])
        assert {one: grant.plan for one, grant in both.items()} == {
            company: PlanKey.START,
            stranger: PlanKey.BUSINESS,
        }
        assert await provider.grants([]) == {}
    async with world.transaction(stranger):
        seen = (await provider.grants([company])).get(company)
    assert seen is None or seen.plan is not PlanKey.START


async def test_of_whom_nothing_was_told(world: World, company: CompanyId) -> None:
    moysklad, manual = world.billing
    async with world.transaction(company):
        largest, usual = await moysklad.grants([company]), await manual.grants([company])
    assert largest == {company: Grant(BilledBy.MOYSKLAD, PlanKey.BUSINESS)}
    assert usual == {company: Grant(BilledBy.MANUAL, PlanKey.FREE)}
    nobody = CompanyId(uuid4())
    async with world.system_transaction():
        assert await moysklad.grants([nobody]) == {}


async def test_what_was_given_is_taken_back(world: World, company: CompanyId) -> None:
    await by_hand(world, company, Told(PlanKey.BUSINESS))
    _, manual = world.billing
    async with world.transaction(company):
        account = await world.accounts.get(company)
        await world.accounts.put(replace(account, plan=None, note=""))
        assert (await manual.grants([company]))[company].plan is PlanKey.FREE


async def test_the_provider_is_kept_with_the_company(world: World, company: CompanyId) -> None:
    for provider in (BilledBy.MANUAL, BilledBy.MOYSKLAD):
        async with world.transaction(company):
            kept = await world.companies.get(company)
            kept.bill_by(provider)
            await world.companies.put(kept)
            (customer,) = await world.customers.of([company])
        assert customer.billed_by is provider
