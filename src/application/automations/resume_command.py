"""The command that lets executions go on that waited for a person's answer."""

from application.messages import Command, Outcome
from application.ports import Outbox
from domain.shared.identities import CompanyId


class ResumeExecutions(Command[Outcome], frozen=True, kw_only=True, tag="rules.resume"):
    """Told by the queue, perhaps more than once. The company is the one in whose account documents are made: somebody
    there answered what something is.
    """


async def resume_executions(outbox: Outbox, company_id: CompanyId) -> None:
    """Stores the command, once however often it is asked for before it is sent, in the transaction of the answer."""
    await outbox.put(ResumeExecutions(company_id=company_id), once_key=f"resume-executions:{company_id}")
