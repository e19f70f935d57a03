"""A worker tells that a company's own text of a notice could not be used."""

from application.dealers.template_command import TellFailedTemplate
from application.dealers.template_ports import NoticeTemplates
from application.messages import Outcome
from application.ports import Transaction


class TellFailedTemplateHandler:
    """The outcome is what whoever watches is told; nothing is where the template was changed since, or is gone."""

    def __init__(self, transaction: Transaction, templates: NoticeTemplates) -> None:
        self._transaction = transaction
        self._templates = templates

    async def __call__(self, command: TellFailedTemplate) -> Outcome:
        """Changes nothing."""
        async with self._transaction(command.company_id):
            template = await self._templates.get(command.company_id, command.kind)
        if template is None or template.failed is None:
            return Outcome(state="left alone")
        return Outcome(state="failed", error=template.failed)
