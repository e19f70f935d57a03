"""A worker tells that nothing can be delivered in a dealer's chat, or a member's."""

from application.dealers.directory_ports import ChatBindings
from application.dealers.holders import Holders
from application.dealers.lost_command import TellLostChat, chat_cause
from application.messages import Outcome
from application.ports import Transaction
from application.tenants.announcing import Announcing


class TellLostChatHandler:
    """The outcome is what whoever watches is told, and it is announced; nothing is where the chat was bound again, or
    is gone.
    """

    def __init__(
        self, transaction: Transaction, bindings: ChatBindings, holders: Holders, announcing: Announcing
    ) -> None:
        self._transaction = transaction
        self._bindings = bindings
        self._holders = holders
        self._announcing = announcing

    async def __call__(self, command: TellLostChat) -> Outcome:
        """Raises nothing that was foreseen."""
        company_id = command.company_id
        async with self._transaction(company_id):
            binding = await self._bindings.get(company_id, command.binding_id)
            if binding is None or binding.lost is None:
                return Outcome(state="left alone")
            holder = await self._holders.of(company_id, binding)
            if holder is None and binding.member_id is not None:
                return Outcome(state="left alone")  # nobody who runs the company misses anything there
            member = None if holder is None else holder.member
            named = {"member": member.name} if member is not None else {"dealer": "" if holder is None else holder.name}
            await self._announcing.tell(
                company_id,
                chat_cause(binding.id),
                str(binding.bound_at),
                "announcements.chat_lost" if member is None else "announcements.own_chat_lost",
                **named,
                chat=binding.title or binding.address.recipient,
                reason=binding.lost,
            )
        return Outcome(state="lost", error=binding.lost)
