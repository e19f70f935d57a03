"""A group became a supergroup: it has another id now."""

from application.dealers.directory_ports import ChatBindings
from application.dealers.queueing_ports import BindingEvents
from application.messages import SystemCommand
from application.ports import SystemTransaction, Transaction


class FollowChat(SystemCommand[int], frozen=True, kw_only=True, tag="dealers.follow_chat"):
    """From one id to another (Bot API, Message.migrate_to_chat_id)."""

    recipient: str
    moved_to: str


class FollowChatHandler:
    """Has each binding lead there. Told again it finds none."""

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        bindings: ChatBindings,
        events: BindingEvents,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._bindings = bindings
        self._events = events

    async def __call__(self, command: FollowChat) -> int:
        """How many bindings moved."""
        async with self._system_transaction():
            found = await self._bindings.everywhere_in(command.recipient)
        for one in found:
            async with self._transaction(one.company_id):
                await self._events.moved(one.company_id, one.id, command.moved_to)
        return len(found)
