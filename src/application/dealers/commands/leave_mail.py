"""Whoever has a mail wants none of these any more."""

from application.dealers.directory_ports import ChatBindings
from application.dealers.linking import Unlinking
from application.messages import Command
from application.ports import Transaction
from domain.dealers.addresses import Channel
from domain.shared.identities import BindingId


class LeaveMail(Command[bool], frozen=True, kw_only=True, tag="dealers.leave_mail"):
    """A signed token in the mail says which binding it is."""

    binding_id: BindingId


class LeaveMailHandler:
    """Forgets the address; what waits to be told there is not told. Told again it changes nothing."""

    def __init__(
        self,
        transaction: Transaction,
        bindings: ChatBindings,
        unlinking: Unlinking,
    ) -> None:
        self._transaction = transaction
        self._bindings = bindings
        self._unlinking = unlinking

    async def __call__(self, command: LeaveMail) -> bool:
        """Whether it was bound."""
        company_id, binding_id = command.company_id, command.binding_id
        async with self._transaction(company_id):
            binding = await self._bindings.get(company_id, binding_id)
            if binding is None or binding.address.channel is not Channel.EMAIL:
                return False
            await self._unlinking.end(company_id, binding_id)
        return True
