"""Keys are rotated while companies export; a ring that is not the database's own is refused."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from dishka import Scope

from adapters.memory.keys import MemoryKeyKeeper
from application.connections.commands.check_keys import CheckKeys
from application.connections.commands.forget_key import ForgetKey
from application.connections.commands.rotate_secrets import Rotated, RotateSecrets
from application.connections.ports import Vault
from application.connections.queries.count_secrets import CountSecrets
from application.connections.vendor_access import MoySkladAccess
from domain.connections.keys import KeyHeld, KeyRingForeign, KeyRingIncomplete, KeyStanding
from domain.connections.moysklad import MoySkladDisconnected
from domain.connections.secrets import SecretKeyMissing, SecretPurpose
from entrypoints.cli import keys
from tests.integration.harness.stories import Party, Story


async def keeper(story: Story) -> MemoryKeyKeeper:
    return await story.world.container.get(MemoryKeyKeeper)


async def rotate(story: Story) -> Rotated:
    return await story.app.execute(RotateSecrets())


async def change(story: Story, **keys: str) -> None:
    """All processes are restarted with that ring."""
    (await keeper(story)).set(**keys)
    await story.app.execute(CheckKeys())


async def standings(story: Story) -> dict[str, KeyStanding]:
    return {use.key_id: use.standing for use in await story.app.ask(CountSecrets())}


def before(monkeypatch: pytest.MonkeyPatch, owner: Any, call: str, do: Callable[[], Awaitable[object]]) -> None:
    """That is done just before the first call."""
    real, done = getattr(owner, call), False

    async def watched(*given: Any, **named: Any) -> Any:
        nonlocal done
        if not done:
            done = True
            await do()
        return await real(*given, **named)

    monkeypatch.setattr(owner, call, watched)


async def test_a_key_comes_in_and_the_old_one_goes_while_a_company_exports(story: Story, romashka: Party) -> None:
    await change(story, memory="memory")
    config = await romashka.create()
    assert (await romashka.run(config)).state == "finished"
    await change(story, memory="memory", new="word")
    assert await standings(story) == {"memory": KeyStanding.CURRENT, "new": KeyStanding.SPARE}
    await change(story, new="word", memory="memory")
    assert await standings(story) == {"new": KeyStanding.CURRENT, "memory": KeyStanding.NEEDED}
    romashka.order("order-late")
    task = await romashka.start(config)
    done = await rotate(story)
    assert (done.rotated, done.missed, done.unreadable) == (4, 0, ())
    await story.work()
    assert (await romashka.task(task)).state == "finished"
    assert await standings(story) == {"new": KeyStanding.CURRENT, "memory": KeyStanding.SPARE}
    await change(story, new="word")
    romashka.order("order-later")
    assert (await romashka.run(config)).state == "finished"
    await romashka.check_sheet(config)
    assert await romashka.connections() == {"moysklad": "active", "google": "active"}


async def test_a_refused_token_breaks_the_connection_though_it_was_sealed_anew_meanwhile(
    story: Story, romashka: Party
) -> None:
    refused = story.world.store.moysklad_connections._rows[romashka.id].token
    await change(story, new="word", memory="memory")
    await rotate(story)
    async with story.world.container(scope=Scope.REQUEST) as scope:
        await (await scope.get(MoySkladAccess)).mark_broken(romashka.id, refused)
    assert (await romashka.connections())["moysklad"] == "broken"


async def test_a_run_whose_token_is_refused_after_a_rotation_tells_so(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = await romashka.create()
    await romashka.run(config)
    await change(story, new="word", memory="memory")
    romashka.order("order-late")

    async def rotated_and_revoked() -> None:
        await rotate(story)
        story.world.source.revoke(romashka.token)

    task = await romashka.start(config)
    before(monkeypatch, story.world.spreadsheets, "inspect", rotated_and_revoked)
    await story.work()
    failed = await romashka.task(task)
    assert failed.error is not None
    assert failed.error.code == MoySkladDisconnected.code
    assert (await romashka.connections())["moysklad"] == "broken"


async def test_a_broken_connection_stays_broken_where_only_one_of_two_seals_is_new(
    story: Story, romashka: Party
) -> None:
    """The token of a company is that of its installation; both are sealed, and one may be sealed anew first."""
    row = story.world.store.moysklad_connections._rows[romashka.id]
    row.breaks()
    await change(story, new="word", memory="memory")
    vault = await story.world.container.get(Vault)
    installations = story.world.store.installations._rows.values()
    for one in installations:
        assert one.token is not None
        one.token = vault.reseal(romashka.id, SecretPurpose.MOYSKLAD_TOKEN, one.token)
    await romashka.confirm()
    assert (await romashka.connections())["moysklad"] == "broken"


async def test_a_token_renewed_across_a_rotation_is_kept(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = await romashka.create()
    await change(story, new="word", memory="memory")
    connection = story.world.store.google_connections._rows[romashka.id]
    connection.access_expires_at = story.clock.now()
    calls = story.world.consent.failures.calls
    renewals = calls["renew"]
    before(monkeypatch, story.world.consent, "renew", lambda: rotate(story))
    assert (await romashka.run(config)).state == "finished"
    romashka.order("order-late")
    assert (await romashka.run(config)).state == "finished"
    assert calls["renew"] == renewals + 1, "the renewed token was stored"
    assert (await rotate(story)).rotated == 0


async def test_a_refused_access_token_is_renewed_and_not_taken_for_another_one_that_is_only_sealed_anew(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = await romashka.create()
    await change(story, new="word", memory="memory")
    story.world.spreadsheets.refused.add("memory-google-access-1")
    before(monkeypatch, story.world.consent, "renew", lambda: rotate(story))
    assert (await romashka.run(config)).state == "finished"
    assert (await romashka.connections())["google"] == "active"


async def test_a_process_does_not_start_with_a_key_of_the_same_name(story: Story, romashka: Party) -> None:
    await change(story, memory="memory")
    with pytest.raises(KeyRingForeign) as refused:
        await change(story, memory="another")
    assert refused.value.details == {"keys": "memory"}
    with pytest.raises(KeyRingForeign):
        await change(story, new="word", memory="another")
    await change(story, new="word", memory="memory")


async def test_what_is_sealed_tells_where_no_canary_was_stored_yet(story: Story, romashka: Party) -> None:
    with pytest.raises(KeyRingForeign):
        await change(story, memory="another")
    assert story.world.store.canaries._rows == {}
    await change(story, memory="memory")


async def test_one_damaged_secret_does_not_make_the_ring_a_stranger(story: Story, romashka: Party) -> None:
    row = story.world.store.moysklad_connections._rows[romashka.id]
    assert row.token is not None
    row.token = type(row.token)(row.token.key_id, row.token.nonce, b"damaged: longer than a tag")
    await change(story, memory="memory")


async def test_a_process_does_not_start_while_secrets_need_a_key_that_is_gone(story: Story, romashka: Party) -> None:
    await change(story, memory="memory")
    with pytest.raises(KeyRingIncomplete) as refused:
        await change(story, new="word")
    assert refused.value.details == {
        "keys": "memory",
        "secrets": 4,
        "purposes": "google.access, google.refresh, moysklad.token",
    }
    await story.app.execute(CheckKeys(complete=False))
    assert await standings(story) == {"new": KeyStanding.CURRENT, "memory": KeyStanding.MISSING}
    assert (await rotate(story)).rotated == 0
    await change(story, new="word", memory="memory")
    assert (await rotate(story)).rotated == 4
    await change(story, new="word")


async def test_a_lost_key_can_be_given_up_and_nothing_is_removed(story: Story, romashka: Party) -> None:
    await change(story, memory="memory")
    with pytest.raises(KeyHeld):
        await story.app.execute(ForgetKey(key_id="memory"))
    (await keeper(story)).set(new="word")
    assert await story.app.execute(ForgetKey(key_id="memory"))
    assert not await story.app.execute(ForgetKey(key_id="memory"))
    await change(story, new="word")
    assert (await standings(story))["memory"] is KeyStanding.MISSING
    with pytest.raises(SecretKeyMissing):
        await romashka.create()
    await change(story, new="word", memory="memory")
    assert (await rotate(story)).rotated == 4
    assert (await romashka.run(await romashka.create())).state == "finished"


async def test_a_canary_of_a_key_without_secrets_is_in_nobodys_way(story: Story) -> None:
    await change(story, memory="memory")
    await change(story, new="word")
    uses = {use.key_id: use.fronted_at for use in await story.app.ask(CountSecrets())}
    assert uses == {"new": story.clock.now()}


async def test_a_secret_that_is_sealed_under_the_old_key_meanwhile_is_met_in_the_next_round(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "PAUSE_SECONDS", 0.0)
    row = story.world.store.moysklad_connections._rows[romashka.id]
    before_it, rounds, told = row.token, 0, list[int]()
    await change(story, new="word", memory="memory")
    execute = story.app.execute

    async def disturbed(command: Any) -> Any:
        nonlocal rounds
        done = await execute(command)
        rounds += 1
        if rounds == 1:
            story.world.store.moysklad_connections._rows[romashka.id].token = before_it
        return done

    monkeypatch.setattr(story.app, "execute", disturbed)
    total, unreadable, found = await keys.rotate_all(story.app, 100, told.append)
    assert (total, unreadable.total(), rounds) == (5, 0, 2)
    assert {use.key_id: use.total for use in found} == {"new": 4, "memory": 0}


async def test_rotation_gives_up_on_what_comes_back_for_ever_and_says_how_much_it_is(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "PAUSE_SECONDS", 0.0)
    rows = story.world.store.moysklad_connections._rows
    before_it = rows[romashka.id].token
    await change(story, new="word", memory="memory")
    execute = story.app.execute

    async def disturbed(command: Any) -> Any:
        done = await execute(command)
        rows[romashka.id].token = before_it
        return done

    monkeypatch.setattr(story.app, "execute", disturbed)
    total, _, found = await keys.rotate_all(story.app, 100, lambda _: None)
    assert total == 3 + keys.ROUNDS
    assert {use.key_id: use.total for use in found} == {"new": 3, "memory": 1}
