"""Asking people what something is."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from application.automations.pair_ports import MatchReviews
from application.ports import Clock, Ids
from domain.automations.matching import MatchKind, Open
from domain.automations.pairs import MatchPair
from domain.automations.reviews import MatchReview, ReviewState
from domain.shared.identities import CompanyId, MatchReviewId


class Reviews:
    """The queue of questions about what could not be found for certain."""

    def __init__(self, reviews: MatchReviews, ids: Ids, clock: Clock) -> None:
        self._reviews = reviews
        self._ids = ids
        self._clock = clock

    async def ask(self, company_id: CompanyId, source_company_id: CompanyId, open: Sequence[Open]) -> None:  # noqa: A002
        """Asks the company, whose account the targets are in, about each of these; inside of its transaction or of a
        SystemTransaction. What was asked already is the same question again.
        """
        by_kind: defaultdict[MatchKind, dict[str, Open]] = defaultdict(dict)
        for one in open:
            by_kind[one.wanted.kind][one.wanted.source_id] = one
        now = self._clock.now()
        for kind, questions in sorted(by_kind.items()):
            known = {
                review.wanted.source_id: review
                for review in await self._reviews.about(company_id, source_company_id, kind, questions)
            }
            for source_id, question in sorted(questions.items()):
                review = known.get(source_id)
                if review is None:
                    review = MatchReview(
                        MatchReviewId(self._ids.new()),
                        company_id,
                        source_company_id,
                        question.wanted,
                        question.suggestions,
                        asked_at=now,
                        asked_last_at=now,
                        doubt=question.doubt,
                    )
                else:
                    review.ask_again(question, now)
                await self._reviews.put(review)

    async def settle(self, pairs: Sequence[MatchPair], now: datetime) -> None:
        """What these pairs are about needs no answer any more; inside of a transaction of their company."""
        groups: defaultdict[tuple[CompanyId, CompanyId, MatchKind], dict[str, MatchPair]] = defaultdict(dict)
        for one in pairs:
            groups[one.company_id, one.source_company_id, one.kind][one.source_id] = one
        for group, known in sorted(groups.items()):
            for review in await self._reviews.about(*group, known):
                if review.state is not ReviewState.ANSWERED:
                    review.answer(known[review.wanted.source_id].target, now)
                    await self._reviews.put(review)
