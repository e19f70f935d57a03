"""Somebody in a chat used a link: the chat is bound."""

from datetime import datetime

from application.dealers.directory_ports import BindLinks, ChatBindings, Dealers
from application.dealers.lost_command import chat_cause
from application.digests import digest
from application.messages import Command
from application.ports import Clock, Ids, Transaction
from application.tenants.announcing import Announcing
from domain.dealers.addresses import Address
from domain.dealers.bindings import MOST_CHATS, BindLinkInvalid, ChatBinding, TooManyChats
from domain.shared.identities import BindingId


class BindChat(Command[str], frozen=True, kw_only=True, tag="dealers.bind_chat"):
    """`asked_at` is when it was said in the chat. The company is the one that the token names; the token proves it."""

    token: str
    address: Address
    title: str
    asked_at: datetime


class BindChatHandler:
    """Uses the link up. Told again by the same chat it changes nothing, so that a chat that has left stays gone."""

    def __init__(
        self,
        transaction: Transaction,
        dealers: Dealers,
        bindings: ChatBindings,
        links: BindLinks,
        announcing: Announcing,
        ids: Ids,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._dealers = dealers
        self._bindings = bindings
        self._links = links
        self._announcing = announcing
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: BindChat) -> str:
        """The dealer's name. Raises BindLinkInvalid or TooManyChats."""
        now = self._clock.now()
        async with self._transaction(command.company_id):
            link = await self._links.get(command.company_id, digest(command.token))
            dealer = None if link is None else await self._dealers.get(command.company_id, link.dealer_id)
            if link is None or dealer is None:
                raise BindLinkInvalid
            if not link.use(command.address, now):
                return dealer.name
            known = await self._bindings.of(command.company_id, [dealer.id])
            binding = next((one for one in known if one.address == command.address), None)
            if binding is not None:
                binding.bind_anew(command.title, command.asked_at, now)
            elif len(known) >= MOST_CHATS:
                raise TooManyChats(limit=MOST_CHATS)
            else:
                binding = ChatBinding(
                    id=BindingId(self._ids.new()),
                    company_id=command.company_id,
                    dealer_id=dealer.id,
                    address=command.address,
                    title=command.title,
                    asked_at=command.asked_at,
                    bound_at=now,
                )
            await self._links.put(link)
            await self._bindings.put(binding)
            await self._announcing.over(command.company_id, chat_cause(binding.id))
        return dealer.name
