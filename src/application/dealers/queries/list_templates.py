"""Which texts do our notices have?"""

from application.dealers.template_ports import NoticeTemplates
from application.dealers.template_views import TemplateView, template_view
from application.messages import Query
from application.ports import Transaction
from domain.dealers.dealers import NoticeKind


class ListTemplates(Query[list[TemplateView]], frozen=True, kw_only=True):
    """All kinds of notices."""


class ListTemplatesHandler:
    """Answers straight from the store."""

    def __init__(self, transaction: Transaction, templates: NoticeTemplates) -> None:
        self._transaction = transaction
        self._templates = templates

    async def __call__(self, query: ListTemplates) -> list[TemplateView]:
        """Those without a text of the company's own too."""
        async with self._transaction(query.company_id):
            found = await self._templates.of(query.company_id)
        return [template_view(kind, found.get(kind)) for kind in NoticeKind]
