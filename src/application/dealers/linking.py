"""A link is used: the chat, or the address, is bound to the dealer."""

from datetime import datetime

from application.dealers.directory_ports import BindLinks, ChatBindings
from application.dealers.lost_command import chat_cause
from application.ports import Ids
from application.tenants.announcing import Announcing
from domain.dealers.addresses import Address
from domain.dealers.bindings import MOST_CHATS, BindLink, ChatBinding, TooManyChats
from domain.shared.identities import BindingId


class Linking:
    """Uses links up, in the transaction of whoever has found one."""

    def __init__(self, bindings: ChatBindings, links: BindLinks, announcing: Announcing, ids: Ids) -> None:
        self._bindings = bindings
        self._links = links
        self._announcing = announcing
        self._ids = ids

    async def use(self, link: BindLink, address: Address, title: str, asked_at: datetime, now: datetime) -> None:
        """Told again by the same chat it changes nothing, so that one that has left stays gone. Raises BindLinkInvalid
        or TooManyChats.
        """
        if not link.use(address, now):
            return
        known = await self._bindings.of(link.company_id, [link.dealer_id])
        binding = next((one for one in known if one.address == address), None)
        if binding is not None:
            binding.bind_anew(title, asked_at, now)
        elif len(known) >= MOST_CHATS:
            raise TooManyChats(limit=MOST_CHATS)
        else:
            binding = ChatBinding(
                id=BindingId(self._ids.new()),
                company_id=link.company_id,
                dealer_id=link.dealer_id,
                address=address,
                title=title,
                asked_at=asked_at,
                bound_at=now,
            )
        await self._links.put(link)
        await self._bindings.put(binding)
        await self._announcing.over(link.company_id, chat_cause(binding.id))
