"""Contracts of application.tenants.record_ports and application.exports.personal_ports."""

from datetime import timedelta

import msgspec
import pytest

from domain.shared.identities import CompanyId
from domain.tenants.company import CompanyNotFound, CompanyStatus
from domain.tenants.erasure import CompanyErased, Erasure
from tests.integration.harness import samples
from tests.integration.harness.worlds import World
from tests.integration.postgres.conftest import filled_company

SEALED = (b"sealed ", b"\xfe\x00")


async def counts(world: World, company: CompanyId) -> dict[str, int]:
    async with world.transaction(company):
        return await world.records.counts(company)


async def test_the_first_key_of_pseudonyms_is_kept(world: World, company: CompanyId, stranger: CompanyId) -> None:
    first, second = samples.sealed("first"), samples.sealed("second")
    async with world.transaction(company):
        assert await world.pseudonym_keys.get(company) is None
        assert await world.pseudonym_keys.add(company, first) == first
    async with world.transaction(company):
        assert await world.pseudonym_keys.add(company, second) == first
        assert await world.pseudonym_keys.get(company) == first
    async with world.transaction(stranger):
        assert await world.pseudonym_keys.get(stranger) is None


async def test_every_table_hands_its_rows_over_without_secrets(world: World) -> None:
    company, stranger = await filled_company(world), await filled_company(world)
    tables = world.records.tables()
    assert [table.name for table in tables] == sorted(table.name for table in tables)
    found: dict[str, int] = {}
    async with world.transaction(company):
        for table in tables:
            rows = [row async for some in world.records.rows(company, table.name) for row in some]
            found[table.name] = len(rows)
            for row in rows:
                assert not set(row).intersection(table.secrets), table.name
                told = msgspec.json.encode(row)
                assert str(stranger).encode() not in told
                assert not any(secret in told for secret in SEALED), table.name
    assert found == await counts(world, company)
    missing = {name for name, number in found.items() if not number} - {"turns"}  # the fake notes served turns only
    assert not missing
    assert found["companies"] == 1


async def test_erased_is_everything_of_one_company_and_nothing_of_another(world: World) -> None:
    company, stranger = await filled_company(world), await filled_company(world)
    before = await counts(world, stranger)
    async with world.transaction(company):
        assert await world.records.usage(company) == {"2026-01": 5}
        await world.records.stop(company)
    async with world.transaction(company):
        while await world.records.thin_out(company, 10):
            pass
        thinned = await world.records.counts(company)
        assert (thinned["exported_rows"], thinned["export_tasks"], thinned["export_configs"]) == (0, 0, 1)
    async with world.transaction(company):
        await world.records.erase(company)
    async with world.system_transaction():
        await world.trail.forget(company)
    assert set((await counts(world, company)).values()) == {0}
    assert await counts(world, stranger) == before
    async with world.transaction(company):
        with pytest.raises(CompanyNotFound):
            await world.companies.get(company)
        await world.records.erase(company)
        await world.records.stop(company)
        await world.records.sweep(company)
        assert await world.records.usage(company) == {}


async def test_fingerprints_go_some_at_a_time(world: World, company: CompanyId) -> None:
    config = await samples.stored_config(world, company)
    async with world.transaction(company):
        await world.rows.remember(company, config.id, {f"row-{number}": b"x" for number in range(5)})
        assert await world.records.thin_out(company, 2) == 2
    left = await counts(world, company)
    assert left["exported_rows"] == 3


async def test_the_spreadsheets_of_a_company(world: World, company: CompanyId) -> None:
    await samples.stored_config(world, company)
    async with world.transaction(company):
        found = await world.records.spreadsheets(company)
    assert len(found) == len(set(found)) <= 1


async def test_nothing_is_stored_for_a_company_that_is_being_erased(world: World) -> None:
    made = samples.company(world)
    async with world.system_transaction():
        await world.companies.put(made)
    async with world.system_transaction():
        assert await world.erasures.get(made.id) is None
        assert await world.erasures.begin(made.id, world.now) == Erasure(made.id, world.now)
    later = world.now + timedelta(hours=1)
    async with world.system_transaction():
        assert await world.erasures.begin(made.id, later) == Erasure(made.id, world.now)
        with pytest.raises(CompanyErased):
            await world.companies.put(made)
    with pytest.raises(CompanyErased):
        async with world.transaction(made.id):
            await world.companies.put(made)


async def test_unfinished_erasures_are_found_the_oldest_first(world: World) -> None:
    ids = [CompanyId(world.ids.new()) for _ in range(3)]
    async with world.system_transaction():
        for number, one in enumerate(ids):
            await world.erasures.begin(one, world.now - timedelta(days=15, hours=number))
        before = world.now - timedelta(days=15, minutes=30)
        found = [one.company_id for one in await world.erasures.unfinished(before, 100)]
        assert [one for one in found if one in ids] == [ids[2], ids[1]]
        over = Erasure(ids[2], world.now - timedelta(days=15, hours=2), world.now, {"2026-01": 7})
        await world.erasures.put(over)
        assert await world.erasures.get(ids[2]) == over
        found = [one.company_id for one in await world.erasures.unfinished(before, 100)]
        assert [one for one in found if one in ids] == [ids[1]]


async def test_companies_that_left_long_ago(world: World) -> None:
    made = [samples.company(world) for _ in range(4)]
    made[0].uninstall(world.now - timedelta(days=12))
    made[1].status, made[1].created_at = CompanyStatus.UNINSTALLED, world.now - timedelta(days=13)
    made[2].uninstall(world.now)
    made[3].suspend()
    ids = [one.id for one in made]
    async with world.system_transaction():
        for one in made:
            await world.companies.put(one)
        found = await world.companies.departed(world.now - timedelta(days=12), 10_000)
        assert [one for one in found if one in ids] == [ids[1], ids[0]]
        assert await world.companies.exists(ids[0])
        assert not await world.companies.exists(CompanyId(world.ids.new()))
    async with world.transaction(ids[0]):
        assert await world.companies.get(ids[0]) == made[0]
