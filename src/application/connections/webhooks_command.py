"""The command that looks after a company's webhooks, and how whoever changes what is needed sends it."""

from datetime import datetime

from application.messages import Command, Outcome
from application.ports import Outbox
from domain.shared.identities import CompanyId


class TendWebhooks(Command[Outcome], frozen=True, kw_only=True, tag="webhooks.tend"):
    """Told by the queue, perhaps more than once: repeating it changes nothing."""


async def tend_webhooks(outbox: Outbox, company_id: CompanyId, when: datetime | None = None) -> None:
    """Stores the command, once however often it is asked for before it is sent, in the transaction of the change."""
    await outbox.put(TendWebhooks(company_id=company_id), deliver_after=when, once_key=f"tend:{company_id}")
