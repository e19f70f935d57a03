"""Where am I told what should be acted upon?"""

from application.dealers.directory_ports import ChatBindings
from application.dealers.views import ChatView, chat_view
from application.messages import Query
from application.ports import Transaction
from domain.shared.identities import MemberId


class ListOwnChats(Query[list[ChatView]], frozen=True, kw_only=True):
    """The member's chats and addresses, the oldest first."""

    member_id: MemberId


class ListOwnChatsHandler:
    """Answers straight from the store."""

    def __init__(self, transaction: Transaction, bindings: ChatBindings) -> None:
        self._transaction = transaction
        self._bindings = bindings

    async def __call__(self, query: ListOwnChats) -> list[ChatView]:
        """Nobody else's."""
        async with self._transaction(query.company_id):
            own = await self._bindings.own(query.company_id)
        return [chat_view(one) for one in own if one.member_id == query.member_id]
