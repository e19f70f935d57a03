"""The port behind which the target's goods and counterparties are."""

from collections.abc import Sequence
from typing import Protocol

from application.connections.ports import MoySkladKey
from domain.automations.candidates import Candidate
from domain.automations.matching import MatchBy, MatchKind


class TargetCatalogue(Protocol):
    """Goods and counterparties of one account, to be looked for.

    Raises MoySkladDisconnected, MoySkladPermissionMissing, TariffRefused, FilterRefused, VendorBusy or VendorFailed.
    """

    def cost(self, kind: MatchKind, by: MatchBy, values: Sequence[str]) -> int:
        """Request units that `having` will take, if no value has many owners."""
        ...

    async def having(
        self, key: MoySkladKey, kind: MatchKind, by: MatchBy, values: Sequence[str]
    ) -> Sequence[Candidate]:
        """Everything not archived that has one of the values, perhaps with what has nearly the same ones. Where a value
        has more than two owners, two of them at least.
        """
        ...

    async def living(self, key: MoySkladKey, kind: str, ids: Sequence[str]) -> Sequence[Candidate]:
        """Those objects of that type that are there and not archived. A request for a hundred."""
        ...

    async def alike(self, key: MoySkladKey, kind: MatchKind, words: str) -> Sequence[Candidate]:
        """A few that a search for these words finds, the likeliest first. One request."""
        ...

    async def whole(self, key: MoySkladKey, kind: MatchKind) -> Sequence[Candidate] | None:
        """Everything at once, prepared by MoySklad in the background, for a few units however much it is; None where
        that does not work now, or there is too much.
        """
        ...
