"""Idempotency keys with the answers of their first requests."""

from datetime import datetime

from adapters.memory.store import MemoryStore, StoredAnswer
from application.tenants.kept_answers import Claim, EarlierRequest, KeptAnswer
from domain.shared.errors import RequestSuperseded


class MemoryKeptAnswers:
    """See application.tenants.kept_answers.KeptAnswers."""

    def __init__(self, store: MemoryStore) -> None:
        self._rows = store.kept_answers

    async def claim(
        self, claim: Claim, fingerprint: str, now: datetime, held_until: datetime, *, again: bool
    ) -> EarlierRequest | None:
        """See the port."""
        known = self._rows.find(claim[:3])
        if known is None:
            first = EarlierRequest(fingerprint, None, applied=False, held_until=held_until)
            self._rows.put(StoredAnswer(claim, first, now))
            return None
        earlier = known.earlier
        free = earlier.answer is None and earlier.held_until <= now and earlier.fingerprint == fingerprint
        if not free or (earlier.applied and not again):
            return earlier
        self._rows.put(known._replace(claim=claim, earlier=earlier._replace(held_until=held_until)))
        return None

    async def hold(self, claim: Claim, held_until: datetime) -> bool:
        """See the port."""
        known = self._mine(claim)
        if known is None:
            return False
        later = max(known.earlier.held_until, held_until)
        self._rows.put(known._replace(earlier=known.earlier._replace(held_until=later)))
        return True

    async def applied(self, claim: Claim) -> None:
        """See the port."""
        known = self._mine(claim)
        if known is None:
            raise RequestSuperseded(key=claim.key[:100])
        self._rows.put(known._replace(earlier=known.earlier._replace(applied=True)))

    async def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        """See the port."""
        known = self._mine(claim)
        if known is not None:
            self._rows.put(known._replace(earlier=known.earlier._replace(answer=answer)))

    async def let_go(self, claim: Claim, now: datetime) -> bool:
        """See the port."""
        known = self._mine(claim)
        if known is None:
            return False
        if not known.earlier.applied:
            self._rows.remove(claim[:3])
            return False
        self._rows.put(known._replace(earlier=known.earlier._replace(held_until=now)))
        return True

    async def prune(self, before: datetime) -> int:
        """See the port."""
        return self._rows.prune(lambda row: row.created_at <= before)

    def _mine(self, claim: Claim) -> StoredAnswer | None:
        known = self._rows.find(claim[:3])
        return known if known is not None and known.claim == claim else None
