"""Handing over and erasing in PostgreSQL: no table is forgotten, and nobody brings a row back."""

import asyncio
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.engine import make_engine
from adapters.postgres.transaction import connection
from application.delivery.erasing import Erasing
from application.webhooks.ports import Arrival
from domain.exports.task import ClaimLost, TaskNotFound
from domain.shared.identities import ClaimId, CompanyId
from domain.tenants.erasure import CompanyErased
from tests.integration.harness import samples
from tests.integration.harness.command_line import commanded
from tests.integration.harness.databases import Database
from tests.integration.harness.worlds import World, postgres_world
from tests.integration.postgres.conftest import filled_company
from tests.unit.entrypoints.test_settings import COMPLETE

_OF_COMPANIES = text("""
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'public' AND (column_name = 'company_id' OR (table_name, column_name) = ('companies', 'id'))
""")


async def counts(world: World, company: CompanyId) -> dict[str, int]:
    async with world.transaction(company):
        return await world.records.counts(company)


def erasing(world: World) -> Erasing:
    return Erasing(world.transaction, world.system_transaction, world.records, world.trail, world.usage)


async def test_no_table_with_rows_of_companies_is_forgotten(database: Database, world: World) -> None:
    owner = make_engine(database.owner_url, role=None)
    try:
        async with owner.connect() as connection:
            there = set((await connection.execute(_OF_COMPANIES)).scalars())
    finally:
        await owner.dispose()
    assert {table.name for table in world.records.tables()} == there
    company = await filled_company(world)
    assert {name for name, rows in (await counts(world, company)).items() if not rows} == set()
    await erasing(world).remove(company)
    assert set((await erasing(world).verify(company)).values()) == {0}


async def test_whoever_is_just_noting_what_was_written_brings_nothing_back(world: World) -> None:
    company = await samples.stored_company(world)
    task = await samples.stored_task(world, await samples.stored_config(world, company))
    task.claim(ClaimId(uuid4()), world.now, timedelta(minutes=1))
    async with world.transaction(company):
        await world.tasks.save(task)
    assert task.claim_id is not None
    holds, goes_on = asyncio.Event(), asyncio.Event()

    async def note() -> None:
        assert task.claim_id is not None
        async with world.transaction(company):
            await world.tasks.held(company, task.id, task.claim_id)
            await world.rows.remember(company, task.config_id, {"late": b"fingerprint"})
            holds.set()
            await goes_on.wait()

    noting = asyncio.create_task(note())
    await asyncio.wait_for(holds.wait(), 10)
    removing = asyncio.create_task(erasing(world).remove(company))
    await asyncio.sleep(0.2)
    assert not removing.done(), "it waits for whoever holds the run"
    goes_on.set()
    await asyncio.wait_for(asyncio.gather(noting, removing), 20)
    assert set((await counts(world, company)).values()) == {0}
    with pytest.raises((ClaimLost, TaskNotFound)):
        async with world.transaction(company):
            await world.tasks.held(company, task.id, task.claim_id)


async def test_two_who_wait_for_each_other_end_in_an_erased_company(world: World) -> None:
    """Somebody holds a member, whom erasing takes along, and then wants the company, which erasing has deleted and not
    committed yet. PostgreSQL ends the one that waited first.
    """
    company = await samples.stored_company(world)
    member = samples.member(world, company)
    async with world.transaction(company):
        await world.members.put(member)
    holds = asyncio.Event()

    async def somebody() -> None:
        async with world.transaction(company):
            await world.members.put(member)
            holds.set()
            await asyncio.sleep(0.4)
            await world.sessions.put(samples.session(world, company, member.id))

    steps = 0

    class Counted(type(world.records)):  # type: ignore[misc]
        async def erase(self, company_id: CompanyId) -> None:
            nonlocal steps
            steps += 1
            await super().erase(company_id)

    other = asyncio.create_task(somebody())
    await asyncio.wait_for(holds.wait(), 10)
    patient = Erasing(world.transaction, world.system_transaction, Counted(), world.trail, world.usage)
    await asyncio.wait_for(patient.remove(company), 30)
    await asyncio.gather(other, return_exceptions=True)
    assert steps == 2
    assert set((await erasing(world).verify(company)).values()) == {0}


async def test_a_delivery_that_was_on_its_way_is_swept(world: World) -> None:
    company = await filled_company(world)
    endpoint = samples.endpoint(world, company)
    async with world.transaction(company):
        await world.endpoints.put(endpoint)
    await erasing(world).remove(company)
    async with world.system_transaction():
        await world.deliveries.keep([Arrival(endpoint.token_digest, uuid4(), b"{}")], world.now)
    await _late_delivery(world, company)
    assert (await counts(world, company))["webhook_deliveries"] == 1
    assert set((await erasing(world).verify(company)).values()) == {0}


async def test_a_company_that_is_being_stored_is_waited_for_and_never_stored_again(world: World) -> None:
    made = samples.company(world)
    async with world.system_transaction():
        await world.companies.put(made)
    stored, goes_on = asyncio.Event(), asyncio.Event()

    async def store() -> None:
        async with world.transaction(made.id):
            await world.companies.put(made)
            stored.set()
            await goes_on.wait()

    async def begin() -> None:
        async with world.system_transaction():
            await world.erasures.begin(made.id, world.now)

    storing = asyncio.create_task(store())
    await asyncio.wait_for(stored.wait(), 10)
    beginning = asyncio.create_task(begin())
    await asyncio.sleep(0.2)
    assert not beginning.done()
    goes_on.set()
    await asyncio.wait_for(asyncio.gather(storing, beginning), 20)
    with pytest.raises(CompanyErased):
        async with world.transaction(made.id):
            await world.companies.put(made)


async def _late_delivery(world: World, company: CompanyId) -> None:
    """As if somebody had read the address before it was erased, and stored the call afterwards."""
    async with world.system_transaction():
        await connection().execute(
            text(
                "INSERT INTO webhook_deliveries (company_id, request_key, received_at, body)"
                " VALUES (:company, :key, :now, '{}')"
            ),
            {"company": company, "key": uuid4(), "now": world.now},
        )


def test_the_command_line_hands_over_and_erases(database: Database, tmp_path: Path) -> None:
    async def fill() -> tuple[CompanyId, CompanyId]:
        engine: AsyncEngine = make_engine(database.service_url)
        try:
            world = postgres_world(engine)
            return await filled_company(world), await filled_company(world)
        finally:
            await engine.dispose()

    company, stranger = asyncio.run(fill())
    environment = {
        **COMPLETE,
        "DATABASE_URL": database.service_url,
        "REDIS_URL": database.redis_url,
        "MOYSKLAD_API_URL": "http://127.0.0.1:9",
        "GOOGLE_URL": "http://127.0.0.1:9",
    }
    place = tmp_path / "company.zip"
    exported = commanded(environment, "companies", "export", str(company), "--to", str(place))
    assert exported.exit_code == 0, exported.output
    with zipfile.ZipFile(place) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert {table["name"]: table["rows"] for table in manifest["tables"]}["companies"] == 1
    assert all(table["rows"] for table in manifest["tables"])
    assert str(stranger).encode() not in everything
    assert b"sealed " not in everything
    assert "Магазин «Ромашка»".encode() in everything
    wrong = commanded(environment, "companies", "erase", str(company), typed="Ромашка\n")
    assert wrong.exit_code == 1
    assert "tenants.erasure_unconfirmed" in wrong.stderr
    erased = commanded(environment, "companies", "erase", str(company), "--yes-erase", "Магазин «Ромашка»")
    assert erased.exit_code == 0, erased.output
    numbers = [line.split()[-1] for line in erased.stdout.splitlines() if line.startswith("  ")]
    assert len(numbers) == len(manifest["tables"])
    assert set(numbers) == {"0"}
    assert "2026-01: 5" in erased.stdout
    again = commanded(environment, "companies", "erase", str(company), "--yes-erase", "-")
    assert again.exit_code == 0, again.output
    gone = commanded(environment, "companies", "export", str(company), "--to", str(place))
    assert gone.exit_code == 1
    assert "tenants.company_not_found" in gone.stderr
    unwritable = commanded(environment, "companies", "export", str(stranger), "--to", str(tmp_path / "no" / "x.zip"))
    assert unwritable.exit_code == 1
    assert "tenants.archive_unwritable" in unwritable.stderr
