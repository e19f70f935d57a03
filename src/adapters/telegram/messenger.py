"""Messages by Telegram."""

from typing import NoReturn

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import LinkPreviewOptions

from adapters.telegram.failures import UNREADABLE, refusal
from domain.dealers.addresses import Address
from domain.dealers.fitting import MOST_UNITS, fitted_plain

PATIENCE = 20.0
"""Seconds for one call. The lease of a notice is much longer than two of them."""

OFFICIAL = "https://api.telegram.org"
_NOTE = "…"


def make_bot(token: str, api_url: str = OFFICIAL) -> Bot:
    """A bot of the Bot API at that address. Nothing is sent yet. Raises ValueError for what is no token."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url), timeout=PATIENCE)
    return Bot(token, session, default=DefaultBotProperties(link_preview=LinkPreviewOptions(is_disabled=True)))


class TelegramMessenger:
    """See application.dealers.notice_ports.Messenger."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, address: Address, text: str, plain: str, leave: str, subject: str = "") -> str:
        """See the port. In a chat one says /stop."""
        del leave, subject
        try:
            return await self._send(address, text, "HTML")
        except TelegramBadRequest as wrong:
            if not UNREADABLE.search(wrong.message):
                _raise(wrong)
        except AiogramError as wrong:
            _raise(wrong)
        try:
            return await self._send(address, fitted_plain(plain, _NOTE, MOST_UNITS), None)
        except AiogramError as wrong:
            _raise(wrong)

    async def close(self) -> None:
        """Lets the connections go."""
        await self._bot.session.close()

    async def _send(self, address: Address, text: str, mode: str | None) -> str:
        sent = await self._bot.send_message(address.recipient, text, message_thread_id=address.thread, parse_mode=mode)
        return str(sent.message_id)


def _raise(wrong: AiogramError) -> NoReturn:
    raise refusal(wrong) from wrong
