"""Which companies there are, for whoever runs the service."""

from application.connections.installation_ports import CompanyViews, ListedCompany
from application.messages import SystemQuery
from application.ports import SystemTransaction


class ListCompanies(SystemQuery[list[ListedCompany]], frozen=True, kw_only=True):
    """At most `limit` of them."""

    limit: int


class ListCompaniesHandler:
    """Answers in the order in which they came."""

    def __init__(self, system_transaction: SystemTransaction, views: CompanyViews) -> None:
        self._system_transaction = system_transaction
        self._views = views

    async def __call__(self, query: ListCompanies) -> list[ListedCompany]:
        """No secrets and no people are among it."""
        async with self._system_transaction():
            return await self._views.all(query.limit)
