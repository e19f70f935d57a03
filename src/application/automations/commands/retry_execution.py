"""Somebody has an execution tried again."""

from application.automations.execute_command import send_execution
from application.automations.ports import Executions
from application.automations.views import ExecutionView, execution_view
from application.messages import Command
from application.ports import Clock, Outbox, Transaction
from domain.automations.executions import ExecutionNotFound
from domain.shared.identities import ExecutionId


class RetryExecution(Command[ExecutionView], frozen=True, kw_only=True, tag="rules.retry"):
    """What failed, was skipped or waits; or what was made and is marked with something, to bring it up to date."""

    execution_id: ExecutionId


class RetryExecutionHandler:
    """It is the same execution: however often it is tried, there is one document."""

    def __init__(self, transaction: Transaction, executions: Executions, outbox: Outbox, clock: Clock) -> None:
        self._transaction = transaction
        self._executions = executions
        self._outbox = outbox
        self._clock = clock

    async def __call__(self, command: RetryExecution) -> ExecutionView:
        """Raises ExecutionNotFound or ExecutionNotRetryable."""
        now = self._clock.now()
        async with self._transaction(command.company_id):
            execution = await self._executions.get(command.company_id, command.execution_id)
            if execution is None:
                raise ExecutionNotFound
            execution.retry(now)
            await send_execution(self._outbox, execution, now)
            await self._executions.put(execution)
        return execution_view(execution)
