"""What became of one execution?"""

from application.automations.ports import Executions
from application.automations.views import ExecutionView, execution_view
from application.messages import Query
from application.ports import Transaction
from domain.automations.executions import ExecutionNotFound
from domain.shared.identities import ExecutionId


class GetExecution(Query[ExecutionView], frozen=True, kw_only=True):
    """One of the company's own rules'."""

    execution_id: ExecutionId


class GetExecutionHandler:
    """Reads it."""

    def __init__(self, transaction: Transaction, executions: Executions) -> None:
        self._transaction = transaction
        self._executions = executions

    async def __call__(self, query: GetExecution) -> ExecutionView:
        """Raises ExecutionNotFound."""
        async with self._transaction(query.company_id):
            execution = await self._executions.get(query.company_id, query.execution_id)
        if execution is None:
            raise ExecutionNotFound
        return execution_view(execution)
