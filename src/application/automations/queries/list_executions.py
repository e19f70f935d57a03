"""What have the company's rules done?"""

from application.automations.ports import Executions
from application.automations.views import ExecutionView, execution_view
from application.messages import Query
from application.ports import Transaction
from domain.automations.executions import ExecutionState
from domain.shared.identities import ExecutionId, RuleId


class ListExecutions(Query[list[ExecutionView]], frozen=True, kw_only=True):
    """The newest first; of one rule or in one state, if that is named."""

    limit: int
    rule_id: RuleId | None = None
    state: ExecutionState | None = None
    before: ExecutionId | None = None


class ListExecutionsHandler:
    """Reads the log."""

    def __init__(self, transaction: Transaction, executions: Executions) -> None:
        self._transaction = transaction
        self._executions = executions

    async def __call__(self, query: ListExecutions) -> list[ExecutionView]:
        """Never fails."""
        async with self._transaction(query.company_id):
            found = await self._executions.page(query.company_id, query.rule_id, query.state, query.before, query.limit)
        return [execution_view(one) for one in found]
