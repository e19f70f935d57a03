"""Learning what people say, and looking whether it is there."""

from collections.abc import Sequence
from datetime import datetime

from application.automations.catalogue_ports import TargetCatalogue
from application.automations.pair_ports import MatchPairs
from application.automations.resume_command import resume_executions
from application.automations.reviews import Reviews
from application.connections.ports import MoySkladKey
from application.ports import Outbox
from domain.automations.matching import Target
from domain.automations.pairs import MatchPair, TargetNotFound
from domain.shared.identities import CompanyId


class Learning:
    """What an answer leads to: a pair, and that what waited for it goes on."""

    def __init__(self, pairs: MatchPairs, reviews: Reviews, catalogue: TargetCatalogue, outbox: Outbox) -> None:
        self._pairs = pairs
        self._reviews = reviews
        self._catalogue = catalogue
        self._outbox = outbox

    async def target(self, key: MoySkladKey, kind: str, object_id: str) -> Target:
        """The target as it is now. Raises TargetNotFound where it is not there, or in the archive."""
        found = await self._catalogue.living(key, kind, [object_id])
        if not found:
            raise TargetNotFound(type=kind, id=object_id)
        return found[0].target

    async def learn(self, company_id: CompanyId, pairs: Sequence[MatchPair], now: datetime) -> None:
        """Stores what people said, in the transaction of their answer; what waited for it is looked at again."""
        await self._pairs.put(pairs)
        await self._reviews.settle(pairs, now)
        await resume_executions(self._outbox, company_id)
