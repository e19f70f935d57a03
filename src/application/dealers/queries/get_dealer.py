"""Who is this dealer?"""

from application.dealers.directory_ports import ChatBindings, Dealers
from application.dealers.views import DealerView, dealer_view
from application.messages import Query
from application.ports import Transaction
from domain.dealers.dealers import DealerNotFound
from domain.shared.identities import DealerId


class GetDealer(Query[DealerView], frozen=True, kw_only=True):
    """With their chats."""

    dealer_id: DealerId


class GetDealerHandler:
    """Shows one dealer."""

    def __init__(self, transaction: Transaction, dealers: Dealers, bindings: ChatBindings) -> None:
        self._transaction = transaction
        self._dealers = dealers
        self._bindings = bindings

    async def __call__(self, query: GetDealer) -> DealerView:
        """Raises DealerNotFound."""
        async with self._transaction(query.company_id):
            dealer = await self._dealers.get(query.company_id, query.dealer_id)
            if dealer is None:
                raise DealerNotFound
            return dealer_view(dealer, await self._bindings.of(query.company_id, [dealer.id]))
