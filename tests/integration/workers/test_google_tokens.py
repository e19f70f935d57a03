"""Several processes over one PostgreSQL and one Redis renew a token, or learn that a grant is dead."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from adapters.postgres.repositories.connections import SqlGoogleConnections
from adapters.queue.broker import Broker
from application.connections.ports import GoogleKey, Urgency
from application.connections.queries.list_connections import ListConnections
from application.connections.vendor_access import GoogleAccess
from application.delivery.commands.relay_outbox import RelayOutbox
from application.ports import Transaction
from domain.connections.google import GoogleDisconnected
from entrypoints.settings import Settings
from tests.integration.harness import hybrid
from tests.integration.harness.stories import Party
from tests.integration.workers.conftest import working

PROCESSES = 3
EACH = 7


async def key_in(world: hybrid.HybridWorld, party: Party) -> GoogleKey:
    async with world.container() as scope:
        return await (await scope.get(GoogleAccess)).key(party.id, Urgency.ROUTINE)


async def expire(world: hybrid.HybridWorld, party: Party) -> None:
    """The hour is nearly over."""
    async with world.container() as scope:
        transaction = await scope.get(Transaction)
        async with transaction(party.id):
            connection = await SqlGoogleConnections().get(party.id)
            assert connection is not None
            connection.access_expires_at = world.clock.now() + timedelta(minutes=2)
            await SqlGoogleConnections().put(connection)


async def everywhere(service: Settings, vendors: hybrid.FakeVendors, party: Party) -> list[GoogleKey | BaseException]:
    async with AsyncExitStack() as processes:
        worlds = [await processes.enter_async_context(hybrid.opened(service, vendors)) for _ in range(PROCESSES)]
        return await asyncio.gather(
            *(key_in(world, party) for world in worlds for _ in range(EACH)), return_exceptions=True
        )


async def test_one_token_request_whoever_asks(
    service: Settings, vendors: hybrid.FakeVendors, world: hybrid.HybridWorld, party: Party
) -> None:
    await expire(world, party)
    before = vendors.consent.failures.calls["renew"]
    keys = await everywhere(service, vendors, party)
    assert vendors.consent.failures.calls["renew"] == before + 1
    assert len({key.token for key in keys if isinstance(key, GoogleKey)}) == 1
    assert Counter(type(key) for key in keys) == {GoogleKey: PROCESSES * EACH}


async def test_a_dead_grant_is_asked_about_noted_and_told_once(
    service: Settings,
    vendors: hybrid.FakeVendors,
    world: hybrid.HybridWorld,
    party: Party,
    broker: Broker,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await expire(world, party)
    consent = vendors.consent
    consent.dead |= set(consent._subjects)
    before = consent.failures.calls["renew"]
    keys = await everywhere(service, vendors, party)
    assert Counter(type(key) for key in keys) == {GoogleDisconnected: PROCESSES * EACH}
    assert consent.failures.calls["renew"] == before + 1
    view = (await world.application.ask(ListConnections(company_id=party.id)))[1]
    assert (view.state, view.reason) == ("broken", "grant")
    assert view.since is not None
    consent.dead.clear()
    assert await world.application.execute(RelayOutbox()) == 1
    capsys.readouterr()
    with working(service, vendors) as reader:
        await asyncio.to_thread(reader.join, "notices", timeout=5000)
        await asyncio.sleep(0.3)
    told = [line for line in capsys.readouterr().out.splitlines() if "TellBrokenGoogle" in line]
    assert len(told) == 1
    assert "connections.google_broken" in told[0]
    assert str(party.id) in told[0]
