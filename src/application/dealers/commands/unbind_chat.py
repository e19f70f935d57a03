"""A company unbinds a chat."""

from application.dealers.directory_ports import ChatBindings
from application.dealers.lost_command import chat_cause
from application.dealers.notice_ports import Notices
from application.messages import Command
from application.ports import Clock, Transaction
from application.tenants.announcing import Announcing
from domain.dealers.bindings import ChatNotFound, ChatUnbound
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
        notices: Notices,
        announcing: Announcing,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._bindings = bindings
        self._notices = notices
        self._announcing = announcing
        self._clock = clock

    async def __call__(self, command: UnbindChat) -> None:
        """Raises ChatNotFound."""
        async with self._transaction(command.company_id):
            binding = await self._bindings.get(command.company_id, command.binding_id)
            if binding is None or binding.dealer_id != command.dealer_id:
                raise ChatNotFound
            await self._bindings.remove(command.company_id, command.binding_id)
            now = self._clock.now()
            await self._notices.block(command.company_id, command.binding_id, ChatUnbound.code, now)
            await self._announcing.over(command.company_id, chat_cause(command.binding_id))
