"""Contracts of application.connections: MoySkladConnections, GoogleConnections, GoogleHomes, PickedSpreadsheets,
ConsentRequests.
"""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.connections.google import ConsentRequest
from domain.connections.moysklad import ConnectionState, MoySkladConnection
from domain.shared.identities import CompanyId
from tests.integration.harness import samples
from tests.integration.harness.worlds import World, troubled


async def test_a_moysklad_connection_comes_back_as_it_went(world: World, company: CompanyId) -> None:
    made = samples.moysklad(company)
    async with world.transaction(company):
        assert await world.moysklad.get(company) is None
        await world.moysklad.put(made)
    async with world.transaction(company):
        assert await world.moysklad.get(company) == made
        made.suspend()
        await world.moysklad.put(made)
    async with world.transaction(company):
        kept = await world.moysklad.get(company)
    assert kept == made
    assert kept is not None
    assert (kept.token, kept.state) == (None, ConnectionState.SUSPENDED)


async def test_connections_of_others_are_not_there(world: World, company: CompanyId, stranger: CompanyId) -> None:
    async with world.transaction(stranger):
        await world.moysklad.put(samples.moysklad(stranger))
        await world.google.put(samples.google(stranger, world.now, "subject"))
    async with world.transaction(company):
        assert await world.moysklad.get(stranger) is None
        assert await world.google.get(stranger) is None
        await world.google.remove(stranger)
    async with world.transaction(stranger):
        assert await world.google.get(stranger) is not None


async def test_a_google_connection_comes_back_as_it_went(world: World, company: CompanyId) -> None:
    made = samples.google(company, world.now + timedelta(microseconds=123_456), "subject-1")
    async with world.transaction(company):
        assert await world.google.get(company) is None
        await world.google.put(made)
    async with world.transaction(company):
        assert await world.google.get(company) == made
        made.refreshed(samples.sealed("renewed"), world.now + timedelta(hours=1))
        made.state, made.scopes, made.email, made.subject = ConnectionState.ACTIVE, (), "", "subject-2"
        made.refresh_token = samples.sealed("other")
        await world.google.put(made)
    async with world.transaction(company):
        assert await world.google.get(company) == made
        await world.google.remove(company)
        await world.google.remove(company)
        assert await world.google.get(company) is None


async def test_how_many_companies_rest_on_a_google_account(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    subject = f"subject-{uuid4()}"
    for whose, account in ((company, subject), (stranger, subject)):
        async with world.transaction(whose):
            await world.google.put(samples.google(whose, world.now, account))
    async with world.system_transaction():
        assert await world.google.shared(subject, "client-1") == 2
        assert await world.google.shared(subject + "x", "client-1") == 0
    async with world.transaction(company):
        await world.google.remove(company)
    async with world.system_transaction():
        assert await world.google.shared(subject, "client-1") == 1


async def test_a_grant_is_shared_within_one_client_and_one_of_an_unknown_client_counts(
    world: World, company: CompanyId, stranger: CompanyId
) -> None:
    subject = f"subject-{uuid4()}"
    for whose, client in ((company, "client-1"), (stranger, "client-2")):
        made = samples.google(whose, world.now, subject)
        made.client_id = client
        async with world.transaction(whose):
            await world.google.put(made)
    async with world.system_transaction():
        assert [await world.google.shared(subject, client) for client in ("client-1", "client-2", "")] == [1, 1, 2]
    async with world.transaction(stranger):
        made.client_id = ""
        await world.google.put(made)
    async with world.system_transaction():
        assert [await world.google.shared(subject, client) for client in ("client-1", "client-2", "")] == [2, 1, 2]


async def test_a_held_connection_is_changed_by_one_at_a_time(world: World, company: CompanyId) -> None:
    made = samples.google(company, world.now, "subject")
    made.state = ConnectionState.ACTIVE
    async with world.transaction(company):
        await world.google.put(made)

    async def break_it(reason: str) -> bool:
        async with world.transaction(company):
            held = await world.google.held(company)
            assert held is not None
            await asyncio.sleep(0.01)
            news = held.breaks(world.now, reason)
            await world.google.put(held)
        return news

    assert (await asyncio.gather(*(break_it(f"reason {number}") for number in range(5)))).count(True) == 1


async def test_companies_are_spread_over_clients(world: World, company: CompanyId, stranger: CompanyId) -> None:
    one, other = f"client-{uuid4()}", f"client-{uuid4()}"
    async with world.transaction(company):
        assert await world.homes.get(company) is None
        await world.homes.put(company, one)
        await world.homes.put(company, other)
        assert await world.homes.get(company) == other
    async with world.transaction(stranger):
        assert await world.homes.get(company) is None
        await world.homes.put(stranger, other)
    async with world.system_transaction():
        spread = await world.homes.spread()
    assert (spread.get(one), spread[other]) == (None, 2)


async def test_picked_spreadsheets_come_latest_first(world: World, company: CompanyId, stranger: CompanyId) -> None:
    made = [samples.picked(company, world.now + timedelta(seconds=number), f"{number}" * 44) for number in range(3)]
    async with world.transaction(company):
        for one in made:
            await world.picked.add(one)
        again = samples.picked(company, world.now + timedelta(seconds=9), "0" * 44)
        await world.picked.add(again)
        assert await world.picked.latest(company, "client-1", 2) == [again, made[2]]
        assert await world.picked.latest(company, "client-1", 9) == [again, made[2], made[1]]
        assert await world.picked.latest(company, "client-2", 9) == []
    async with world.transaction(stranger):
        assert await world.picked.latest(company, "client-1", 9) == []


async def test_a_consent_request_is_taken_once(world: World, company: CompanyId) -> None:
    made = samples.consent(world, company)
    async with world.transaction(company):
        await world.consents.put(made)
        assert await world.consents.take(company, b"\x00" * 32) is None
    async with world.transaction(company):
        assert await world.consents.take(company, made.state_digest) == made
    async with world.transaction(company):
        assert await world.consents.take(company, made.state_digest) is None


async def test_a_consent_request_is_taken_once_by_many_at_a_time(world: World, company: CompanyId) -> None:
    made = samples.consent(world, company)
    async with world.transaction(company):
        await world.consents.put(made)

    async def take() -> ConsentRequest | None:
        async with world.transaction(company):
            taken = await world.consents.take(company, made.state_digest)
            await asyncio.sleep(0.01)
        return taken

    taken = await asyncio.gather(*(take() for _ in range(5)))
    assert [one for one in taken if one is not None] == [made]


async def test_a_consent_request_stays_when_taking_it_is_rolled_back(world: World, company: CompanyId) -> None:
    made = samples.consent(world, company)
    async with world.transaction(company):
        await world.consents.put(made)
    async with troubled(world.transaction(company)):
        await world.consents.take(company, made.state_digest)
    async with world.transaction(company):
        assert await world.consents.take(company, made.state_digest) == made


async def test_a_stranger_cannot_take_a_consent_request(world: World, company: CompanyId, stranger: CompanyId) -> None:
    made = samples.consent(world, company)
    async with world.transaction(company):
        await world.consents.put(made)
    async with world.transaction(stranger):
        assert await world.consents.take(company, made.state_digest) is None
        assert await world.consents.take(stranger, made.state_digest) is None
    async with world.transaction(company):
        assert await world.consents.take(company, made.state_digest) == made


async def test_abandoned_consent_requests_are_pruned(world: World, company: CompanyId, stranger: CompanyId) -> None:
    kept = []
    for whose, lasts in ((company, -1), (company, 1), (stranger, 0)):
        made = samples.consent(world, whose)
        made.expires_at = world.now + timedelta(seconds=lasts)
        async with world.transaction(whose):
            await world.consents.put(made)
        kept.append((made, lasts > 0))
    async with world.system_transaction():
        assert await world.consents.prune(world.now) == 2
    for made, stays in kept:
        async with world.transaction(made.company_id):
            assert await world.consents.take(made.company_id, made.state_digest) == (made if stays else None)


@pytest.mark.parametrize("state", ConnectionState)
async def test_whether_a_connection_works_is_seen_across_companies(
    world: World, company: CompanyId, stranger: CompanyId, state: ConnectionState
) -> None:
    moysklad = MoySkladConnection(company, samples.sealed("token"), state)
    google = samples.google(company, world.now, "subject")
    google.state = state
    async with world.transaction(company):
        await world.moysklad.put(moysklad)
        await world.google.put(google)
        assert await world.moysklad.held(company) == moysklad
    working = state is ConnectionState.ACTIVE
    async with world.system_transaction():
        found = await world.standings.of([company, stranger])
    assert (found[company].moysklad, found[company].google) == (working, working)
    assert (found[stranger].moysklad, found[stranger].google) == (False, False)
