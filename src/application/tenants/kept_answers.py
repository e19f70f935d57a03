"""Answers that are kept, so that a request sent again with its idempotency key is answered again."""

from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from domain.connections.secrets import SealedSecret
from domain.shared.identities import CompanyId


class Claim(NamedTuple):
    """A hold on a key: the company, the route with its identities, the key, and whose hold it is."""

    company_id: CompanyId
    route: str
    key: str
    id: UUID


class KeptAnswer(NamedTuple):
    """An answer. Its body is sealed: some answers show a secret, once."""

    status: int
    headers: dict[str, str]
    body: SealedSecret


class EarlierRequest(NamedTuple):
    """What is known of the request that came first. `applied`: it has changed something for good. Until `held_until`
    somebody is at work on it.
    """

    fingerprint: str
    answer: KeptAnswer | None
    applied: bool
    held_until: datetime


class KeptAnswers(Protocol):
    """Idempotency keys with the answers of their first requests. Works in the company's transaction."""

    async def claim(
        self, claim: Claim, fingerprint: str, now: datetime, held_until: datetime, *, again: bool
    ) -> EarlierRequest | None:
        """None where the key is the caller's from now on: it is new, or its first request was the same one, is held by
        nobody any more, has no answer and has changed nothing. With `again` it may have changed something.
        """
        ...

    async def hold(self, claim: Claim, held_until: datetime) -> bool:
        """Stays at it for longer; False where somebody else has taken over."""
        ...

    async def applied(self, claim: Claim) -> None:
        """Notes, in the transaction that does it, that something is changed for good. Raises RequestSuperseded where
        somebody else has taken over.
        """
        ...

    async def keep(self, claim: Claim, answer: KeptAnswer) -> None:
        """Keeps the answer, unless somebody else has taken over."""
        ...

    async def let_go(self, claim: Claim, now: datetime) -> bool:
        """The request is over without an answer worth keeping. A key whose request changed nothing is forgotten.
        Answers whether it changed something, which is then remembered.
        """
        ...

    async def prune(self, before: datetime) -> int:
        """Removes what was first asked before that moment, in a SystemTransaction; answers how many."""
        ...
