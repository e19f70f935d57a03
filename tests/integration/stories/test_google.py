"""Several clients, picked spreadsheets, a service account, grants that die, and companies that share an account."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.memory.transaction import MemorySystemTransaction
from application.connections.commands.begin_google_consent import BeginGoogleConsent
from application.connections.commands.begin_google_picking import BeginGooglePicking
from application.connections.commands.complete_google_consent import CompleteGoogleConsent
from application.connections.commands.connect_service_account import ConnectServiceAccount
from application.connections.commands.disconnect_google import DisconnectGoogle
from application.connections.ports import GoogleKey, Urgency
from application.connections.queries.get_service_account import GetServiceAccount
from application.connections.queries.list_connections import ConnectionView, ListConnections
from application.connections.vendor_access import GoogleAccess
from application.exports.queries.list_picked_spreadsheets import ListPickedSpreadsheets
from application.tenants.queries.list_announcements import ListAnnouncements
from domain.connections.google import (
    ConsentInvalid,
    GoogleClientGone,
    GoogleDisconnected,
    GoogleNotConnected,
    PickingImpossible,
    ServiceAccountMissing,
    SpreadsheetNeeded,
)
from domain.shared.errors import VendorFailed
from tests.integration.harness.stories import Party, Story

_HOUR = timedelta(hours=1)
ADDRESS = "robot@skladsheets.iam.gserviceaccount.com"


async def key_of(party: Party) -> GoogleKey:
    async with party.world.container() as scope:
        access = await scope.get(GoogleAccess)
        return await access.key(party.id, Urgency.ROUTINE)


async def view_of(party: Party) -> ConnectionView:
    return (await party.app.ask(ListConnections(company_id=party.id)))[1]


async def begun(party: Party, command: type[BeginGoogleConsent] | type[BeginGooglePicking]) -> dict[str, str]:
    assert party.identity is not None
    trip = await party.app.execute(command(company_id=party.id, member_id=party.identity.member_id))
    asked = {name: value for name, (value,) in parse_qs(urlsplit(trip.authorization_url).query).items()}
    return {**asked, "address": trip.authorization_url}


async def pick(party: Party, *spreadsheets: str) -> int | None:
    asked = await begun(party, BeginGooglePicking)
    code = party.world.consent.approve(asked["address"])
    done = await party.app.execute(CompleteGoogleConsent(state=asked["state"], code=code, picked=spreadsheets))
    return done.picked


async def told(story: Story) -> int:
    """How often it was told that a connection is broken."""
    async with MemorySystemTransaction(story.world.store)():
        return sum(one.message.tag == "connections.google_broke" for one in story.world.store.outbox.all())


# Several clients


async def test_new_companies_are_spread_over_the_clients(story: Story) -> None:
    story.world.consent.known = ("a", "b", "c")
    projects = [(await key_of(await story.party(f"company{number}"))).project for number in range(9)]
    assert sorted(projects) == sorted([f"project-of-{client}" for client in "abc"] * 3)


async def test_a_company_keeps_its_client_also_after_disconnecting(story: Story) -> None:
    consent = story.world.consent
    consent.known = ("a",)
    romashka = await story.party("romashka")
    consent.known = ("b", "a")
    await romashka.connect_google()
    assert (await key_of(romashka)).project == "project-of-a"
    await story.app.execute(DisconnectGoogle(company_id=romashka.id))
    await romashka.connect_google()
    assert (await key_of(romashka)).project == "project-of-a"


async def test_a_client_that_was_lost_asks_to_connect_again_and_breaks_nothing(story: Story) -> None:
    consent = story.world.consent
    consent.known = ("a",)
    romashka = await story.party("romashka")
    romashka.fill(1)
    config = await romashka.create()
    consent.known = ("b",)
    with pytest.raises(GoogleClientGone):
        await key_of(romashka)
    view = await view_of(romashka)
    assert (view.state, view.reason) == ("broken", "client")
    task = await romashka.run(config)
    assert (task.state, task.error.code if task.error else "") == ("failed", "connections.google_client_gone")
    consent.known = ("b", "a")  # the operator puts it back
    assert (await view_of(romashka)).state == "active"
    assert (await romashka.run(config)).state == "finished"
    consent.known = ("b",)
    await romashka.connect_google()
    assert (await key_of(romashka)).project == "project-of-b"


async def test_disconnecting_from_a_lost_client_forgets_the_grant(story: Story) -> None:
    romashka = await story.party("romashka")
    story.world.consent.known = ("another",)
    await story.app.execute(DisconnectGoogle(company_id=romashka.id))
    assert story.world.consent.revoked == []
    assert (await view_of(romashka)).state == "absent"


async def test_one_account_at_two_clients_is_revoked_at_each_by_its_last_company(story: Story) -> None:
    consent = story.world.consent
    parties = []
    for name, client in (("first", "a"), ("second", "a"), ("third", "b")):
        consent.known = (client,)
        party = await story.install(name)
        await party.sign_in()
        await party.connect_google(subject="one account")
        parties.append(party)
    consent.known = ("a", "b")
    first, second, third = parties
    await story.app.execute(DisconnectGoogle(company_id=first.id))
    assert consent.revoked == []
    await story.app.execute(DisconnectGoogle(company_id=second.id))
    assert len(consent.revoked) == 1
    key = await key_of(third)
    async with story.world.container() as scope:
        renewed = await (await scope.get(GoogleAccess)).after_refusal(key)
    assert renewed.token != key.token  # the grant to the other client lives


# Picking


async def test_picked_spreadsheets_can_be_named_by_an_export(story: Story) -> None:
    romashka = await story.party("romashka")
    book = story.world.spreadsheets.add("Их таблица", "Склад", "Итоги")
    hidden = "h" * 44
    assert await pick(romashka, hidden, "../../etc", book.spreadsheet_id, hidden) == 2
    listed = await story.app.ask(ListPickedSpreadsheets(company_id=romashka.id))
    shown = {one.spreadsheet_id: (one.title, one.tabs) for one in listed}
    assert shown == {book.spreadsheet_id: ("Их таблица", ("Склад", "Итоги")), hidden: (None, ())}
    romashka.fill(2)
    config = await romashka.create(spreadsheet=book.spreadsheet_id)
    assert (await romashka.run(config)).state == "finished"
    vasilek = await story.party("vasilek")
    assert await story.app.ask(ListPickedSpreadsheets(company_id=vasilek.id)) == []


async def test_picking_goes_to_the_account_and_the_client_of_the_connection(story: Story) -> None:
    romashka = await story.party("romashka")
    asked = await begun(romashka, BeginGooglePicking)
    assert (asked["login_hint"], asked["client_id"]) == ("owner@romashka.example", "memory-client")
    before = await key_of(romashka)
    await pick(romashka, "s" * 44)
    assert await key_of(romashka) == before
    assert (await view_of(romashka)).state == "active"


async def test_picking_needs_a_connection_and_its_own_code(story: Story) -> None:
    romashka = await story.install("romashka")
    await romashka.sign_in()
    with pytest.raises(GoogleNotConnected):
        await begun(romashka, BeginGooglePicking)
    await romashka.connect_google()
    asked = await begun(romashka, BeginGooglePicking)
    with pytest.raises(ConsentInvalid):
        await story.app.execute(CompleteGoogleConsent(state=asked["state"], code="guessed", picked=("s" * 44,)))
    assert await story.app.ask(ListPickedSpreadsheets(company_id=romashka.id)) == []


# A service account


async def test_a_shared_spreadsheet_is_written_by_the_service_account(story: Story) -> None:
    romashka = await story.install("romashka")
    await romashka.sign_in()
    with pytest.raises(ServiceAccountMissing):
        await story.app.ask(GetServiceAccount(company_id=romashka.id))
    with pytest.raises(ServiceAccountMissing):
        await story.app.execute(ConnectServiceAccount(company_id=romashka.id))
    story.world.consent.address_to_share = ADDRESS
    assert (await story.app.ask(GetServiceAccount(company_id=romashka.id))).address == ADDRESS
    await story.app.execute(ConnectServiceAccount(company_id=romashka.id))
    view = await view_of(romashka)
    assert (view.state, view.account, view.kind) == ("active", ADDRESS, "service_account")
    romashka.fill(2)
    with pytest.raises(SpreadsheetNeeded) as refused:
        await romashka.create()
    assert refused.value.details == {"address": ADDRESS}
    config = await romashka.create(spreadsheet=story.world.spreadsheets.add("Общая").spreadsheet_id)
    assert (await romashka.run(config)).state == "finished"
    assert (await key_of(romashka)).user == ADDRESS
    with pytest.raises(PickingImpossible):
        await begun(romashka, BeginGooglePicking)
    await story.app.execute(DisconnectGoogle(company_id=romashka.id))
    assert (await view_of(romashka)).state == "absent"
    assert story.world.consent.revoked == []


async def test_an_export_that_was_to_make_its_spreadsheet_says_what_to_do(story: Story) -> None:
    romashka = await story.party("romashka")
    romashka.fill(1)
    config = await romashka.create()
    story.world.consent.address_to_share = ADDRESS
    await story.app.execute(ConnectServiceAccount(company_id=romashka.id))
    task = await romashka.run(config)
    assert (task.state, task.error.code if task.error else "") == ("failed", "connections.spreadsheet_needed")
    assert story.world.spreadsheets.spreadsheets == {}


# Grants that die, and tokens that are renewed


async def test_many_at_once_make_one_token_request(story: Story) -> None:
    romashka = await story.party("romashka")
    old = await key_of(romashka)
    story.clock.advance(_HOUR)
    keys = await asyncio.gather(*(key_of(romashka) for _ in range(20)))
    assert story.world.consent.failures.calls["renew"] == 1
    assert {key.token for key in keys} != {old.token}
    assert len({key.token for key in keys}) == 1


async def test_a_dead_grant_is_asked_about_once_noted_once_and_told_once(story: Story) -> None:
    romashka = await story.party("romashka")
    romashka.fill(1)
    config = await romashka.create()
    consent = story.world.consent
    consent.dead |= {f"memory-google-refresh-{number}" for number in range(9)}
    story.clock.advance(_HOUR)
    moment = story.clock.now()
    found = await asyncio.gather(*(key_of(romashka) for _ in range(10)), return_exceptions=True)
    assert all(isinstance(one, GoogleDisconnected) for one in found)
    assert consent.failures.calls["renew"] == 1
    story.clock.advance(_HOUR)
    for _ in range(3):
        task = await romashka.run(config)
        assert (task.state, task.error.code if task.error else "") == ("failed", "connections.google_broken")
    assert consent.failures.calls["renew"] == 1
    view = await view_of(romashka)
    assert (view.state, view.reason, view.since) == ("broken", "grant", moment)
    assert await told(story) == 1
    await story.work()
    (announced,) = await romashka.app.ask(ListAnnouncements(company_id=romashka.id))
    assert (announced.code, announced.count) == ("announcements.google_broke", 1)
    await romashka.connect_google()
    assert await romashka.app.ask(ListAnnouncements(company_id=romashka.id)) == []
    view = await view_of(romashka)
    assert (view.state, view.reason, view.since) == ("active", None, None)


async def test_our_own_and_passing_troubles_break_nothing(story: Story) -> None:
    romashka = await story.party("romashka")
    story.clock.advance(_HOUR)
    for reason in ("configuration", "connection"):
        story.world.consent.failures.plan("renew", VendorFailed(vendor="google", reason=reason))
        with pytest.raises(VendorFailed):
            await key_of(romashka)
        assert (await view_of(romashka)).state == "active"
    assert (await key_of(romashka)).token


async def test_a_token_that_was_withdrawn_early_is_renewed_for_people_too(story: Story) -> None:
    romashka = await story.party("romashka")
    book = story.world.spreadsheets.add("Их таблица")
    await pick(romashka, book.spreadsheet_id)
    for ask in (
        lambda: story.app.ask(ListPickedSpreadsheets(company_id=romashka.id)),
        lambda: romashka.create(spreadsheet=book.spreadsheet_id),
    ):
        story.world.spreadsheets.refused.add((await key_of(romashka)).token)
        await ask()
    assert story.world.consent.failures.calls["renew"] == 2
