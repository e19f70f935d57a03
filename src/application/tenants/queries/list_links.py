"""By which links may somebody still come in?"""

from application.messages import Query
from application.ports import Clock, Transaction
from application.tenants.acting import Acting
from application.tenants.authority import Authority
from application.tenants.ports import Links
from application.tenants.views import LinkView, link_view
from domain.tenants.member import Permission


class ListLinks(Query[list[LinkView]], frozen=True, kw_only=True):
    """Asked by who manages members."""

    acting: Acting


class ListLinksHandler:
    """Shows links without their tokens, which are not kept."""

    def __init__(self, transaction: Transaction, links: Links, authority: Authority, clock: Clock) -> None:
        self._transaction = transaction
        self._links = links
        self._authority = authority
        self._clock = clock

    async def __call__(self, query: ListLinks) -> list[LinkView]:
        """The newest first. Raises PermissionMissing."""
        async with self._transaction(query.company_id):
            await self._authority.require(query.company_id, query.acting, Permission.MANAGE_MEMBERS)
            return [link_view(link) for link in await self._links.all(query.company_id, self._clock.now())]
