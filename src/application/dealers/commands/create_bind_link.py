"""A link is made by which a chat is bound to a dealer."""

from datetime import datetime

import msgspec

from application.dealers.bot import BotName
from application.dealers.directory_ports import BindLinks, Dealers
from application.digests import digest, write_chat_token
from application.messages import Command
from application.ports import Clock, Ids, Transaction
from domain.dealers.bindings import BIND_LINK_LIFETIME, BindLink, BotNotConfigured
from domain.dealers.dealers import DealerNotFound
from domain.shared.identities import DealerId


class MadeBindLink(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`url` opens a talk with the bot, `groupUrl` adds it to a group; in a topic of a group `command` has to be said.
    They are shown this once; one chat can use one of them once.
    """

    url: str
    group_url: str
    command: str
    expires_at: datetime


class CreateBindLink(Command[MadeBindLink], frozen=True, kw_only=True, tag="dealers.create_bind_link"):
    """For a chat of this dealer's."""

    dealer_id: DealerId


class CreateBindLinkHandler:
    """Keeps the digest of the link's token (Telegram, deep linking)."""

    def __init__(
        self, transaction: Transaction, dealers: Dealers, links: BindLinks, bot: BotName, ids: Ids, clock: Clock
    ) -> None:
        self._transaction = transaction
        self._dealers = dealers
        self._links = links
        self._bot = bot
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: CreateBindLink) -> MadeBindLink:
        """Raises DealerNotFound or BotNotConfigured."""
        token = write_chat_token(command.company_id, self._ids.token())
        expires_at = self._clock.now() + BIND_LINK_LIFETIME
        async with self._transaction(command.company_id):
            if await self._dealers.get(command.company_id, command.dealer_id) is None:
                raise DealerNotFound
            bot = self._bot.name
            if bot is None:
                raise BotNotConfigured
            await self._links.put(BindLink(digest(token), command.company_id, command.dealer_id, expires_at))
        return MadeBindLink(
            url=f"https://t.me/{bot}?start={token}",
            group_url=f"https://t.me/{bot}?startgroup={token}",
            command=f"/start@{bot} {token}",
            expires_at=expires_at,
        )
