"""Our Telegram bot: listened to by a process of its own, or set to deliver to the API."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import uvloop

from adapters.observability.logs import announce, configure_logs
from adapters.observability.metrics import Metrics
from adapters.observability.reports import report
from adapters.telegram.ears import Hook, TelegramEars
from adapters.telegram.messenger import make_bot
from adapters.wording.catalogue import words
from domain.dealers.bindings import BotMisnamed, BotNotConfigured, BotTokenMissing
from domain.dealers.languages import Language
from entrypoints.bot.main import Listening
from entrypoints.chatting import Reply
from entrypoints.composition.live import live_application
from entrypoints.composition.observing import observe, refusals_told
from entrypoints.rounds import stop_on_signals
from entrypoints.settings import Settings

PATH = "/webhooks/telegram"


class _Ears:
    """See entrypoints.bot.main.Ears."""

    def __init__(self, ears: TelegramEars) -> None:
        self._ears = ears

    async def open(self) -> str:
        called = await self._ears.name()
        await self._ears.deliver_nowhere()
        return called

    async def hear(self, offset: int | None, seconds: float) -> Sequence[dict[str, Any]]:
        return await self._ears.hear(offset, seconds)

    async def say(self, reply: Reply) -> None:
        both = words(reply.code, reply.details)
        told = both.en if reply.language is Language.EN else both.ru
        await self._ears.say(reply.address, f"{told.title}\n{told.action}")


def run_bot(settings: Settings) -> None:
    """Listens until stopped."""
    metrics = observe(settings, "bot")
    with refusals_told():
        uvloop.run(_listen(settings, metrics))


async def _listen(settings: Settings, metrics: Metrics) -> None:
    stop = stop_on_signals()
    async with _ears_of(settings) as ears, live_application(settings, metrics) as application:
        await Listening(application, _Ears(ears), settings.bot.name, stop, report, announce).listen()


def set_webhook(settings: Settings) -> Hook:
    """Has Telegram deliver to the API; answers how things stand then.

    Raises BotTokenMissing, BotNotConfigured, BotMisnamed, WebhookRefused, MessengerUnready or DeliveryFailed.
    """

    async def register() -> Hook:
        async with _ears_of(settings) as ears:
            name, secret = settings.bot.name, settings.bot.secret
            if name is None or secret is None:
                raise BotNotConfigured
            if (called := await ears.name()).lower() != name.lower():
                raise BotMisnamed(name=name, called=called)
            await ears.deliver_to(f"{settings.public_url}{PATH}", secret)
            return await ears.hook()

    configure_logs("cli", "ERROR")
    return asyncio.run(register())


def remove_webhook(settings: Settings) -> Hook:
    """Has Telegram deliver nowhere; answers how things stand then. Raises BotTokenMissing and what the ears raise."""

    async def remove() -> Hook:
        async with _ears_of(settings) as ears:
            await ears.deliver_nowhere()
            return await ears.hook()

    configure_logs("cli", "ERROR")
    return asyncio.run(remove())


def see_webhook(settings: Settings) -> Hook:
    """How things stand. Raises BotTokenMissing and what the ears raise."""

    async def see() -> Hook:
        async with _ears_of(settings) as ears:
            return await ears.hook()

    configure_logs("cli", "ERROR")
    return asyncio.run(see())


@asynccontextmanager
async def _ears_of(settings: Settings) -> AsyncIterator[TelegramEars]:
    own = settings.messaging.telegram
    if own is None:
        raise BotTokenMissing
    bot = make_bot(own.token, own.api_url)
    try:
        yield TelegramEars(bot)
    finally:
        await bot.session.close()
