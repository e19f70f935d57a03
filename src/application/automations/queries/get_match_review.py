"""What is one question about?"""

from application.automations.match_views import MatchReviewView, review_view
from application.automations.pair_ports import MatchReviews
from application.messages import Query
from application.ports import Transaction
from domain.automations.reviews import ReviewNotFound
from domain.shared.identities import MatchReviewId


class GetMatchReview(Query[MatchReviewView], frozen=True, kw_only=True):
    """One question, in whatever state."""

    review_id: MatchReviewId


class GetMatchReviewHandler:
    """Answers from the store."""

    def __init__(self, transaction: Transaction, reviews: MatchReviews) -> None:
        self._transaction = transaction
        self._reviews = reviews

    async def __call__(self, query: GetMatchReview) -> MatchReviewView:
        """Raises ReviewNotFound, for another company's question too."""
        async with self._transaction(query.company_id):
            review = await self._reviews.get(query.company_id, query.review_id)
        if review is None:
            raise ReviewNotFound(review=str(query.review_id))
        return review_view(review)
