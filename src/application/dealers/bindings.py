"""What was found out about chats is noted."""

from dataclasses import replace

from application.dealers.directory_ports import ChatBindings
from application.dealers.holders import beside
from application.dealers.lost_command import TellLostChat
from application.ports import Outbox
from domain.shared.identities import BindingId, CompanyId


class Bindings:
    """See application.dealers.queueing_ports.BindingEvents."""

    def __init__(self, bindings: ChatBindings, outbox: Outbox) -> None:
        self._bindings = bindings
        self._outbox = outbox

    async def lost(self, company_id: CompanyId, binding_id: BindingId, reason: str) -> None:
        """See the port."""
        binding = await self._bindings.get(company_id, binding_id)
        if binding is not None and binding.lose(reason):
            await self._bindings.put(binding)
            await self._outbox.put(TellLostChat(company_id=company_id, binding_id=binding_id))

    async def moved(self, company_id: CompanyId, binding_id: BindingId, recipient: str) -> None:
        """Where the same dealer or member has the new chat already, the old binding has nothing left to say."""
        binding = await self._bindings.get(company_id, binding_id)
        if binding is None or binding.address.recipient == recipient:
            return
        address = replace(binding.address, recipient=recipient)
        known = await beside(self._bindings, company_id, binding)
        if any(one.address == address for one in known):
            await self._bindings.remove(company_id, binding_id)
            return
        binding.address = address
        await self._bindings.put(binding)
