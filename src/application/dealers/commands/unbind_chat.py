"""A company unbinds a chat."""

from application.dealers.directory_ports import ChatBindings
from application.dealers.linking import Unlinking
from application.messages import Command
from application.ports import Transaction
from domain.dealers.bindings import ChatNotFound
from domain.shared.identities import BindingId, DealerId


class UnbindChat(Command[None], frozen=True, kw_only=True, tag="dealers.unbind_chat"):
    """Nothing is told there any more."""

    dealer_id: DealerId
    binding_id: BindingId


class UnbindChatHandler:
    """Forgets the chat; what waits to be told there is not told."""

    def __init__(
        self,
        transaction: Transaction,
        bindings: ChatBindings,
        unlinking: Unlinking,
    ) -> None:
        self._transaction = transaction
        self._bindings = bindings
        self._unlinking = unlinking

    async def __call__(self, command: UnbindChat) -> None:
        """Raises ChatNotFound."""
        async with self._transaction(command.company_id):
            binding = await self._bindings.get(command.company_id, command.binding_id)
            if binding is None or binding.dealer_id != command.dealer_id:
                raise ChatNotFound
            await self._unlinking.end(command.company_id, command.binding_id)
