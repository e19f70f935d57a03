"""The bot's ears against the emulator."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.telegram.ears import HEARD, TelegramEars
from adapters.telegram.messenger import make_bot
from domain.dealers.addresses import Address, Channel
from domain.dealers.bindings import BotHeardElsewhere, WebhookRefused
from domain.dealers.notices import ChatLost, DeliveryFailed, MessengerUnready
from tests.integration.harness.emulated_telegram import Telegram, emulated_telegram


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with emulated_telegram() as running:
        yield running


@pytest_asyncio.fixture
async def ears(telegram: Telegram) -> AsyncIterator[TelegramEars]:
    bot = make_bot(telegram.token, telegram.base)
    yield TelegramEars(bot)
    await bot.session.close()


async def test_updates_are_heard_and_forgotten_when_later_ones_are_asked_for(
    telegram: Telegram, ears: TelegramEars
) -> None:
    assert await ears.name() == "skladsheets_demo_bot"
    chat = await telegram.person()
    (first,) = await ears.hear(None, 0)
    assert first["message"]["text"] == "/start"
    assert [one["update_id"] for one in await ears.hear(None, 0)] == [first["update_id"]]
    assert await ears.hear(first["update_id"] + 1, 0) == []
    hearing = asyncio.create_task(ears.hear(None, 5))
    await asyncio.sleep(0.1)
    await telegram.control("POST", "say", {"userId": chat, "text": "/stop"})
    assert [one["message"]["text"] for one in await hearing] == ["/stop"]
    await ears.say(Address(Channel.TELEGRAM, str(chat)), "<b>не разметка</b>")
    assert await telegram.texts(chat) == ["<b>не разметка</b>"]


async def test_only_one_hears(telegram: Telegram, ears: TelegramEars) -> None:
    hearing = asyncio.create_task(ears.hear(None, 5))
    await asyncio.sleep(0.1)
    await ears.hear(None, 0)
    with pytest.raises(BotHeardElsewhere) as conflict:
        await hearing
    assert "only one bot instance" in str(conflict.value.details["reason"])
    await ears.deliver_to("https://skladsheets.test/webhooks/telegram", "x" * 20)
    with pytest.raises(BotHeardElsewhere):
        await ears.hear(None, 0)


async def test_a_webhook_is_set_again_and_again_shown_and_removed_and_what_waits_is_kept(
    telegram: Telegram, ears: TelegramEars
) -> None:
    await telegram.person()
    for _ in range(2):
        await ears.deliver_to(f"{telegram.base}/nowhere", "x" * 20)
    hook = await ears.hook()
    assert (hook.url, hook.pending, hook.allowed) == (f"{telegram.base}/nowhere", 1, HEARD)
    for _ in range(100):
        if (hook := await ears.hook()).error:
            break
        await asyncio.sleep(0.05)
    assert "404" in hook.error
    assert hook.error_at is not None
    for _ in range(2):
        await ears.deliver_nowhere()
    assert (await ears.hook()).url == ""
    assert len(await ears.hear(None, 0)) == 1
    with pytest.raises(WebhookRefused):
        await ears.deliver_to("ftp://x", "x" * 20)


async def test_refusals_are_told_apart(telegram: Telegram, ears: TelegramEars) -> None:
    with pytest.raises(ChatLost):
        await ears.say(Address(Channel.TELEGRAM, "1"), "x")
    await telegram.control("POST", "faults", {"action": "status", "status": 502, "path": "getUpdates"})
    with pytest.raises(DeliveryFailed):
        await ears.hear(None, 0)
    await telegram.control("POST", "bots/revoke", {"token": telegram.token})
    with pytest.raises(MessengerUnready):
        await ears.name()
