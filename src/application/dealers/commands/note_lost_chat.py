"""The bot was blocked, or sent out of a group: Telegram says so before anything is sent."""

from datetime import datetime

from application.dealers.directory_ports import ChatBindings
from application.dealers.queueing_ports import BindingEvents
from application.messages import SystemCommand
from application.ports import SystemTransaction, Transaction


class NoteLostChat(SystemCommand[int], frozen=True, kw_only=True, tag="dealers.note_lost_chat"):
    """`recipient` is the chat's id, `reason` the code of why nothing can be delivered there."""

    recipient: str
    reason: str
    at: datetime


class NoteLostChatHandler:
    """Notes it at each binding to the chat or one of its topics; the owners are told once."""

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

    async def __call__(self, command: NoteLostChat) -> int:
        """How many bindings are concerned; those asked for later are not."""
        async with self._system_transaction():
            found = [one for one in await self._bindings.everywhere_in(command.recipient) if one.asked_at <= command.at]
        for one in found:
            async with self._transaction(one.company_id):
                await self._events.lost(one.company_id, one.id, command.reason)
        return len(found)
