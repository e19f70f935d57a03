"""Connections that break, and somebody who connects again meanwhile or later."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from application.exports.commands.book_due_exports import BookDueExports
from domain.connections.google import GoogleDisconnected
from tests.integration.harness.stories import Party, Story

HOUR = timedelta(hours=1)
Doing = Callable[[], Awaitable[object]]


def before(monkeypatch: pytest.MonkeyPatch, owner: Any, call: str, number: int, do: Doing) -> None:
    """Somebody does that just before the call of that number."""
    real, calls = getattr(owner, call), 0

    async def watched(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number:
            await do()
        return await real(*given, **named)

    monkeypatch.setattr(owner, call, watched)


def refuse_twice(story: Story) -> None:
    """Google refuses the token that is at hand and the one that the grant gives after that."""
    story.world.spreadsheets.refused |= {"memory-google-access-1", "memory-google-access-2"}


async def test_a_token_that_is_refused_twice_breaks_the_connection(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    refuse_twice(story)
    failed = await romashka.run(config)
    assert failed.error is not None
    assert (failed.state, failed.error.code) == ("failed", GoogleDisconnected.code)
    assert (await romashka.connections())["google"] == "broken"


async def test_who_connects_google_again_meanwhile_is_not_disconnected_by_an_old_refusal(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = await romashka.create()
    await romashka.run(config)
    refuse_twice(story)
    before(monkeypatch, story.world.spreadsheets, "inspect", 2, romashka.connect_google)
    failed = await romashka.run(config)
    assert failed.error is not None
    assert (failed.state, failed.error.code) == ("failed", GoogleDisconnected.code)
    assert (await romashka.connections())["google"] == "active"
    assert (await romashka.run(config)).state == "finished"


async def test_a_token_that_moysklad_has_sent_meanwhile_is_not_broken_by_the_refusal_of_the_last_one(
    story: Story, romashka: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = await romashka.create()
    await romashka.run(config)

    async def resume() -> None:
        story.world.source.revoke(romashka.token)
        again = await story.install("romashka", token="another-token", cause="Resume")
        again.fill(2)

    before(monkeypatch, story.world.spreadsheets, "inspect", 1, resume)
    failed = await romashka.run(config)
    assert failed.error is not None
    assert (failed.state, failed.error.code) == ("failed", "connections.moysklad_broken")
    assert (await romashka.connections())["moysklad"] == "active"
    assert (await romashka.run(config)).state == "finished"


async def break_google(story: Story, party: Party) -> None:
    del party
    story.world.consent.dead.add("memory-google-refresh-1")


async def break_moysklad(story: Story, party: Party) -> None:
    story.world.source.revoke(party.token)


async def mend_google(story: Story, party: Party) -> None:
    await party.connect_google()


async def mend_moysklad(story: Story, party: Party) -> None:
    (await story.install("romashka", token="another-token", cause="Resume")).fill(2)


@pytest.mark.parametrize(
    ("break_it", "mend_it"), [(break_google, mend_google), (break_moysklad, mend_moysklad)], ids=["google", "moysklad"]
)
async def test_a_schedule_rests_while_a_connection_is_broken_and_goes_on_by_itself(
    story: Story,
    romashka: Party,
    break_it: Callable[[Story, Party], Awaitable[None]],
    mend_it: Callable[[Story, Party], Awaitable[None]],
) -> None:
    config = await romashka.create(cron="0 * * * *")
    await break_it(story, romashka)
    booked = []
    for _ in range(4):
        story.clock.advance(HOUR)
        booked.append(await story.app.execute(BookDueExports()))
        await story.work()
    assert booked == [1, 0, 0, 0], "the first failure tells"
    assert [task.state for task in await romashka.tasks()] == ["failed"]
    schedule = (await romashka.config(config)).schedule
    assert schedule is not None
    assert schedule.next_due_at > story.clock.now()
    await mend_it(story, romashka)
    assert await story.app.execute(BookDueExports()) == 0
    story.clock.advance(HOUR)
    assert await story.app.execute(BookDueExports()) == 1
    await story.work()
    assert (await romashka.tasks())[0].state == "finished"


async def test_a_schedule_waits_for_google_to_be_connected(story: Story) -> None:
    party = await story.install("romashka")
    party.fill(2)
    await party.sign_in()
    await party.create(cron="0 * * * *")
    story.clock.advance(HOUR)
    assert await story.app.execute(BookDueExports()) == 0
    await party.connect_google()
    story.clock.advance(HOUR)
    assert await story.app.execute(BookDueExports()) == 1
