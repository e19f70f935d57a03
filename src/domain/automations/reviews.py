"""Reviews: questions to people about what could not be found, or was found several times."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from domain.automations.matching import Doubt, MatchKind, Open, Target, Wanted
from domain.automations.pairs import FoundBy, MatchPair
from domain.shared.errors import Conflict, NotFound, RuleViolated
from domain.shared.identities import CompanyId, MatchReviewId

_MADE_FOR = UUID("6f0f4c1e-6a0a-4a53-9a58-3f6d0f2f7f5b")
CREATABLE = {"product": "product", "service": "service", "counterparty": "counterparty"}
"""What can be made of what: a variant needs its product and a bundle its parts, which no question carries."""


class ReviewState(StrEnum):
    """`open` waits for an answer. `ignored` was put aside: nobody is asked again, and it may still be answered."""

    OPEN = "open"
    ANSWERED = "answered"
    IGNORED = "ignored"


class ReviewNotFound(NotFound):
    """The company has no such question."""

    code = "automations.review_not_found"


class ReviewClosed(Conflict):
    """The question was answered already."""

    code = "automations.review_closed"


class TypeNotCreatable(RuleViolated):
    """Things of this type cannot be made from what a question knows of them."""

    code = "automations.type_not_creatable"


class TargetUnsuitable(RuleViolated):
    """A counterparty is answered with a counterparty, a good with a good."""

    code = "automations.target_unsuitable"


@dataclass(slots=True)
class MatchReview:
    """One thing of another company's account, about which the company is asked what it is in its own.

    `target` is the answer. `asked` counts how often documents had to wait for it. `doubt` is why something that was
    found was not taken.
    """

    id: MatchReviewId
    company_id: CompanyId
    source_company_id: CompanyId
    wanted: Wanted
    suggestions: tuple[Target, ...]
    asked_at: datetime
    asked_last_at: datetime
    asked: int = 1
    state: ReviewState = ReviewState.OPEN
    target: Target | None = None
    answered_at: datetime | None = None
    doubt: Doubt | None = None

    def ask_again(self, question: Open, now: datetime) -> None:
        """The same was asked once more; what is known of it now counts. One that was put aside stays so; one that was
        answered is open again, for its answer holds no more.
        """
        self.wanted, self.asked_last_at, self.asked = question.wanted, now, self.asked + 1
        if question.suggestions:
            self.suggestions, self.doubt = question.suggestions, question.doubt
        if self.state is ReviewState.ANSWERED:
            self.state, self.target, self.answered_at = ReviewState.OPEN, None, None

    def answer(self, target: Target, now: datetime) -> None:
        """Somebody said what it is. Raises ReviewClosed where another answer was given."""
        if self.state is ReviewState.ANSWERED and (self.target is None or self.target.id != target.id):
            raise ReviewClosed(review=str(self.id))
        require_suitable(self.wanted.kind, target.type)
        self.state, self.target, self.answered_at = ReviewState.ANSWERED, target, now

    def pair(self, target: Target, found_by: FoundBy, now: datetime) -> MatchPair:
        """The answer as a pair."""
        wanted = self.wanted
        return MatchPair(
            self.company_id,
            self.source_company_id,
            wanted.kind,
            wanted.source_id,
            wanted.name,
            target,
            found_by,
            found_at=now,
            checked_at=now,
        )

    def ignore(self) -> None:
        """Somebody put it aside. Raises ReviewClosed where it was answered."""
        if self.state is ReviewState.ANSWERED:
            raise ReviewClosed(review=str(self.id))
        self.state = ReviewState.IGNORED

    def made_as(self) -> str:
        """The type of what is made for it. Raises TypeNotCreatable."""
        if self.wanted.type not in CREATABLE:
            raise TypeNotCreatable(type=self.wanted.type)
        return CREATABLE[self.wanted.type]

    def sync_id(self) -> UUID:
        """The `syncId` of what is made for it: the same however often it is asked for."""
        return uuid5(
            _MADE_FOR, f"{self.company_id}/{self.source_company_id}/{self.wanted.kind}/{self.wanted.source_id}"
        )


def require_suitable(kind: MatchKind, type_: str) -> None:
    """Raises TargetUnsuitable where a thing of that type cannot be an answer."""
    allowed = {"counterparty"} if kind is MatchKind.COUNTERPARTY else {"product", "variant", "service", "bundle"}
    if type_ not in allowed:
        raise TargetUnsuitable(type=type_, allowed=", ".join(sorted(allowed)))
