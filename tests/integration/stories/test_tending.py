"""A company's webhooks are kept as its exports need them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from application.exports.commands.remove_export_config import RemoveExportConfig
from application.webhooks.commands.book_tendings import BookTendings
from application.webhooks.ports import WebhookEndpoints
from application.webhooks.queries.get_webhooks import GetWebhooks, WebhooksView
from domain.connections.moysklad import MoySkladDisconnected, MoySkladPermissionMissing, TariffRefused
from domain.shared.errors import VendorBusy, VendorFailed
from domain.webhooks.registration import Family, FoundWebhook, Subject
from tests.integration.harness.stories import Party, Story
from tests.integration.harness.telling import BASE, Teller, order_id

UPDATE = Subject(Family.ENTITY, "customerorder", "UPDATE")


async def party_of(story: Story, name: str = "romashka") -> Party:
    party = await story.party(name)
    party.order(order_id(1))
    return party


def registered(party: Party) -> list[FoundWebhook]:
    webhooks = party.world.registered.account(party.token).webhooks.values()
    return sorted(webhooks, key=lambda one: one.subject)


def names(party: Party) -> list[str]:
    return sorted({one.subject.name for one in registered(party)})


async def health(party: Party) -> WebhooksView:
    return await party.app.ask(GetWebhooks(company_id=party.id))


async def hours_later(party: Party, hours: float = 1.3) -> int:
    """The scheduler looks again, and workers do what there is to do."""
    party.story.clock.advance(timedelta(hours=hours))
    booked = await party.app.execute(BookTendings())
    await party.story.work()
    return booked


async def test_exports_bring_their_webhooks_and_take_them_along() -> None:
    story = await Story.begin()
    party = await party_of(story)
    await party.create()
    await story.work()
    assert registered(party) == []
    first = await party.create(on_change=True)
    second = await party.create(on_change=True, exporter="demand", columns=(), tab="Отгрузки")
    stock = await party.create(on_change=True, exporter="stock.all.current", columns=(), tab="Остатки")
    await story.work()
    assert names(party) == ["all", "customerorder", "demand"]
    assert len(registered(party)) == 7
    assert len({one.url for one in registered(party)}) == 1
    for config, left in ((second, ["all", "customerorder"]), (first, ["all"]), (stock, [])):
        await party.app.execute(RemoveExportConfig(company_id=party.id, config_id=config))
        await story.work()
        assert names(party) == left
    assert await hours_later(party) == 0


async def test_every_company_has_an_address_of_its_own() -> None:
    story = await Story.begin()
    tokens = set()
    for name in ("romashka", "vasilek"):
        party = await party_of(story, name)
        await party.create(on_change=True)
        await story.work()
        tokens.add(Teller(party).token)
    assert len(tokens) == 2


async def test_what_is_not_as_it_should_be_is_mended() -> None:
    story = await Story.begin()
    party = await party_of(story)
    config = await party.create(on_change=True)
    await story.work()
    await party.run(config)
    account = party.world.registered.account(party.token)
    create, delete, update = registered(party)
    theirs = FoundWebhook("theirs", Subject(Family.ENTITY, "demand", "CREATE"), "https://theirs.example/hook")
    account.webhooks = {
        create.id: replace(create, enabled=False),
        delete.id: replace(delete, url=f"{BASE}old-token"),
        theirs.id: theirs,
        "extra": FoundWebhook("extra", Subject(Family.ENTITY, "supply", "CREATE"), f"{BASE}old-token"),
    }
    party.order(order_id(1), name="пока вебхук молчал")
    assert await hours_later(party) == 1
    assert [replace(one, id="") for one in registered(party)] == [
        replace(one, id="") for one in sorted([create, delete, theirs, update], key=lambda one: one.subject)
    ]
    assert await Teller(party).follow(timedelta(seconds=1)) == 1  # what was not told is looked for at once
    await party.check_sheet(config)
    assert (await party.tasks())[0].trigger == "catch_up"


async def test_nothing_is_asked_for_twice() -> None:
    story = await Story.begin()
    party = await party_of(story)
    await party.create(on_change=True)
    await story.work()
    party.world.registered.failures.calls.clear()
    assert await hours_later(party) == 1
    assert dict(party.world.registered.failures.calls) == {"found": 1}


async def test_a_tariff_without_webhooks_is_told_and_exports_go_on() -> None:
    story = await Story.begin()
    party = await party_of(story)
    account = party.world.registered.account(party.token)
    account.allowed = False
    config = await party.create(on_change=True)
    await story.work()
    told = await health(party)
    assert (told.allowed, told.problem) == (False, TariffRefused.code)
    assert {one.state for one in told.registrations} == {"missing"}
    assert (await party.run(config)).state == "finished"
    party.order(order_id(1), name="увидено без вебхуков")
    assert await Teller(party).follow(timedelta(minutes=16)) == 1
    await party.check_sheet(config)
    account.allowed = True
    await hours_later(party)
    told = await health(party)
    assert (told.allowed, told.problem, {one.state for one in told.registrations}) == (True, None, {"registered"})


async def test_a_change_of_the_tariff_is_looked_at_at_once() -> None:
    story = await Story.begin()
    party = await party_of(story)
    party.world.registered.account(party.token).allowed = False
    await party.create(on_change=True)
    await story.work()
    party.world.registered.account(party.token).allowed = True
    await story.install("romashka", cause="TariffChanged")
    await story.work()
    assert len(registered(party)) == 3


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (VendorBusy(30), timedelta(seconds=31)),
        (VendorFailed(status=500), timedelta(minutes=6)),
        (MoySkladPermissionMissing(reason="webhooks"), timedelta(hours=2)),
    ],
    ids=lambda one: type(one).__name__,
)
@pytest.mark.parametrize("call", ["found", "create"])
async def test_what_fails_is_noted_and_tried_again(error: Exception, again: timedelta, call: str) -> None:
    story = await Story.begin()
    party = await party_of(story)
    party.world.registered.failures.plan(call, error)
    await party.create(on_change=True)
    await story.work()
    assert (await health(party)).problem == error.code  # type: ignore[attr-defined]
    story.clock.advance(again)
    await party.app.execute(BookTendings())
    await story.work()
    assert len(registered(party)) == 3
    assert (await health(party)).problem is None


async def test_a_refused_token_breaks_the_connection() -> None:
    story = await Story.begin()
    party = await party_of(story)
    party.world.registered.failures.plan("found", MoySkladDisconnected(reason=401))
    await party.create(on_change=True)
    await story.work()
    assert (await party.connections())["moysklad"] == "broken"


async def test_somebody_else_registers_at_the_same_time() -> None:
    story = await Story.begin()
    party = await party_of(story)
    await party.create(on_change=True)
    account = party.world.registered.account(party.token)
    create = party.world.registered.create

    async def overtaken(key: object, subject: Subject, url: str) -> None:
        if "stray" not in account.webhooks:
            account.webhooks["stray"] = FoundWebhook("stray", UPDATE, f"{BASE}stray")
        await create(key, subject, url)  # type: ignore[arg-type]

    party.world.registered.create = overtaken  # type: ignore[method-assign]
    await story.work()
    assert [one.subject.action for one in registered(party)] == ["CREATE", "DELETE", "UPDATE"]
    assert len({one.url for one in registered(party)}) == 1


async def test_a_suspended_app_is_let_be() -> None:
    story = await Story.begin()
    party = await party_of(story)
    await party.create(on_change=True)
    await story.work()
    await party.leave("Suspend")
    party.world.registered.failures.calls.clear()
    assert await hours_later(party) == 1
    assert not party.world.registered.failures.calls
    assert (await health(party)).problem == "tenants.company_inactive"


async def test_the_token_is_sealed_and_its_digest_kept() -> None:
    story = await Story.begin()
    party = await party_of(story)
    await party.create(on_change=True)
    await story.work()
    endpoints, token = await party.world.container.get(WebhookEndpoints), Teller(party).token
    endpoint = party.world.store.webhook_endpoints._rows[party.id]
    assert endpoints is not None
    assert token.encode() not in endpoint.token_digest + endpoint.token.ciphertext
    assert token not in repr(endpoint)
