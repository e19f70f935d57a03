"""A worker tells that nothing can be delivered in a dealer's chat."""

from application.dealers.directory_ports import ChatBindings
from application.dealers.lost_command import TellLostChat
from application.messages import Outcome
from application.ports import Transaction


class TellLostChatHandler:
    """The outcome is what whoever watches is told; nothing is where the chat was bound again, or is gone."""

    def __init__(self, transaction: Transaction, bindings: ChatBindings) -> None:
        self._transaction = transaction
        self._bindings = bindings

    async def __call__(self, command: TellLostChat) -> Outcome:
        """Changes nothing."""
        async with self._transaction(command.company_id):
            binding = await self._bindings.get(command.company_id, command.binding_id)
        if binding is None or binding.lost is None:
            return Outcome(state="left alone")
        return Outcome(state="lost", error=binding.lost)
