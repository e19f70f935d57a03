"""Somebody says what in the company's own account something is."""

from application.automations.learning import Learning
from application.automations.match_views import MatchReviewView, review_view
from application.automations.pair_ports import MatchReviews
from application.connections.ports import Urgency
from application.connections.vendor_access import MoySkladAccess
from application.messages import Command
from application.ports import Clock, Transaction
from domain.automations.pairs import FoundBy
from domain.automations.reviews import ReviewNotFound, require_suitable
from domain.shared.identities import MatchReviewId


class AnswerMatchReview(Command[MatchReviewView], frozen=True, kw_only=True, tag="automations.answer_match_review"):
    """`target_type` and `target_id` name the object of the company's own account."""

    review_id: MatchReviewId
    target_type: str
    target_id: str


class AnswerMatchReviewHandler:
    """Looks whether it is there, then learns it; documents that waited for this go on."""

    def __init__(
        self,
        transaction: Transaction,
        access: MoySkladAccess,
        reviews: MatchReviews,
        learning: Learning,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._access = access
        self._reviews = reviews
        self._learning = learning
        self._clock = clock

    async def __call__(self, command: AnswerMatchReview) -> MatchReviewView:
        """The same answer may be given twice. Raises ReviewNotFound, ReviewClosed, TargetUnsuitable, TargetNotFound,
        and what TargetCatalogue raises.
        """
        company_id = command.company_id
        async with self._transaction(company_id):
            review = await self._reviews.get(company_id, command.review_id)
        if review is None:
            raise ReviewNotFound(review=str(command.review_id))
        require_suitable(review.wanted.kind, command.target_type)
        key = await self._access.key(company_id, Urgency.INTERACTIVE)
        target = await self._learning.target(key, command.target_type, command.target_id)
        now = self._clock.now()
        async with self._transaction(company_id):
            held = await self._reviews.held(company_id, command.review_id)
            if held is None:
                raise ReviewNotFound(review=str(command.review_id))
            held.answer(target, now)
            await self._reviews.put(held)
            await self._learning.learn(company_id, [held.pair(target, FoundBy.PERSON, now)], now)
        return review_view(held)
