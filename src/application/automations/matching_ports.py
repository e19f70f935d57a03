"""What executions ask of matching, and of the queue in which people say what something is."""

from collections.abc import Sequence
from typing import Protocol

from application.connections.ports import MoySkladKey
from domain.automations.matching import MatchBy, Matched, Open, Wanted
from domain.shared.identities import CompanyId


class Matching(Protocol):
    """Finds in the target's account what a document of the source's names."""

    async def match(
        self,
        key: MoySkladKey,
        company_id: CompanyId,
        source_company_id: CompanyId,
        wanted: Sequence[Wanted],
        order: Sequence[MatchBy],
        *,
        thorough: bool = False,
        learn: bool = True,
    ) -> Matched:
        """`key` and `company_id` are the target's. Called outside of any transaction. Saved pairs come first; what is
        found uniquely is saved as a pair, unless `learn` is false: then nothing is written. `thorough` has the target
        of every saved pair looked at, for when MoySklad said that something is not there. Raises what vendors raise.
        """
        ...


class ReviewQueue(Protocol):
    """What people of the target's company are to say."""

    async def ask(self, company_id: CompanyId, source_company_id: CompanyId, open: Sequence[Open]) -> None:  # noqa: A002
        """Adds what is open, in the target's transaction or in a SystemTransaction; the same thing asked twice is one
        item.
        """
        ...
