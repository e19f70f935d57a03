"""The command by which what waits because of a company's plan hears that the plan is another one."""

from application.messages import Command
from application.ports import Outbox
from domain.shared.identities import CompanyId


class ReviewWaiting(Command[int], frozen=True, kw_only=True, tag="webhooks.review_waiting"):
    """Told by the queue, perhaps more than once: repeating it changes nothing. Answers how many exports had waited."""


async def plan_changed(outbox: Outbox, company_id: CompanyId) -> None:
    """Stores the command, in the transaction that changes the plan, or who decides about it."""
    await outbox.put(ReviewWaiting(company_id=company_id), once_key=f"plan:{company_id}")
