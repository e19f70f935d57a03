"""The command that asks MoySklad how a company's installations stand, and how whoever doubts it sends it."""

from datetime import datetime

from application.messages import Command, Outcome
from application.ports import Outbox
from domain.shared.identities import CompanyId


class ConfirmInstallations(Command[Outcome], frozen=True, kw_only=True, tag="connections.confirm_installations"):
    """Told by the queue, perhaps more than once: repeating it changes nothing."""


async def confirm_installations(outbox: Outbox, company_id: CompanyId, when: datetime) -> None:
    """Stores the command, once however often it is asked for before it is sent, in the transaction of the change."""
    command = ConfirmInstallations(company_id=company_id)
    await outbox.put(command, deliver_after=when, once_key=f"confirm:{company_id}")
