"""The command that lets a company's own executions go on which waited for something of its own."""

from application.messages import Command, Outcome
from application.ports import Outbox
from domain.shared.identities import CompanyId


class WakeExecutions(Command[Outcome], frozen=True, kw_only=True, tag="rules.wake"):
    """Told by the queue, perhaps more than once: a rule was enabled, or a link goes on."""


async def wake_executions(outbox: Outbox, company_id: CompanyId) -> None:
    """Stores the command in the transaction of the change."""
    await outbox.put(WakeExecutions(company_id=company_id), once_key=f"wake-executions:{company_id}")
