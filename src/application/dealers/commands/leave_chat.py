"""Somebody in a chat wants to be told nothing any more, or has sent the bot away."""

from datetime import datetime

from application.dealers.directory_ports import ChatBindings
from application.dealers.lost_command import chat_cause
from application.dealers.notice_ports import Notices
from application.messages import SystemCommand
from application.ports import Clock, SystemTransaction, Transaction
from application.tenants.announcing import Announcing
from domain.dealers.addresses import Address
from domain.dealers.bindings import ChatBinding, ChatUnbound


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
        notices: Notices,
        announcing: Announcing,
        clock: Clock,
    ) -> None:
        self._system_transaction = system_transaction
        self._transaction = transaction
        self._bindings = bindings
        self._notices = notices
        self._announcing = announcing
        self._clock = clock

    async def __call__(self, command: LeaveChat) -> int:
        """How many bindings there were."""
        async with self._system_transaction():
            found = [one for one in await self._bindings.at(command.address) if self._meant(one, command)]
        gone = 0
        for one in found:
            async with self._transaction(one.company_id):
                now = await self._bindings.get(one.company_id, one.id)
                if now is not None and self._meant(now, command):
                    gone += await self._bindings.remove(one.company_id, one.id)
                    await self._notices.block(one.company_id, one.id, ChatUnbound.code, self._clock.now())
                    await self._announcing.over(one.company_id, chat_cause(one.id))
        return gone

    @staticmethod
    def _meant(binding: ChatBinding, command: LeaveChat) -> bool:
        return binding.asked_at <= command.asked_at
