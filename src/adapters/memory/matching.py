"""Pairs and questions kept in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.memory.store import MemoryStore
from application.automations.pair_ports import PairKey
from domain.automations.matching import MatchKind
from domain.automations.pairs import MatchPair
from domain.automations.reviews import MatchReview, ReviewState
from domain.shared.identities import CompanyId, MatchReviewId


class MemoryMatchPairs:
    """See application.automations.pair_ports.MatchPairs."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.match_pairs

    async def known(
        self, company_id: CompanyId, source_company_id: CompanyId, kind: MatchKind, source_ids: Collection[str]
    ) -> list[MatchPair]:
        """See the port."""
        found = (self._rows.find((company_id, source_company_id, kind, one)) for one in sorted(set(source_ids)))
        return [one for one in found if one is not None]

    async def add(self, pairs: Sequence[MatchPair]) -> list[MatchPair]:
        """See the port."""
        counting = []
        for one in pairs:
            known = self._rows.find(pair_place(one))
            if known is None:
                self._rows.put(one)
            counting.append(known or one)
        return counting

    async def put(self, pairs: Sequence[MatchPair]) -> None:
        """See the port."""
        for one in pairs:
            self._rows.put(one)

    async def checked(self, pairs: Sequence[MatchPair], now: datetime) -> None:
        """See the port."""
        for one in pairs:
            known = self._rows.find(pair_place(one))
            if known is not None and known.target.id == one.target.id:
                self._rows.put(replace(known, checked_at=max(now, known.checked_at)))

    async def forget(self, pairs: Sequence[MatchPair]) -> int:
        """See the port."""
        known = [(one, self._rows.find(pair_place(one))) for one in pairs]
        gone = [one for one, there in known if there is not None and there.target.id == one.target.id]
        return sum(self._rows.remove(pair_place(one)) for one in gone)

    async def page(
        self, company_id: CompanyId, source_company_id: CompanyId | None, after: PairKey | None, limit: int
    ) -> list[MatchPair]:
        """See the port."""
        found = [
            one
            for one in self._rows.all()
            if one.company_id == company_id and source_company_id in {None, one.source_company_id}
        ]
        found.sort(key=_key)
        return [one for one in found if after is None or _key(one) > after][:limit]


class MemoryMatchReviews:
    """See application.automations.pair_ports.MatchReviews."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.match_reviews

    async def about(
        self, company_id: CompanyId, source_company_id: CompanyId, kind: MatchKind, source_ids: Collection[str]
    ) -> list[MatchReview]:
        """See the port."""
        wanted = {(company_id, source_company_id, kind, one) for one in source_ids}
        return sorted((one for one in self._rows.all() if _about(one) in wanted), key=lambda one: one.id)

    async def held(self, company_id: CompanyId, review_id: MatchReviewId) -> MatchReview | None:
        """See the port."""
        return await self.get(company_id, review_id)

    async def get(self, company_id: CompanyId, review_id: MatchReviewId) -> MatchReview | None:
        """See the port."""
        found = self._rows.find(review_id)
        return found if found is not None and found.company_id == company_id else None

    async def put(self, review: MatchReview) -> None:
        """See the port."""
        same = next((one for one in self._rows.all() if _about(one) == _about(review)), None)
        self._rows.put(review if same is None else replace(review, id=same.id, asked_at=same.asked_at))

    async def page(
        self, company_id: CompanyId, state: ReviewState, after: MatchReviewId | None, limit: int
    ) -> list[MatchReview]:
        """See the port."""
        found = [one for one in self._rows.all() if (one.company_id, one.state) == (company_id, state)]
        found.sort(key=lambda one: one.id)
        return [one for one in found if after is None or one.id > after][:limit]


def pair_place(pair: MatchPair) -> tuple[CompanyId, CompanyId, MatchKind, str]:
    """What a pair is known by."""
    return pair.company_id, pair.source_company_id, pair.kind, pair.source_id


def _key(pair: MatchPair) -> PairKey:
    return PairKey(pair.source_company_id, pair.kind, pair.source_id)


def _about(review: MatchReview) -> tuple[CompanyId, CompanyId, MatchKind, str]:
    return review.company_id, review.source_company_id, review.wanted.kind, review.wanted.source_id
