"""Which messages could not be carried out?"""

from application.messages import SystemQuery
from application.ports import FailedMessages, ParkedMessage, SystemTransaction


class ListParkedMessages(SystemQuery[list[ParkedMessage]], frozen=True, kw_only=True):
    """Asked by the command line."""

    limit: int = 100


class ListParkedMessagesHandler:
    """The oldest first."""

    def __init__(self, system_transaction: SystemTransaction, messages: FailedMessages) -> None:
        self._system_transaction = system_transaction
        self._messages = messages

    async def __call__(self, query: ListParkedMessages) -> list[ParkedMessage]:
        """See above."""
        async with self._system_transaction():
            return await self._messages.parked(query.limit)
