"""Somebody who runs the company unbinds a chat or an address of their own."""

from application.dealers.directory_ports import ChatBindings
from application.dealers.linking import Unlinking
from application.messages import Command
from application.ports import Transaction
from domain.dealers.bindings import OwnChatNotFound
from domain.shared.identities import BindingId, MemberId


class UnbindOwnChat(Command[None], frozen=True, kw_only=True, tag="dealers.unbind_own_chat"):
    """They are told nothing there any more."""

    member_id: MemberId
    binding_id: BindingId


class UnbindOwnChatHandler:
    """Forgets it; what waits to be told there is not told."""

    def __init__(self, transaction: Transaction, bindings: ChatBindings, unlinking: Unlinking) -> None:
        self._transaction = transaction
        self._bindings = bindings
        self._unlinking = unlinking

    async def __call__(self, command: UnbindOwnChat) -> None:
        """Raises OwnChatNotFound, for what is another member's too."""
        async with self._transaction(command.company_id):
            binding = await self._bindings.get(command.company_id, command.binding_id)
            if binding is None or binding.member_id != command.member_id:
                raise OwnChatNotFound
            await self._unlinking.end(command.company_id, command.binding_id)
