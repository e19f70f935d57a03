"""Somebody says that something is not what it was taken for."""

from application.automations.pair_ports import MatchPairs
from application.messages import Command
from application.ports import Transaction
from domain.automations.matching import MatchKind
from domain.automations.pairs import PairNotFound
from domain.shared.identities import CompanyId


class RemoveMatchPair(Command[None], frozen=True, kw_only=True, tag="automations.remove_match_pair"):
    """It is looked for anew when a document needs it."""

    source_company_id: CompanyId
    kind: MatchKind
    source_id: str


class RemoveMatchPairHandler:
    """Removes one pair."""

    def __init__(self, transaction: Transaction, pairs: MatchPairs) -> None:
        self._transaction = transaction
        self._pairs = pairs

    async def __call__(self, command: RemoveMatchPair) -> None:
        """Raises PairNotFound."""
        company_id = command.company_id
        async with self._transaction(company_id):
            known = await self._pairs.known(company_id, command.source_company_id, command.kind, [command.source_id])
            if not known:
                raise PairNotFound(source=command.source_id)
            await self._pairs.forget(known)
