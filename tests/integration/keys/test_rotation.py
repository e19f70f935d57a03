"""Secrets are sealed anew while others work with them, and whoever does it may die at any moment."""

import asyncio
import contextvars
import random
import signal
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from click.testing import Result
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.engine import make_engine
from adapters.postgres.repositories.connections import SqlGoogleConnections
from adapters.postgres.repositories.sealed_secrets import PLACES, SqlSealedSecrets
from adapters.postgres.transaction import SqlSystemTransaction, SqlTransaction
from adapters.vault.ring import LocalKeyRing
from adapters.vault.secrets import AesGcmVault
from application.connections.commands.rotate_secrets import Rotated, RotateSecrets, RotateSecretsHandler
from devstack.processes import ROOT, base_environment, python
from devstack.servers import Servers, service_login
from domain.connections.secrets import SecretPurpose
from domain.shared.identities import CompanyId
from tests.integration.harness.command_line import commanded
from tests.integration.harness.worlds import World, postgres_world
from tests.integration.keys.places import Secrets, company_with_secrets, opened, ring, wipe, written

EACH = len(PLACES)
"""Secrets of one company."""


@pytest_asyncio.fixture
async def engine(running: Servers) -> AsyncIterator[AsyncEngine]:
    await wipe(running)
    made = make_engine(service_login(running.database_url))
    yield made
    await made.dispose()


@pytest.fixture
def world(engine: AsyncEngine) -> World:
    return postgres_world(engine)


async def filled(world: World, companies: int) -> Secrets:
    vault = AesGcmVault(ring("old"))
    return dict([await company_with_secrets(world, vault) for _ in range(companies)])


def rotation(engine: AsyncEngine, *key_ids: str) -> RotateSecretsHandler:
    keys = ring(*key_ids)
    return RotateSecretsHandler(SqlSystemTransaction(engine), LocalKeyRing(keys), AesGcmVault(keys), SqlSealedSecrets())


async def everything(handler: RotateSecretsHandler, limit: int = 3) -> list[Rotated]:
    done = [await handler(RotateSecrets(limit=limit))]
    while done[-1].last is not None:
        done.append(await handler(RotateSecrets(after=done[-1].last, limit=limit)))
    return done


async def test_every_place_is_sealed_anew_batch_by_batch_and_a_second_time_nothing_is_left(
    engine: AsyncEngine, world: World
) -> None:
    secrets = await filled(world, 7)
    done = await everything(rotation(engine, "new", "old"))
    assert [one.rotated for one in done] == [3 * EACH, 3 * EACH, EACH]
    assert sum(one.missed + len(one.unreadable) for one in done) == 0
    assert await opened(engine, AesGcmVault(ring("new")), secrets, "new") == secrets
    assert await opened(engine, AesGcmVault(ring("old")), secrets, "old") == {company: {} for company in secrets}
    assert await everything(rotation(engine, "new", "old")) == [Rotated(rotated=0, missed=0, unreadable=(), last=None)]


async def test_what_its_key_does_not_open_is_named_and_left(engine: AsyncEngine, world: World) -> None:
    secrets = await filled(world, 2)
    damaged, fine = secrets
    async with engine.begin() as connection:
        await connection.execute(text("SELECT set_config('app.company_id', :c, true)"), {"c": str(damaged)})
        await connection.execute(
            text("UPDATE google_connections SET refresh_ciphertext = refresh_ciphertext || '\\x00'")
        )
    (done,) = await everything(rotation(engine, "new", "old"))
    assert done.rotated == 2 * EACH - 1
    (unreadable,) = done.unreadable
    assert (unreadable.company_id, unreadable.purpose, unreadable.key_id) == (
        damaged,
        SecretPurpose.GOOGLE_REFRESH,
        "old",
    )
    found = await opened(engine, AesGcmVault(ring("new")), secrets, "new")
    assert found[fine] == secrets[fine]
    assert found[damaged] == {place: one for place, one in secrets[damaged].items() if not place.endswith("refresh")}


async def test_a_key_that_is_not_in_the_ring_is_not_touched(engine: AsyncEngine, world: World) -> None:
    secrets = await filled(world, 2)
    assert [one.rotated for one in await everything(rotation(engine, "new", "third"))] == [0]
    assert await opened(engine, AesGcmVault(ring("old")), secrets, "old") == secrets


async def test_a_row_that_somebody_is_changing_is_not_waited_for_and_comes_next_time(
    engine: AsyncEngine, world: World
) -> None:
    secrets = await filled(world, 1)
    (company,) = secrets
    handler = rotation(engine, "new", "old")
    async with world.transaction(company):
        held = await world.google.held(company)
        assert held is not None
        async with asyncio.timeout(5):
            done = await asyncio.create_task(_outside(handler))
        assert (done.rotated, done.missed) == (EACH - 2, 2)
        held.refreshed(AesGcmVault(ring("old")).seal(company, SecretPurpose.GOOGLE_ACCESS, "renewed"), world.now)
        await world.google.put(held)
    assert (await handler(RotateSecrets())).rotated == 2
    secrets[company]["google_connections.access"] = "renewed"
    assert await opened(engine, AesGcmVault(ring("new")), secrets, "new") == secrets


async def _outside(handler: RotateSecretsHandler) -> Rotated:
    """In a context without the transaction that is open around."""
    return await asyncio.get_running_loop().create_task(handler(RotateSecrets()), context=contextvars.Context())


async def test_a_token_that_is_renewed_meanwhile_is_never_lost(engine: AsyncEngine, world: World) -> None:
    """Runs renew tokens, some in processes that still seal with the older key, while three rotations go on at once."""
    secrets = await filled(world, 12)
    vaults = [AesGcmVault(ring("new", "old")), AesGcmVault(ring("old", "new"))]
    over, renewals, odds = asyncio.Event(), 0, random.Random(5)

    async def renew(company: CompanyId) -> None:
        nonlocal renewals
        number = 0
        while not over.is_set():
            number += 1
            vault = odds.choice(vaults)
            async with SqlTransaction(engine)(company):
                known = await SqlGoogleConnections().get(company)
            assert known is not None
            told = vault.unseal(company, SecretPurpose.GOOGLE_ACCESS, known.access_token)
            assert told == secrets[company]["google_connections.access"], "an older token came back"
            await asyncio.sleep(odds.random() * 0.01)
            fresh = f"access {number} of {company}"
            async with SqlTransaction(engine)(company):
                latest = await SqlGoogleConnections().held(company)
                assert latest is not None
                assert latest.refresh_token.is_same(known.refresh_token), "the grant is the same one"
                latest.refreshed(
                    vault.seal(company, SecretPurpose.GOOGLE_ACCESS, fresh), world.now + timedelta(hours=1)
                )
                await SqlGoogleConnections().put(latest)
            secrets[company]["google_connections.access"] = fresh
            renewals += 1

    running = [asyncio.create_task(renew(company)) for company in secrets]
    for number in range(8):
        order = ("new", "old") if number % 2 else ("old", "new")
        await asyncio.gather(*(everything(rotation(engine, *order)) for _ in range(3)))
    over.set()
    await asyncio.gather(*running)
    assert renewals > 50
    assert sum(one.missed for one in await everything(rotation(engine, "new", "old"))) == 0
    assert await opened(engine, AesGcmVault(ring("new")), secrets, "new") == secrets


def environment(running: Servers, **more: str) -> dict[str, str]:
    return {
        **base_environment(),
        "DATABASE_URL": service_login(running.database_url),
        "REDIS_URL": running.redis_url,
        "PUBLIC_URL": "https://skladsheets.example",
        "MOYSKLAD_APP_ID": "5a8e0c5e-6b7a-4d53-9a0b-0d8d8f6f1c11",
        "MOYSKLAD_APP_UID": "skladsheets.vendor",
        "MOYSKLAD_SECRET_KEY": "secret-key-of-the-app",
        "GOOGLE_CLIENT_ID": "client",
        "GOOGLE_CLIENT_SECRET": "client-secret",
        "SESSION_KEYS": written({"s1": bytes(32)}),
        **more,
    }


async def commanded_with(running: Servers, keys: str, *arguments: str) -> Result:
    return await asyncio.to_thread(commanded, environment(running, ENCRYPTION_KEYS=keys), *arguments)


def process_with(running: Servers, keys: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        python("entrypoints.cli.main", *arguments),
        cwd=ROOT,
        env=environment(running, ENCRYPTION_KEYS=keys),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


async def test_killed_at_any_moment_it_goes_on_where_it_was(
    running: Servers, engine: AsyncEngine, world: World
) -> None:
    secrets = await filled(world, 60)
    keys = written(ring("new", "old"))
    counts = []
    for _ in range(2):
        process = await asyncio.create_subprocess_exec(
            *python("entrypoints.cli.main", "keys", "rotate", "--batch", "1"),
            cwd=ROOT,
            env=environment(running, ENCRYPTION_KEYS=keys),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stderr is not None
        async with asyncio.timeout(120):
            assert b"secrets" in await process.stderr.readline()
            await asyncio.sleep(random.random() * 0.02)
            process.send_signal(signal.SIGKILL)
            await process.wait()
        both = AesGcmVault(ring("new", "old"))
        assert await opened(engine, both, secrets, "new", "old") == secrets, "each is under one of the keys"
        counts.append(sum(map(len, (await opened(engine, both, secrets, "new")).values())))
    assert 0 < counts[0] <= counts[1] < len(secrets) * len(PLACES)
    done = await commanded_with(running, keys, "keys", "rotate")
    assert done.exit_code == 0, done.output
    assert f"{len(secrets) * len(PLACES) - counts[1]} secrets were sealed anew" in done.stdout
    assert await opened(engine, AesGcmVault(ring("new")), secrets, "new") == secrets


async def test_the_command_line_says_what_is_under_which_key_and_which_may_go(
    running: Servers, engine: AsyncEngine, world: World
) -> None:
    await filled(world, 2)
    told = await commanded_with(running, written(ring("new", "old")), "keys", "status")
    lines = told.stdout.splitlines()
    assert told.exit_code == 0, told.output
    assert lines[0].split()[:3] == ["new", "current", "0"]
    assert lines[2].split()[:3] == ["old", "needed", str(2 * EACH)]
    assert "moysklad.token 4" in lines[2]
    missing = await commanded_with(running, written(ring("new")), "keys", "rotate")
    assert missing.exit_code == 1
    assert "google.refresh 2" in missing.stdout
    assert "Put the key back" in missing.stdout
    refused = await asyncio.to_thread(process_with, running, written(ring("new")), "relay")
    assert refused.returncode == 2
    for words in ("Не хватает ключей шифрования", "Encryption keys are missing", "old", str(2 * EACH)):
        assert words in refused.stderr
    assert "connections.key_ring_incomplete" in refused.stdout
    assert "Traceback" not in refused.stdout + refused.stderr
    rotated = await commanded_with(running, written(ring("new", "old")), "keys", "rotate")
    assert rotated.exit_code == 0, rotated.output
    assert f"{2 * EACH} secrets were sealed anew" in rotated.stdout
    assert "may be taken out" in rotated.stdout


@pytest.mark.parametrize("process", [("api", "--port", "1"), ("relay",), ("scheduler",), ("worker",)], ids="-".join)
async def test_no_process_starts_with_a_key_that_is_another_one_of_that_name(
    running: Servers, engine: AsyncEngine, world: World, process: tuple[str, ...]
) -> None:
    """Even where no canary was stored yet: what is sealed tells."""
    await filled(world, 1)
    wrong = written({"old": bytes([9]) * 32})
    refused = await asyncio.to_thread(process_with, running, wrong, *process)
    assert refused.returncode == 2, refused.stdout + refused.stderr
    assert "Ключи шифрования не от этой базы данных" in refused.stderr
    assert "The encryption keys are not this database's" in refused.stderr
    assert "connections.key_ring_foreign" in refused.stdout
    assert "Traceback" not in refused.stdout + refused.stderr
    assert wrong.partition(":")[2] not in refused.stdout + refused.stderr
