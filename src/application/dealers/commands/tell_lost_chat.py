"""A worker tells that nothing can be delivered in a dealer's chat."""

from application.dealers.directory_ports import ChatBindings, Dealers
from application.dealers.lost_command import TellLostChat, chat_cause
from application.messages import Outcome
from application.ports import Transaction
from application.tenants.announcing import Announcing


class TellLostChatHandler:
    """The outcome is what whoever watches is told, and it is announced; nothing is where the chat was bound again, or
    is gone.
    """

    def __init__(
        self, transaction: Transaction, bindings: ChatBindings, dealers: Dealers, announcing: Announcing
    ) -> None:
        self._transaction = transaction
        self._bindings = bindings
        self._dealers = dealers
        self._announcing = announcing

    async def __call__(self, command: TellLostChat) -> Outcome:
        """Raises nothing that was foreseen."""
        company_id = command.company_id
        async with self._transaction(company_id):
            binding = await self._bindings.get(company_id, command.binding_id)
            if binding is None or binding.lost is None:
                return Outcome(state="left alone")
            dealer = await self._dealers.get(company_id, binding.dealer_id)
            await self._announcing.tell(
                company_id,
                chat_cause(binding.id),
                str(binding.bound_at),
                "announcements.chat_lost",
                dealer="" if dealer is None else dealer.name,
                chat=binding.title or binding.address.recipient,
                reason=binding.lost,
            )
        return Outcome(state="lost", error=binding.lost)
