"""Links by which a chat is bound (Telegram, deep linking)."""

from datetime import datetime

import msgspec

from application.dealers.bot import BotName
from application.dealers.directory_ports import BindLinks
from application.digests import digest, write_chat_token
from application.ports import Clock, Ids
from domain.dealers.bindings import BIND_LINK_LIFETIME, BindLink, BotNotConfigured
from domain.shared.identities import CompanyId, DealerId, MemberId


class MadeBindLink(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """`url` opens a talk with the bot, `groupUrl` adds it to a group; in a topic of a group `command` has to be said.
    They are shown this once; one chat can use one of them once.
    """

    url: str
    group_url: str
    command: str
    expires_at: datetime


class LinkMaking:
    """Keeps the digest of the link's token, in the transaction of whoever wants the link."""

    def __init__(self, links: BindLinks, bot: BotName, ids: Ids, clock: Clock) -> None:
        self._links = links
        self._bot = bot
        self._ids = ids
        self._clock = clock

    async def make(
        self, company_id: CompanyId, *, dealer_id: DealerId | None = None, member_id: MemberId | None = None
    ) -> MadeBindLink:
        """For one of them. Raises BotNotConfigured."""
        bot = self._bot.name
        if bot is None:
            raise BotNotConfigured
        token = write_chat_token(company_id, self._ids.token())
        expires_at = self._clock.now() + BIND_LINK_LIFETIME
        await self._links.put(BindLink(digest(token), company_id, dealer_id, expires_at, member_id=member_id))
        return MadeBindLink(
            url=f"https://t.me/{bot}?start={token}",
            group_url=f"https://t.me/{bot}?startgroup={token}",
            command=f"/start@{bot} {token}",
            expires_at=expires_at,
        )
