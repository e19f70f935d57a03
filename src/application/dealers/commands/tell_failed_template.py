"""A worker tells that a company's own text of a notice could not be used."""

from application.dealers.template_command import TellFailedTemplate, template_cause
from application.dealers.template_ports import NoticeTemplates
from application.messages import Outcome
from application.ports import Transaction
from application.tenants.announcing import Announcing


class TellFailedTemplateHandler:
    """The outcome is what whoever watches is told; nothing is where the template was changed since, or is gone."""

    def __init__(self, transaction: Transaction, templates: NoticeTemplates, announcing: Announcing) -> None:
        self._transaction = transaction
        self._templates = templates
        self._announcing = announcing

    async def __call__(self, command: TellFailedTemplate) -> Outcome:
        """Has it announced."""
        async with self._transaction(command.company_id):
            template = await self._templates.get(command.company_id, command.kind)
            if template is None or template.failed is None:
                return Outcome(state="left alone")
            await self._announcing.tell(
                command.company_id,
                template_cause(command.kind),
                str(template.failed_at),
                "announcements.template_failed",
                kind=command.kind.value,
                reason=template.failed,
            )
        return Outcome(state="failed", error=template.failed)
