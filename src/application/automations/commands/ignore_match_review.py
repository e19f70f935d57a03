"""Somebody puts a question aside."""

from application.automations.match_views import MatchReviewView, review_view
from application.automations.pair_ports import MatchReviews
from application.messages import Command
from application.ports import Transaction
from domain.automations.reviews import ReviewNotFound
from domain.shared.identities import MatchReviewId


class IgnoreMatchReview(Command[MatchReviewView], frozen=True, kw_only=True, tag="automations.ignore_match_review"):
    """Nobody is asked about this any more. It can still be answered; documents that need it wait until it is."""

    review_id: MatchReviewId


class IgnoreMatchReviewHandler:
    """Putting aside what was put aside changes nothing."""

    def __init__(self, transaction: Transaction, reviews: MatchReviews) -> None:
        self._transaction = transaction
        self._reviews = reviews

    async def __call__(self, command: IgnoreMatchReview) -> MatchReviewView:
        """Raises ReviewNotFound and ReviewClosed."""
        async with self._transaction(command.company_id):
            review = await self._reviews.held(command.company_id, command.review_id)
            if review is None:
                raise ReviewNotFound(review=str(command.review_id))
            review.ignore()
            await self._reviews.put(review)
        return review_view(review)
