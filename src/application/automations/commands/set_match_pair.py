"""Somebody says what is what, without having been asked, or changes what was found."""

from application.automations.learning import Learning
from application.automations.match_views import MatchPairView, pair_view
from application.automations.pair_ports import MatchPairs
from application.connections.ports import Urgency
from application.connections.vendor_access import MoySkladAccess
from application.messages import Command
from application.ports import Clock, Transaction
from domain.automations.matching import MatchKind
from domain.automations.pairs import FoundBy, MatchPair
from domain.automations.reviews import require_suitable
from domain.shared.identities import CompanyId


class SetMatchPair(Command[MatchPairView], frozen=True, kw_only=True, tag="automations.set_match_pair"):
    """`source_id` of the source company's account is that object of the company's own. Without a name the known one
    stays.
    """

    source_company_id: CompanyId
    kind: MatchKind
    source_id: str
    target_type: str
    target_id: str
    name: str = ""


class SetMatchPairHandler:
    """Looks whether the target is there, then stores the pair in place of any other of its source."""

    def __init__(
        self, transaction: Transaction, access: MoySkladAccess, pairs: MatchPairs, learning: Learning, clock: Clock
    ) -> None:
        self._transaction = transaction
        self._access = access
        self._pairs = pairs
        self._learning = learning
        self._clock = clock

    async def __call__(self, command: SetMatchPair) -> MatchPairView:
        """Raises TargetUnsuitable, TargetNotFound, and what TargetCatalogue raises."""
        company_id, source = command.company_id, command.source_company_id
        require_suitable(command.kind, command.target_type)
        key = await self._access.key(company_id, Urgency.INTERACTIVE)
        target = await self._learning.target(key, command.target_type, command.target_id)
        now = self._clock.now()
        async with self._transaction(company_id):
            known = await self._pairs.known(company_id, source, command.kind, [command.source_id])
            pair = MatchPair(
                company_id,
                source,
                command.kind,
                command.source_id,
                command.name or (known[0].name if known else ""),
                target,
                FoundBy.PERSON,
                found_at=now,
                checked_at=now,
            )
            await self._learning.learn(company_id, [pair], now)
        return pair_view(pair)
