"""A worker forgets the chats and addresses of somebody who runs the company no more."""

from application.dealers.directory_ports import ChatBindings
from application.dealers.linking import Unlinking
from application.messages import Outcome
from application.ports import Transaction
from application.tenants.announced_command import ForgetOwnChats
from application.tenants.ports import Members
from domain.tenants.member import managing


class ForgetOwnChatsHandler:
    """What waits to be told there is not told. Who runs the company again meanwhile keeps them."""

    def __init__(
        self, transaction: Transaction, members: Members, bindings: ChatBindings, unlinking: Unlinking
    ) -> None:
        self._transaction = transaction
        self._members = members
        self._bindings = bindings
        self._unlinking = unlinking

    async def __call__(self, command: ForgetOwnChats) -> Outcome:
        """Raises nothing that was foreseen."""
        company_id, gone = command.company_id, 0
        async with self._transaction(company_id):
            member = await self._members.get(company_id, command.member_id)
            if member is not None and managing(member):
                return Outcome(state="left alone")
            for chat in await self._bindings.own(company_id):
                if chat.member_id == command.member_id:
                    gone += await self._unlinking.end(company_id, chat.id)
        return Outcome(state=f"forgot {gone}")
