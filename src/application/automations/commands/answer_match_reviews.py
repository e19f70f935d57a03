"""Somebody answers many questions at once, as from a file."""

from collections.abc import Sequence

import msgspec

from application.automations.learning import Learning
from application.automations.match_views import TargetView, target_view
from application.automations.named_targets import NamedTargets
from application.automations.pair_ports import MatchReviews
from application.connections.ports import MoySkladKey, Urgency
from application.connections.vendor_access import MoySkladAccess
from application.messages import Command
from application.ports import Clock, Transaction
from domain.automations.matching import MatchKind, Target
from domain.automations.pairs import FoundBy
from domain.automations.reviews import MatchReview, ReviewNotFound
from domain.shared.errors import Detail, SkladSheetsError
from domain.shared.identities import CompanyId, MatchReviewId


class NamedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is the id, code, article, INN or external code of an object of the company's own account."""

    review_id: MatchReviewId
    name: str


class AnswerOutcome(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What became of one answer: the target that was learnt, or the code of the refusal with its details."""

    review_id: MatchReviewId
    target: TargetView | None = None
    code: str | None = None
    details: dict[str, Detail] = {}


class AnswerMatchReviews(
    Command[list[AnswerOutcome]], frozen=True, kw_only=True, tag="automations.answer_match_reviews"
):
    """Each answer counts for itself: that one is refused keeps the others from nothing."""

    answers: tuple[NamedAnswer, ...]


class AnswerMatchReviewsHandler:
    """Looks what the names stand for, then learns what is there, all in one transaction."""

    def __init__(
        self,
        transaction: Transaction,
        access: MoySkladAccess,
        reviews: MatchReviews,
        named: NamedTargets,
        learning: Learning,
        clock: Clock,
    ) -> None:
        self._transaction = transaction
        self._access = access
        self._reviews = reviews
        self._named = named
        self._learning = learning
        self._clock = clock

    async def __call__(self, command: AnswerMatchReviews) -> list[AnswerOutcome]:
        """In the order of the answers. Raises what TargetCatalogue raises; then nothing was learnt."""
        company_id = command.company_id
        answers = {one.review_id: one.name.strip() for one in command.answers}
        known = await self._known(company_id, list(answers))
        key = await self._access.key(company_id, Urgency.INTERACTIVE)
        targets = await self._targets(key, answers, known)
        async with self._transaction(company_id):
            outcomes = await self._learn(company_id, targets)
        return [outcomes[one] for one in answers]

    async def _known(self, company_id: CompanyId, ids: Sequence[MatchReviewId]) -> dict[MatchReviewId, MatchReview]:
        async with self._transaction(company_id):
            found = [await self._reviews.get(company_id, one) for one in ids]
        return {one.id: one for one in found if one is not None}

    async def _targets(
        self, key: MoySkladKey, answers: dict[MatchReviewId, str], known: dict[MatchReviewId, MatchReview]
    ) -> dict[MatchReviewId, Target | SkladSheetsError]:
        targets: dict[MatchReviewId, Target | SkladSheetsError] = {
            one: ReviewNotFound(review=str(one)) for one in answers if one not in known
        }
        for kind in MatchKind:
            asked = {one: answers[one] for one, review in known.items() if review.wanted.kind is kind}
            if asked:
                found = await self._named.found(key, kind, asked.values())
                targets |= {one: found[name] for one, name in asked.items()}
        return targets

    async def _learn(
        self, company_id: CompanyId, targets: dict[MatchReviewId, Target | SkladSheetsError]
    ) -> dict[MatchReviewId, AnswerOutcome]:
        now = self._clock.now()
        outcomes, pairs = {}, []
        for review_id, target in sorted(targets.items()):  # whoever else answers locks in the same order
            try:
                if isinstance(target, SkladSheetsError):
                    raise target
                review = await self._reviews.held(company_id, review_id)
                if review is None:
                    raise ReviewNotFound(review=str(review_id))
                review.answer(target, now)
            except SkladSheetsError as refused:
                outcomes[review_id] = AnswerOutcome(review_id=review_id, code=refused.code, details=refused.details)
                continue
            await self._reviews.put(review)
            pairs.append(review.pair(target, FoundBy.FILE, now))
            outcomes[review_id] = AnswerOutcome(review_id=review_id, target=target_view(target))
        if pairs:
            await self._learning.learn(company_id, pairs, now)
        return outcomes
