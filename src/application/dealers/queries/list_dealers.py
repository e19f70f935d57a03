"""Which dealers are there?"""

from application.dealers.directory_ports import ChatBindings, Dealers
from application.dealers.views import DealerView, dealer_view
from application.messages import Query
from application.ports import Transaction
from domain.shared.identities import DealerId


class ListDealers(Query[list[DealerView]], frozen=True, kw_only=True):
    """A page of them, those made first before."""

    after: DealerId | None
    limit: int


class ListDealersHandler:
    """Shows dealers with their chats."""

    def __init__(self, transaction: Transaction, dealers: Dealers, bindings: ChatBindings) -> None:
        self._transaction = transaction
        self._dealers = dealers
        self._bindings = bindings

    async def __call__(self, query: ListDealers) -> list[DealerView]:
        """In the order in which they were made."""
        async with self._transaction(query.company_id):
            page = await self._dealers.page(query.company_id, query.after, query.limit)
            chats = await self._bindings.of(query.company_id, [dealer.id for dealer in page])
        return [dealer_view(dealer, [one for one in chats if one.dealer_id == dealer.id]) for dealer in page]
