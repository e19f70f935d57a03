"""Our bot, as it is listened to: asked for updates, or told where to deliver them."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramConflictError
from aiogram.methods import TelegramMethod

from adapters.telegram.failures import refusal
from domain.dealers.addresses import Address
from domain.dealers.bindings import BotHeardElsewhere, WebhookRefused
from domain.dealers.notices import MessageRefused

HEARD = ("message", "channel_post", "my_chat_member")
"""The kinds of updates that mean anything to us (Bot API, Update)."""

_PATIENCE = 20
AnswerT = TypeVar("AnswerT")


class _GetUpdates(TelegramMethod[list[dict[str, Any]]]):
    """Updates as they came: of a kind that aiogram does not know yet one would keep all others from being read."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int | None = None
    allowed_updates: list[str] | None = None


class Hook(NamedTuple):
    """Where updates are delivered, if anywhere, and how that goes (Bot API, WebhookInfo)."""

    url: str
    pending: int
    allowed: tuple[str, ...]
    error: str
    error_at: datetime | None


class TelegramEars:
    """See entrypoints.bot.main.Ears."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def name(self) -> str:
        """What the bot is called, without @. Raises MessengerUnready, DeliveryFailed or DeliveryUncertain."""
        return (await _asked(self._bot.get_me())).username or ""

    async def hear(self, offset: int | None, seconds: float) -> Sequence[dict[str, Any]]:
        """See the protocol."""
        method = _GetUpdates(offset=offset, timeout=int(seconds), allowed_updates=list(HEARD))
        return await _asked(self._bot(method, request_timeout=int(seconds) + _PATIENCE))

    async def say(self, address: Address, text: str) -> None:
        """Plain text. Raises what a Messenger raises."""
        await _asked(self._bot.send_message(address.recipient, text, message_thread_id=address.thread, parse_mode=None))

    async def hook(self) -> Hook:
        """How things stand."""
        told = await _asked(self._bot.get_webhook_info())
        allowed = tuple(told.allowed_updates or ())
        return Hook(told.url, told.pending_update_count, allowed, told.last_error_message or "", told.last_error_date)

    async def deliver_to(self, url: str, secret: str) -> None:
        """Has updates delivered there, those that wait too. Repeating it changes nothing. Raises WebhookRefused."""
        try:
            await _asked(self._bot.set_webhook(url, secret_token=secret, allowed_updates=list(HEARD)))
        except MessageRefused as wrong:
            raise WebhookRefused(reason=wrong.details.get("reason", "")) from wrong

    async def deliver_nowhere(self) -> None:
        """Updates wait until they are asked for."""
        await _asked(self._bot.delete_webhook(drop_pending_updates=False))


async def _asked(call: Awaitable[AnswerT]) -> AnswerT:
    try:
        return await call
    except TelegramConflictError as wrong:
        raise BotHeardElsewhere(reason=wrong.message[:200]) from wrong
    except AiogramError as wrong:
        raise refusal(wrong) from wrong
