"""A chat, or an address, is bound to a dealer or a member by a link, and unbound again."""

from datetime import datetime

from application.dealers.directory_ports import BindLinks, ChatBindings
from application.dealers.holders import beside
from application.dealers.lost_command import chat_cause
from application.dealers.notice_ports import Notices
from application.ports import Clock, Ids
from application.tenants.announcing import Announcing
from domain.dealers.addresses import Address
from domain.dealers.bindings import MOST_CHATS, BindLink, ChatBinding, ChatUnbound, TooManyChats
from domain.shared.identities import BindingId, CompanyId


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
        known = await beside(self._bindings, link.company_id, link)
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
                member_id=link.member_id,
            )
        await self._links.put(link)
        await self._bindings.put(binding)
        await self._announcing.over(link.company_id, chat_cause(binding.id))


class Unlinking:
    """Ends what was bound, in the transaction of whoever wants that: what waits to be told there is not told."""

    def __init__(self, bindings: ChatBindings, notices: Notices, announcing: Announcing, clock: Clock) -> None:
        self._bindings = bindings
        self._notices = notices
        self._announcing = announcing
        self._clock = clock

    async def end(self, company_id: CompanyId, binding_id: BindingId) -> int:
        """How many bindings that were: one, or none where it was ended already."""
        gone = await self._bindings.remove(company_id, binding_id)
        await self._notices.block(company_id, binding_id, ChatUnbound.code, self._clock.now())
        await self._announcing.over(company_id, chat_cause(binding_id))
        return int(gone)
