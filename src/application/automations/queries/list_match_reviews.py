"""What are we asked?"""

from application.automations.match_views import MatchReviewView, review_view
from application.automations.pair_ports import MatchReviews
from application.messages import Query
from application.ports import Transaction
from domain.automations.reviews import ReviewState
from domain.shared.identities import MatchReviewId


class ListMatchReviews(Query[list[MatchReviewView]], frozen=True, kw_only=True):
    """Those in one state, asked later than `after`."""

    state: ReviewState = ReviewState.OPEN
    after: MatchReviewId | None = None
    limit: int = 50


class ListMatchReviewsHandler:
    """Answers from the store."""

    def __init__(self, transaction: Transaction, reviews: MatchReviews) -> None:
        self._transaction = transaction
        self._reviews = reviews

    async def __call__(self, query: ListMatchReviews) -> list[MatchReviewView]:
        """At most `limit`, the oldest first."""
        async with self._transaction(query.company_id):
            found = await self._reviews.page(query.company_id, query.state, query.after, query.limit)
        return [review_view(one) for one in found]
