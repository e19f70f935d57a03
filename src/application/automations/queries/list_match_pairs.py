"""What is what between our account and others?"""

from application.automations.match_views import MatchPairView, pair_view
from application.automations.pair_ports import MatchPairs, PairKey
from application.messages import Query
from application.ports import Transaction
from domain.shared.identities import CompanyId


class ListMatchPairs(Query[list[MatchPairView]], frozen=True, kw_only=True):
    """Of one source company or of all, from after that pair on."""

    source_company_id: CompanyId | None = None
    after: PairKey | None = None
    limit: int = 50


class ListMatchPairsHandler:
    """Answers from the store."""

    def __init__(self, transaction: Transaction, pairs: MatchPairs) -> None:
        self._transaction = transaction
        self._pairs = pairs

    async def __call__(self, query: ListMatchPairs) -> list[MatchPairView]:
        """At most `limit`, in the order of their keys."""
        async with self._transaction(query.company_id):
            found = await self._pairs.page(query.company_id, query.source_company_id, query.after, query.limit)
        return [pair_view(one) for one in found]
