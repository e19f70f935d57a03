"""A company goes back to our text of a kind of notice."""

from application.dealers.template_command import template_cause
from application.dealers.template_ports import NoticeTemplates
from application.dealers.template_views import require_template_version
from application.messages import Command
from application.ports import Transaction
from application.tenants.announcing import Announcing
from domain.dealers.dealers import NoticeKind


class RemoveTemplate(Command[None], frozen=True, kw_only=True, tag="notices.remove_template"):
    """`expected` are versions of the template, of which it has to be one."""

    kind: NoticeKind
    expected: frozenset[str] | None = None


class RemoveTemplateHandler:
    """Where there is none, nothing is left to do."""

    def __init__(self, transaction: Transaction, templates: NoticeTemplates, announcing: Announcing) -> None:
        self._transaction = transaction
        self._templates = templates
        self._announcing = announcing

    async def __call__(self, command: RemoveTemplate) -> None:
        """Raises PreconditionFailed."""
        async with self._transaction(command.company_id):
            known = await self._templates.get(command.company_id, command.kind)
            require_template_version(command.kind, known, command.expected)
            await self._templates.remove(command.company_id, command.kind)
            await self._announcing.over(command.company_id, template_cause(command.kind))
