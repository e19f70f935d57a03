"""What have other companies' rules done in this one's account?"""

from application.automations.ports import ReceivedExecutions
from application.automations.views import ReceivedView, received_view
from application.messages import Query
from application.ports import Transaction
from domain.automations.executions import ExecutionState
from domain.shared.identities import ExecutionId


class ListReceivedExecutions(Query[list[ReceivedView]], frozen=True, kw_only=True):
    """The newest first; in one state, if that is named."""

    limit: int
    state: ExecutionState | None = None
    before: ExecutionId | None = None


class ListReceivedExecutionsHandler:
    """Reads the company's own side of the log."""

    def __init__(self, transaction: Transaction, received_executions: ReceivedExecutions) -> None:
        self._transaction = transaction
        self._received = received_executions

    async def __call__(self, query: ListReceivedExecutions) -> list[ReceivedView]:
        """Never fails."""
        async with self._transaction(query.company_id):
            found = await self._received.page(query.company_id, query.state, query.before, query.limit)
        return [received_view(one) for one in found]
