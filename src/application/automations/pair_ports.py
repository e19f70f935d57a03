"""Ports of what was found, and of what people are asked."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from domain.automations.matching import MatchKind
from domain.automations.pairs import MatchPair
from domain.automations.reviews import MatchReview, ReviewState
from domain.shared.identities import CompanyId, MatchReviewId


class PairKey(NamedTuple):
    """Which of a company's pairs is meant."""

    source_company_id: CompanyId
    kind: MatchKind
    source_id: str


class MatchPairs(Protocol):
    """Pairs at rest, in transactions of the company that they belong to."""

    async def known(
        self, company_id: CompanyId, source_company_id: CompanyId, kind: MatchKind, source_ids: Collection[str]
    ) -> list[MatchPair]:
        """The pairs of these sources, as far as there are any."""
        ...

    async def add(self, pairs: Sequence[MatchPair]) -> list[MatchPair]:
        """Stores pairs whose sources have none. Answers the pairs that count now: of a source that had one, its own."""
        ...

    async def put(self, pairs: Sequence[MatchPair]) -> None:
        """Stores pairs in place of those that their sources have."""
        ...

    async def checked(self, pairs: Sequence[MatchPair], now: datetime) -> None:
        """Their targets were seen at that moment."""
        ...

    async def forget(self, pairs: Sequence[MatchPair]) -> int:
        """Removes pairs, unless their sources have other targets by now; answers how many."""
        ...

    async def page(
        self, company_id: CompanyId, source_company_id: CompanyId | None, after: PairKey | None, limit: int
    ) -> list[MatchPair]:
        """Pairs in the order of their keys, from after that one on."""
        ...


class MatchReviews(Protocol):
    """Questions at rest. Work in a transaction of the company that is asked, or in a SystemTransaction."""

    async def about(
        self, company_id: CompanyId, source_company_id: CompanyId, kind: MatchKind, source_ids: Collection[str]
    ) -> list[MatchReview]:
        """What was asked about these sources, held until the end of the transaction."""
        ...

    async def held(self, company_id: CompanyId, review_id: MatchReviewId) -> MatchReview | None:
        """One question, held until the end of the transaction."""
        ...

    async def get(self, company_id: CompanyId, review_id: MatchReviewId) -> MatchReview | None:
        """One question."""
        ...

    async def put(self, review: MatchReview) -> None:
        """Stores the question, new or changed; of two about the same source the later counts."""
        ...

    async def page(
        self, company_id: CompanyId, state: ReviewState, after: MatchReviewId | None, limit: int
    ) -> list[MatchReview]:
        """Questions in that state, in the order in which they were asked first, from after that one on."""
        ...
