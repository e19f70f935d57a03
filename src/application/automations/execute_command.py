"""The command that carries out one execution of a rule, and who sends it."""

from datetime import datetime

from application.messages import Command, Outcome
from application.ports import Outbox
from domain.automations.executions import Execution
from domain.shared.identities import ExecutionId


class ExecuteRule(Command[Outcome], frozen=True, kw_only=True, tag="rules.execute"):
    """Told by the queue, perhaps more than once. The company is the source's."""

    execution_id: ExecutionId


async def send_execution(outbox: Outbox, execution: Execution, now: datetime) -> None:
    """Stores the command for the moment at which the execution is due, and notes that it was sent; the execution is put
    by whoever calls.
    """
    execution.sent_at = max(now, execution.due_at or now)
    command = ExecuteRule(company_id=execution.company_id, execution_id=execution.id)
    await outbox.put(command, deliver_after=execution.sent_at, once_key=f"execute:{execution.id}")
