"""Somebody in a chat wants to be told nothing any more, or has sent the bot away."""

from datetime import datetime

from application.dealers.directory_ports import ChatBindings
from application.dealers.linking import Unlinking
from application.messages import SystemCommand
from application.ports import SystemTransaction, Transaction
from domain.dealers.addresses import Address
from domain.dealers.bindings import ChatBinding


class LeaveChat(SystemCommand[int], frozen=True, kw_only=True, tag="dealers.leave_chat"):
    """In this very chat or topic; which companies tell things there, nobody in it has to know."""

    address: Address
    asked_at: datetime


class LeaveChatHandler:
    """Forgets what is bound there, and what waits to be told there. What was bound by something said later stays:
    messages may come late.
    """

    def __init__(
        self,
        system_transaction: SystemTransaction,
        transaction: Transaction,
        bindings: ChatBindings,
        unlinking: Unlinking,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._bindings = bindings
        self._unlinking = unlinking

    async def __call__(self, command: LeaveChat) -> int:
        """How many bindings there were."""
        async with self._system_transaction():
            found = [one for one in await self._bindings.at(command.address) if self._meant(one, command)]
        gone = 0
        for one in found:
            async with self._transaction(one.company_id):
                now = await self._bindings.get(one.company_id, one.id)
                if now is not None and self._meant(now, command):
                    gone += await self._unlinking.end(one.company_id, one.id)
        return gone

    @staticmethod
    def _meant(binding: ChatBinding, command: LeaveChat) -> bool:
        return binding.asked_at <= command.asked_at
