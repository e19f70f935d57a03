"""Which companies is this one linked with?"""

from application.automations.ports import LinkSides
from application.automations.views import CompanyLinkView, link_view
from application.messages import Query
from application.ports import Transaction


class ListCompanyLinks(Query[list[CompanyLinkView]], frozen=True, kw_only=True):
    """All of them, ended ones too, the newest first."""


class ListCompanyLinksHandler:
    """Reads the company's own halves."""

    def __init__(self, transaction: Transaction, links: LinkSides) -> None:
        self._transaction = transaction
        self._links = links

    async def __call__(self, query: ListCompanyLinks) -> list[CompanyLinkView]:
        """Never fails."""
        async with self._transaction(query.company_id):
            return [link_view(side) for side in await self._links.all(query.company_id)]
