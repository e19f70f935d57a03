"""Accounts, and the ledger with its meters."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from application.billing.ports import Entry, Mismatch, Overview
from domain.billing.grants import Account, Customer
from domain.billing.plans import PlanKey
from domain.billing.usage import Hold, Meter
from domain.shared.identities import ClaimId, CompanyId, ConfigId, TaskId
from domain.tenants.subscription import BilledBy
from tests.integration.harness import samples
from tests.integration.harness.worlds import World

PERIOD = "2026-01"


def hold(company: CompanyId, number: int = 1, rows: int = 6, period: str = PERIOD) -> Hold:
    return Hold(company, TaskId(uuid4()), ClaimId(uuid4()), number, period, rows)


def entry(world: World, rows: int, key: str = "batch") -> Entry:
    return Entry(key, ConfigId(uuid4()), rows, world.now)


async def test_accounts(world: World, company: CompanyId, stranger: CompanyId) -> None:
    account = Account(company, PlanKey.BUSINESS, world.now, "не оплачено", trial=True, then=PlanKey.FREE, note="№ 7")
    async with world.transaction(company):
        assert await world.accounts.get(company) == Account(company)
        await world.accounts.put(account)
        assert await world.accounts.get(company) == account
    async with world.transaction(stranger):
        assert await world.accounts.get(company) == Account(company)
    async with world.system_transaction():
        assert await world.accounts.get(company) == account


async def test_customers(world: World, company: CompanyId, stranger: CompanyId) -> None:
    account = Account(company, PlanKey.BUSINESS, world.now, "не оплачено")
    async with world.transaction(company):
        await world.accounts.put(account)
        one = await world.companies.get(company)
        one.bill_by(BilledBy.MANUAL)
        await world.companies.put(one)
        (customer,) = await world.customers.of([company])
        assert customer == Customer(company, one.time_zone, BilledBy.MANUAL, account)
    async with world.system_transaction():
        both = await world.customers.of([company, stranger, CompanyId(uuid4())])
        assert {found.company_id for found in both} == {company, stranger}
        ordered = sorted([company, stranger])
        pages, last = [], None
        while page := await world.customers.page(last, 1):
            pages += page
            last = page[-1].company_id
        own = [found for found in pages if found.company_id in ordered]
        assert [found.company_id for found in own] == ordered
        assert customer in own


async def test_what_is_set_aside_counts_until_it_is_settled(world: World, company: CompanyId) -> None:
    first, second = hold(company), hold(company)
    async with world.transaction(company):
        assert await world.usage.reserve(first, 10)
        assert await world.usage.reserve(second, 10)
        assert not await world.usage.reserve(hold(company), 10)
        assert await world.usage.reserve(hold(company, period="2026-02"), 10)
        assert await world.usage.overview(company, "2026-03") == Overview(Meter(0, 0), [], [])
        assert await world.usage.settle([first], entry(world, 2)) == Meter(2, 6)
        assert await world.usage.overview(company, PERIOD) == Overview(Meter(2, 6), [], [])
        assert await world.usage.reserve(hold(company), 10)
        assert await world.usage.meter(company, PERIOD) == Meter(2, 12)
        assert (await world.usage.overview(company, PERIOD)).mismatches == []
    async with world.system_transaction():
        assert await world.usage.meter(company, PERIOD) == Meter(2, 12)


async def test_an_entry_counts_once(world: World, company: CompanyId) -> None:
    one = hold(company)
    async with world.transaction(company):
        await world.usage.reserve(one, None)
        await world.usage.settle([one], entry(world, 2))
        assert await world.usage.settle([one], entry(world, 2)) == Meter(2, 0)
        assert (await world.usage.overview(company, PERIOD)).mismatches == []


async def test_the_ledger_of_a_company_that_is_erased_goes_some_at_a_time(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    for who in (company, stranger):
        async with world.transaction(who):
            for number in range(3):
                one = hold(who)
                await world.usage.reserve(one, None)
                await world.usage.settle([one], entry(world, 2, f"batch {number}"))
    async with world.system_transaction():
        assert [await world.usage.forget(company, 2) for _ in range(3)] == [2, 1, 0]
    async with world.transaction(stranger):
        assert (await world.usage.overview(stranger, PERIOD)).mismatches == []
    async with world.transaction(company):
        assert (await world.usage.overview(company, PERIOD)).mismatches == [Mismatch(PERIOD, 0, 6)]
    with pytest.raises(Exception, match=r"permission denied|SystemTransaction|system"):
        async with world.transaction(company):
            await world.usage.forget(company, 1)


async def test_two_parts_are_settled_together_across_a_months_end(world: World, company: CompanyId) -> None:
    first = hold(company)
    second = replace(first, number=2, period="2026-02")
    async with world.transaction(company):
        await world.usage.reserve(first, None)
        await world.usage.reserve(second, None)
        assert await world.usage.settle([first, second], entry(world, 9)) == Meter(9, 0)
        assert await world.usage.meter(company, "2026-02") == Meter(0, 0)
        assert (await world.usage.overview(company, PERIOD)).mismatches == []


async def test_a_run_gives_back(world: World, company: CompanyId) -> None:
    one, other = hold(company), hold(company)
    async with world.transaction(company):
        await world.usage.reserve(one, None)
        await world.usage.reserve(other, None)
        await world.usage.release(company, one.task_id)
        assert await world.usage.meter(company, PERIOD) == Meter(0, 6)
        await world.usage.release(company, one.task_id)
        assert await world.usage.meter(company, PERIOD) == Meter(0, 6)


@pytest.mark.parametrize("alive", [True, False])
async def test_the_dead_give_back(world: World, company: CompanyId, alive: bool) -> None:
    task = await samples.stored_task(world, await samples.stored_config(world, company))
    claim = ClaimId(uuid4())
    async with world.transaction(company):
        task.claim(claim, world.now, timedelta(seconds=30))
        await world.tasks.save(task)
        await world.usage.reserve(Hold(company, task.id, claim, 1, PERIOD, 6), None)
        await world.usage.reserve(Hold(company, task.id, ClaimId(uuid4()), 1, PERIOD, 5), None)
        await world.usage.release_dead(company, world.now + timedelta(seconds=0 if alive else 31))
        assert await world.usage.meter(company, PERIOD) == Meter(0, 6 if alive else 0)


async def test_the_ledger_by_days_of_a_clock(world: World, company: CompanyId, stranger: CompanyId) -> None:
    night = datetime(2026, 1, 12, 22, 30, tzinfo=UTC)
    one, two = ConfigId(uuid4()), ConfigId(uuid4())
    for owner, number, rows, config, at in (
        (company, 1, 2, one, night),
        (company, 2, 3, one, night + timedelta(hours=1)),
        (company, 3, 4, two, night - timedelta(hours=2)),
        (company, 4, 0, two, night),
        (stranger, 5, 9, one, night),
    ):
        made = hold(owner, number)
        async with world.transaction(owner):
            await world.usage.reserve(made, None)
            await world.usage.settle([made], Entry(f"batch {number}", config, rows, at))
    async with world.transaction(company):
        assert await world.usage.daily(company, PERIOD, "Europe/Moscow") == [
            (date(2026, 1, 12), two, 4),
            (date(2026, 1, 13), one, 5),
        ]
        assert (date(2026, 1, 12), one, 5) in await world.usage.daily(company, PERIOD, "Europe/London")
        assert await world.usage.daily(company, "2026-02", "Europe/Moscow") == []


async def test_warnings_are_noted_once(world: World, company: CompanyId) -> None:
    async with world.transaction(company):
        assert await world.usage.warn(company, PERIOD, 80, world.now)
        assert not await world.usage.warn(company, PERIOD, 80, world.now)
        assert await world.usage.warn(company, PERIOD, 50, world.now)
        assert (await world.usage.overview(company, PERIOD)).warned == [50, 80]
        assert (await world.usage.overview(company, "2026-02")).warned == []
