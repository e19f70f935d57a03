"""Somebody in a chat used a link: the chat is bound."""

from datetime import datetime

import msgspec

from application.dealers.directory_ports import BindLinks
from application.dealers.holders import Holders
from application.dealers.linking import Linking
from application.digests import digest
from application.messages import Command
from application.ports import Clock, Transaction
from domain.dealers.addresses import Address
from domain.dealers.bindings import BindLinkInvalid


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """To whom: `name` is the dealer's, or the company's where the chat is `own`, one of somebody's who runs it."""

    name: str
    own: bool


class BindChat(Command[Bound], frozen=True, kw_only=True, tag="dealers.bind_chat"):
    """`asked_at` is when it was said in the chat. The company is the one that the token names; the token proves it."""

    token: str
    address: Address
    title: str
    asked_at: datetime


class BindChatHandler:
    """Uses the link up. Told again by the same chat it changes nothing, so that a chat that has left stays gone."""

    def __init__(
        self, transaction: Transaction, holders: Holders, links: BindLinks, linking: Linking, clock: Clock
    ) -> None:
        self._transaction = transaction
        self._holders = holders
        self._links = links
        self._linking = linking
        self._clock = clock

    async def __call__(self, command: BindChat) -> Bound:
        """Raises BindLinkInvalid or TooManyChats."""
        now = self._clock.now()
        async with self._transaction(command.company_id):
            link = await self._links.get(command.company_id, digest(command.token))
            holder = None if link is None else await self._holders.of(command.company_id, link)
            if link is None or holder is None:
                raise BindLinkInvalid
            await self._linking.use(link, command.address, command.title, command.asked_at, now)
        return Bound(name=holder.name, own=holder.member is not None)
